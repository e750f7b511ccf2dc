import { resourceRule } from "../../core/rule";
import { isMissing, isUnknown, text } from "../../core/value";
import { isWorld } from "../../models/ports";
import { groupRulesOf, groupRuleTypes, isEverything, keepsTo } from "./group-rules";

/** Ports that anybody on the internet may try. */
export const worldPorts = resourceRule({
  name: "net-06-world-ports",
  group: "network",
  severity: "critical",
  summary: "Security groups let the internet in at the ports of the edge only.",
  why: "Databases, consoles and SSH that the internet reaches are found within minutes, and then guarded by nothing but a password.",
  fix: "Name the security group or the narrow range that needs the port, in place of a range like 0.0.0.0/0 or ::/0.",
  maps: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277", "CIS-AWS-5.3", "CIS-AWS-5.4"],
  unknown: "cannot tell",
  bad: `new aws.vpc.SecurityGroupIngressRule("sql", { securityGroupId: db.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 });`,
  good: `new aws.vpc.SecurityGroupIngressRule("sql", { securityGroupId: db.id, referencedSecurityGroupId: web.id, ipProtocol: "tcp", fromPort: 5432, toPort: 5432 });`,
  options: {
    ports: { description: "ports that the internet may reach", default: ["80", "443"] },
  },
  types: groupRuleTypes,
  check(resource, report) {
    const ports = report.list("ports").map(Number);
    for (const rule of groupRulesOf(resource)) {
      if (text(rule.direction) === "egress") continue;
      const kept = keepsTo(rule, ports);
      if (kept === true) continue;
      for (const { path, range } of rule.ranges) {
        const open = isUnknown(range) ? range : isWorld(text(range) ?? "");
        if (open === false) continue;
        if (open === true && kept === false && !isUnknown(rule.direction))
          report.violation(path, "is the internet, at other ports than those of the edge");
        else report.cannotTell(path);
      }
    }
  },
});

/** Ways out that lead everywhere. */
export const groupEgress = resourceRule({
  name: "net-06-group-egress",
  group: "network",
  severity: "medium",
  summary: "Security groups do not let everything out to everywhere.",
  why: "Whoever takes over a machine carries off its data by any way out that is open.",
  fix: "Give egress a protocol, ports and the ranges or groups that are called.",
  maps: ["CKV_AWS_382"],
  unknown: "cannot tell",
  bad: `egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]`,
  good: `egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }]`,
  types: groupRuleTypes,
  check(resource, report) {
    for (const rule of groupRulesOf(resource)) {
      const all = isEverything(rule);
      if (text(rule.direction) === "ingress" || all === false) continue;
      for (const { path, range } of rule.ranges) {
        const open = isUnknown(range) ? range : isWorld(text(range) ?? "");
        if (open === false) continue;
        if (open === true && all === true && !isUnknown(rule.direction))
          report.violation(path, "is the internet, for every protocol");
        else report.cannotTell(path);
      }
    }
  },
});

/** Rules of which nobody knows any more what they are for. */
export const groupDescription = resourceRule({
  name: "net-06-group-description",
  group: "network",
  severity: "low",
  summary: "Security groups and their rules say what they are for.",
  why: "Nobody dares to close a port of which nobody knows who needs it.",
  fix: "Set description on the group and on each of its rules.",
  maps: ["CKV_AWS_23"],
  unknown: "present",
  bad: `new aws.ec2.SecurityGroup("db", { vpcId: vpc.id });`,
  good: `new aws.ec2.SecurityGroup("db", { vpcId: vpc.id, description: "PostgreSQL, for the web servers" });`,
  types: groupRuleTypes,
  check(resource, report) {
    // What the providers write where nobody has written anything.
    const says = (value: unknown) => typeof value === "string" && value !== "" && !/^Managed by /.test(value);
    if (resource.type === "aws:ec2/securityGroup:SecurityGroup")
      report.must("description", resource.props["description"], says, "says nothing");
    for (const { description, descriptionPath } of groupRulesOf(resource))
      report.must(descriptionPath, description, (known) => !isMissing(known) && says(known), "says nothing");
  },
});
