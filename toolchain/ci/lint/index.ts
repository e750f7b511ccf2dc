import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import { run } from "../../pulumi/command";
import { ensureActionlint, ensureZizmor } from "./tools";

/** What one linter says of the workflows. */
export interface Finding {
  readonly tool: "actionlint" | "zizmor";
  readonly text: string;
}

/** The workflows below a folder of a project. */
const workflowsOf = (root: string): string[] => {
  const folder = join(root, ".github", "workflows");
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
};

/** actionlint: syntax, expressions, contexts, and shellcheck where it is installed. */
export async function actionlint(root: string, progress: Progress): Promise<Finding | undefined> {
  const binary = await ensureActionlint(progress);
  const { code, output } = await run(binary, ["-no-color", ...workflowsOf(root)], { cwd: root });
  return code === 0 ? undefined : { tool: "actionlint", text: output.trim() };
}

/** zizmor: known ways in which workflows are attacked. Asks no server. */
export async function zizmor(root: string, progress: Progress): Promise<Finding | undefined> {
  const binary = await ensureZizmor(progress);
  const args = [
    "--offline",
    "--no-progress",
    "--color",
    "never",
    "--persona",
    "pedantic",
    join(root, ".github"),
  ];
  const { code, output } = await run(binary, args, { cwd: root });
  return code === 0 ? undefined : { tool: "zizmor", text: output.trim() };
}

/** `npm run ci -- lint`: the workflows, by both linters. @throws UserError with what they found */
export async function lint(root: string, progress: Progress, print: (text: string) => void): Promise<void> {
  const findings = [await actionlint(root, progress), await zizmor(root, progress)].filter(
    (one) => one !== undefined,
  );
  if (findings.length > 0)
    throw new UserError(findings.map(({ tool, text }) => `${tool}:\n${text}`).join("\n\n"));
  print(`${workflowsOf(root).length} workflows: nothing to say`);
}
