import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UserError } from "../errors";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";

/** What each tier runs. */
const TIERS = { fast: "test/specs/**/*.spec.ts" } as const;

/** `npm test`. */
export const test: Command = {
  syntax: {
    name: "test",
    summary: "Runs the tests. Tier fast needs no engine, no Docker and no network.",
    options: { tier: { type: "string", choices: Object.keys(TIERS), help: "which tests (default: fast)" } },
  },
  run: runTier,
};

async function runTier(args: Args, { root }: Surroundings): Promise<number> {
  const tier = args.text("tier") ?? "fast";
  const files = Object.entries(TIERS).find(([name]) => name === tier)?.[1];
  if (files === undefined) throw new UserError(`--tier: found "${tier}"; allowed: ${Object.keys(TIERS).join(" | ")}`);
  const mocha = createRequire(join(root, "package.json")).resolve("mocha/bin/mocha.js");
  const child = spawn(process.execPath, [mocha, files], { cwd: root, stdio: "inherit" });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}
