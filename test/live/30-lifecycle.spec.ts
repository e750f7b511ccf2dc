import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, executeOk, serverOf, serversOf } from "../support/engine";
import { authority, login, status, urls } from "../support/facts";
import { killOnEngine } from "../support/kill";
import { LabelStudioApi } from "../support/label-studio-api";
import { projectOk, pulumi, pulumiOk, expectCode, stackName } from "../support/stack";
import { until } from "../support/until";

const ready = async (limitSeconds: number, what: string): Promise<void> =>
  void (await until({ what: `all services, ${what}`, limitSeconds, everySeconds: 2 }, async () => {
    const { services } = await status();
    const sick = services.filter((service) => !service.ready && service.absent === undefined);
    if (sick.length > 0) throw new Error(sick.map(({ name, reason }) => `${name}: ${reason}`).join(", "));
    return true;
  }));

describe("life cycle: run again, lose a container, kill every container", function () {
  this.timeout(600_000);
  let api: LabelStudioApi;
  let annotations: number;
  let project: number;

  before(async () => {
    await ready(120, "before the first test");
    api = await LabelStudioApi.logIn(
      (await urls())("label-studio"),
      await authority(),
      await login("label-studio"),
    );
    project = await api.createProject("Life cycle");
    await api.annotate(await api.createTask(project), "cat");
    annotations = await countAnnotations();
    assert.ok(annotations > 0);
  });

  it("a second up changes nothing, and Pulumi agrees that there is nothing to do", async () => {
    const before_ = await identities();
    const { output } = await projectOk("up", ["--stack", stackName], { limitSeconds: 180 });
    assert.match(output, /no changes/);
    assert.deepEqual(await identities(), before_);
    expectCode(0, await pulumi(["preview", "--expect-no-changes", "--diff"], { limitSeconds: 120 }));
  });

  it("a refresh finds nothing that differs from the state", async () => {
    await pulumiOk(["refresh", "--yes", "--skip-preview", "--expect-no-changes"], { limitSeconds: 180 });
  });

  it("a container removed by hand: status tells it, refresh finds it, up brings it back, and only it", async () => {
    const before_ = await identities();
    await docker.getContainer((await serverOf("redis-exporter")).Id).remove({ force: true });
    const missing = (await status()).services.find(({ name }) => name === "redis-exporter");
    assert.equal(missing?.ready, false);
    assert.match(missing.reason ?? "", /gone/);
    const refresh = await pulumiOk(["refresh", "--yes", "--skip-preview"], { limitSeconds: 180 });
    assert.match(refresh, /- +1 deleted/);
    await projectOk("up", ["--stack", stackName], { limitSeconds: 180 });
    await ready(60, "after up");
    const after_ = await identities();
    const changed = Object.keys(before_).filter((name) => before_[name] !== after_[name]);
    assert.deepEqual(changed, ["redis-exporter"]);
    expectCode(0, await pulumi(["preview", "--expect-no-changes"], { limitSeconds: 120 }));
  });

  it("a container removed by hand: the check for drift names it, and up alone heals it too", async () => {
    const drift = async (): Promise<string> => {
      const folder = mkdtempSync(join(tmpdir(), "drift-"));
      const args = ["drift", "--stack", stackName, "--out", folder];
      return (await projectOk("ci", args, { limitSeconds: 180 })).output;
    };
    await docker.getContainer((await serverOf("postgres-exporter")).Id).remove({ force: true });
    const found = await drift();
    assert.match(found, /has drifted:\n\+ docker Container postgres-exporter\n1 to create/);
    await projectOk("up", ["--stack", stackName], { limitSeconds: 180 });
    await ready(60, "after up");
    assert.match(await drift(), /no drift/);
  });

  it("every server killed once comes back by itself, and what was labelled is there", async () => {
    const names = [...(await serversOf()).keys()].sort();
    for (const name of names) {
      const { Id, State } = await serverOf(name);
      await killOnEngine([State.Pid]);
      await until({ what: `${name} to come back`, limitSeconds: 240, everySeconds: 1 }, async () => {
        const { State: now } = await docker.getContainer(Id).inspect();
        return now.Pid !== State.Pid && now.Health?.Status === "healthy";
      });
    }
    await ready(120, "after each was killed");
    assert.equal(await countAnnotations(), annotations);
    assert.deepEqual(await api.choicesOf(project), ["cat"], "the session from before the kills still works");
  });

  it("all servers killed at the same time come back together", async () => {
    const before_ = await processes();
    await killOnEngine(Object.values(before_));
    // Right after the kill the engine has not noticed yet, and still calls them healthy.
    await until({ what: "all to be started anew", limitSeconds: 240, everySeconds: 1 }, async () => {
      const now = await processes();
      return Object.entries(before_).every(([name, pid]) => now[name] !== pid && now[name] !== 0);
    });
    await ready(300, "after all were killed");
    assert.deepEqual(await api.choicesOf(project), ["cat"]);
    expectCode(0, await pulumi(["preview", "--expect-no-changes"], { limitSeconds: 120 }));
  });
});

/** Id of the container of each server: another one is another container. */
async function identities(): Promise<Record<string, string>> {
  return Object.fromEntries([...(await serversOf())].map(([name, { Id }]) => [name, Id]));
}

/** First process of each server; 0 while it does not run. */
async function processes(): Promise<Record<string, number>> {
  return Object.fromEntries([...(await serversOf())].map(([name, { State }]) => [name, State.Pid]));
}

async function countAnnotations(): Promise<number> {
  const { Id } = await serverOf("postgres");
  const query = "select count(*) from task_completion";
  return Number(
    await executeOk(Id, [
      "psql",
      "-h",
      "/run/postgresql",
      "-U",
      "postgres",
      "-d",
      "label_studio",
      "-AtXc",
      query,
    ]),
  );
}
