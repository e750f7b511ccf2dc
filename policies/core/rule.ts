import type { Resource } from "./resource";
import { isUnknown, type Value } from "./value";

/** The packs; a rule belongs to one. */
export const groups = [
  "encryption",
  "access",
  "network",
  "workloads",
  "secrets",
  "supply-chain",
  "operations",
  "gpu",
] as const;
export type Group = (typeof groups)[number];

/** What a value means for a rule that nobody can know before the deployment: it is there, so all is well; nobody can tell, which is counted and has a ceiling; or it is refused. */
export type WhenUnknown = "present" | "cannot tell" | "violation";

/** A setting of a rule, set by environment in `policies/config`. */
export interface Option {
  readonly description: string;
  readonly default: readonly string[] | number;
}

interface RuleInfo {
  /** Identifier in the catalogue and short name: `ear-01-ebs-encrypted`. Also the name of the Pulumi policy. */
  readonly name: string;
  readonly group: Group;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** What must hold, as one sentence. */
  readonly summary: string;
  /** What goes wrong otherwise. */
  readonly why: string;
  /** How to mend it. */
  readonly fix: string;
  /** The same rule elsewhere: ids of CIS benchmarks, of Pod Security, of scanners (`CKV_AWS_3`, `PSS-restricted`). */
  readonly maps: readonly string[];
  readonly unknown: WhenUnknown;
  /** Program text for the documentation, in TypeScript. */
  readonly bad: string;
  readonly good: string;
  readonly options?: Readonly<Record<string, Option>>;
}

/** A rule about one resource. It sees the resource's inputs. */
export interface ResourceRule extends RuleInfo {
  readonly kind: "resource";
  /** Tokens of every type that it looks at, siblings included. */
  readonly types: readonly string[];
  check(resource: Resource, report: Report): void;
}

/** A rule about resources together. It sees what the preview knows of their outputs. */
export interface StackRule extends RuleInfo {
  readonly kind: "stack";
  /** Tokens of every type that it looks at; it runs where one of them is. */
  readonly types: readonly string[];
  check(stack: StackView, report: Report): void;
}

export type Rule = ResourceRule | StackRule;

/** All resources of a stack, by type. */
export interface StackView {
  readonly all: readonly Resource[];
  of(...types: readonly string[]): readonly Resource[];
  byUrn(urn: string): Resource | undefined;
}

/** What a rule found: a definite fault, or a place at which it cannot tell. Never with a value in it. */
export interface Finding {
  readonly kind: "violation" | "cannot tell";
  readonly urn: string;
  /** Where in the resource: `spec.template.spec.containers[web].image`. */
  readonly path: string;
  /** What is wrong there, without the value. */
  readonly found: string;
}

/** Takes what a rule finds. */
export class Report {
  readonly findings: Finding[] = [];

  constructor(
    private readonly rule: Rule,
    private readonly configured: Readonly<Record<string, unknown>> = {},
    private readonly resource?: Resource,
  ) {}

  /** A fault for certain. In a stack rule `of` is the resource at fault. */
  violation(path: string, found: string, of?: Resource): void {
    this.add("violation", path, found, of);
  }

  /** Something is not known yet, and the rule does not guess. */
  cannotTell(path: string, of?: Resource): void {
    this.add("cannot tell", path, "is not known before the deployment", of);
  }

  /** The usual check: a known value must pass; of an unknown one the rule has said what it means. */
  must(path: string, value: Value, passes: (known: Value) => boolean, found: string, of?: Resource): void {
    if (!isUnknown(value)) {
      if (!passes(value)) this.violation(path, found, of);
    } else if (this.rule.unknown === "cannot tell") this.cannotTell(path, of);
    else if (this.rule.unknown === "violation")
      this.violation(path, "is not known before the deployment", of);
  }

  /** A list option: what the environment sets, or its default. */
  list(option: string): readonly string[] {
    const value = this.configured[option] ?? this.rule.options?.[option]?.default;
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }

  /** A number option: what the environment sets, or its default. */
  number(option: string): number {
    const value = this.configured[option] ?? this.rule.options?.[option]?.default;
    return typeof value === "number" ? value : Number.NaN;
  }

  private add(kind: Finding["kind"], path: string, found: string, of = this.resource): void {
    if (of === undefined) throw new Error(`${this.rule.name}: a finding without a resource`);
    const finding = { kind, urn: of.urn, path, found };
    if (!this.findings.some((one) => JSON.stringify(one) === JSON.stringify(finding)))
      this.findings.push(finding);
  }
}

/** Declares a rule about one resource. */
export const resourceRule = (rule: Omit<ResourceRule, "kind">): ResourceRule => ({
  ...rule,
  kind: "resource",
});

/** Declares a rule about resources together. */
export const stackRule = (rule: Omit<StackRule, "kind">): StackRule => ({ ...rule, kind: "stack" });
