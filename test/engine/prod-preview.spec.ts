import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectCode, project, root } from "../support/stack";

/** A stack with the file of `prod`, which stays as it is: a preview writes the salt of a passphrase into a stack's file. */
const STACK = "prodtest";

describe("a preview of stack prod, from nothing and without credentials", function () {
  this.timeout(300_000);
  const file = join(root, `Pulumi.${STACK}.yaml`);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-prod-"));
    await copyFile(join(root, "Pulumi.prod.yaml"), file);
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await rm(file, { force: true });
  });

  const env = () => ({
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    // On the open network too: the official plugin would ask for credentials.
    SEMBLANCE_PLUGINS: "closed-network",
    AWS_EC2_METADATA_DISABLED: "true",
    KUBECONFIG: join(folder, "none"),
  });

  it("shows the cluster, what is bought and every service, and changes nothing", async () => {
    const { output } = expectCode(
      0,
      await project("preview", ["--stack", STACK], { env: env(), limitSeconds: 240 }),
    );
    const [, count] = /\+ (\d+) to create/.exec(output) ?? [];
    assert.ok(Number(count) > 400, output.slice(-2000));
    for (const told of [
      "aws:eks:Cluster",
      "aws:eks:NodeGroup",
      "aws:kms:Key",
      "aws:s3:Bucket",
      "kubernetes:apps/v1:StatefulSet",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    ])
      assert.ok(output.includes(told), told);
    // Arrows lead to it by the server's name all the same.
    assert.doesNotMatch(output, /(?<!→ )minio/, "S3 is in its place");
  });

  it("is all that this network's plugin for AWS does: up is refused before anything", async () => {
    const { code, output } = await project("up", ["--stack", STACK], { env: env() });
    assert.equal(code, 1, output);
    assert.match(output, /the project's own one for AWS only previews\n {2}fix: /);
  });
});
