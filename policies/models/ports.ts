/**
 * Widest prefixes that still name somebody: the largest private ranges are 10.0.0.0/8 and fc00::/7. What is wider is the
 * world, also where it is written as two halves of it.
 */
const WIDEST = { v4: 8, v6: 7 };

/** Whether a range in CIDR notation is the world, or so much of it that nobody can mean somebody by it. */
export function isWorld(cidr: string): boolean {
  const [address = "", length] = cidr.trim().split("/");
  if (length === undefined || !/^\d+$/.test(length)) return false;
  return Number(length) < (address.includes(":") ? WIDEST.v6 : WIDEST.v4);
}

/** Whether an address to listen on stands for every address of the machine. */
export const isEveryAddress = (address: string): boolean =>
  ["", "*", "0.0.0.0"].includes(address) || (address.includes(":") && /^[[\]0:]+$/.test(address));

/** Whether a known range contains a known address; IPv4 only. */
export function contains(cidr: string, address: string): boolean {
  const [network = "", length = "32"] = cidr.trim().split("/");
  const [one, other] = [numberOf(network), numberOf(address)];
  if (one === undefined || other === undefined || !/^\d+$/.test(length)) return false;
  const size = 2 ** (32 - Math.min(Number(length), 32));
  return Math.floor(one / size) === Math.floor(other / size);
}

function numberOf(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  const valid =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  return valid ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
