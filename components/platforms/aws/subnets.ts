import { formatAddress, type Range, sizeOf } from "../../config/range";

/** Ranges of one zone. */
export interface ZoneSubnets {
  /** Name of the availability zone. */
  readonly zone: string;
  /** Nodes and pods. */
  readonly private: string;
  /** NAT gateways and load balancers that face the internet. */
  readonly public: string;
  /** Databases and caches; it has no way out. */
  readonly data: string;
}

/** Longest prefix of a VPC that leaves a zone enough addresses for its pods. */
export const SMALLEST_VPC = 20;
/** Shortest prefix that AWS allows. */
export const LARGEST_VPC = 16;

/**
 * Cuts a VPC's range: a quarter per zone for nodes and pods, and out of the last quarter an eighth per zone for what faces
 * the internet and an eighth per zone for data. A zone's place follows from its place in the list alone, so that no subnet
 * moves when another choice changes.
 */
export function subnetLayout(range: Range, zones: readonly string[]): ZoneSubnets[] {
  if (zones.length > 3) throw new RangeError(`a VPC is cut for three zones, not for ${zones.length}`);
  const quarter = sizeOf(range.prefix + 2);
  const eighth = sizeOf(range.prefix + 5);
  const last = range.first + 3 * quarter;
  const cidr = (first: number, prefix: number) => `${formatAddress(first)}/${prefix}`;
  return zones.map((zone, i) => ({
    zone,
    private: cidr(range.first + i * quarter, range.prefix + 2),
    public: cidr(last + i * eighth, range.prefix + 5),
    data: cidr(last + (4 + i) * eighth, range.prefix + 5),
  }));
}
