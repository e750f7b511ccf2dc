import assert from "node:assert/strict";
import { execFileSync, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPlugin, Engine, secret, startPlugin, UNKNOWN, type Bag } from "./base-harness";

const KEY = "tls:index/privateKey:PrivateKey";
const SELF_SIGNED = "tls:index/selfSignedCert:SelfSignedCert";
const REQUEST = "tls:index/certRequest:CertRequest";
const SIGNED = "tls:index/locallySignedCert:LocallySignedCert";
const AUTHORITY = {
  subject: { commonName: "Test CA", organization: "O, Ltd", country: "CH" },
  isCaCertificate: true,
  setSubjectKeyId: true,
  allowedUses: ["cert_signing", "crl_signing"],
  validityPeriodHours: 100,
};
const LEAF = { allowedUses: ["digital_signature", "server_auth"], validityPeriodHours: 48 };

describe("provider tls: the resource types of @pulumi/tls, checked by openssl", () => {
  let child: ChildProcess;
  let engine: Engine;
  const directory = mkdtempSync(join(tmpdir(), "tls-"));

  before(async () => {
    const entry = join(__dirname, "..", "..", "toolchain", "providers", "tls", "main.ts");
    const started = await startPlugin(await buildPlugin("tls", entry));
    child = started.child;
    engine = new Engine(started.port, KEY);
    await engine.configure({});
  });
  after(() => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  async function make(token: string, news: Bag): Promise<{ id: string; state: Bag; inputs: Bag }> {
    const { inputs, failures } = await engine.of(token).check(news);
    assert.deepEqual(failures, {});
    return { ...(await engine.of(token).create(inputs)), inputs };
  }
  const text = (value: unknown): string =>
    typeof value === "object" && value !== null && "value" in value ? String(value.value) : String(value);
  const file = (name: string, content: unknown): string => {
    const path = join(directory, name);
    writeFileSync(path, text(content), { mode: 0o600 });
    return path;
  };
  const openssl = (...args: string[]) => execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });

  /** ssh-keygen comes with git on most machines, but not on all. */
  const hasSshKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;

  /** An authority, a request and the certificate that the one signs for the other. */
  async function chain(key: Bag, leaf: Bag = {}) {
    const [authorityKey, leafKey] = [(await make(KEY, key)).state, (await make(KEY, key)).state];
    const authority = await make(SELF_SIGNED, {
      ...AUTHORITY,
      privateKeyPem: authorityKey["privateKeyPem"] ?? null,
    });
    const request = await make(REQUEST, {
      privateKeyPem: leafKey["privateKeyPem"] ?? null,
      subject: { commonName: "server", streetAddresses: ["1 Road"] },
      dnsNames: ["server", "localhost"],
      ipAddresses: ["127.0.0.1", "::1"],
      uris: ["spiffe://stack/server"],
    });
    const signed = await make(SIGNED, {
      ...LEAF,
      ...leaf,
      certRequestPem: request.state["certRequestPem"] ?? null,
      caCertPem: authority.state["certPem"] ?? null,
      caPrivateKeyPem: authorityKey["privateKeyPem"] ?? null,
    });
    return { authorityKey, leafKey, authority, request, signed };
  }

  const keys: [string, Bag][] = [
    ["ECDSA P256", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
    ["ECDSA P384", { algorithm: "ECDSA", ecdsaCurve: "P384" }],
    ["RSA 2048", { algorithm: "RSA" }],
    ["ED25519", { algorithm: "ED25519" }],
  ];
  for (const [name, key] of keys) {
    it(`${name}: a chain that openssl verifies strictly, for its names and no other`, async () => {
      const { authority, signed, request, leafKey } = await chain(key);
      const ca = file("ca.pem", authority.state["certPem"]);
      const leaf = file("leaf.pem", signed.state["certPem"]);
      const verify = (...more: string[]) =>
        openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, ...more, leaf);
      assert.match(verify("-verify_hostname", "localhost"), /OK/);
      assert.match(verify("-verify_ip", "::1"), /OK/);
      assert.throws(() => verify("-verify_hostname", "other"), /hostname mismatch/);
      openssl("req", "-verify", "-noout", "-in", file("csr.pem", request.state["certRequestPem"]));
      const keyFile = file("key.pem", leafKey["privateKeyPem"]);
      assert.equal(
        openssl("pkey", "-pubout", "-in", keyFile),
        openssl("x509", "-pubkey", "-noout", "-in", leaf),
      );
      assert.equal(openssl("pkey", "-pubout", "-in", keyFile), leafKey["publicKeyPem"]);
    });

    (hasSshKeygen ? it : it.skip)(`${name}: OpenSSH's spellings, as ssh-keygen reads them`, async () => {
      const { state } = await make(KEY, key);
      const path = file("ssh-key", state["privateKeyOpenssh"]);
      const keygen = (...args: string[]) => execFileSync("ssh-keygen", args, { encoding: "utf8" });
      assert.equal(keygen("-y", "-f", path).trim(), text(state["publicKeyOpenssh"]).trim());
      const publicFile = file("ssh-key.pub", state["publicKeyOpenssh"]);
      assert.ok(keygen("-l", "-f", publicFile).includes(` ${text(state["publicKeyFingerprintSha256"])} `));
      assert.ok(
        keygen("-l", "-E", "md5", "-f", publicFile).includes(
          `MD5:${text(state["publicKeyFingerprintMd5"])} `,
        ),
      );
    });
  }

  it("writes the extensions and the subject that were asked for", async () => {
    const { authority, signed } = await chain(
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { setSubjectKeyId: true },
    );
    const show = (pem: unknown) => openssl("x509", "-noout", "-text", "-in", file("show.pem", pem));
    const ca = show(authority.state["certPem"]);
    assert.match(ca, /Subject: C = CH, O = "O, Ltd", CN = Test CA/);
    assert.match(ca, /Key Usage: critical\s+Certificate Sign, CRL Sign/);
    assert.match(ca, /Basic Constraints: critical\s+CA:TRUE\s*\n/);
    const leaf = show(signed.state["certPem"]);
    assert.match(leaf, /Issuer: C = CH, O = "O, Ltd", CN = Test CA/);
    assert.match(leaf, /Subject: street = 1 Road, CN = server/);
    assert.match(leaf, /Extended Key Usage: \s+TLS Web Server Authentication\s*\n/);
    assert.match(leaf, /Basic Constraints: critical\s+CA:FALSE/);
    assert.match(
      leaf,
      /DNS:server, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:spiffe/,
    );
    assert.equal(
      /Authority Key Identifier: \s+(\S+)/.exec(leaf)?.[1],
      /Subject Key Identifier: \s+(\S+)/.exec(ca)?.[1],
    );
    assert.equal(
      BigInt(signed.id).toString(16),
      /Serial Number:\s+(\S+)/.exec(leaf)?.[1]?.replaceAll(":", ""),
    );
    const end = text(signed.state["validityEndTime"]);
    assert.equal(Date.parse(end) - Date.parse(text(signed.state["validityStartTime"])), 48 * 3_600_000);
    assert.match(
      openssl(
        "x509",
        "-noout",
        "-enddate",
        "-dateopt",
        "iso_8601",
        "-in",
        file("s.pem", signed.state["certPem"]),
      ),
      new RegExp(end.replace("T", " ")),
    );
  });

  it("limits the path length of an authority", async () => {
    const { state } = await make(KEY, { algorithm: "ECDSA", ecdsaCurve: "P256" });
    const made = await make(SELF_SIGNED, {
      ...AUTHORITY,
      maxPathLength: 0,
      privateKeyPem: state["privateKeyPem"] ?? null,
    });
    assert.match(
      openssl("x509", "-noout", "-text", "-in", file("p.pem", made.state["certPem"])),
      /CA:TRUE, pathlen:0/,
    );
  });

  it("keeps keys secret, in states and in errors", async () => {
    const { state, inputs } = await make(KEY, { algorithm: "ECDSA", ecdsaCurve: "P256" });
    for (const name of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) {
      assert.deepEqual(state[name], secret(text(state[name])));
    }
    assert.deepEqual(inputs, { algorithm: "ECDSA", ecdsaCurve: "P256", rsaBits: 2048 });
    const bad = { ...AUTHORITY, privateKeyPem: "MIIhunter2" };
    await assert.rejects(engine.of(SELF_SIGNED).create(bad), (error: Error) => {
      assert.match(error.message, /privateKeyPem is not a private key in PEM format/);
      assert.ok(!error.message.includes("hunter2"));
      return true;
    });
  });

  it("refuses what is no request, and a key that is not the authority's", async () => {
    const { request, authority, leafKey } = await chain({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const inputs = {
      ...LEAF,
      certRequestPem: request.state["certRequestPem"] ?? null,
      caCertPem: authority.state["certPem"] ?? null,
    };
    const wrongKey = { ...inputs, caPrivateKeyPem: leafKey["privateKeyPem"] ?? null };
    await assert.rejects(
      engine.of(SIGNED).create(wrongKey),
      /caPrivateKeyPem is not the key of the certificate/,
    );
    const notPem = { ...wrongKey, certRequestPem: "hello" };
    await assert.rejects(engine.of(SIGNED).create(notPem), /certRequestPem is not in PEM format/);
  });

  it("replaces for every change but earlyRenewalHours, which updates", async () => {
    const { signed } = await chain({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const { inputs, state } = signed;
    const diff = (change: Bag) => engine.of(SIGNED).diff(inputs, { ...inputs, ...change }, { state });
    assert.equal((await diff({})).changed, false);
    assert.deepEqual((await diff({ earlyRenewalHours: 1 })).detail, { earlyRenewalHours: "UPDATE" });
    assert.deepEqual((await diff({ allowedUses: ["server_auth"], validityPeriodHours: 2 })).replaces.sort(), [
      "allowedUses",
      "validityPeriodHours",
    ]);
    assert.deepEqual((await diff({ caCertPem: UNKNOWN })).detail, { caCertPem: "UPDATE_REPLACE" });
    const updated = await engine
      .of(SIGNED)
      .update("1", { inputs, state }, { ...inputs, earlyRenewalHours: 1 });
    assert.deepEqual([updated["earlyRenewalHours"], updated["certPem"]], [1, state["certPem"]]);
  });

  it("replaces a certificate that is due, at the next diff; a refresh says so too", async () => {
    const { signed } = await chain({ algorithm: "ECDSA", ecdsaCurve: "P256" }, { earlyRenewalHours: 2 });
    const { inputs, state } = signed;
    assert.equal(state["readyForRenewal"], false);
    const inOneHour = new Date(Date.now() + 3_600_000).toISOString();
    const due = { ...state, validityEndTime: inOneHour };
    assert.deepEqual((await engine.of(SIGNED).diff(inputs, inputs, { state: due })).detail, {
      readyForRenewal: "UPDATE_REPLACE (state)",
    });
    assert.equal((await engine.of(SIGNED).read("1", { inputs, state: due })).state["readyForRenewal"], true);
    const later = { ...inputs, earlyRenewalHours: 0 };
    assert.deepEqual((await engine.of(SIGNED).diff(inputs, later, { state: due })).replaces, []);
  });

  it("takes the names of uses that every version takes, and says which", async () => {
    const { failures } = await engine
      .of(SELF_SIGNED)
      .check({ ...AUTHORITY, privateKeyPem: UNKNOWN, allowedUses: ["serverAuth"] });
    assert.match(failures["allowedUses[0]"] ?? "", /must be one of .*server_auth/);
    assert.deepEqual(
      Object.keys(
        (await engine.of(SELF_SIGNED).check({ ...AUTHORITY, privateKeyPemWo: "x" })).failures,
      ).sort(),
      ["privateKeyPem", "privateKeyPemWo"],
    );
  });
});
