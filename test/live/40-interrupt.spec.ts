import assert from "node:assert/strict";
import { z } from "zod";
import { containersOf, docker, objectsOf } from "../support/engine";
import { EngineProxy } from "../support/engine-proxy";
import { alive, family } from "../support/process-tree";
import { ScratchStack } from "../support/scratch";
import { expectCode, killFamily, killGroup, type Running } from "../support/stack";
import { until } from "../support/until";

/** The instants at which `up` is killed follow from this number; a failure prints it, and it can be set again. */
const seed = Number(process.env["SEMBLANCE_SEED"] ?? Date.now() % 1_000_000);

/** Numbers between 0 and 1 that follow from a seed (mulberry32). */
function chance(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          id: z.string().optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

describe(`interruption: up is killed at three instants (SEMBLANCE_SEED=${seed})`, function () {
  this.timeout(900_000);
  const random = chance(seed);
  let stack: ScratchStack;
  let proxy: EngineProxy | undefined;

  before(async () => {
    // An engine on another machine is not reached by a socket that could be cut here.
    if ((process.env["DOCKER_HOST"] ?? "unix:").startsWith("unix:")) proxy = await EngineProxy.open();
    stack = await ScratchStack.create(
      "selftest-chaos",
      "10.92.0.0/20",
      proxy === undefined ? {} : { DOCKER_HOST: proxy.host },
    );
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await stack.keepLogs();
  });
  after(async () => {
    await stack?.discard();
    await proxy?.remove();
  });

  it("killed while it works on the stack, with all of its family: nothing of it goes on running", async () => {
    await killAfter(2 + random() * 8, killFamily);
  });

  it("killed again, later, the front process alone: what it had started ends too, or is waited for", async () => {
    await killAfter(5 + random() * 15, killGroup);
  });

  it("killed a third time, all of it", async () => {
    await killAfter(10 + random() * 25, killFamily);
  });

  it("the engine goes away in the middle: up ends with a message", async function () {
    if (proxy === undefined) {
      console.log("      skipped: DOCKER_HOST is another machine, whose socket cannot be cut here");
      this.skip();
    }
    const running = stack.start("up", [], { limitSeconds: 300 });
    await atWork(running, 5 + random() * 10);
    proxy.cut();
    const ended = expectCode(1, await running.ended);
    assert.match(ended.output, /^error: /m);
    assert.match(ended.output, /fix: /);
    await proxy.join();
  });

  it("up then converges: nothing on the engine that the state does not know, and no change left to make", async () => {
    expectCode(0, await stack.run("up", [], { limitSeconds: 600 }));
    const { services } = statusSchema.parse(JSON.parse((await stack.run("status", ["--json"])).stdout));
    assert.deepEqual(
      services.filter(({ ready }) => !ready),
      [],
    );
    const state = stateSchema.parse(
      JSON.parse(expectCode(0, await stack.pulumi(["stack", "export"])).stdout),
    );
    assert.deepEqual(state.deployment.pending_operations ?? [], []);
    const known = new Set((state.deployment.resources ?? []).flatMap(({ id }) => id ?? []));
    const filters = { label: [`semblance.stack=${stack.name}`] };
    const [containers, networks, { Volumes }] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]);
    const orphans = [
      ...containers.filter(({ Id }) => !known.has(Id)).map(({ Names }) => Names.join()),
      ...networks.filter(({ Id }) => !known.has(Id)).map(({ Name }) => Name),
      ...Volumes.filter(({ Name }) => !known.has(Name)).map(({ Name }) => Name),
    ];
    assert.deepEqual(orphans, []);
    expectCode(0, await stack.pulumi(["preview", "--expect-no-changes"]));
  });

  it("a certificate that has run out is made anew by up, with its server and Prometheus, which watches its end, and nothing else", async () => {
    const before_ = await idsOf(stack.name);
    const exported = expectCode(0, await stack.pulumi(["stack", "export"])).stdout;
    const state = stateSchema.parse(JSON.parse(exported));
    const leaf = state.deployment.resources?.find(({ urn }) =>
      urn.endsWith("::authority-redis-exporter-certificate"),
    );
    assert.ok(
      leaf?.outputs?.["validityEndTime"] !== undefined,
      "the state has no certificate of redis-exporter",
    );
    leaf.outputs["validityEndTime"] = "2020-01-01T00:00:00Z";
    expectCode(0, await stack.pulumi(["stack", "import"], { input: JSON.stringify(state) }));
    expectCode(0, await stack.run("up"));
    const after_ = await idsOf(stack.name);
    const changed = Object.keys(before_).filter((name) => before_[name] !== after_[name]);
    assert.deepEqual(changed.filter((name) => !name.endsWith("-files")).sort(), [
      `semblance-${stack.name}-prometheus`,
      `semblance-${stack.name}-redis-exporter`,
    ]);
  });

  it("down keeps the data and removes the rest; up takes the data over again", async () => {
    expectCode(0, await stack.run("down", [], { limitSeconds: 300 }));
    const left = await objectsOf(stack.name);
    assert.deepEqual([left.containers, left.networks], [[], []]);
    assert.deepEqual(
      left.volumes.filter((name) => !name.endsWith("-data")),
      [],
      "volumes that hold no data",
    );
    assert.ok(left.volumes.length >= 4, `kept only ${left.volumes.join(", ") || "nothing"}`);
    expectCode(0, await stack.run("up", [], { limitSeconds: 600 }));
  });

  it("down --with-data asks, and without a terminal changes nothing", async () => {
    const before_ = await objectsOf(stack.name);
    const ended = expectCode(1, await stack.run("down", ["--with-data"]));
    assert.match(ended.output, /--yes/);
    assert.deepEqual(await objectsOf(stack.name), before_);
  });

  it("down --with-data --yes leaves no container, network, volume", async () => {
    expectCode(0, await stack.run("down", ["--with-data", "--yes"], { limitSeconds: 300 }));
    assert.deepEqual(await objectsOf(stack.name), { containers: [], networks: [], volumes: [] });
  });

  /** Starts `up`, lets it work on the stack for a while, kills it, and waits until none of its processes is left. */
  async function killAfter(seconds: number, kill: (child: Running["child"]) => void): Promise<void> {
    const running = stack.start("up", [], { limitSeconds: 600 });
    const { child, ended } = running;
    await atWork(running, seconds);
    assert.equal(child.exitCode, null, `up was done before it could be killed after ${seconds.toFixed(1)} s`);
    const members = family(child.pid ?? 0);
    assert.ok(members.length > 3, `only ${members.length} processes: up was not at work`);
    kill(child);
    await ended;
    await until({ what: "the end of what up had started", limitSeconds: 60 }, () => {
      const left = alive(members);
      if (left.length > 0)
        throw new Error(left.map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`).join("\n"));
      return true;
    });
  }
});

/** Waits until `up` has worked on the stack for a while. Before that there are only checks, which change nothing. */
async function atWork({ child }: Running, seconds: number): Promise<void> {
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const begun = { what: "up to begin its work on the stack", limitSeconds: 300, everySeconds: 0.1 };
  await until(begun, () => output.includes("Stack selftest-chaos") || child.exitCode !== null);
  const end = performance.now() + seconds * 1000;
  const instant = { what: "the instant of the kill", limitSeconds: seconds + 5, everySeconds: 0.05 };
  await until(instant, () => performance.now() >= end || child.exitCode !== null);
}

/** Id of each container of a stack by its name. */
async function idsOf(stack: string): Promise<Record<string, string>> {
  return Object.fromEntries((await containersOf(stack)).map(({ Name, Id }) => [Name.slice(1), Id]));
}

const statusSchema = z.object({ services: z.array(z.object({ name: z.string(), ready: z.boolean() })) });
