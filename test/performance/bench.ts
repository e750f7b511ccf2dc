/**
 * Measures what docs/benchmarks.md reports: npx tsx test/performance/bench.ts
 * Brings a stack of its own up and down, so images and CLI should be there (npm run toolchain). Prints Markdown.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeFlatProgram } from "./flat";
import {
  type Cost,
  exportedState,
  machine,
  measure,
  npm,
  pulumiEnv,
  root,
  STACK,
  withStack,
} from "./measure";

const RUNS = 3;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const repeat = (work: () => Cost): Cost => {
  const all = Array.from({ length: RUNS }, work);
  return { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) };
};
const row = (what: string, goal: string, { wall, cpu }: Cost): void =>
  console.log(`| ${what} | ${goal} | ${wall.toFixed(1)} s | ${cpu.toFixed(1)} s |`);

function memory(): string {
  const names = execFileSync(
    "docker",
    ["ps", "--filter", `label=semblance.stack=${STACK}`, "--format", "{{.Names}}"],
    { encoding: "utf8" },
  );
  const usage = execFileSync(
    "docker",
    ["stats", "--no-stream", "--format", "{{.MemUsage}}", ...names.trim().split("\n")],
    { encoding: "utf8" },
  );
  const units: Readonly<Record<string, number>> = { KiB: 1 / 1024, MiB: 1, GiB: 1024 };
  const total = [...usage.matchAll(/^([\d.]+)(KiB|MiB|GiB)/gm)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ""] ?? 0),
    0,
  );
  return `${Math.round(total)} MiB`;
}

/** CPU time of a preview from an empty state, of this program and of one that registers the same resources flat. */
function previews(env: NodeJS.ProcessEnv): { ours: Cost; flat: Cost } {
  const folder = writeFlatProgram(exportedState(env), root);
  const backend = join(folder, "state");
  const isolated = { ...env, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "bench" };
  execFileSync("mkdir", ["-p", backend]);
  const preview = (cwd: string): Cost =>
    repeat(() => measure(`pulumi preview --non-interactive -s ${STACK}flat`, cwd, isolated));
  try {
    execFileSync("pulumi", ["stack", "init", `${STACK}flat`], { cwd: folder, env: isolated });
    execFileSync("pulumi", ["stack", "init", `${STACK}flat`], { cwd: root, env: isolated });
    return { flat: preview(folder), ours: preview(root) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(root, `Pulumi.${STACK}flat.yaml`), { force: true });
  }
}

function main(): void {
  console.log(`${machine()}\n`);
  console.log("| what | goal | wall | CPU of the project's processes |\n|---|---|---|---|");
  withStack("core", () => {
    row("`up` from nothing, images and CLI there", "90 s", measure(npm("up")));
    row(
      "second `up`, no change",
      "",
      repeat(() => measure(npm("up"))),
    );
    row(
      "`preview`, no change",
      "",
      repeat(() => measure(npm("preview"))),
    );
    row(
      "`status`",
      "",
      repeat(() => measure(npm("status"))),
    );
    console.log(`\nMemory of the core profile, all containers: ${memory()} (goal: 3 GiB)\n`);
    const { ours, flat } = previews(pulumiEnv());
    console.log(
      `Preview from an empty state: ${ours.cpu.toFixed(1)} s of CPU; a flat program with the same resources: ${flat.cpu.toFixed(1)} s; ratio ${(ours.cpu / flat.cpu).toFixed(2)} (goal: 1.2)`,
    );
  });
}

main();
