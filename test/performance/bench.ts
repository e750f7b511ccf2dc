/**
 * Measures what docs/benchmarks.md reports: npx tsx test/performance/bench.ts
 * Brings a stack of its own up and down, so images and CLI should be there (npm run toolchain). Prints Markdown.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { writeFlatProgram } from "./flat";

const STACK = "bench";
const root = join(__dirname, "..", "..");
const RUNS = 3;

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs a shell command; bash adds up the CPU time of all that it has waited for. */
function measure(command: string, cwd = root, env: NodeJS.ProcessEnv = process.env): Cost {
  const started = performance.now();
  const result = spawnSync("bash", ["-c", `(${command}) >/dev/null 2>&1; code=$?; times; exit $code`], {
    cwd,
    env,
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`failed with ${result.status}: ${command}`);
  const ofChildren = result.stdout.trim().split("\n").at(-1) ?? "";
  const cpu = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return { wall: (performance.now() - started) / 1000, cpu };
}

const npm = (command: string, ...args: string[]): string =>
  `npm run -s ${command} -- --stack ${STACK} ${args.join(" ")}`;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const repeat = (work: () => Cost): Cost => {
  const all = Array.from({ length: RUNS }, work);
  return { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) };
};
const row = (what: string, goal: string, { wall, cpu }: Cost): void =>
  console.log(`| ${what} | ${goal} | ${wall.toFixed(1)} s | ${cpu.toFixed(1)} s |`);

/** Environment of plain Pulumi, as `npm run env` prints it. */
function pulumiEnv(): NodeJS.ProcessEnv {
  const script = 'eval "$(npm run -s env)"; env -0';
  const pairs = execFileSync("bash", ["-c", script], { cwd: root, encoding: "utf8" }).split("\0");
  return Object.fromEntries(
    pairs
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

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
  const exported = execFileSync("pulumi", ["stack", "export", "--show-secrets", "-s", STACK], {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const folder = writeFlatProgram(exported, root);
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
  writeFileSync(
    join(root, `Pulumi.${STACK}.yaml`),
    "config:\n  semblance-curation:settings:\n    domain: semblance-bench.localhost\n" +
      "    edge: { httpsPort: 28443, httpPort: 28080 }\n    subnets: 10.92.0.0/20\n",
  );
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}\n`,
  );
  console.log("| what | goal | wall | CPU of the project's processes |\n|---|---|---|---|");
  try {
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
  } finally {
    measure(npm("down", "--with-data", "--yes"));
    rmSync(join(root, `Pulumi.${STACK}.yaml`), { force: true });
  }
}

main();
