import type { Settings } from "../../components/config/schema";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { check, describeFinding } from "./checks";
import { collect, type Scope } from "./collect";

export { check, describeFinding } from "./checks";
export { collect, type Scope } from "./collect";
export type { Facts, Finding } from "./facts";

/**
 * Looks for all that would stop `up`, before anything is touched.
 * @throws UserError that lists every problem at once. Warnings are only noted.
 */
export async function preflight(
  scope: Scope & { readonly settings: Settings },
  progress: Progress,
): Promise<void> {
  const findings = check(scope.settings, await collect(scope), scope.stack);
  for (const finding of findings.filter(({ severity }) => severity === "warning")) {
    progress.note(`warning: ${describeFinding(finding)}`);
  }
  const problems = findings.filter(({ severity }) => severity === "problem").map(describeFinding);
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new UserError(
    `this machine: ${count}; nothing was changed\n${problems.map((text) => `  - ${text}`).join("\n")}`,
  );
}
