import { randomBytes, type KeyObject } from "node:crypto";

/** A public key in OpenSSH's terms. */
export interface SshPublicKey {
  readonly type: string;
  readonly blob: Buffer;
}

const CURVES: Readonly<Record<string, string>> = {
  "P-256": "nistp256",
  "P-384": "nistp384",
  "P-521": "nistp521",
};

/** The public key as RFC 4253 writes it; undefined for a curve that OpenSSH does not have. */
export function opensshPublicKey(key: KeyObject): SshPublicKey | undefined {
  switch (key.asymmetricKeyType) {
    case "rsa": {
      const { n, e } = key.export({ format: "jwk" });
      return { type: "ssh-rsa", blob: pack("ssh-rsa", integer(bytesOf(e)), integer(bytesOf(n))) };
    }
    case "ec": {
      const curve = key.asymmetricKeyDetails?.namedCurve === "secp224r1" ? undefined : curveOf(key);
      if (curve === undefined) return undefined;
      return { type: `ecdsa-sha2-${curve}`, blob: pack(`ecdsa-sha2-${curve}`, curve, point(key)) };
    }
    default: {
      const { x } = key.export({ format: "jwk" });
      return { type: "ssh-ed25519", blob: pack("ssh-ed25519", bytesOf(x)) };
    }
  }
}

/** The private key in the "openssh-key-v1" format (PROTOCOL.key in OpenSSH's sources), without a passphrase. */
export function opensshPrivateKey(key: KeyObject, ssh: SshPublicKey): string {
  const check = randomBytes(4);
  const body = Buffer.concat([check, check, pack(ssh.type, ...privateFields(key), "")]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const keys = Buffer.alloc(4);
  keys.writeUInt32BE(1);
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    pack("none", "none", ""),
    keys,
    pack(ssh.blob, Buffer.concat([body, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join(
    "\n",
  );
}

function privateFields(key: KeyObject): (string | Buffer)[] {
  const jwk = key.export({ format: "jwk" });
  switch (key.asymmetricKeyType) {
    case "rsa":
      return [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((field) => integer(bytesOf(field)));
    case "ec":
      return [curveOf(key) ?? "", point(key), integer(bytesOf(jwk.d))];
    default:
      return [bytesOf(jwk.x), Buffer.concat([bytesOf(jwk.d), bytesOf(jwk.x)])];
  }
}

function curveOf(key: KeyObject): string | undefined {
  return CURVES[key.export({ format: "jwk" }).crv ?? ""];
}

/** An uncompressed point. */
function point(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: "jwk" });
  return Buffer.concat([Buffer.from([4]), bytesOf(x), bytesOf(y)]);
}

/** A positive integer as SSH writes it: no leading zeros, but one where the first bit would make it negative. */
function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return (trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
}

function pack(...fields: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function bytesOf(field: string | undefined): Buffer {
  return Buffer.from(field ?? "", "base64url");
}
