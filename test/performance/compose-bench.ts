/**
 * Compares `npm run up` of the profile `full` with `docker compose up --wait` of the same containers: same images, files, limits,
 * networks, health checks and order. npx tsx test/performance/compose-bench.ts
 * Needs Docker Compose 2 beside the engine, and the images (npm run toolchain -- --profile full).
 */
import { rmSync } from "node:fs";
import { writeComposeProject } from "./compose";
import { type Cost, exportedState, machine, measure, npm, pulumiEnv, withStack } from "./measure";

const RUNS = 3;
const show = (what: string, costs: readonly Cost[]): void =>
  console.log(`| ${what} | ${costs.map(({ wall }) => `${wall.toFixed(1)} s`).join(" · ")} |`);

/** From nothing to ready, each time on empty volumes. */
function composeUps(folder: string): Cost[] {
  const compose = `docker compose --project-directory ${folder} --file ${folder}/compose.yaml`;
  return Array.from({ length: RUNS }, () => {
    try {
      return measure(`${compose} up --wait --wait-timeout 600`);
    } finally {
      measure(`${compose} down --volumes --timeout 60`);
    }
  });
}

function main(): void {
  measure("docker compose version");
  console.log(`${machine()}\n`);
  let folder: string | undefined;
  try {
    const ups: Cost[] = [];
    for (let run = 0; run < RUNS; run++)
      withStack("full", () => {
        ups.push(measure(npm("up")));
        folder ??= writeComposeProject(exportedState(pulumiEnv()));
      });
    if (folder === undefined) throw new Error("no state to compare with");
    console.log("| from nothing to ready, profile full, images there | wall, each run |\n|---|---|");
    show("`npm run up`", ups);
    show("`docker compose up --wait`, generated file", composeUps(folder));
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

main();
