import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import { access, mkdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { settle } from "../../toolchain/commands/healing/heal";
import { runPulumi } from "../../toolchain/commands/run/run";
import { backendEnvironment } from "../../toolchain/commands/stack/backend";
import { type OpenStack, selectStack } from "../../toolchain/commands/stack/open";
import { silent } from "../../toolchain/progress";
import { readAll } from "../support/engine";
import { CANARY, refusal, TinyProject } from "../support/tiny-project";

const PROVIDER = "awskms:///alias/state?region=us-east-1";
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

const callSchema = z.looseObject({
  KeyId: z.string().optional(),
  Plaintext: z.string().optional(),
  CiphertextBlob: z.string().optional(),
});

/** One key of AWS' KMS, which Pulumi's CLI calls through AWS' SDK. */
class KeyService {
  readonly calls: string[] = [];
  denied = false;
  private readonly key = randomBytes(32);
  readonly server: Server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      this.calls.push(operation);
      const [status, answer] = this.answer(operation, callSchema.parse(JSON.parse(body.toString())));
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer));
    });
  });

  private answer(operation: string, call: z.infer<typeof callSchema>): [number, object] {
    const arn = "arn:aws:kms:us-east-1:1:key/k";
    if (this.denied)
      return [
        400,
        {
          __type: "AccessDeniedException",
          message: `User: me is not authorized to perform: kms:${operation} on ${arn}`,
        },
      ];
    if (operation === "Encrypt") {
      if (call.KeyId !== "alias/state")
        return [400, { __type: "NotFoundException", message: `Alias ${call.KeyId} is not found.` }];
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", this.key, iv);
      const text = Buffer.concat([iv, cipher.update(call.Plaintext ?? "", "base64"), cipher.final()]);
      return [
        200,
        { KeyId: arn, CiphertextBlob: Buffer.concat([cipher.getAuthTag(), text]).toString("base64") },
      ];
    }
    const blob = Buffer.from(call.CiphertextBlob ?? "", "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, blob.subarray(16, 28)).setAuthTag(
      blob.subarray(0, 16),
    );
    const plain = Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]);
    return [200, { KeyId: arn, Plaintext: plain.toString("base64") }];
  }
}

describe("a stack whose secrets a key service encrypts", function () {
  this.timeout(120_000);
  const kms = new KeyService();
  let tiny: TinyProject;
  let env: Record<string, string>;
  let url: string;

  before(async () => {
    kms.server.listen(0, "127.0.0.1");
    await once(kms.server, "listening");
    const { port } = z.object({ port: z.number() }).parse(kms.server.address());
    tiny = await TinyProject.create();
    await mkdir(join(tiny.folder, "state"));
    url = `file://${join(tiny.folder, "state")}`;
    env = { ...CREDENTIALS, AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}` };
  });
  after(async () => {
    kms.server.close();
    await tiny.discard();
  });

  async function open(name: string, more: Record<string, string> = {}): Promise<OpenStack> {
    return tiny.stack(name, url, { ...env, ...more });
  }

  it("is made by what its file says, and needs no passphrase at any time", async () => {
    await tiny.write("lab", `secretsprovider: ${PROVIDER}\n`);
    const stack = await open("lab");
    const config = join(tiny.folder, "config");
    const variables = await backendEnvironment(stack.backend, join(tiny.folder, "Pulumi.lab.yaml"), {
      XDG_CONFIG_HOME: config,
    });
    assert.deepEqual(variables, { PULUMI_BACKEND_URL: url });
    await assert.rejects(access(config), "no passphrase was made");
    await selectStack(stack, tiny.folder);
    assert.match(await tiny.read("lab"), /^encryptedkey: /m);
    await runPulumi(stack, "up", ["up"], undefined, silent);
    assert.match(
      await stack.cli.capture(["stack", "output", "secret", "--show-secrets"]),
      new RegExp(CANARY),
    );
    const state = await readFile(
      join(tiny.folder, "state/.pulumi/stacks/semblance-curation/lab.json"),
      "utf8",
    );
    assert.ok(
      /"type": ?"cloud"/.test(state) && state.includes("ciphertext") && !state.includes(CANARY),
      state,
    );
    assert.ok(kms.calls.includes("Encrypt") && kms.calls.includes("Decrypt"), kms.calls.join());
    assert.equal(await settle(stack, silent), false);
  });

  it("says what to do without the right to its key", async () => {
    kms.denied = true;
    const { cli } = await open("lab");
    const message = await refusal(cli.capture(["stack", "output", "secret", "--show-secrets"]));
    kms.denied = false;
    assert.match(
      message,
      /^the key service that encrypts the secrets of stack "lab" cannot be used: access is denied to kms:Decrypt: /,
    );
    assert.match(message, /fix: allow kms:Encrypt and kms:Decrypt on that key/);
  });

  it("says what to do without credentials, and when the service does not answer", async () => {
    const asked = ["stack", "output", "secret", "--show-secrets"];
    const without = await open("lab", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
    assert.match(
      await refusal(without.cli.capture(asked)),
      /there are no credentials for AWS\n {2}fix: sign in/,
    );
    const away = await open("lab", { AWS_ENDPOINT_URL_KMS: "http://127.0.0.1:1" });
    assert.match(await refusal(away.cli.capture(asked)), /does not answer: dial tcp 127\.0\.0\.1:1/);
  });

  it("says what to do about a key that is not there, and about a service that nobody knows", async () => {
    await tiny.write("none", "secretsprovider: awskms:///alias/none?region=us-east-1\n");
    assert.match(
      await refusal(selectStack(await open("none"), tiny.folder)),
      /the key is not there: Alias alias\/none/,
    );
    await tiny.write("odd", "secretsprovider: awskmz:///alias/x\n");
    assert.match(
      await refusal(selectStack(await open("odd"), tiny.folder)),
      /found "awskmz"; allowed: .*awskms/,
    );
  });
});
