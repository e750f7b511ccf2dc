import { formatAddress, type Range, sizeOf } from "../../config/range";

/** Length of the prefix of one arrow's network: 8 addresses. */
const ARROW_PREFIX = 29;

/** The addresses of one network. */
export interface Subnet {
  readonly cidr: string;
  /** The host's own address in the network. */
  readonly gateway: string;
  /** Fixed, so that a server can listen here and nowhere else. */
  readonly server: string;
  /** Out of which Docker gives addresses to clients; it does not hold the server's. */
  readonly clients: string;
}

/**
 * The subnet of a network by its number.
 * @throws RangeError when the range ends before it.
 */
export function subnetOf(range: Range, net: number): Subnet {
  const slots = sizeOf(range.prefix) / sizeOf(ARROW_PREFIX);
  if (net >= slots) throw new RangeError(`network ${net} does not fit into a range of ${slots} subnets`);
  return subnetAt(range.first + net * sizeOf(ARROW_PREFIX));
}

function subnetAt(first: number): Subnet {
  return {
    cidr: `${formatAddress(first)}/${ARROW_PREFIX}`,
    gateway: formatAddress(first + 1),
    server: formatAddress(first + 2),
    clients: `${formatAddress(first + 4)}/30`,
  };
}
