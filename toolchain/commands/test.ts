import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors";
import { mocha, show } from "../testing/run";
import {
  type Counts,
  closingLine,
  none,
  sum,
  type Tier,
  type TierName,
  tierNames,
  tiers,
} from "../testing/tiers";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";

/** The stack that live tests bring up and take down: their own, so that nobody's data is touched. */
const TEST_STACK = "selftest";

/** All stacks that the tests make. What a run that was killed has left of them is cleared before the next. */
const TEST_STACKS = [TEST_STACK, `${TEST_STACK}-chaos`, `${TEST_STACK}-wrong`];

/** Beside stack dev on one host: other ports, other networks, another domain. */
const TEST_SETTINGS = `config:
  semblance-curation:settings:
    domain: semblance-test.localhost
    edge: { httpsPort: 18443, httpPort: 18080 }
    subnets: 10.91.0.0/20
`;

/** `npm test`. */
export const test: Command = {
  syntax: {
    name: "test",
    summary: "Runs the tests: fast ones, ones on a Docker engine, and live ones on a platform of their own.",
    options: {
      tier: { type: "string", choices: [...tierNames, "all"], help: "which tests (default: all)" },
      minutes: {
        type: "string",
        value: "N",
        help: "skip a tier that would not fit into N minutes (default: no limit)",
      },
      keep: { type: "boolean", help: "leave the stack of the live tests running" },
    },
    examples: ["npm run test:fast", "npm test -- --tier live --keep"],
  },
  run: runTests,
};

async function runTests(args: Args, { root, print }: Surroundings): Promise<number> {
  const started = Date.now();
  const limit = minutesOf(args.text("minutes"));
  const wanted = args.text("tier") ?? "all";
  const chosen = tierNames.filter((name) => wanted === "all" || wanted === name);
  let counts = none;
  for (const name of chosen) {
    const left = limit - (Date.now() - started) / 60_000;
    counts = sum(counts, await runTier(name, tiers[name], { root, print, left, keep: args.flag("keep") }));
  }
  print(closingLine(counts));
  return counts.failed === 0 ? 0 : 1;
}

function minutesOf(text: string | undefined): number {
  const minutes = text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  if (minutes > 0) return minutes;
  throw new UserError(`--minutes: found "${text}"; allowed: a number above 0`, "npm test -- --minutes 60");
}

interface TierRun {
  readonly root: string;
  readonly left: number;
  readonly keep: boolean;
  print(text: string): void;
}

async function runTier(name: TierName, tier: Tier, run: TierRun): Promise<Counts> {
  run.print(`\n== ${name} ==`);
  if (tier.minutes > run.left) {
    run.print(
      `skipped: tier ${name} takes about ${tier.minutes} minutes and ${Math.floor(run.left)} are left`,
    );
    return { ...none, skipped: 1 };
  }
  const env = { ...process.env, SEMBLANCE_TEST_STACK: TEST_STACK };
  if (tier.needs === "nothing") return sum(await lint(run), await mocha(tier.files, run.root, env));
  if (tier.needs === "engine") {
    const ready = await project(run.root, "toolchain");
    return ready === 0
      ? mocha(tier.files, run.root, env)
      : failed(run, "the engine and the images are not ready");
  }
  return onPlatform(tier, run, env);
}

/** Types, imports and style: one test, as it passes or fails as a whole. */
async function lint(run: TierRun): Promise<Counts> {
  const code = await show("npm", ["run", "--silent", "lint"], run.root, process.env);
  return code === 0 ? { ...none, passed: 1 } : failed(run, "npm run lint");
}

/** Brings the test stack up, runs the tier on it, and takes it down with its data, whatever happened. */
async function onPlatform(tier: Tier, run: TierRun, env: NodeJS.ProcessEnv): Promise<Counts> {
  for (const stack of run.keep ? [] : TEST_STACKS) {
    await project(run.root, "down", "--stack", stack, "--with-data", "--yes");
  }
  await writeFile(join(run.root, `Pulumi.${TEST_STACK}.yaml`), TEST_SETTINGS, { flag: "wx" }).catch(
    () => undefined,
  );
  const up = await project(run.root, "up", "--stack", TEST_STACK);
  const counts =
    up === 0
      ? await mocha(tier.files, run.root, env)
      : failed(run, `npm run up -- --stack ${TEST_STACK} failed`);
  if (run.keep) return counts;
  const down = await project(run.root, "down", "--stack", TEST_STACK, "--with-data", "--yes");
  return down === 0 ? counts : sum(counts, failed(run, `npm run down -- --stack ${TEST_STACK} failed`));
}

/** Runs one of the project's own commands as a person would. */
function project(root: string, ...args: readonly string[]): Promise<number> {
  return show(process.execPath, ["toolchain/start.mjs", ...args], root, process.env);
}

function failed(run: TierRun, why: string): Counts {
  run.print(`failed: ${why}`);
  return { ...none, failed: 1 };
}
