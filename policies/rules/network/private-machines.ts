import { resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, type Value } from "../../core/value";

/** Where each type says whether what it makes gets a public address. A step of `[]` stands for every member of a list. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/subnet:Subnet": ["mapPublicIpOnLaunch"],
  "aws:ec2/defaultSubnet:DefaultSubnet": ["mapPublicIpOnLaunch"],
  "aws:ec2/instance:Instance": ["associatePublicIpAddress"],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ["associatePublicIpAddress"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["associatePublicIpAddress"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["networkInterfaces", "associatePublicIpAddress"],
  "aws:ec2/spotFleetRequest:SpotFleetRequest": ["launchSpecifications", "associatePublicIpAddress"],
};

/** AWS gives the machines of a default subnet public addresses unless it is told not to. */
const PUBLIC_UNLESS_SAID: readonly string[] = ["aws:ec2/defaultSubnet:DefaultSubnet"];

/** Machines that the internet can address. */
export const privateMachines = resourceRule({
  name: "net-08-private-machines",
  group: "network",
  severity: "high",
  summary: "Machines have no public address.",
  why: "A machine with a public address is one careless rule of a security group away from the internet.",
  fix: "Set mapPublicIpOnLaunch and associatePublicIpAddress to false, or leave them out; let traffic in by a load balancer and out by a NAT gateway.",
  maps: ["CKV_AWS_130", "CKV_AWS_88", "CIS-EKS-5.4.3", "AWSGuard-ec2-instance-no-public-ip"],
  unknown: "cannot tell",
  bad: `new aws.ec2.Subnet("nodes", { vpcId: vpc.id, cidrBlock: "10.0.0.0/20", mapPublicIpOnLaunch: true });`,
  good: `new aws.ec2.Subnet("nodes", { vpcId: vpc.id, cidrBlock: "10.0.0.0/20", mapPublicIpOnLaunch: false });`,
  options: {
    edge: { description: "names of subnets and machines that need public addresses", default: [] },
  },
  types: Object.keys(ADDRESSES),
  check({ type, name, props }, report) {
    if (report.list("edge").includes(name)) return;
    const [key = "", inner] = ADDRESSES[type] ?? [];
    const is = (value: Value) =>
      (PUBLIC_UNLESS_SAID.includes(type) ? isMissing(value) : false) || isTrue(value);
    const found = "gives a public address";
    const value = at(props, key);
    if (inner === undefined || isUnknown(value)) return report.must(key, value, (known) => !is(known), found);
    items(value).forEach((one, index) =>
      report.must(`${key}[${index}].${inner}`, at(one, inner), (known) => !is(known), found),
    );
  },
});

/** Databases and brokers that the internet can address. */
export const privateDatabases = resourceRule({
  name: "net-08-private-databases",
  group: "network",
  severity: "critical",
  summary: "Databases and brokers that AWS runs have no public address.",
  why: "A database with a public address is guarded by its security group and its passwords alone.",
  fix: "Set publiclyAccessible: false, and reach it from inside the VPC.",
  maps: ["CKV_AWS_17", "CIS-AWS-2.2.3", "AWSGuard-rds-instance-public-access"],
  unknown: "cannot tell",
  bad: `new aws.rds.Instance("db", { instanceClass: "db.t4g.small", publiclyAccessible: true });`,
  good: `new aws.rds.Instance("db", { instanceClass: "db.t4g.small", publiclyAccessible: false });`,
  types: [
    "aws:rds/instance:Instance",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/shardGroup:ShardGroup",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:neptune/clusterInstance:ClusterInstance",
    "aws:docdb/clusterInstance:ClusterInstance",
    "aws:dms/replicationInstance:ReplicationInstance",
    "aws:dms/instanceProfile:InstanceProfile",
    "aws:mq/broker:Broker",
    "aws:lightsail/database:Database",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "aws:m2/environment:Environment",
  ],
  check({ props }, report) {
    const path = "publiclyAccessible";
    report.must(path, props[path], (known) => !isTrue(known), "gives a public address");
  },
});

/** Nodes on which anybody may try to log in. */
export const nodeLogin = resourceRule({
  name: "net-08-node-login",
  group: "network",
  severity: "high",
  summary: "Nodes that take SSH name the security groups from which it comes.",
  why: "With a key for SSH and no group, EKS opens port 22 of every node to the whole internet.",
  fix: "Leave remoteAccess out and use Session Manager, or set remoteAccess.sourceSecurityGroupIds.",
  maps: ["CKV_AWS_100", "CIS-EKS-5.4.3"],
  unknown: "present",
  bad: `remoteAccess: { ec2SshKey: "ops" }`,
  good: `remoteAccess: { ec2SshKey: "ops", sourceSecurityGroupIds: [bastion.id] }`,
  types: ["aws:eks/nodeGroup:NodeGroup"],
  check({ props }, report) {
    const access = at(props, "remoteAccess");
    if (isMissing(access)) return;
    const path = "remoteAccess.sourceSecurityGroupIds";
    report.must(path, at(access, "sourceSecurityGroupIds"), (known) => !isMissing(known), "is missing");
  },
});
