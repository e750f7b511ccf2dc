import type { Resource } from "../../../../policies/core/resource";
import { at, isMissing, isTrue, isUnknown, text, texts, type Value } from "../../../../policies/core/value";
import { members } from "../../../../policies/models/containers";
import { contains, isWorld } from "../../../../policies/models/ports";
import { type GroupRule, groupRulesOf, groupRuleTypes } from "../../../../policies/rules/network/group-rules";
import type { View } from "../view";
import { EVERYWHERE, type Exposure, NOT_KNOWN, word } from "./model";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;
const INTERNET = "0.0.0.0/0";

/** What AWS lets in: APIs of clusters, security groups, load balancers, databases, buckets. */
export const awsExposure = (view: View): Exposure[] => [
  ...view.of("aws:eks/cluster:Cluster").flatMap(ofCluster),
  ...groupExposure(view),
  ...view.of("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer").flatMap(ofBalancer),
  ...view.of("aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance").flatMap(ofDatabase),
  ...view.of("aws:ec2/subnet:Subnet").flatMap(ofSubnet),
  ...bucketExposure(view),
];

const exposed = (what: string, from: string, wide = false): Exposure => ({
  platform: "aws",
  what,
  from,
  wide,
});

function ofCluster({ name, props }: Resource): Exposure[] {
  const config = at(props, "vpcConfig");
  const open = at(config, "endpointPublicAccess");
  if (open === false || open === "false") return [];
  const what = `API of cluster ${text(props["name"]) ?? name}`;
  if (isUnknown(open)) return [exposed(what, NOT_KNOWN)];
  const ranges = at(config, "publicAccessCidrs");
  const listed = isMissing(ranges) ? [INTERNET] : members(ranges);
  return listed.map((range) => exposed(what, word(range), isWorld(text(range) ?? "")));
}

/** Rules that let in what is not of a VPC of the stack. */
function groupExposure(view: View): Exposure[] {
  const inside = view.of("aws:ec2/vpc:Vpc").flatMap(({ props }) => texts(props["cidrBlock"]));
  return view.of(...groupRuleTypes).flatMap((resource) =>
    groupRulesOf(resource)
      .filter(({ direction }) => direction === "ingress")
      .flatMap((rule) =>
        rule.ranges
          .filter(({ range }) => !isMissing(range) && !isInside(range, inside))
          .map(({ range }) =>
            exposed(
              `${portsOf(rule)} of security group ${resource.name}`,
              word(range),
              isWorld(text(range) ?? ""),
            ),
          ),
      ),
  );
}

/** Whether a range lies in one of these: no wider, and its first address in it. */
function isInside(range: Value, vpcs: readonly string[]): boolean {
  const known = text(range) ?? "";
  const [address = "", length = "32"] = known.split("/");
  return vpcs.some((vpc) => Number(length) >= Number(vpc.split("/")[1]) && contains(vpc, address));
}

function portsOf({ protocol, from, to }: GroupRule): string {
  const name = word(protocol, "-1").toLowerCase();
  if (name === "-1" || name === "all") return "every port";
  const [first, last] = [word(from, "0"), word(to, "65535")];
  return first === last ? `port ${first}/${name}` : `ports ${first}-${last}/${name}`;
}

const ofBalancer = ({ name, props }: Resource): Exposure[] =>
  isTrue(props["internal"])
    ? []
    : [exposed(`load balancer ${text(props["name"]) ?? name}`, EVERYWHERE, true)];

const ofDatabase = ({ name, props }: Resource): Exposure[] =>
  isTrue(props["publiclyAccessible"])
    ? [exposed(`database ${name}, by a public address`, EVERYWHERE, true)]
    : [];

const ofSubnet = ({ name, props }: Resource): Exposure[] =>
  isTrue(props["mapPublicIpOnLaunch"])
    ? [exposed(`machines of subnet ${name}, each by a public address`, EVERYWHERE, true)]
    : [];

/** Buckets that could be shown to the public: no block of public access, or one that blocks only a part of it. */
function bucketExposure(view: View): Exposure[] {
  const blocks = view.of(BLOCK);
  const buckets = view.of("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2");
  const without = buckets.filter((bucket) => !blocks.some((block) => isOf(block, bucket)));
  return [
    ...without.map((bucket) =>
      exposed(`bucket ${bucketName(bucket)}, whose public access nothing blocks`, EVERYWHERE, true),
    ),
    ...blocks.flatMap((block) => {
      const off = FLAGS.filter((flag) => !isTrue(block.props[flag]) && !isUnknown(block.props[flag]));
      const what = `bucket ${word(block.props["bucket"], block.name)}, by what it does not block: ${off.join(", ")}`;
      return off.length === 0 ? [] : [exposed(what, EVERYWHERE, true)];
    }),
  ];
}

const bucketName = ({ name, props }: Resource): string => text(props["bucket"]) ?? name;

/** By the bucket's name; while that is not known, by the names that both have in the program. */
function isOf(block: Resource, bucket: Resource): boolean {
  const named = text(block.props["bucket"]);
  return named === undefined ? block.name.startsWith(bucket.name) : named === bucketName(bucket);
}
