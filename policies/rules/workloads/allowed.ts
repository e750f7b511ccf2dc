import { matches } from "../../core/pattern";
import type { Resource } from "../../core/resource";
import type { Option, Report } from "../../core/rule";

/** An option that lists resources which may do what others must not. */
export const allowed = (what: string): { readonly allowed: Option } => ({
  allowed: { description: what, default: [] },
});

/**
 * Whether the option `allowed` names a resource: by its Pulumi name, and with what it may do where the rule asks for that, as in
 * `otel-agent=/var/log/pods:ro`. In an entry `*` stands for any characters.
 */
export function isAllowed(report: Report, { name }: Resource, what?: string): boolean {
  const entry = what === undefined ? name : `${name}=${what}`;
  return report.list("allowed").some((one) => matches(one, entry));
}
