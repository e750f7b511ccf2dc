/** An IPv4 range: its first address as a number, and the length of its prefix. */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.89.0.0/20`; undefined when it is not a range whose host bits are 0. */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || prefix === undefined)
    return undefined;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

/** How many addresses a prefix of this length spans. */
export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

/** An address as text. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Whether two ranges share an address. */
export function overlap(a: Range, b: Range): boolean {
  return a.first < b.first + sizeOf(b.prefix) && b.first < a.first + sizeOf(a.prefix);
}
