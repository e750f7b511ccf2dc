import assert from "node:assert/strict";
import { compare } from "../../toolchain/commands/healing/compare";
import { type EngineContainer, exitCodeIn, healthIn } from "../../toolchain/commands/healing/inventory";
import type { StackState } from "../../toolchain/commands/stack/state";
import { ageOf, rowsOf } from "../../toolchain/commands/status/rows";

const container = (name: string, more: Partial<EngineContainer> = {}): EngineContainer => ({
  id: `id-${name}`,
  name: `semblance-dev-${name}`,
  state: "running",
  health: "healthy",
  exitCode: undefined,
  job: undefined,
  service: name,
  imageId: "sha256:abc",
  image: "abc",
  created: 1_000,
  ...more,
});
const job = (name: string, exitCode: number): EngineContainer =>
  container(name, { service: undefined, job: name, state: "exited", health: "none", exitCode });

function resource(type: string, name: string, service?: string) {
  const labels = [
    { label: "semblance.stack", value: "dev" },
    ...(service === undefined ? [] : [{ label: "semblance.service", value: service }]),
  ];
  const token = `docker:index/${type}:${type[0]?.toUpperCase()}${type.slice(1)}`;
  const id = type === "volume" ? name : `id-${name}`;
  return {
    urn: `urn:pulumi:dev::p::${token}::${name}`,
    type: token,
    id,
    inputs: { name, labels, image: "sha256:abc" },
  };
}
const stateOf = (...resources: ReturnType<typeof resource>[]): StackState => ({
  version: 3,
  deployment: { resources },
});

describe("what the engine and the state of a stack disagree about", () => {
  const state = stateOf(
    resource("container", "postgres", "postgres"),
    resource("container", "setup"),
    resource("network", "net"),
    resource("volume", "data"),
  );
  const healthy = {
    containers: [container("postgres"), job("setup", 0)],
    networks: [{ id: "id-net", name: "net" }],
    volumes: ["data"],
  };

  it("is nothing on a healthy stack", () => {
    assert.deepEqual(compare(healthy, state), {
      orphans: { containers: [], networks: [] },
      sick: [],
      gone: [],
    });
  });

  it("finds what a killed run left behind, but never a volume", () => {
    const engine = {
      containers: [...healthy.containers, container("minio")],
      networks: [...healthy.networks, { id: "id-other", name: "other" }],
      volumes: [...healthy.volumes, "minio-data"],
    };
    const { orphans, sick, gone } = compare(engine, state);
    assert.deepEqual(
      orphans.containers.map(({ name }) => name),
      ["semblance-dev-minio"],
    );
    assert.deepEqual(orphans.networks, [{ id: "id-other", name: "other" }]);
    assert.deepEqual([sick, gone], [[], []]);
  });

  it("finds what is gone, of every kind", () => {
    const engine = { containers: [], networks: [], volumes: [] };
    assert.deepEqual(compare(engine, state).gone, ["postgres", "setup", "net", "data"]);
  });

  const ill: readonly (readonly [string, EngineContainer, boolean])[] = [
    ["a stopped server", container("postgres", { state: "exited", exitCode: 137, health: "none" }), true],
    ["a server that was never started", container("postgres", { state: "created", health: "none" }), true],
    ["a server in a crash loop", container("postgres", { state: "restarting", health: "none" }), true],
    ["an unhealthy server", container("postgres", { health: "unhealthy" }), true],
    ["a server that is still starting", container("postgres", { health: "starting" }), false],
    ["a job that failed", job("setup", 1), true],
    ["a job that ended well", job("setup", 0), false],
  ];
  for (const [what, found, sick] of ill) {
    it(`${sick ? "replaces" : "leaves alone"} ${what}`, () => {
      const engine = { ...healthy, containers: [found] };
      assert.deepEqual(compare(engine, state).sick, sick ? [found] : []);
    });
  }

  it("reads health and exit code out of the engine's list", () => {
    assert.equal(healthIn("Up 3 minutes (healthy)"), "healthy");
    assert.equal(healthIn("Up 3 minutes (unhealthy)"), "unhealthy");
    assert.equal(healthIn("Up 2 seconds (health: starting)"), "starting");
    assert.equal(healthIn("Up 2 seconds"), "none");
    assert.equal(exitCodeIn("Exited (137) 2 minutes ago"), 137);
    assert.equal(exitCodeIn("Up 2 minutes"), undefined);
  });
});

describe("rows of the status", () => {
  const state = stateOf(
    resource("container", "postgres", "postgres"),
    resource("container", "minio", "minio"),
  );
  const facts = { state, urls: { minio: "https://s3" }, absent: {}, tags: new Map([["sha256:abc", "postgres:17"]]) };
  const engine = (...containers: EngineContainer[]) => ({ containers, networks: [], volumes: [] });

  it("tells what the stack cannot have, as no failure of a service", () => {
    const absent = { grafana: "no registry answers" };
    const rows = rowsOf({ ...facts, absent, engine: engine(container("postgres"), container("minio")) });
    assert.deepEqual(rows.at(-1), { name: "grafana", ready: false, absent: absent.grafana, image: "" });
  });

  it("names each service with its readable image and URL", () => {
    const rows = rowsOf({ ...facts, engine: engine(container("postgres"), container("minio")) });
    assert.deepEqual(rows, [
      { name: "minio", ready: true, url: "https://s3", image: "postgres:17", startedAt: 1_000 },
      { name: "postgres", ready: true, image: "postgres:17", startedAt: 1_000 },
    ]);
  });

  it("says why a service is not ready", () => {
    const reasons = (...containers: EngineContainer[]) =>
      rowsOf({ ...facts, engine: engine(container("minio"), ...containers) }).map(({ reason }) => reason);
    assert.deepEqual(reasons(), [undefined, "its container is gone"]);
    assert.deepEqual(reasons(container("postgres", { health: "unhealthy" })), [
      undefined,
      "its health check fails",
    ]);
    assert.deepEqual(reasons(container("postgres", { state: "exited", exitCode: 1 })), [
      undefined,
      "stopped with code 1",
    ]);
    assert.deepEqual(reasons(container("postgres"), job("setup", 2)), [
      undefined,
      undefined,
      "job failed with code 2",
    ]);
  });

  it("lists every service as not ready when no engine answers", () => {
    const rows = rowsOf({ ...facts, engine: undefined });
    assert.deepEqual(
      rows.map(({ ready, reason }) => [ready, reason]),
      [
        [false, "no Docker Engine answers"],
        [false, "no Docker Engine answers"],
      ],
    );
  });

  it("tells ages as people do", () => {
    assert.equal(ageOf(1_000, 1_000_000 + 185_000), "3m 05s");
    assert.equal(ageOf(undefined, 0), "");
  });
});
