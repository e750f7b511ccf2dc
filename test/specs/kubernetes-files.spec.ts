import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { UnsupportedError } from "../../components/core/errors";
import { Sensitive } from "../../components/core/values";
import { CANARY } from "../support/mocks";
import { manifestsOf, onKubernetes } from "../support/kubernetes-program";
import { secretText, serverSpec } from "../support/samples";

const files = {
  "/etc/semblance/b/key": Sensitive.of(secretText("key")),
  "/etc/semblance/b/certificate": "public",
  "/etc/semblance/start.sh": "#!/bin/sh",
} as const;
const env = { TOKEN: Sensitive.of(secretText("token")) };

const run = async (spec: object) => {
  const { resources } = await onKubernetes((platform, parent) => {
    platform.run("redis", { ...serverSpec, ...spec }, parent);
  });
  const all = manifestsOf(resources);
  return (kind: string, name: string) => {
    const found = all.find((one) => one.kind === kind && one.name === name);
    return found ?? assert.fail(`no ${kind} ${name}`);
  };
};

describe("files on Kubernetes", () => {
  it("are one folder out of a Secret and a ConfigMap, readable by the workload's group only", async () => {
    const find = await run({ files });
    const { spec } = find("Deployment", "redis").object as {
      spec: { template: { spec: { volumes: object[] } } };
    };
    assert.deepEqual(spec.template.spec.volumes, [
      {
        name: "files",
        projected: {
          defaultMode: 0o440,
          sources: [
            { secret: { name: "redis-files", items: [{ key: "b..key", path: "b/key" }] } },
            {
              configMap: {
                name: "redis-files",
                items: [
                  { key: "b..certificate", path: "b/certificate" },
                  { key: "start.sh", path: "start.sh" },
                ],
              },
            },
          ],
        },
      },
    ]);
  });

  it("are in the Secret where they are secret, which Pulumi knows to be one, and in the ConfigMap otherwise", async () => {
    const find = await run({ files, env });
    const secret = find("Secret", "redis-files");
    assert.deepEqual(secret.object["data"], { "b..key": Buffer.from(secretText("key")).toString("base64") });
    assert.deepEqual(secret.resource.secretInputs, ["data"]);
    const variables = find("Secret", "redis-env");
    assert.deepEqual(variables.object["data"], {
      TOKEN: Buffer.from(secretText("token")).toString("base64"),
    });
    assert.deepEqual(variables.resource.secretInputs, ["data"]);
    const plain = find("ConfigMap", "redis-files");
    assert.deepEqual(plain.object["data"], { "b..certificate": "public", "start.sh": "#!/bin/sh" });
    assert.deepEqual(plain.resource.secretInputs, []);
    const server = find("Deployment", "redis");
    assert.deepEqual(server.resource.secretInputs, [], "a secret hash hides the whole pod of a preview");
    assert.ok(!JSON.stringify(server.object).includes(CANARY));
    const before = server.resource.dependsOn;
    for (const { resource } of [secret, variables, plain])
      assert.ok(before.includes(resource.urn), resource.name);
  });

  it("are taken for secret where nobody can tell yet", async () => {
    const made = pulumi.secret("x").apply((text) => `derived from ${text}`);
    const find = await run({ files: { "/etc/semblance/made": made }, env: { MADE: made } });
    assert.deepEqual(Object.keys(find("Secret", "redis-files").object["data"] as object), ["made"]);
    assert.deepEqual(Object.keys(find("Secret", "redis-env").object["data"] as object), ["MADE"]);
    assert.throws(() => find("ConfigMap", "redis-files"));
  });

  it("have no object where there are none", async () => {
    const find = await run({});
    assert.throws(() => find("Secret", "redis-files"));
    assert.throws(() => find("ConfigMap", "redis-files"));
    assert.throws(() => find("Secret", "redis-env"));
  });

  for (const path of ["/etc/semblance/a..b", "/etc/semblance/a b", "/etc/semblance/a//b"] as const) {
    it(`cannot be called ${path}, which is said before anything is registered`, async () => {
      const { resources } = await onKubernetes((platform, parent) => {
        const attempt = () => platform.run("redis", { ...serverSpec, files: { [path]: "" } }, parent);
        assert.throws(attempt, UnsupportedError);
      });
      assert.ok(!resources.some(({ name }) => name.startsWith("redis")));
    });
  }
});
