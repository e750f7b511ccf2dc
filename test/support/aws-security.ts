import { at, everything, recordAws } from "./aws-mocks";
import type { Registered } from "./mocks";

/** One statement of any IAM document that the program registers. */
export interface Statement {
  readonly where: string;
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: string;
  readonly conditions: string;
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];

const DOCUMENTS = ["policy", "assumeRolePolicy"];

/** The statements in a resource's documents; a document that is not known before `up` would be missing here. */
export function statementsIn(resource: Registered): Statement[] {
  return DOCUMENTS.flatMap((key) => {
    const text = at(resource, key);
    if (typeof text !== "string" || !text.includes('"Statement"')) return [];
    const { Statement: statements }: { Statement: Record<string, unknown>[] } = JSON.parse(text);
    return statements.map((statement) => ({
      where: resource.name,
      sid: String(statement.Sid ?? key),
      effect: String(statement.Effect),
      actions: listOf(statement.Action),
      resources: listOf(statement.Resource),
      principal: JSON.stringify(statement.Principal ?? ""),
      conditions: JSON.stringify(statement.Condition ?? {}),
    }));
  });
}

/** A stack with everything that can be bought, in a network of its own, with GPUs of both kinds of nodes. */
export const everythingOnAws = async (): Promise<readonly Registered[]> => {
  const { resources } = await recordAws({
    and: everything,
    settings: {
      network: { endpoints: "all" },
      nodes: { gpu: [{ name: "gpu" }, { name: "large", ami: "AL2023_x86_64_NVIDIA" }] },
    },
  });
  return resources;
};
