import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JobSpec } from "../../components/core/workload";
import { labelStudioExporterSpec } from "../../components/services/label-studio/exporter";
import { ask } from "../support/ask";
import { https, redis } from "../support/samples";
import { SUBNETS } from "../parts/subnets";
import { login } from "./gateway-bench";
import { LabelStudioDatabase } from "./label-studio-database";

const world = new LabelStudioDatabase("t-bak-agreement", SUBNETS.agreement);
const { reader, setup, trust, bench } = world;
const SEED = "/etc/semblance/app/seed.py";
const seed: JobSpec = {
  ...setup,
  command: ["/opt/label-studio/bin/python", SEED],
  files: { ...setup.files, [SEED]: readFileSync(join(__dirname, "label-studio-agreement-seed.py"), "utf8") },
};

describe("agreement of annotators on the real database", function () {
  this.timeout(1_800_000);
  let made: { animals: number; boxes: number };

  const sql = world.sql.bind(world);
  const outcomes = async (project: number): Promise<Record<string, number>> => {
    const rows = await sql(
      "SELECT project, outcome, tasks FROM semblance_agreement()",
      "label_studio_exporter",
    );
    const cells = rows.split("\n").map((row) => row.split("|"));
    return Object.fromEntries(
      cells
        .filter(([of]) => Number(of) === project)
        .map(([, outcome = "", tasks]) => [outcome, Number(tasks)]),
    );
  };

  before(async () => {
    // The exporter's other sources are refused at once there, instead of being looked up for long.
    await world.open(["label-studio", "redis"]);
    await world.job("setup", setup);
    const said = await world.job("seed", seed);
    made = JSON.parse(said.trim().split("\n").at(-1) ?? "") as typeof made;
  });
  after(() => bench.close());

  it("counts tasks on which people chose the same, something else, or what cannot be compared", async () => {
    assert.deepEqual(await outcomes(made.animals), { agree: 6, disagree: 5, not_compared: 1 });
  });

  it("compares labels by how often they occur, not by where they lie; odd results break nothing", async () => {
    assert.deepEqual(await outcomes(made.boxes), { agree: 1, disagree: 2, not_compared: 1 });
  });

  it("is told to Prometheus by the exporter, with its own role", async () => {
    const spec = labelStudioExporterSpec({
      leaf: world.leaf("label-studio-exporter"),
      listen: ["0.0.0.0"],
      web: { ...https, trust },
      postgres: reader,
      redis: { ...redis, trust },
      scrape: login("prometheus", "scrape0123"),
    });
    await bench.start("label-studio-exporter", 3, spec);
    const url = `https://${bench.address(3)}:9400/metrics`;
    const { body } = await ask({
      url,
      name: "label-studio-exporter",
      ca: world.ca,
      login: "prometheus:scrape0123",
    });
    assert.match(body, /^label_studio_exporter_source_up\{source="agreement"\} 1\.0$/m);
    assert.match(body, /^label_studio_exporter_source_up\{source="postgresql"\} 1\.0$/m);
    for (const [outcome, tasks] of Object.entries({ agree: 6, disagree: 5, not_compared: 1 }))
      assert.ok(
        body.includes(
          `label_studio_agreement_tasks{outcome="${outcome}",project="${made.animals}"} ${tasks}.0`,
        ),
        body,
      );
    assert.doesNotMatch(body, /cat|dog|tabby/);
  });

  it("shows no result to the role that asks, and answers nobody else", async () => {
    const reading = "SELECT result FROM task_completion";
    await assert.rejects(
      sql(reading, "label_studio_exporter"),
      /permission denied for table task_completion/,
    );
    await sql("CREATE ROLE stranger");
    await sql("GRANT USAGE ON SCHEMA public TO stranger");
    const asking = "SELECT * FROM public.semblance_agreement()";
    await assert.rejects(sql(asking, "stranger"), /permission denied for function semblance_agreement/);
    // A table of the same name, put in the way, is not looked at.
    assert.equal(
      await sql(
        "SELECT proconfig, pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'semblance_agreement'",
      ),
      '{"search_path=pg_catalog, pg_temp"}|label_studio',
    );
  });

  it("can be set up again, and stands in the way of no migration", async () => {
    await world.job("setup-again", setup);
    await sql("BEGIN; ALTER TABLE task_completion ALTER result TYPE text; ROLLBACK");
    assert.deepEqual(await outcomes(made.boxes), { agree: 1, disagree: 2, not_compared: 1 });
  });

  it("costs seconds at most with a hundred thousand tasks that two people annotated", async () => {
    await sql(`
      INSERT INTO task (data, is_labeled, overlap, project_id, created_at, updated_at, inner_id, total_annotations,
        cancelled_annotations, total_predictions, comment_count, unresolved_comment_count)
      SELECT '{}', true, 2, project, now(), now(), i, 2, 0, 0, 0, 0
      FROM generate_series(1, 50000) i, unnest(ARRAY[${made.animals}, ${made.boxes}]) project`);
    await sql(`
      INSERT INTO task_completion (task_id, project_id, completed_by_id, result, was_cancelled, ground_truth, result_count,
        created_at, updated_at, bulk_created)
      SELECT t.id, t.project_id, u.id, jsonb_build_array(jsonb_build_object('from_name', 'animal', 'type', 'choices',
        'value', jsonb_build_object('choices', jsonb_build_array('cat', repeat('x', (t.id * u.id % 2)::int))))), false, false, 1,
        now(), now(), false
      FROM task t, (SELECT id FROM htx_user WHERE email IN ('ann@semblance.local', 'bob@semblance.local')) u
      WHERE t.inner_id > 0 ORDER BY t.id, u.id`);
    const began = Date.now();
    const found = await outcomes(made.animals);
    const seconds = (Date.now() - began) / 1000;
    // Of the newest five hundred annotations, two to a task.
    assert.equal((found["agree"] ?? 0) + (found["disagree"] ?? 0), 250);
    assert.ok(seconds < 8, `${seconds} s, and the exporter gives up after 8`);
  });
});
