import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Surroundings } from "../commands/command";
import { openSelected } from "../commands/stack/open";
import { readSettings } from "../commands/stack/settings";
import { UserError } from "../errors";
import { ensurePlugins } from "../pulumi/plugins";
import { previewState } from "../review/events-run";
import type { Change, Operation } from "../review/model";
import { counted, kindOf } from "../review/page/words";
import { type Environment, needed } from "./environment";
import { openRepository } from "./github";
import { keepIssue } from "./issue";
import { quiet } from "./pages";

/** What a drift check has found. */
const driftSchema = z.strictObject({
  stack: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/),
  drifted: z.boolean(),
  /** The resources that differ, and in which properties; no values. */
  text: z.string(),
});
export type Drift = z.infer<typeof driftSchema>;

const fileOf = (folder: string, stack: string): string => join(folder, `drift-${stack}.json`);
/** An issue's text takes 65,536 characters. */
const TEXT_LIMIT = 50_000;
const SIGNS: Readonly<Record<Operation, string>> = { create: "+", update: "~", replace: "!", delete: "-" };

/**
 * `npm run ci -- drift`: reads what is really there, and compares it with what the program would make. Changes nothing, not
 * even the state. Writes what it found for `drift-issue`, which runs elsewhere, with other rights.
 */
export async function drift(
  stackName: string,
  folder: string,
  { root, progress, print }: Surroundings,
): Promise<void> {
  const stack = await openSelected(root, stackName, progress);
  await ensurePlugins(progress, (await readSettings(stack.cli)).target);
  const preview = await progress.step(`Comparing stack ${stackName} with what is there`, () =>
    previewState(stack.cli, { refresh: true }),
  );
  const errors = preview.messages.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new UserError(
      `stack ${stackName} cannot be compared:\n${errors.map(({ text }) => `  - ${text}`).join("\n")}`,
      `npm run preview -- --stack ${stackName}`,
    );
  }
  const { changes } = preview;
  const found: Drift = { stack: stackName, drifted: changes.length > 0, text: told(changes) };
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(folder, stackName), `${JSON.stringify(found, undefined, 2)}\n`);
  print(found.drifted ? `stack ${stackName} has drifted:\n${found.text}` : `stack ${stackName}: no drift`);
}

/** What a deployment would do about it: a line per resource, worst first, without values. */
export const told = (changes: readonly Change[]): string =>
  [
    ...changes.map(({ operation, resource, properties }) => {
      const paths = properties.map(({ path }) => path).join(", ");
      return `${SIGNS[operation]} ${kindOf(resource.type)} ${resource.name}${paths === "" ? "" : `: ${paths}`}`;
    }),
    counted(changes),
  ]
    .join("\n")
    .slice(0, TEXT_LIMIT);

/** A code block whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** `npm run ci -- drift-issue`: one issue per stack that has drifted; closed when the stack is clean again. */
export async function driftIssue(
  stack: string,
  folder: string,
  env: Environment,
  print: (text: string) => void,
): Promise<void> {
  const text = await readFile(fileOf(folder, stack), "utf8").catch(() => {
    throw new UserError(
      `there is no file ${fileOf(folder, stack)}`,
      `npm run ci -- drift --stack ${stack} --out ${folder}`,
    );
  });
  const found = driftSchema.parse(JSON.parse(text));
  const repository = await openRepository(env);
  const run = `[run ${needed(env, "GITHUB_RUN_ID")}](${repository.url}/actions/runs/${needed(env, "GITHUB_RUN_ID")})`;
  const body =
    `What is deployed is not what the program says (${run}). Either somebody changed it by hand, or a merge was not deployed.\n\n` +
    `${fenced(found.text)}\n\n` +
    `- Put it back: \`npm run up -- --stack ${stack}\`, or the workflow Deploy.\n` +
    "- Keep it: change the program to say so, in a pull request.\n\nThis issue closes itself when the two agree again.";
  const said = await keepIssue(repository, {
    marker: `<!-- semblance-drift stack=${stack} -->`,
    title: `Stack ${stack} has drifted`,
    body: found.drifted ? quiet(body) : undefined,
    farewell: `What is deployed is what the program says again (${run}).`,
  });
  print(`stack ${stack}: ${said}`);
}
