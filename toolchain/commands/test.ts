import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSettings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { CONTROL_PLANE_MINUTES, hasControlPlane } from "../cluster/build";
import { UserError } from "../errors";
import { mocha, show } from "../testing/run";
import {
  closing,
  failure,
  MINUTES_PER_IMAGE,
  none,
  type Outcome,
  sum,
  type Tier,
  type TierName,
  tierNames,
  tiers,
} from "../testing/tiers";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";
import { missingImages } from "./images";

/** The stack that live tests bring up and take down: their own, so that nobody's data is touched. */
const TEST_STACK = "selftest";

/** All stacks that the tests make. What a run that was killed has left of them is cleared before the next. */
const TEST_STACKS = [TEST_STACK, `${TEST_STACK}-chaos`, `${TEST_STACK}-wrong`];

/** Beside stack dev on one host: other ports, other networks, another domain. The full profile is tested with all there is. */
const SETTINGS = {
  core: testSettings({ profile: "core", development: false }),
  full: testSettings({ profile: "full", development: true, alerts: { receiver: "email" } }),
};

function testSettings<const T extends object>(more: T) {
  return {
    domain: "semblance-test.localhost",
    edge: { httpsPort: 18443, httpPort: 18080 },
    subnets: "10.91.0.0/20",
    ...more,
  };
}

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
  let outcome = none;
  for (const name of chosen) {
    const minutes = minutesSince(started);
    const run = { root, print, left: limit - minutes, keep: args.flag("keep") };
    outcome = sum(outcome, await runTier(name, tiers[name], run));
    print(`== ${name}: ${(minutesSince(started) - minutes).toFixed(1)} minutes ==`);
  }
  print(`\n${closing(outcome)}`);
  return outcome.failures.length === 0 ? 0 : 1;
}

const minutesSince = (start: number): number => (Date.now() - start) / 60_000;

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

async function runTier(name: TierName, tier: Tier, run: TierRun): Promise<Outcome> {
  run.print(`\n== ${name} ==`);
  const { minutes, why } = await estimate(tier, run.left);
  if (minutes > run.left) {
    const left = Math.floor(run.left);
    run.print(`skipped: tier ${name} takes about ${minutes} minutes${why} and ${left} are left`);
    return { ...none, skipped: 1 };
  }
  if (tier.needs === "nothing")
    return sum(await lint(run), await mocha(tier.files, run.root, environment(tier)));
  // The first test that needs it builds it.
  if (tier.needs === "control plane") return mocha(tier.files, run.root, environment(tier));
  if (tier.needs === "engine") {
    const development = SETTINGS[tier.profile].development ? ["--development"] : [];
    const ready = await project(run.root, "toolchain", "--profile", tier.profile, ...development);
    return ready === 0
      ? mocha(tier.files, run.root, environment(tier))
      : failed(run, "the engine and the images are not ready");
  }
  return onPlatform(tier, run);
}

/** How long a tier will take. What the core needs is got in any case; what the full profile adds can be skipped for time. */
async function estimate(tier: Tier, left: number): Promise<{ minutes: number; why: string }> {
  if (!Number.isFinite(left)) return { minutes: tier.minutes, why: "" };
  if (tier.needs === "control plane" && !hasControlPlane()) {
    const minutes = tier.minutes + CONTROL_PLANE_MINUTES;
    return { minutes, why: `, ${CONTROL_PLANE_MINUTES} of them to build Kubernetes, which is not here yet` };
  }
  if (tier.profile === "core") return { minutes: tier.minutes, why: "" };
  const missing = await missingImages(parseSettings(SETTINGS[tier.profile], memberNames));
  const building = missing.length * MINUTES_PER_IMAGE;
  return {
    minutes: tier.minutes + building,
    why:
      building === 0 ? "" : `, ${building} of them for images that are not here yet (${missing.join(", ")})`,
  };
}

/** What the tests are told about the stack that they look at. */
const environment = ({ profile }: Tier): NodeJS.ProcessEnv => ({
  ...process.env,
  SEMBLANCE_TEST_STACK: TEST_STACK,
  SEMBLANCE_TEST_PROFILE: profile,
  SEMBLANCE_TEST_DEVELOPMENT: String(SETTINGS[profile].development),
});

/** Types, imports and style: one test, as it passes or fails as a whole. */
async function lint(run: TierRun): Promise<Outcome> {
  const code = await show("npm", ["run", "--silent", "lint"], run.root, process.env);
  return code === 0 ? { ...none, passed: 1 } : failed(run, "npm run lint");
}

/** Brings the test stack up, runs the tier on it, and takes it down with its data, whatever happened. */
async function onPlatform(tier: Tier, run: TierRun): Promise<Outcome> {
  for (const stack of run.keep ? [] : TEST_STACKS) {
    await project(run.root, "down", "--stack", stack, "--with-data", "--yes");
  }
  const config = { config: { "semblance-curation:settings": SETTINGS[tier.profile] } };
  // JSON is YAML. A stack that is kept keeps its passphrase's salt, which is in this file too.
  if (!run.keep || !existsSync(configFile(run.root)))
    await writeFile(configFile(run.root), JSON.stringify(config, undefined, 2));
  const up = await project(run.root, "up", "--stack", TEST_STACK);
  const outcome =
    up === 0
      ? await mocha(tier.files, run.root, environment(tier))
      : failed(run, `npm run up -- --stack ${TEST_STACK} failed`);
  if (run.keep) return outcome;
  const down = await project(run.root, "down", "--stack", TEST_STACK, "--with-data", "--yes");
  return down === 0 ? outcome : sum(outcome, failed(run, `npm run down -- --stack ${TEST_STACK} failed`));
}

const configFile = (root: string): string => join(root, `Pulumi.${TEST_STACK}.yaml`);

/** Runs one of the project's own commands as a person would. */
function project(root: string, ...args: readonly string[]): Promise<number> {
  return show(process.execPath, ["toolchain/start.mjs", ...args], root, process.env);
}

function failed(run: TierRun, why: string): Outcome {
  run.print(`failed: ${why}`);
  return failure(why);
}
