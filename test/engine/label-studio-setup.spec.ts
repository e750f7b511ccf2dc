import assert from "node:assert/strict";
import { docker } from "../support/engine";
import { until } from "../support/until";
import { SUBNETS } from "../parts/subnets";
import { LabelStudioDatabase } from "./label-studio-database";

/** How long after it has begun each of these jobs is killed: before, while, and after the tables are made, on most machines. */
const KILLED_AFTER_MS = [0, 100, 300, 600, 1000];

describe("Label Studio's set-up on the real database", function () {
  this.timeout(300_000);
  const world = new LabelStudioDatabase("t-label-studio-setup", SUBNETS.labelStudioSetup);
  const tables = (): Promise<string> =>
    world.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");

  before(() => world.open());
  after(() => world.bench.close());

  it("leaves all tables or none where it is cut off, and goes on from there", async () => {
    const seen = new Set<string>();
    for (const [index, afterMs] of KILLED_AFTER_MS.entries()) {
      const job = world.bench.job(`cut-${index}`, world.setup);
      const begun = await until(
        { what: "the job to be at the tables", limitSeconds: 60, everySeconds: 0.05 },
        async () => (/empty database|migrating/.test(await saidBy(`cut-${index}`)) ? Date.now() : undefined),
      );
      await until(
        { what: "it to have been at work", limitSeconds: 10, everySeconds: 0.02 },
        () => Date.now() - begun >= afterMs || undefined,
      );
      await docker
        .getContainer(containerOf(`cut-${index}`))
        .kill()
        .catch(gone);
      await job;
      seen.add(await tables());
    }
    const whole = await world.job("setup", world.setup).then(tables);
    assert.ok(Number(whole) > 60, `${whole} tables`);
    assert.deepEqual(
      [...seen].filter((count) => count !== "0" && count !== whole),
      [],
    );
  });

  it("has nothing left to migrate after that, and changes nothing when it runs again", async () => {
    const said = await world.job("setup", world.setup);
    assert.match(said, /"message": "migrating", "pending": 0/);
    assert.doesNotMatch(said, /empty database|changed/);
  });

  const containerOf = (job: string): string => `${world.bench.name}-${job}`;
  const saidBy = async (job: string): Promise<string> => {
    const logs = docker.getContainer(containerOf(job)).logs({ stdout: true, stderr: true });
    return logs.then(String, () => "");
  };
});

/** It has ended by itself: then there is nothing to cut off. */
function gone(error: unknown): void {
  if (!(error instanceof Error && /not running|No such container/.test(error.message))) throw error;
}
