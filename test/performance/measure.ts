import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** The stack that benchmarks bring up and take down. */
export const STACK = "bench";
export const root = join(__dirname, "..", "..");

/** What a command cost. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs a shell command; bash adds up the CPU time of all that it has waited for. */
export function measure(command: string, cwd = root, env: NodeJS.ProcessEnv = process.env): Cost {
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

/** The command line of one of the project's commands for the stack. */
export const npm = (command: string, ...args: string[]): string =>
  `npm run -s ${command} -- --stack ${STACK} ${args.join(" ")}`;

/** Environment of plain Pulumi, as `npm run env` prints it. */
export function pulumiEnv(): NodeJS.ProcessEnv {
  const script = 'eval "$(npm run -s env)"; env -0';
  const pairs = execFileSync("bash", ["-c", script], { cwd: root, encoding: "utf8" }).split("\0");
  return Object.fromEntries(
    pairs
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

/** The stack's state, with its secrets in plain text. */
export const exportedState = (env: NodeJS.ProcessEnv): string =>
  execFileSync("pulumi", ["stack", "export", "--show-secrets", "-s", STACK], {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 1e9,
  });

/** The machine, as a line. */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;

/** Does the work with settings for the stack that collide with no other, and takes the stack down afterwards. */
export function withStack(profile: "core" | "full", work: () => void): void {
  const settings = join(root, `Pulumi.${STACK}.yaml`);
  writeFileSync(
    settings,
    `config:\n  semblance-curation:settings:\n    profile: ${profile}\n    domain: semblance-bench.localhost\n` +
      "    edge: { httpsPort: 28443, httpPort: 28080 }\n    subnets: 10.94.0.0/20\n",
  );
  try {
    work();
  } finally {
    measure(npm("down", "--with-data", "--yes"));
    rmSync(settings, { force: true });
  }
}
