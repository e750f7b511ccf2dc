import type { Resource } from "../../core/resource";
import { at, isUnknown, items, text, UNKNOWN, type Value } from "../../core/value";
import type { Answer } from "../../models/selectors";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/** Everywhere that a rule of a security group can be written. */
export const groupRuleTypes: readonly string[] = [GROUP, DEFAULT_GROUP, RULE, INGRESS, EGRESS];

/** A rule of a security group, wherever it is written. */
export interface GroupRule {
  readonly direction: Value;
  /** Ranges at the other end, each with its path. */
  readonly ranges: readonly { readonly path: string; readonly range: Value }[];
  readonly protocol: Value;
  readonly from: Value;
  readonly to: Value;
  readonly description: Value;
  readonly descriptionPath: string;
}

/** The rules in a resource of `groupRuleTypes`. */
export function groupRulesOf({ type, props }: Resource): readonly GroupRule[] {
  if (type === INGRESS) return [single(props, "ingress")];
  if (type === EGRESS) return [single(props, "egress")];
  if (type === RULE) return [listed(props, "", at(props, "type"))];
  return (["ingress", "egress"] as const).flatMap((direction) =>
    items(at(props, direction)).map((rule, index) => listed(rule, `${direction}[${index}].`, direction)),
  );
}

/** One range per rule. */
const single = (rule: Value, direction: string): GroupRule => ({
  direction,
  ranges: ["cidrIpv4", "cidrIpv6"].map((path) => ({ path, range: at(rule, path) })),
  protocol: at(rule, "ipProtocol"),
  from: at(rule, "fromPort"),
  to: at(rule, "toPort"),
  description: at(rule, "description"),
  descriptionPath: "description",
});

/** Lists of ranges. */
const listed = (rule: Value, prefix: string, direction: Value): GroupRule => ({
  direction,
  ranges: ["cidrBlocks", "ipv6CidrBlocks"].flatMap((key) => {
    const ranges = at(rule, key);
    return isUnknown(ranges) || isUnknown(rule)
      ? [{ path: `${prefix}${key}`, range: UNKNOWN }]
      : items(ranges).map((range, index) => ({ path: `${prefix}${key}[${index}]`, range }));
  }),
  protocol: at(rule, "protocol"),
  from: at(rule, "fromPort"),
  to: at(rule, "toPort"),
  description: at(rule, "description"),
  descriptionPath: `${prefix}description`,
});

/** Protocols without ports, by which nobody gets at a server: ICMP for both versions of IP. */
const WITHOUT_PORTS: readonly string[] = ["icmp", "1", "icmpv6", "58"];
const EVERYTHING: readonly string[] = ["-1", "all"];

/** Whether a rule is about all traffic. */
export const isEverything = ({ protocol }: GroupRule): Answer =>
  isUnknown(protocol) ? UNKNOWN : EVERYTHING.includes(text(protocol)?.toLowerCase() ?? "-1");

/** Whether every port that a rule is about is one of these. */
export function keepsTo({ protocol, from, to }: GroupRule, ports: readonly number[]): Answer {
  if (isUnknown(protocol)) return UNKNOWN;
  const name = text(protocol)?.toLowerCase() ?? "-1";
  if (WITHOUT_PORTS.includes(name)) return true;
  if (EVERYTHING.includes(name)) return false;
  if (isUnknown(from) || isUnknown(to)) return UNKNOWN;
  const [first, last] = [Number(text(from) ?? 0), Number(text(to) ?? 65535)];
  if (!Number.isInteger(first) || !Number.isInteger(last) || last - first >= ports.length) return false;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).every((port) => ports.includes(port));
}
