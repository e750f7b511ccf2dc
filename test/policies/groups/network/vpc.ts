import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Props = Fixture["props"];
const vpc: Fixture = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { cidrBlock: "10.0.0.0/16" } };
const other: Fixture = { ...vpc, name: "other" };
const standard: Fixture = { type: "aws:ec2/defaultVpc:DefaultVpc", name: "vpc", props: {} };
const canary: Fixture = { ...vpc, props: { tags: { note: CANARY } } };

/** What says which VPC it is about. */
const of = (type: string, on: string): Fixture => ({
  type,
  name: "part",
  props: { vpcId: UNKNOWN },
  dependsOn: { vpcId: [on] },
});
const log = "aws:ec2/flowLog:FlowLog";
const group = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

export const flowLogs: Cases = {
  rule: "net-09-flow-logs",
  good: [vpc, of(log, "vpc")],
  bad: [vpc, other, of(log, "other")],
  unknown: [vpc, { type: log, name: "part", props: { vpcId: UNKNOWN } }],
  unknownIs: "cannot tell",
  missing: [vpc],
  missingIs: "violation",
  canary,
  sibling: standard,
  more: [
    {
      name: "a log of a subnet",
      is: "violation",
      of: [vpc, { type: log, name: "part", props: { subnetId: UNKNOWN } }],
    },
    {
      name: "a log of a VPC of somebody else",
      is: "violation",
      of: [vpc, { type: log, name: "part", props: { vpcId: "vpc-1" } }],
    },
  ],
};

const taken = (props: Props): Fixture => ({ type: group, props });

export const defaultGroupEmpty: Cases = {
  rule: "net-09-default-group-empty",
  good: taken({ ingress: [], egress: [] }),
  bad: taken({ ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] }),
  unknown: taken({ ingress: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: taken({}),
  missingIs: "fine",
  canary: taken({ ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, description: CANARY }] }),
  // There is one type; what goes out is declared beside what comes in.
  sibling: taken({ ingress: UNKNOWN, egress: [{ protocol: "-1", fromPort: 0, toPort: 0 }] }),
};

export const defaultGroupTaken: Cases = {
  rule: "net-09-default-group-taken",
  good: [vpc, of(group, "vpc")],
  bad: [vpc, other, of(group, "vpc")],
  unknown: [vpc, { type: group, name: "part", props: { vpcId: UNKNOWN } }],
  unknownIs: "cannot tell",
  missing: [vpc],
  missingIs: "violation",
  canary,
  sibling: standard,
};
