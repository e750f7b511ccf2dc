import { UserError } from "../../errors";
import { shownUrl } from "./backend";
import { awsExplanation } from "./explain/aws";
import { backendExplanations } from "./explain/backends";
import type { Explanation, PulumiContext } from "./explain/context";
import { lockExplanations } from "./explain/locks";
import { secretExplanations } from "./explain/secrets";

export type { PulumiContext } from "./explain/context";

const noStack: Explanation = (text, { backendUrl }) => {
  const name = /no stack named '([^']+)' found/.exec(text)?.[1];
  return name === undefined
    ? undefined
    : new UserError(`there is no stack "${name}" in ${backendUrl}`, `npm run up -- --stack ${name}`);
};

const badName: Explanation = (text, { stack }) =>
  /a stack name (?:may only contain|cannot exceed|may not be empty)/.test(text)
    ? new UserError(
        `--stack: found "${stack}"; allowed: letters, digits, hyphens, underscores and periods, at most 100`,
      )
    : undefined;

/** Tried in this order: a lock is told even where its URL has words of the others. */
const explanations: readonly Explanation[] = [
  ...lockExplanations,
  ...secretExplanations,
  noStack,
  badName,
  awsExplanation,
  ...backendExplanations,
];

/** Turns what Pulumi wrote on standard error into a message that says what to do. */
export function explain(stderr: string, context: PulumiContext): UserError {
  const text = withoutLogins(withoutColors(stderr).trim());
  for (const explanation of explanations) {
    const error = explanation(text, context);
    if (error !== undefined) return error;
  }
  return new UserError(
    `pulumi ${context.command} failed:\n${text.replace(/^/gm, "    ") || "    (no message)"}`,
  );
}

/** Text without the passwords of the URLs in it: Pulumi repeats that of a database. */
const withoutLogins = (text: string): string => text.replaceAll(/[a-z0-9]+:\/\/\S+/g, shownUrl);

/** Text without the colour codes of a terminal, and without the tags by which Pulumi marks colours in its events. */
export function withoutColors(text: string): string {
  // By its code, because a control character in the source cannot be seen.
  const escape = String.fromCharCode(27);
  return text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, "g"), "").replaceAll(/<\{%[^%]*%\}>/g, "");
}
