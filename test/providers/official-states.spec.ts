import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { buildPlugin, Engine, startPlugin, type Bag } from "./base-harness";
import official from "./official-states.json";

interface Recorded {
  readonly inputs: Bag;
  readonly outputs: Bag;
}

/**
 * What official plugins left in a stack's state (random 4.21.2, tls 5.6.1, November 2026), a resource of each type; secrets
 * and certificates are placeholders, and no certificate is due. Their inputs hold what the program said, and no default.
 */
const recorded: Readonly<Record<string, Recorded>> = official;

const changes: Readonly<Record<string, Bag>> = {
  "random:index/randomBytes:RandomBytes": { length: 64 },
  "random:index/randomPassword:RandomPassword": { lower: false },
  "tls:index/privateKey:PrivateKey": { rsaBits: 4096 },
  "tls:index/certRequest:CertRequest": { uris: ["spiffe://a/b"] },
  "tls:index/selfSignedCert:SelfSignedCert": { setAuthorityKeyId: true },
  "tls:index/locallySignedCert:LocallySignedCert": { isCaCertificate: true },
};

for (const name of ["random", "tls"])
  describe(`provider ${name}: a stack of the official plugin's goes on`, () => {
    const tokens = Object.keys(recorded).filter((token) => token.startsWith(`${name}:`));
    let child: ChildProcess;
    let engine: Engine;
    before(async () => {
      const entry = join(__dirname, "..", "..", "toolchain", "providers", name, "main.ts");
      const started = await startPlugin(await buildPlugin(name, entry));
      child = started.child;
      engine = new Engine(started.port, tokens[0] ?? "");
      await engine.configure({});
    });
    after(() => child.kill("SIGKILL"));

    const diff = async (token: string, { inputs, outputs }: Recorded, more: Bag = {}) => {
      const checked = await engine.of(token).check({ ...inputs, ...more }, inputs);
      assert.deepEqual(checked.failures, {});
      return engine.of(token).diff(inputs, checked.inputs, { state: outputs });
    };

    for (const token of tokens) {
      const one = recorded[token] ?? assert.fail(token);

      it(`${token}: nothing is made anew, and nothing changes`, async () => {
        assert.deepEqual(await diff(token, one), {
          changed: false,
          replaces: [],
          deleteFirst: false,
          detail: {},
        });
      });

      it(`${token}: a default that the program changes is a change`, async () => {
        const more = changes[token] ?? assert.fail(token);
        assert.deepEqual((await diff(token, one, more)).replaces, Object.keys(more));
      });

      it(`${token}: a refresh keeps what it finds`, async () => {
        const found = await engine.of(token).read("id", { inputs: one.inputs, state: one.outputs });
        assert.deepEqual(Object.keys(found.state).sort(), Object.keys(one.outputs).sort());
      });
    }
  });
