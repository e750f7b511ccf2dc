import type { AwsSettings } from "../../config/aws";
import { KEY_PURPOSES } from "./key-policies";
import { NODE_SERVICES } from "./endpoints";
import { type Pool, poolsOf } from "./pools";
import { CACHES, DATABASES, INSTANCES, type Price, PRICES, type PriceSource } from "./prices";
import { isBottlerocket } from "./user-data";

/** Hours of a month, as AWS itself counts. */
export const HOURS = 730;

/** One line of the cost of a stack. */
export interface CostLine {
  readonly what: string;
  /** How many run, when the autoscaler has nothing to do and when every pool is at its maximum. */
  readonly count: { readonly least: number; readonly most: number };
  /** US dollars per hour of one. */
  readonly usdPerHour: number;
  readonly gpu: boolean;
  readonly source: PriceSource;
}

const perHour = ({ usd, unit }: Price): number => (unit === "hour" ? usd : usd / HOURS);

const line = (what: string, count: number, price: Price, times = 1): CostLine => ({
  what,
  count: { least: count, most: count },
  usdPerHour: perHour(price) * times,
  gpu: false,
  source: price.source,
});

/**
 * What a stack costs that does nothing, and at its maximum, line by line. What depends on use is not in it.
 * @throws RangeError for an instance type whose price is not in the list
 */
export function costOf(aws: AwsSettings): CostLine[] {
  const { existing } = aws.cluster;
  return [
    ...(existing === undefined
      ? [
          line("EKS control plane", 1, PRICES.cluster),
          ...poolsOf(aws.nodes, aws.zones, { strategy: "none" }).flatMap(nodeLines),
        ]
      : []),
    ...(aws.network.existing === undefined ? networkLines(aws) : []),
    line("network load balancer", 1, PRICES.loadBalancer),
    line("keys in KMS", KEY_PURPOSES.length, PRICES.key),
    ...managedLines(aws),
  ];
}

/** The price of an item of a list. */
function priced(list: Readonly<Record<string, Price>>, name: string): Price {
  const price = list[name];
  if (price === undefined)
    throw new RangeError(
      `components/platforms/aws/prices.ts has no price of ${name}; it has: ${Object.keys(list).join(", ")}`,
    );
  return price;
}

function nodeLines(pool: Pool): CostLine[] {
  const [type] = pool.instanceTypes;
  if (type === undefined) throw new RangeError(`pool ${pool.name} has no instance type`);
  const price = priced(INSTANCES, type);
  const zones = pool.zones.length;
  const common = {
    count: { least: pool.min * zones, most: pool.max * zones },
    gpu: pool.gpu !== undefined,
  };
  const disk = pool.diskGiB + (isBottlerocket(pool.ami) ? 8 : 20);
  return [
    { ...common, what: `${type}, pool ${pool.name}`, usdPerHour: perHour(price), source: price.source },
    {
      ...common,
      what: `${disk} GiB of disk, pool ${pool.name}`,
      usdPerHour: perHour(PRICES.disk) * disk,
      source: PRICES.disk.source,
    },
  ];
}

function networkLines({ network, zones }: AwsSettings): CostLine[] {
  const nats = { none: 0, one: 1, "per-zone": zones.length }[network.nat];
  return [
    ...(nats > 0
      ? [line("NAT gateway", nats, PRICES.nat), line("public address", nats, PRICES.publicAddress)]
      : []),
    ...(network.endpoints === "all"
      ? [line("interface endpoint, per zone", NODE_SERVICES.length * zones.length, PRICES.endpoint)]
      : []),
  ];
}

function managedLines({ managed, postgres, redis }: AwsSettings): CostLine[] {
  const copies = postgres.multiAz ? 2 : 1;
  return [
    ...(managed.postgres
      ? [
          line(`RDS ${postgres.instanceClass}`, copies, priced(DATABASES, postgres.instanceClass)),
          line(
            `${postgres.storageGiB} GiB of RDS storage`,
            copies,
            PRICES.databaseStorage,
            postgres.storageGiB,
          ),
        ]
      : []),
    ...(managed.redis
      ? [line(`ElastiCache ${redis.nodeType}`, redis.nodes, priced(CACHES, redis.nodeType))]
      : []),
  ];
}

/** US dollars per hour of all lines: at rest, with all nodes but none with a GPU, and with all of them. */
export interface CostSums {
  readonly rest: number;
  readonly full: number;
  readonly fullWithGpu: number;
}

/** The sums of the lines. */
export function sumsOf(lines: readonly CostLine[]): CostSums {
  const sum = (count: (one: CostLine) => number): number =>
    lines.reduce((total, one) => total + count(one) * one.usdPerHour, 0);
  return {
    rest: sum(({ count }) => count.least),
    full: sum(({ count, gpu }) => (gpu ? count.least : count.most)),
    fullWithGpu: sum(({ count }) => count.most),
  };
}

const money = (usd: number, digits: number): string =>
  usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The lines and sums as a table in Markdown, per hour and per month. */
export function costTable(lines: readonly CostLine[]): string {
  const { rest, full, fullWithGpu } = sumsOf(lines);
  const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const range = ({ count }: CostLine): string =>
    count.least === count.most ? String(count.least) : `${count.least} to ${count.most}`;
  return [
    row("what", "how many", "USD per hour, each", "USD per month, least", "USD per month, most", "price"),
    row("---", "---:", "---:", "---:", "---:", "---"),
    ...lines.map((one) =>
      row(
        one.what,
        range(one),
        money(one.usdPerHour, 4),
        money(one.usdPerHour * one.count.least * HOURS, 2),
        money(one.usdPerHour * one.count.most * HOURS, 2),
        one.source,
      ),
    ),
    row(
      "**at rest, GPUs at zero or their minimum**",
      "",
      `**${money(rest, 2)}**`,
      `**${money(rest * HOURS, 0)}**`,
      "",
      "",
    ),
    row(
      "**all other nodes at maximum, GPUs at rest**",
      "",
      `**${money(full, 2)}**`,
      "",
      `**${money(full * HOURS, 0)}**`,
      "",
    ),
    row(
      "**everything at maximum**",
      "",
      `**${money(fullWithGpu, 2)}**`,
      "",
      `**${money(fullWithGpu * HOURS, 0)}**`,
      "",
    ),
  ].join("\n");
}
