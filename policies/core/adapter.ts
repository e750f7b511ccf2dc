import type {
  Policies,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { noteTypes, whereApplicable } from "./applicable";
import { Evaluation } from "./evaluation";
import type { Exemptions } from "./exemptions";
import type { Finding, Rule } from "./rule";

/** The rules as Pulumi policies, and after them the policies that watch over the rules. Pulumi runs them in this order. */
export function policiesOf(rules: readonly Rule[], exemptions: Exemptions): Policies {
  const evaluation = new Evaluation(rules, exemptions);
  // The first of each kind of request always runs: it notes for the others what the request is about.
  const first = rules.find(({ kind }) => kind === "stack");
  return [
    {
      name: watcherNames.inputs,
      description: "A resource is read once, and kept for the rules about the stack.",
      validateResource: (args) => {
        noteTypes([args.type]);
        evaluation.remember(args);
      },
    },
    ...rules.map((rule) => policyOf(rule, evaluation, rule === first)),
    ...watchers(evaluation),
  ];
}

/** What a message says: where, what is wrong, why that matters, how to mend it. The description before it says what must hold. */
export const messageOf = (rule: Rule, { path, found }: Finding): string =>
  `${path === "" ? "It" : path} ${found}.\nWhy: ${rule.why}\nMend: ${rule.fix}`;

function policyOf(
  rule: Rule,
  evaluation: Evaluation,
  always: boolean,
): ResourceValidationPolicy | StackValidationPolicy {
  const about = {
    name: rule.name,
    description: rule.summary,
    severity: rule.severity,
    remediationSteps: rule.fix,
    tags: [rule.group, ...rule.maps],
    ...(rule.options === undefined ? {} : { configSchema: schemaOf(rule.options) }),
  };
  const types = new Set(rule.types);
  if (rule.kind === "resource") {
    const validate: ResourceValidation = (args, report) => {
      for (const finding of evaluation.resource(rule, args, args.getConfig()))
        report(messageOf(rule, finding));
    };
    return { ...about, validateResource: whereApplicable(types, validate) };
  }
  const validate: StackValidation = (args, report) => {
    noteTypes([...new Set(args.resources.map(({ type }) => type))]);
    for (const finding of evaluation.stack(rule, args.resources, args.getConfig()))
      report(messageOf(rule, finding), finding.urn);
  };
  return { ...about, validateStack: always ? validate : whereApplicable(types, validate) };
}

const schemaOf = (options: NonNullable<Rule["options"]>) => ({
  properties: Object.fromEntries(
    Object.entries(options).map(([name, { description, default: value }]) => [
      name,
      typeof value === "number"
        ? { type: "number" as const, description, default: value }
        : { type: "array" as const, items: { type: "string" as const }, description, default: [...value] },
    ]),
  ),
});

/** Names of the policies that watch over the rules, and what each is for. */
export const watcherNames = {
  inputs: "inputs-kept",
  failed: "rules-run",
  failedOnStack: "rules-run-on-stack",
  unsure: "cannot-tell",
  unsureOnStack: "cannot-tell-on-stack",
  ceiling: "cannot-tell-ceiling",
  exemptions: "exemptions-needed",
} as const;

function watchers(evaluation: Evaluation): Policies {
  const told = new Set<object>();
  return [
    {
      name: watcherNames.failed,
      description: "Every rule runs to its end.",
      severity: "critical",
      validateResource: ({ urn }, report) => {
        for (const { rule, error } of evaluation.failures(urn))
          report(`${rule} failed with ${error}: ${BUG}`);
      },
    },
    {
      name: watcherNames.failedOnStack,
      description: "Every rule about the stack runs to its end.",
      severity: "critical",
      validateStack: (_, report) => {
        for (const { rule, error } of evaluation.failures()) report(`${rule} failed with ${error}: ${BUG}`);
      },
    },
    {
      name: watcherNames.unsure,
      description: "What a rule cannot tell before the deployment.",
      enforcementLevel: "advisory",
      validateResource: ({ urn }, report) => {
        for (const doubt of evaluation.doubts(urn)) {
          told.add(doubt);
          report(`${doubt.rule}: ${doubt.finding.path} ${doubt.finding.found}`);
        }
      },
    },
    {
      name: watcherNames.unsureOnStack,
      description: "What a rule about the stack cannot tell before the deployment.",
      enforcementLevel: "advisory",
      validateStack: (_, report) => {
        for (const doubt of evaluation.doubts().filter((one) => !told.has(one)))
          report(`${doubt.rule}: ${doubt.finding.path} ${doubt.finding.found}`, doubt.finding.urn);
      },
    },
    {
      name: watcherNames.ceiling,
      description: "Rules can tell nearly everything before the deployment.",
      configSchema: {
        properties: {
          ceiling: {
            type: "integer",
            minimum: 0,
            default: 0,
            description: "places at which rules may not tell",
          },
        },
      },
      validateStack: (args, report) => {
        const { ceiling } = args.getConfig<{ ceiling?: number }>();
        const found = evaluation.doubts().length;
        if (found > (ceiling ?? 0))
          report(
            `found: ${found} places at which a rule cannot tell; allowed: ${ceiling ?? 0}. ` +
              `Make what they look at known before the deployment, or raise the ceiling under review`,
          );
      },
    },
    {
      name: watcherNames.exemptions,
      description: "Every exemption is needed, and none has ended.",
      validateStack: (_, report) => {
        for (const fault of evaluation.exemptions.faults()) report(fault);
      },
    },
  ];
}

const BUG =
  "a fault of the rule, not of the resource; until it is mended nobody knows whether the rule holds";
