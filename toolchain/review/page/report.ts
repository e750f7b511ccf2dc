import type { Facts } from "../facts";
import type { Verdict } from "../guard";
import type { Change, Operation, Preview } from "../model";
import { masked, maskedVerdict } from "./mask";
import { countsOf } from "./words";

/** Grows with every change by which a reader of older reports would read a newer one wrongly. */
export const REPORT_VERSION = 1;

/**
 * The review of a stack as plain data, for other tools: `review-STACK.json`. Values are whole, as the engine's events have them:
 * what is secret says `[secret]`, and what is not known before the deployment has the engine's own mark.
 */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly stack: string;
  readonly against: Preview["against"];
  /** Whether nothing stops the change: no error, no refusal of the guard or of a mandatory policy. */
  readonly passes: boolean;
  readonly counts: Readonly<Record<Operation, number>> & { readonly same: number };
  /** Who may talk to whom, what can be reached from outside, who may do what, images, cost in US dollars per month. */
  readonly facts: Omit<Facts, "arrows" | "cost"> & {
    readonly arrows: Facts["arrows"] | null;
    readonly cost: Facts["cost"] | null;
  };
  /** What the guard of data says. */
  readonly guard: Verdict;
  readonly policies: Preview["policies"];
  readonly messages: Preview["messages"];
  readonly changes: readonly Change[];
  readonly outputs: {
    readonly before: Preview["outputs"]["before"] | null;
    readonly after: Preview["outputs"]["after"] | null;
  };
  readonly seconds: number;
}

/** The report of a preview. What is not known is null, so that it stays in the JSON. */
export function report(whole: Preview, facts: Facts, verdict: Verdict): Report {
  const { stack, against, same, policies, messages, changes, outputs, seconds } = masked(whole);
  const stops = [
    messages.some(({ severity }) => severity === "error"),
    policies.some(({ level }) => level === "mandatory"),
    verdict.refused.length > 0,
  ];
  return {
    version: REPORT_VERSION,
    stack,
    against,
    passes: !stops.includes(true),
    counts: { ...countsOf(changes), same },
    facts: { ...facts, arrows: facts.arrows ?? null, cost: facts.cost ?? null },
    guard: maskedVerdict(verdict),
    policies,
    messages,
    changes,
    outputs: { before: outputs.before ?? null, after: outputs.after ?? null },
    seconds,
  };
}
