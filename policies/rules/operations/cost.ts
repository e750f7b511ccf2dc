import type { Resource } from "../../core/resource";
import { type Report, resourceRule, stackRule } from "../../core/rule";
import { at, isMissing, items, text, type Value } from "../../core/value";
import { withPatch } from "../../models/types";
import { numberOf } from "./numbers";

const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const natGateway = "aws:ec2/natGateway:NatGateway";

/** What a type of resource costs by, with the path to it; `[]` stands for each member of a list. */
interface Priced {
  readonly types?: readonly string[];
  readonly sizes?: readonly string[];
  readonly disks?: readonly string[];
  readonly counts?: readonly string[];
}

const devices = ["rootBlockDevice", "ebsBlockDevices[]"];
const machine: Priced = {
  types: ["instanceType"],
  sizes: devices.map((device) => `${device}.volumeSize`),
  disks: devices.map((device) => `${device}.volumeType`),
};
const search: Priced = {
  types: ["clusterConfig.instanceType"],
  sizes: ["ebsOptions.volumeSize"],
  disks: ["ebsOptions.volumeType"],
  counts: ["clusterConfig.instanceCount"],
};

const priced: Readonly<Record<string, Priced>> = {
  "aws:ec2/instance:Instance": machine,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": machine,
  "aws:ec2/launchConfiguration:LaunchConfiguration": machine,
  "aws:ec2/launchTemplate:LaunchTemplate": {
    types: ["instanceType"],
    sizes: ["blockDeviceMappings[].ebs.volumeSize"],
    disks: ["blockDeviceMappings[].ebs.volumeType"],
  },
  "aws:ebs/volume:Volume": { sizes: ["size"], disks: ["type"] },
  "aws:autoscaling/group:Group": { counts: ["maxSize"] },
  [nodeGroup]: { types: ["instanceTypes[]"], sizes: ["diskSize"], counts: ["scalingConfig.maxSize"] },
  "aws:rds/instance:Instance": {
    types: ["instanceClass"],
    sizes: ["allocatedStorage", "maxAllocatedStorage"],
    disks: ["storageType"],
  },
  "aws:rds/clusterInstance:ClusterInstance": { types: ["instanceClass"] },
  "aws:elasticache/replicationGroup:ReplicationGroup": { types: ["nodeType"], counts: ["numCacheClusters"] },
  "aws:elasticache/cluster:Cluster": { types: ["nodeType"], counts: ["numCacheNodes"] },
  "aws:opensearch/domain:Domain": search,
  "aws:elasticsearch/domain:Domain": search,
};

const storageClasses = withPatch(
  "kubernetes:storage.k8s.io/v1:StorageClass",
  "kubernetes:storage.k8s.io/v1beta1:StorageClass",
);

/** No bill that nobody expected. */
export const costCeiling = resourceRule({
  name: "op-09-cost-ceiling",
  group: "operations",
  severity: "medium",
  summary:
    "Machines, disks and their numbers stay below a ceiling, and disks are of the cheaper, newer kind.",
  why: "One letter more in the name of a machine costs thousands a month, and nobody sees it before the bill.",
  fix: "Choose a smaller type or number, gp3 in place of gp2, or raise the option of this rule under review.",
  maps: ["Gatekeeper-containerresources"],
  unknown: "present",
  bad: `new aws.ec2.Instance("gpu", { ami, instanceType: "p5.48xlarge" });`,
  good: `new aws.ec2.Instance("web", { ami, instanceType: "m7g.large" });`,
  options: {
    types: {
      description:
        "what the type of a machine may be, with its family before a dot and its size after the last: `m7g.*`",
      default: [
        "t3.*",
        "t3a.*",
        "t4g.*",
        "m5.*",
        "m6i.*",
        "m6a.*",
        "m6g.*",
        "m7i.*",
        "m7a.*",
        "m7g.*",
        "m8g.*",
        "m8i.*",
      ]
        .concat([
          "c5.*",
          "c6i.*",
          "c6g.*",
          "c7i.*",
          "c7g.*",
          "c8g.*",
          "r5.*",
          "r6i.*",
          "r6g.*",
          "r7i.*",
          "r7g.*",
          "r8g.*",
        ])
        .concat(["g4dn.*", "g5.*", "g6.*", "g6e.*"]),
    },
    sizes: {
      description: "sizes of machines that are allowed",
      default: [
        "nano",
        "micro",
        "small",
        "medium",
        "large",
        "xlarge",
        "2xlarge",
        "4xlarge",
        "8xlarge",
        "12xlarge",
      ],
    },
    gib: { description: "GiB of one disk, at most", default: 1024 },
    count: { description: "machines of one group, at most", default: 20 },
  },
  types: [...Object.keys(priced), ...storageClasses],
  check({ type, props }, report) {
    if (storageClasses.includes(type))
      return notOld("parameters.type", at(props, "parameters", "type"), report);
    const { types = [], sizes = [], disks = [], counts = [] } = priced[type] ?? {};
    for (const path of types) each(props, path, (at, value) => typeAllowed(at, value, report));
    for (const path of disks) each(props, path, (at, value) => notOld(at, value, report));
    const most = (option: string, found: string) => (path: string, value: Value) =>
      report.must(
        path,
        value,
        (known) => isMissing(known) || numberOf(known) <= report.number(option),
        found,
      );
    for (const path of sizes) each(props, path, most("gib", "is larger than the ceiling"));
    for (const path of counts) each(props, path, most("count", "is more than the ceiling"));
  },
});

/** Visits the values at a path. */
function each(value: Value, path: string, visit: (path: string, value: Value) => void): void {
  const [before = "", after] = path.split("[].", 2);
  if (path.endsWith("[]")) {
    const list = path.slice(0, -2);
    items(at(value, ...list.split("."))).forEach((one, index) => visit(`${list}[${index}]`, one));
  } else if (after === undefined) visit(path, at(value, ...path.split(".")));
  else
    items(at(value, ...before.split("."))).forEach((one, index) =>
      visit(`${before}[${index}].${after}`, at(one, ...after.split("."))),
    );
}

/** `db.m7g.large`, `cache.t4g.micro` and `m7g.large.search` name their service as well. */
function typeAllowed(path: string, value: Value, report: Report): void {
  const parts = (text(value) ?? "")
    .replace(/^(db|cache)\./, "")
    .replace(/\.(search|elasticsearch)$/, "")
    .split(".");
  const [family = "", size = ""] = parts;
  const known = (families: readonly string[]): boolean =>
    families.some((one) => one === `${family}.*` || one === `${family}.${size}`);
  report.must(
    path,
    value,
    (given) => isMissing(given) || (known(report.list("types")) && report.list("sizes").includes(size)),
    "is not a type of machine on the list",
  );
}

function notOld(path: string, value: Value, report: Report): void {
  const old = (kind: Value): boolean => ["gp2", "standard"].includes(text(kind) ?? "");
  report.must(path, value, (kind) => !old(kind), "is an old kind of disk, dearer than gp3");
}

/** Gateways that cost by the hour, whether anything goes through them or not. */
export const natGateways = stackRule({
  name: "op-09-nat-gateways",
  group: "operations",
  severity: "low",
  summary: "There are no more NAT gateways than zones.",
  why: "Each costs by the hour and by the byte; a loop that makes one per subnet is not seen before the bill.",
  fix: "Use one NAT gateway per availability zone at most, and VPC endpoints for what goes to AWS itself.",
  maps: [],
  unknown: "present",
  bad: `subnets.map((subnet, i) => new aws.ec2.NatGateway(\`nat-\${i}\`, { subnetId: subnet.id, allocationId: ips[i].id }));`,
  good: `new aws.ec2.NatGateway("nat", { subnetId: subnet.id, allocationId: ip.id });`,
  options: { count: { description: "NAT gateways of a stack, at most", default: 3 } },
  types: [natGateway],
  check(stack, report) {
    const surplus: readonly Resource[] = stack.of(natGateway).slice(report.number("count"));
    for (const one of surplus) report.violation("", "is a NAT gateway more than the ceiling", one);
  },
});
