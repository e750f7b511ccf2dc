import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const instance = "aws:ec2/instance:Instance";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

const cost: Cases = {
  rule: "op-09-cost-ceiling",
  good: {
    type: instance,
    props: { instanceType: "m7g.large", rootBlockDevice: { volumeSize: 50, volumeType: "gp3" } },
  },
  bad: { type: instance, props: { instanceType: "p5.48xlarge" } },
  unknown: { type: instance, props: { instanceType: UNKNOWN } },
  unknownIs: "fine",
  missing: { type: instance, props: {} },
  missingIs: "fine",
  canary: { type: instance, props: { instanceType: CANARY } },
  sibling: { type: "aws:ec2/spotInstanceRequest:SpotInstanceRequest", props: { instanceType: "m7g.metal" } },
  more: [
    {
      name: "one of several types",
      is: "violation",
      of: { type: nodeGroup, props: { instanceTypes: ["m7g.large", "p4d.24xlarge"] } },
    },
    {
      name: "a group without an end",
      is: "violation",
      of: { type: nodeGroup, props: { scalingConfig: { maxSize: 500 } } },
    },
    {
      name: "a database",
      is: "violation",
      of: { type: "aws:rds/instance:Instance", props: { instanceClass: "db.x2g.large" } },
    },
    {
      name: "a database below it",
      is: "fine",
      of: { type: "aws:rds/instance:Instance", props: { instanceClass: "db.m7g.large" } },
    },
    {
      name: "a domain for searching",
      is: "fine",
      of: {
        type: "aws:opensearch/domain:Domain",
        props: { clusterConfig: { instanceType: "m7g.large.search" } },
      },
    },
    { name: "a disk", is: "violation", of: { type: "aws:ebs/volume:Volume", props: { size: 5000 } } },
    {
      name: "an old kind of disk",
      is: "violation",
      of: { type: "aws:ebs/volume:Volume", props: { size: 5, type: "gp2" } },
    },
    {
      name: "disks of a template",
      is: "violation",
      of: {
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        props: { blockDeviceMappings: [{ ebs: { volumeSize: 8 } }, { ebs: { volumeSize: 9000 } }] },
      },
    },
    {
      name: "a class of disks",
      is: "violation",
      of: { type: "kubernetes:storage.k8s.io/v1:StorageClass", props: { parameters: { type: "gp2" } } },
    },
  ],
};

const gateways = (count: number, props: Fixture["props"] = {}): readonly Fixture[] =>
  Array.from({ length: count }, (_, i) => ({
    type: "aws:ec2/natGateway:NatGateway",
    name: `nat-${i}`,
    props,
  }));

const nat: Cases = {
  rule: "op-09-nat-gateways",
  good: gateways(3),
  bad: gateways(4),
  unknown: gateways(1, { subnetId: UNKNOWN }),
  unknownIs: "fine",
  missing: gateways(1),
  missingIs: "fine",
  canary: gateways(4, { tags: { password: CANARY } }),
  // There is one type; private ones, which reach other networks, cost the same.
  sibling: gateways(4, { connectivityType: "private" }),
};

export const costCases: readonly Cases[] = [cost, nat];
