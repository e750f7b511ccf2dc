import type { Exemptions } from "./exemptions";
import { joinedResourceOf, type Resource, resourceOf } from "./resource";
import { type Finding, Report, type ResourceRule, type Rule, type StackRule, type StackView } from "./rule";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";

/** Settings of a rule, as Pulumi hands them over. */
type Configured = Readonly<Record<string, unknown>>;

/**
 * Runs rules and remembers how that went, for the policies that watch over the others: what could not be told, which rule
 * failed, which exemptions were needed.
 */
export class Evaluation {
  private readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly unsure: { rule: string; finding: Finding }[] = [];
  private readonly failed: { rule: string; urn: string; error: string }[] = [];
  private readonly joined: ReadonlySet<string>;
  private readonly judged: ReadonlySet<string>;
  private readonly kept = new Map<string, Resource>();
  /** The resource that the engine asks about: read once for all rules. */
  private latest: Resource | undefined;

  constructor(
    rules: readonly Rule[],
    readonly exemptions: Exemptions,
  ) {
    this.types = new Map(rules.map((rule) => [rule.name, new Set(rule.types)]));
    this.judged = new Set(rules.flatMap(({ types }) => types));
    this.joined = new Set(rules.flatMap(({ kind, types }) => (kind === "stack" ? types : [])));
  }

  /**
   * Reads a resource before any rule does, and keeps its inputs for the rules about the stack. What Pulumi shows those are
   * outputs, and of a resource whose provider is not there yet (objects of a cluster that the same deployment makes) a preview
   * has none.
   */
  remember(args: ResourceValidationArgs): void {
    if (!this.judged.has(args.type)) return;
    this.latest = resourceOf(args);
    if (this.joined.has(args.type)) this.kept.set(args.urn, this.latest);
  }

  /** The faults that a rule finds in a resource, exempt ones left out. */
  resource(rule: ResourceRule, args: ResourceValidationArgs, configured: Configured): Finding[] {
    if (this.types.get(rule.name)?.has(args.type) !== true) return [];
    return this.run(rule, args.urn, () => {
      const resource = this.latest?.urn === args.urn ? this.latest : resourceOf(args);
      const report = new Report(rule, configured, resource);
      rule.check(resource, report);
      return report;
    });
  }

  /** The faults that a rule finds in the stack, exempt ones left out. */
  stack(rule: StackRule, args: readonly PolicyResource[], configured: Configured): Finding[] {
    const types = this.types.get(rule.name);
    if (!args.some(({ type }) => types?.has(type))) return [];
    return this.run(rule, args[0]?.urn ?? "", () => {
      // Only the types that the rule names: reading a property costs more than judging it.
      const report = new Report(rule, configured);
      const looked = args.filter(({ type }) => types?.has(type));
      rule.check(viewOf(looked.map((one) => joinedResourceOf(one, this.kept.get(one.urn)))), report);
      return report;
    });
  }

  /** Places at which rules cannot tell; of one resource, or all of them. */
  doubts(urn?: string): readonly { rule: string; finding: Finding }[] {
    return this.unsure.filter(({ finding }) => urn === undefined || finding.urn === urn);
  }

  /** Rules that threw. */
  failures(urn?: string): readonly { rule: string; urn: string; error: string }[] {
    return this.failed.filter((failure) => urn === undefined || failure.urn === urn);
  }

  private run(rule: Rule, urn: string, check: () => Report): Finding[] {
    try {
      const { findings } = check();
      const open = findings.filter((finding) => !this.exemptions.cover(rule.name, finding));
      for (const finding of open)
        if (finding.kind === "cannot tell") this.unsure.push({ rule: rule.name, finding });
      return open.filter(({ kind }) => kind === "violation");
    } catch (error) {
      // The kind of the error alone: its message may quote a value.
      this.failed.push({ rule: rule.name, urn, error: error instanceof Error ? error.name : typeof error });
      return [];
    }
  }
}

/** Resources by type and by URN. */
export function viewOf(all: readonly Resource[]): StackView {
  const types = new Map<string, Resource[]>();
  for (const resource of all) types.set(resource.type, [...(types.get(resource.type) ?? []), resource]);
  const urns = new Map(all.map((resource) => [resource.urn, resource]));
  return {
    all,
    of: (...wanted) => wanted.flatMap((type) => types.get(type) ?? []),
    byUrn: (urn) => urns.get(urn),
  };
}
