import assert from "node:assert/strict";
import { z } from "zod";
import { docker, objectsOf } from "../support/engine";
import { alive, family, type Process } from "../support/process-tree";
import { ScratchStack } from "../support/scratch";
import { expectCode, killGroup, type Running } from "../support/stack";
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
    resources: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

describe(`interruption: up is killed at three instants (SEMBLANCE_SEED=${seed})`, function () {
  this.timeout(900_000);
  const random = chance(seed);
  let stack: ScratchStack;

  before(async () => {
    stack = await ScratchStack.create("chaos", "10.92.0.0/20");
  });
  after(async () => stack?.discard());

  it("killed while it works on the stack, with all of its family: nothing of it goes on running", async () => {
    await killAfter(2 + random() * 8, killAll);
  });

  it("killed again, later, the front process alone: what it had started ends too, or is waited for", async () => {
    await killAfter(5 + random() * 15, killGroup);
  });

  it("killed a third time, all of it", async () => {
    await killAfter(10 + random() * 25, killAll);
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
    const { child, ended } = stack.start("up", [], { limitSeconds: 600 });
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    // Counted from where Pulumi begins: before it there are only checks, which change nothing.
    await until({ what: "up to begin its work on the stack", limitSeconds: 120, everySeconds: 0.1 }, () =>
      output.includes("Stack chaos"),
    );
    const end = performance.now() + seconds * 1000;
    await until(
      { what: "the instant of the kill", limitSeconds: seconds + 5, everySeconds: 0.05 },
      () => performance.now() >= end || child.exitCode !== null,
    );
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

const statusSchema = z.object({ services: z.array(z.object({ name: z.string(), ready: z.boolean() })) });

/** SIGKILL for a process and everything that descends from it, as when a machine loses its power. */
function killAll(child: Running["child"]): void {
  const members: readonly Process[] = family(child.pid ?? 0);
  for (const { pid } of members) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Ended while the others were killed.
    }
  }
}
