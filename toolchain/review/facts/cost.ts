import type { CostLine } from "../../../components/platforms/aws/cost";
import { CACHES, DATABASES, INSTANCES, type Price, PRICES } from "../../../components/platforms/aws/prices";
import type { Resource } from "../../../policies/core/resource";
import { at, isMissing, isTrue, isUnknown, items, text, type Value } from "../../../policies/core/value";
import { nodeGroupOf } from "../../../policies/models/node-groups";
import type { View } from "./view";

/** Hours of a month, as AWS itself counts. */
const HOURS = 730;

/** A line of cost, or something for which the list has no price. */
type Found = { readonly line: CostLine } | { readonly notPriced: string };

/** US dollars per month, when the autoscaler has nothing to do and when every pool is at its maximum. */
export interface Monthly {
  readonly least: number;
  readonly most: number;
}

/** How the cost of a stack changes that nobody uses; what depends on use is not in it. */
export interface CostChange {
  readonly before: Monthly;
  readonly after: Monthly;
  /** The lines that change. */
  readonly lines: readonly { readonly what: string; readonly before: Monthly; readonly after: Monthly }[];
  /** What the new side has and the price list does not. */
  readonly notPriced: readonly string[];
}

/** The difference of cost of what AWS rents out; undefined where neither side has anything of it. */
export function costOf(before: View, after: View): CostChange | undefined {
  const [old, next] = [linesOf(before), linesOf(after)];
  if (old.length === 0 && next.length === 0) return undefined;
  const [was, will] = [sums(old), sums(next)];
  const whats = [...new Set([...was.keys(), ...will.keys()])].sort();
  const nothing: Monthly = { least: 0, most: 0 };
  const lines = whats
    .map((what) => ({ what, before: was.get(what) ?? nothing, after: will.get(what) ?? nothing }))
    .filter((line) => line.before.least !== line.after.least || line.before.most !== line.after.most);
  const unpriced = next.flatMap((one) => ("notPriced" in one ? [one.notPriced] : []));
  return { before: total(was), after: total(will), lines, notPriced: [...new Set(unpriced)].sort() };
}

/** Monthly sums by what is paid for. */
function sums(found: readonly Found[]): ReadonlyMap<string, Monthly> {
  const map = new Map<string, Monthly>();
  for (const one of found) {
    if (!("line" in one)) continue;
    const { what, count, usdPerHour } = one.line;
    const before = map.get(what) ?? { least: 0, most: 0 };
    map.set(what, {
      least: before.least + count.least * usdPerHour * HOURS,
      most: before.most + count.most * usdPerHour * HOURS,
    });
  }
  return map;
}

const total = (lines: ReadonlyMap<string, Monthly>): Monthly =>
  [...lines.values()].reduce(
    (sum, { least, most }) => ({ least: sum.least + least, most: sum.most + most }),
    {
      least: 0,
      most: 0,
    },
  );

/** Everything with a price by the hour or the month, as resources of AWS declare it. */
function linesOf(view: View): Found[] {
  const groups = view.of("aws:eks/nodeGroup:NodeGroup");
  const templates = view.of("aws:ec2/launchTemplate:LaunchTemplate");
  const onAws = view.all.some(({ type }) => type.startsWith("aws:"));
  return [
    ...view.of("aws:eks/cluster:Cluster").map(() => fixed("EKS control plane", PRICES.cluster)),
    ...groups.flatMap((group) => ofGroup(group, templates)),
    ...view.of("aws:ec2/natGateway:NatGateway").map(() => fixed("NAT gateway", PRICES.nat)),
    ...view.of("aws:ec2/eip:Eip").map(() => fixed("public address", PRICES.publicAddress)),
    ...view.of("aws:ec2/vpcEndpoint:VpcEndpoint").flatMap(ofEndpoint),
    ...(onAws ? view.of("kubernetes:core/v1:Service").flatMap(ofService) : []),
    ...view.of("aws:kms/key:Key").map(() => fixed("keys in KMS", PRICES.key)),
    ...view.of("aws:rds/instance:Instance").flatMap(ofDatabase),
    ...view.of("aws:elasticache/replicationGroup:ReplicationGroup").map(ofCache),
  ];
}

const perHour = ({ usd, unit }: Price): number => (unit === "hour" ? usd : usd / HOURS);

const fixed = (what: string, price: Price, count = 1, times = 1): Found => ({
  line: {
    what,
    count: { least: count, most: count },
    usdPerHour: perHour(price) * times,
    gpu: false,
    source: price.source,
  },
});

/** A thing whose price goes by its type. */
function byType(
  what: string,
  list: Readonly<Record<string, Price>>,
  type: Value,
  count: CostLine["count"],
): Found {
  const name = isUnknown(type) ? "of an unknown type" : (text(type) ?? "of no type");
  const price = list[name];
  if (price === undefined) return { notPriced: `${what} ${name}` };
  return {
    line: { what: `${what} ${name}`, count, usdPerHour: perHour(price), gpu: false, source: price.source },
  };
}

function ofGroup(resource: Resource, templates: readonly Resource[]): Found[] {
  const { instanceTypes, minSize, maxSize } = nodeGroupOf(resource);
  const count = { least: Number(text(minSize) ?? 0), most: Number(text(maxSize) ?? 0) };
  const gib = diskOf(resource, templates);
  return [
    byType("machine", INSTANCES, instanceTypes[0], count),
    ...(gib === undefined
      ? [{ notPriced: `disks of node group ${resource.name}` }]
      : [
          {
            line: {
              what: "disks of machines",
              count,
              usdPerHour: perHour(PRICES.disk) * gib,
              gpu: false,
              source: PRICES.disk.source,
            },
          },
        ]),
  ];
}

/** The launch template of a group is named by an id that a new one does not have yet: then its name in the program tells. */
function diskOf({ name, props }: Resource, templates: readonly Resource[]): number | undefined {
  const template = templates.find((one) => name.startsWith(one.name.replace(/template$/, "")));
  const devices = items(at(template?.props, "blockDeviceMappings"));
  const sizes = devices.map((device) => Number(text(at(device, "ebs", "volumeSize"))));
  const own = text(props["diskSize"]);
  if (devices.length === 0) return own === undefined ? undefined : Number(own);
  return sizes.some(Number.isNaN) ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

/** An interface costs per zone; a gateway costs nothing. */
function ofEndpoint({ props }: Resource): Found[] {
  if (props["vpcEndpointType"] !== "Interface") return [];
  return [fixed("interface endpoint, per zone", PRICES.endpoint, items(props["subnetIds"]).length)];
}

const ofService = ({ props }: Resource): Found[] =>
  at(props, "spec", "type") === "LoadBalancer" ? [fixed("network load balancer", PRICES.loadBalancer)] : [];

function ofDatabase({ props }: Resource): Found[] {
  const copies = isTrue(props["multiAz"]) ? 2 : 1;
  const storage = props["allocatedStorage"];
  const count = { least: copies, most: copies };
  return [
    byType("RDS", DATABASES, props["instanceClass"], count),
    ...(isMissing(storage) || isUnknown(storage)
      ? [{ notPriced: "storage of RDS" }]
      : [fixed("GiB of RDS storage", PRICES.databaseStorage, copies, Number(text(storage)))]),
  ];
}

function ofCache({ props }: Resource): Found {
  const nodes = Number(text(props["numCacheClusters"]) ?? 1);
  return byType("ElastiCache", CACHES, props["nodeType"], { least: nodes, most: nodes });
}
