import type { Resource } from "../../core/resource";
import { resourceRule, type StackView, stackRule } from "../../core/rule";
import { at, isMissing, isUnknown, UNKNOWN } from "../../core/value";
import { type Answer, some } from "../../models/selectors";

const vpcTypes = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"];
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

/** Networks of which nobody can say afterwards who talked to whom. */
export const flowLogs = stackRule({
  name: "net-09-flow-logs",
  group: "network",
  severity: "medium",
  summary: "Every VPC keeps flow logs.",
  why: "After a break-in, flow logs are what tells which machine talked to whom; they cannot be had later.",
  fix: "Add an aws.ec2.FlowLog with the VPC's id as vpcId and trafficType ALL.",
  maps: ["CKV2_AWS_11", "CIS-AWS-3.7"],
  unknown: "cannot tell",
  bad: `new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" });`,
  good: `const vpc = new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" });
new aws.ec2.FlowLog("main", { vpcId: vpc.id, trafficType: "ALL", logDestination: group.arn, iamRoleArn: role.arn });`,
  types: [...vpcTypes, FLOW_LOG],
  check(stack, report) {
    for (const vpc of stack.of(...vpcTypes)) {
      const logged = isNamed(stack, FLOW_LOG, vpc);
      if (logged === false) report.violation("", "has no flow log", vpc);
      else if (logged !== true) report.cannotTell("", vpc);
    }
  },
});

/** The group that everything gets which names none. */
export const defaultGroupEmpty = resourceRule({
  name: "net-09-default-group-empty",
  group: "network",
  severity: "medium",
  summary: "The default security group of a VPC has no rules.",
  why: "What forgets to name a security group gets the default one; with rules, it is reachable by accident.",
  fix: "Set ingress: [] and egress: [] on the DefaultSecurityGroup, and give each thing a group of its own.",
  maps: ["CKV2_AWS_12", "CIS-AWS-5.5"],
  unknown: "cannot tell",
  bad: `new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] });`,
  good: `new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, ingress: [], egress: [] });`,
  types: [DEFAULT_GROUP],
  check({ props }, report) {
    for (const direction of ["ingress", "egress"])
      report.must(direction, props[direction], isMissing, "has rules");
  },
});

/** The same group, where nobody has closed it: AWS makes it with rules. */
export const defaultGroupTaken = stackRule({
  name: "net-09-default-group-taken",
  group: "network",
  severity: "medium",
  summary: "Every VPC of the stack has its default security group taken over and closed.",
  why: "AWS makes a default group in each VPC that lets its members reach each other and everything else.",
  fix: "Add an aws.ec2.DefaultSecurityGroup with the VPC's id and neither ingress nor egress.",
  maps: ["CKV2_AWS_12", "CIS-AWS-5.5"],
  unknown: "cannot tell",
  bad: `new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" });`,
  good: `const vpc = new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" });
new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, ingress: [], egress: [] });`,
  types: [...vpcTypes, DEFAULT_GROUP],
  check(stack, report) {
    for (const vpc of stack.of(...vpcTypes)) {
      const taken = isNamed(stack, DEFAULT_GROUP, vpc);
      if (taken === false) report.violation("", "keeps the default security group that AWS makes", vpc);
      else if (taken !== true) report.cannotTell("", vpc);
    }
  },
});

/** Whether a resource of a type says that it is about a VPC. The VPC's id is known only after it is made, and is no input of it. */
function isNamed(stack: StackView, type: string, vpc: Resource): Answer {
  const inputs = (one: Resource): Answer => {
    const from = one.propertyDependencies["vpcId"] ?? [];
    if (from.includes(vpc.urn)) return true;
    const vpcs = from.filter((urn) => vpcTypes.includes(stack.byUrn(urn)?.type ?? ""));
    const id = at(one.props, "vpcId");
    return vpcs.length === 0 && isUnknown(id) ? UNKNOWN : false;
  };
  return some(stack.of(type).map(inputs));
}
