import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { failure, type Outcome, sum } from "./tiers";

const outcomeSchema = z.object({
  passed: z.number(),
  skipped: z.number(),
  failures: z.array(z.object({ title: z.string(), message: z.string() })),
});

/** Runs a command with its output shown; answers with its exit code. */
export function show(
  command: string,
  args: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Runs test files in one mocha. A mocha that dies before it has counted is one failure. */
export async function mocha(
  files: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-test-"));
  const file = join(folder, "outcome.json");
  const binary = createRequire(join(root, "package.json")).resolve("mocha/bin/mocha.js");
  const args = [binary, "--reporter", "test/support/reporter.ts", "--exit", ...files];
  try {
    const code = await show(process.execPath, args, root, { ...env, SEMBLANCE_TEST_OUTCOME: file });
    const text = await readFile(file, "utf8").catch(() => undefined);
    const ended = failure(`mocha ended with ${code}`);
    if (text === undefined) return ended;
    const outcome = outcomeSchema.parse(JSON.parse(text));
    return code !== 0 && outcome.failures.length === 0 ? sum(outcome, ended) : outcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
