import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { awsProvider } from "../../toolchain/providers/aws/provider";
import { SdkTypes } from "../../toolchain/providers/aws/sdk-types";
import { isMadeUp } from "../../toolchain/providers/base/made-up";
import { pretending, refusingMadeUp } from "../../toolchain/providers/base/pretend";
import {
  hasUnknown,
  type OperationContext,
  type Props,
  type Provider,
  type ResourceType,
} from "../../toolchain/providers/base/resource";
import { dockerProvider } from "../../toolchain/providers/docker/provider";
import { kubernetesProvider } from "../../toolchain/providers/kubernetes/provider";

const ROOT = join(__dirname, "..", "..");
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const CUSTOM = "kubernetes:example.com/v1:Thing";
const CLUSTER = "aws:eks/cluster:Cluster";

const urnOf = (token: string, name = "thing"): string => `urn:pulumi:dev::project::${token}::${name}`;

function typeOf(provider: Provider, token: string): ResourceType {
  const type = provider.resources[token] ?? provider.resourceOf?.(token);
  assert.ok(type, token);
  return type;
}

const contextOf = (urn: string): OperationContext => ({
  ...{ urn, timeoutMs: 1000, signal: AbortSignal.timeout(5000), ignoreChanges: [] },
  ...{ log: () => undefined, warn: () => undefined },
});

/** Checks and creates, as the engine does. */
async function made(
  provider: Provider,
  token: string,
  given: Props,
  name?: string,
): Promise<{ id: string; inputs: Props; state: Props }> {
  const type = typeOf(provider, token);
  const urn = urnOf(token, name);
  const seed = new Uint8Array(32).fill(7);
  const checked = await type.check?.(given, undefined, { urn, name: name ?? "thing", randomSeed: seed });
  assert.deepEqual(checked?.failures ?? [], []);
  const inputs = checked?.inputs ?? given;
  return { ...(await type.create(inputs, contextOf(urn))), inputs };
}

describe("providers that only pretend", () => {
  let server: Server;
  let dialled: number;
  const before_ = { host: process.env["DOCKER_HOST"], kubeconfig: process.env["KUBECONFIG"] };
  let address: string;

  before(async () => {
    server = createServer((socket) => {
      dialled += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env["DOCKER_HOST"] = `tcp://${address}`;
    process.env["KUBECONFIG"] = "/nowhere/kubeconfig";
  });
  beforeEach(() => (dialled = 0));
  after(() => {
    server.close();
    for (const [name, value] of [
      ["DOCKER_HOST", before_.host],
      ["KUBECONFIG", before_.kubeconfig],
    ] as const)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  const kubeconfig = () =>
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
      clusters: [{ name: "c", cluster: { server: `http://${address}` } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace: "of-the-machine" } }],
    });

  async function kubernetes(wrap: (provider: Provider) => Provider): Promise<Provider> {
    const provider = wrap(kubernetesProvider("1.0.0"));
    await provider.configure({ kubeconfig: kubeconfig(), clusterIdentifier: "c" });
    return provider;
  }

  /** Everything that the engine may ask of a type, with a change in it. */
  async function life(provider: Provider, token: string, given: Props, changed: Props): Promise<void> {
    const type = typeOf(provider, token);
    const { id, inputs, state } = await made(provider, token, given);
    const context = contextOf(urnOf(token));
    const olds = { inputs, state };
    await type.previewCreate?.(inputs, context);
    type.diff?.({ id, ...olds }, { ...inputs, ...changed });
    await type.previewUpdate?.(id, olds, { ...inputs, ...changed }, context);
    await type.update?.(id, olds, { ...inputs, ...changed }, context);
    const read = await type.read(id, olds, context);
    assert.deepEqual(read?.state, state, "what was there is what is there");
    await type.delete(id, olds, context);
    assert.equal(hasUnknown(state), false);
    assert.ok(isMadeUp(id));
  }

  it("dial nothing, whatever is asked", async () => {
    const cluster = await kubernetes(pretending);
    await life(
      cluster,
      CONFIG_MAP,
      { ...{ apiVersion: "v1", kind: "ConfigMap" }, metadata: { name: "a" }, data: { a: "1" } },
      { data: { a: "2" } },
    );
    await life(
      cluster,
      CUSTOM,
      { ...{ apiVersion: "example.com/v1", kind: "Thing" }, metadata: { name: "a" } },
      { spec: { a: 1 } },
    );
    const docker = pretending(dockerProvider("1.0.0"));
    await docker.configure({ host: `tcp://${address}` });
    await life(docker, VOLUME, { name: "data" }, { name: "other" });
    await life(docker, "docker:index/network:Network", { name: "n" }, { internal: true });
    await life(docker, "docker:index/remoteImage:RemoteImage", { name: "i:1" }, { name: "i:2" });
    await life(docker, CONTAINER, { name: "c", image: "i" }, { image: "j" });
    assert.equal(dialled, 0);
    // The test can see a dial: the real ones do.
    await assert.rejects(made(dockerProvider("1.0.0"), VOLUME, { name: "data" }));
    assert.ok(dialled > 0);
    const real = await kubernetes((provider) => provider);
    await typeOf(real, CUSTOM).previewCreate?.(
      { ...{ apiVersion: "example.com/v1", kind: "Thing" } },
      contextOf(urnOf(CUSTOM)),
    );
    assert.ok(dialled > 1);
  });

  it("put an object where the program says, not where a kubeconfig of the machine does", async () => {
    const cluster = await kubernetes(pretending);
    const { state } = await made(cluster, CONFIG_MAP, {
      ...{ apiVersion: "v1", kind: "ConfigMap" },
      metadata: { name: "a" },
    });
    assert.equal((state["metadata"] as Props)["namespace"], "default");
  });

  it("make the same up each time, and never the same for two resources", async () => {
    const docker = () => pretending(dockerProvider("1.0.0"));
    const one = await made(docker(), VOLUME, { name: "data" });
    assert.deepEqual(await made(docker(), VOLUME, { name: "data" }), one);
    const other = await made(docker(), VOLUME, { name: "data" }, "other");
    assert.notEqual(other.id, one.id);
    assert.notEqual(other.state["mountpoint"], one.state["mountpoint"]);
    assert.match(String(one.state["mountpoint"]), /pretended.*thing/);
  });

  it("have a job done with success, or the program would stop there", async () => {
    const docker = pretending(dockerProvider("1.0.0"));
    const job = await made(docker, CONTAINER, { name: "c", image: "i", mustRun: false, attach: true });
    assert.equal(job.state["exitCode"], 0);
    assert.ok(Array.isArray(job.state["command"]), "of the type that the schema says");
  });

  it("tell a replacement from a change, as the real ones do", async () => {
    const docker = pretending(dockerProvider("1.0.0"));
    const { id, inputs, state } = await made(docker, VOLUME, { name: "data" });
    const diff = typeOf(docker, VOLUME).diff?.({ id, inputs, state }, { ...inputs, name: "other" });
    assert.deepEqual(diff, { replace: ["name"], update: [] });
    assert.equal(typeOf(docker, VOLUME).update, undefined, "a type without updates has none");
  });

  it("give every output that AWS would, down to the ones inside of inputs", async () => {
    const { state, id } = await made(pretending(awsProvider("1.0.0", ROOT)), CLUSTER, {
      name: "prod",
      vpcConfig: { subnetIds: ["a"], endpointPublicAccess: false },
    });
    assert.ok(isMadeUp(id));
    assert.match(String(state["arn"]), /^arn:aws:pretended:/);
    assert.match(String(state["endpoint"]), /^https:\/\/thing-\w+\.pretended\.invalid$/);
    const { data } = state["certificateAuthority"] as Props;
    assert.equal(Buffer.from(String(data), "base64").toString("base64"), data);
    const vpc = state["vpcConfig"] as Props;
    assert.deepEqual([vpc["subnetIds"], vpc["endpointPublicAccess"]], [["a"], false], "inputs stay");
    assert.match(
      String(vpc["clusterSecurityGroupId"]),
      /^pretended-thing-\w+-vpcConfig\.clusterSecurityGroupId$/,
    );
    assert.equal(state["name"], "prod");
    assert.equal(state["deletionProtection"], false);
    const [identity] = state["identities"] as Props[];
    const [oidc] = identity?.["oidcs"] as Props[];
    assert.match(String(oidc?.["issuer"]), /^https:/);
  });

  it("know the outputs of every AWS type of the project", () => {
    const types = new SdkTypes(ROOT);
    const resources = readFileSync(join(ROOT, "test", "specs", "aws-resources.txt"), "utf8");
    const tokens = new Set(resources.match(/^aws:\S+/gm));
    assert.ok(tokens.size > 25, String(tokens.size));
    for (const token of tokens) assert.ok(Object.keys(types.outputsOf(token)).length > 1, token);
    assert.deepEqual(types.outputsOf("aws:brand/new:Thing"), {});
    const group = types.outputsOf("aws:eks/nodeGroup:NodeGroup")["resources"];
    const inner = group?.type === "list" && group.items.type === "object" ? group.items.properties : {};
    assert.equal(inner["autoscalingGroups"]?.type, "list");
  });

  it("leave alone what is real, and real ones leave alone what is not", async () => {
    const olds = { inputs: { name: "data" }, state: { name: "data" } };
    const context = contextOf(urnOf(VOLUME));
    const pretended = typeOf(pretending(dockerProvider("1.0.0")), VOLUME);
    const ours = /"data" is a real one, and this provider only pretends[^]*fix: /;
    assert.throws(() => pretended.diff?.({ id: "data", ...olds }, {}), ours);
    await assert.rejects(pretended.delete("data", olds, context), ours);
    const real = typeOf(refusingMadeUp(dockerProvider("1.0.0")), VOLUME);
    const { id } = await made(pretending(dockerProvider("1.0.0")), VOLUME, { name: "data" });
    const theirs = /was never made: this state was written by a review[^]*fix: /;
    assert.throws(() => real.diff?.({ id, ...olds }, {}), theirs);
    await assert.rejects(real.read(id, olds, context), theirs);
    await assert.rejects(real.delete(id, olds, context), theirs);
    assert.equal(dialled, 0);
  });

  it("run for real where nothing is dialled anyway", () => {
    const pure: Provider = { ...dockerProvider("1.0.0"), pure: true };
    assert.equal(pretending(pure), pure);
    assert.equal(refusingMadeUp(pure), pure);
  });
});
