/**
 * Compares `npm run up` of the profile `full` with `docker compose up --wait` of the same containers: same images, files, limits,
 * networks, health checks and order. npx tsx test/performance/compose-bench.ts [RUNS]
 * Needs Docker Compose 2 beside the engine, and the images (npm run toolchain -- --profile full).
 */
import { rmSync } from "node:fs";
import { writeComposeProject } from "./compose";
import { type Cost, exportedState, machine, measure, npm, pulumiEnv, withStack } from "./measure";

const RUNS = Number(process.argv[2] ?? 3);
const show = (what: string, costs: readonly Cost[]): void =>
  console.log(`| ${what} | ${costs.map(({ wall }) => `${wall.toFixed(1)} s`).join(" · ")} |`);

/**
 * From nothing to ready, on empty volumes. Compose waits until every server is healthy and every job has ended, and then calls a
 * job that ended well a failure: that one complaint is none.
 */
function composeUp(folder: string): Cost {
  const compose = `docker compose --project-directory ${folder} --file ${folder}/compose.yaml`;
  const said = `${folder}/said`;
  const onlyJobs = `test "$(tail -n 1 ${said} | grep -c 'exited (0)')" = 1`;
  try {
    return measure(`${compose} up --wait --wait-timeout 600 2>${said} || ${onlyJobs}`);
  } finally {
    measure(`${compose} down --volumes --timeout 60`);
  }
}

function main(): void {
  measure("docker compose version");
  console.log(`${machine()}\n`);
  const ups: Cost[] = [];
  const composeUps: Cost[] = [];
  // In turn, so that what else goes on on the machine weighs on both.
  for (let run = 0; run < RUNS; run++) {
    let folder = "";
    withStack("full", () => {
      ups.push(measure(npm("up")));
      folder = writeComposeProject(exportedState(pulumiEnv()));
    });
    try {
      composeUps.push(composeUp(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log("| from nothing to ready, profile full, images there | wall, each run |\n|---|---|");
  show("`npm run up`", ups);
  show("`docker compose up --wait`, generated file", composeUps);
}

main();
