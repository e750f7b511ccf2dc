import { Exemptions } from "../../policies/core/exemptions";
import type { Rule } from "../../policies/core/rule";
import { Analyzer, type Diagnostic, type Fixture } from "./rpc";

/** A secret that a message must never repeat; the cases put it into every property that may hold one. */
export const CANARY = "canary-7f3a9c1e5b2d4860";

/** What a rule makes of a set of resources. */
export type Verdict = "fine" | "cannot tell" | "violation";

/** The six cases that every rule has. A single resource, or several for rules about the stack. */
export interface Cases {
  /** Name of the rule. */
  readonly rule: string;
  /** Must pass; the example of the documentation. */
  readonly good: Fixture | readonly Fixture[];
  /** Must be refused. */
  readonly bad: Fixture | readonly Fixture[];
  /** What the rule looks at is not known yet. */
  readonly unknown: Fixture | readonly Fixture[];
  /** What it makes of that: as its `unknown` says, unless the case is different. */
  readonly unknownIs: Verdict;
  /** The property that it looks at is not there at all. */
  readonly missing: Fixture | readonly Fixture[];
  readonly missingIs: Verdict;
  /** Refused, with CANARY in it. */
  readonly canary: Fixture | readonly Fixture[];
  /** Refused in a sibling type: a Patch kind, an older token, another place where the same thing is declared. */
  readonly sibling: Fixture | readonly Fixture[];
  /** More of both kinds, by a name that says what they show. */
  readonly more?: readonly {
    readonly name: string;
    readonly is: Verdict;
    readonly of: Fixture | readonly Fixture[];
  }[];
}

/** Runs a rule on a case through the engine's own calls. */
export async function judge(
  rule: Rule,
  of: Fixture | readonly Fixture[],
): Promise<{ verdict: Verdict; diagnostics: Diagnostic[] }> {
  const analyzer = new Analyzer([rule], new Exemptions([], "2026-11-23"));
  const diagnostics = await analyzer.all(isList(of) ? of : [of]);
  const failed = diagnostics.find(({ policy }) => policy.startsWith("rules-run"));
  if (failed !== undefined) throw new Error(failed.message);
  if (diagnostics.some(({ policy }) => policy === rule.name)) return { verdict: "violation", diagnostics };
  const unsure = diagnostics.some(({ policy }) => policy.startsWith("cannot-tell"));
  return { verdict: unsure ? "cannot tell" : "fine", diagnostics };
}

const isList = (of: Fixture | readonly Fixture[]): of is readonly Fixture[] => Array.isArray(of);
