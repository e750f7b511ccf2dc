import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Props = Fixture["props"];
const subnet = (props: Props): Fixture => ({ type: "aws:ec2/subnet:Subnet", props });
const template = (props: Props): Fixture => ({ type: "aws:ec2/launchTemplate:LaunchTemplate", props });

export const privateMachines: Cases = {
  rule: "net-08-private-machines",
  good: subnet({ mapPublicIpOnLaunch: false }),
  bad: subnet({ mapPublicIpOnLaunch: true }),
  unknown: subnet({ mapPublicIpOnLaunch: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: subnet({ cidrBlock: "10.0.0.0/20" }),
  missingIs: "fine",
  canary: subnet({ mapPublicIpOnLaunch: true, tags: { note: CANARY } }),
  sibling: template({
    networkInterfaces: [{ associatePublicIpAddress: UNKNOWN }, { associatePublicIpAddress: "true" }],
  }),
  more: [
    {
      name: "a default subnet that says nothing",
      is: "violation",
      of: { type: "aws:ec2/defaultSubnet:DefaultSubnet", props: {} },
    },
    {
      name: "machines of a fleet",
      is: "violation",
      of: {
        type: "aws:ec2/spotFleetRequest:SpotFleetRequest",
        props: { launchSpecifications: [{ associatePublicIpAddress: true }] },
      },
    },
    {
      name: "one machine",
      is: "violation",
      of: { type: "aws:ec2/instance:Instance", props: { associatePublicIpAddress: true } },
    },
    {
      name: "a template that leaves it to the subnet",
      is: "fine",
      of: template({ networkInterfaces: [{}] }),
    },
  ],
};

const database = (props: Props): Fixture => ({ type: "aws:rds/instance:Instance", props });

export const privateDatabases: Cases = {
  rule: "net-08-private-databases",
  good: database({ publiclyAccessible: false }),
  bad: database({ publiclyAccessible: true }),
  unknown: database({ publiclyAccessible: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: database({}),
  missingIs: "fine",
  canary: database({ publiclyAccessible: "true", password: CANARY }),
  sibling: { type: "aws:mq/broker:Broker", props: { publiclyAccessible: true } },
};

const nodes = (remoteAccess: Props): Fixture => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  props: { remoteAccess },
});

export const nodeLogin: Cases = {
  rule: "net-08-node-login",
  good: nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: ["sg-1"] }),
  bad: nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: [] }),
  unknown: nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: UNKNOWN }),
  unknownIs: "fine",
  missing: { type: "aws:eks/nodeGroup:NodeGroup", props: {} },
  missingIs: "fine",
  canary: nodes({ ec2SshKey: CANARY }),
  // There is one type; a key that is not known yet is a key.
  sibling: nodes({ ec2SshKey: UNKNOWN }),
};
