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
 * Gives every name its own /29 out of the range. A name's place depends on the name, not on its position in the list, so
 * that a new arrow leaves the networks of the others where they are (but for the rare one that it collides with).
 * @throws RangeError when the range holds fewer subnets than there are names.
 */
export function allocate(range: Range, names: readonly string[]): ReadonlyMap<string, Subnet> {
  const slots = sizeOf(range.prefix) / sizeOf(ARROW_PREFIX);
  if (names.length > slots) throw new RangeError(`${names.length} networks do not fit into ${slots} subnets`);
  const taken = new Set<number>();
  const result = new Map<string, Subnet>();
  for (const name of [...names].sort()) {
    let slot = hash(name) % slots;
    while (taken.has(slot)) slot = (slot + 1) % slots;
    taken.add(slot);
    result.set(name, subnetAt(range.first + slot * sizeOf(ARROW_PREFIX)));
  }
  return result;
}

function subnetAt(first: number): Subnet {
  return {
    cidr: `${formatAddress(first)}/${ARROW_PREFIX}`,
    gateway: formatAddress(first + 1),
    server: formatAddress(first + 2),
    clients: `${formatAddress(first + 4)}/30`,
  };
}

/** FNV-1a, 32 bits: stable across machines and versions, which is all that is asked of it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text, "utf8")) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
