import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { withoutDefaults } from "../../toolchain/providers/aws/provider";
import { ensureLauncher } from "../../toolchain/providers/build";
import { buildPlugin, call, Engine, secret, startPlugin, UNKNOWN } from "./base-harness";
import { Workspace } from "./base-engine";

const ENTRY = join(__dirname, "..", "..", "toolchain", "providers", "aws", "main.ts");
const BUCKET = "aws:s3/bucket:Bucket";
const NEEDS_OFFICIAL = /stand-in for the AWS plugin[^]*SEMBLANCE_PLUGINS=official npm run up/;

describe("provider aws: previews only", () => {
  let child: ChildProcess;
  let engine: Engine;

  before(async () => {
    const started = await startPlugin(await buildPlugin("aws", ENTRY));
    child = started.child;
    engine = new Engine(started.port, BUCKET);
    await engine.configure({
      region: "eu-central-1",
      defaultTags: '{"tags":{"a":"b"}}',
      skipRegionValidation: "true",
    });
  });
  after(() => child.kill("SIGKILL"));

  it("takes any type and any property as it is, unknowns and secrets too", async () => {
    const props = { bucket: UNKNOWN, tags: { a: secret("hidden") }, anything: [1, { b: true }] };
    for (const token of [BUCKET, "aws:eks/cluster:Cluster", "aws:brand/new:Thing"]) {
      const { inputs, failures } = await engine.of(token).check(props);
      assert.deepEqual(failures, {});
      assert.deepEqual(inputs, props);
      assert.deepEqual((await engine.of(token).create(inputs, { preview: true })).state, props);
    }
  });

  it("refuses to create, read, update and delete, saying what can", async () => {
    const olds = { inputs: {}, state: {} };
    await assert.rejects(engine.create({}), NEEDS_OFFICIAL);
    await assert.rejects(engine.read("id"), NEEDS_OFFICIAL);
    await assert.rejects(engine.update("id", olds, {}), NEEDS_OFFICIAL);
    await assert.rejects(engine.delete("id", olds), NEEDS_OFFICIAL);
  });

  it("refuses functions by name", async () => {
    const request = new proto.InvokeRequest();
    request.setTok("aws:index/getRegion:getRegion");
    await assert.rejects(
      call((done) => engine.client.invoke(request, done)),
      (error: grpc.ServiceError) =>
        error.code === grpc.status.UNIMPLEMENTED &&
        /getRegion:getRegion is not implemented/.test(error.details),
    );
  });

  it("what the official plugin filled in is no change", async () => {
    const olds = {
      __defaults: ["forceDestroy"],
      forceDestroy: false,
      tags: { a: "1" },
      rules: [{ __defaults: ["x"], x: 1, id: "r" }],
    };
    assert.deepEqual(withoutDefaults(olds), { tags: { a: "1" }, rules: [{ id: "r" }] });
    const same = await engine.diff(olds, { tags: { a: "1" }, rules: [{ id: "r" }] });
    assert.equal(same.changed, false);
    const { detail } = await engine.diff(olds, { tags: { a: "2" }, rules: [{ id: "r" }] });
    assert.deepEqual(detail, { "tags.a": "UPDATE" });
  });
});

describe("provider aws under the real CLI", function () {
  this.timeout(15 * 60_000);
  const workspace = new Workspace();

  before(async () => {
    await workspace.open(`
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
const provider = new aws.Provider("aws", { region: "eu-central-1", defaultTags: { tags: { stack: "dev" } } }, { version: "1.2.3" });
const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" }, { provider });
const subnet = new aws.ec2.Subnet("subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" }, { provider });
export const known = vpc.cidrBlock;
export const unknown = pulumi.interpolate\`\${subnet.arn} \${vpc.mainRouteTableId}\`;
`);
    const folder = join(workspace.home, "plugins", "resource-aws-v1.2.3");
    const path = join(folder, "pulumi-resource-aws");
    await ensureLauncher({ entry: ENTRY, folder, path, constants: { PROVIDER_VERSION: "1.2.3" } });
  });
  after(() => workspace.close());

  it("a preview from nothing and without credentials, which says once what it is", async () => {
    const output = await workspace.pulumi("preview", "--diff");
    assert.match(output, /\+ 4 to create/);
    assert.match(output, /known\s*: "10\.0\.0\.0\/16"\n\s*unknown: \[unknown\]/);
    assert.equal(output.split("AWS resources are previewed by this project's stand-in").length, 2);
  });

  it("an up that ends before it begins", async () => {
    const { code, output } = await workspace.attempt("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /cannot create aws:ec2\/vpc:Vpc: this project's stand-in for the AWS plugin/);
  });
});
