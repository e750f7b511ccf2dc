import { formatAddress, overlap, parseRange, type Range, sizeOf } from "../../../components/config/range";
import type { Settings } from "../../../components/config/schema";
import { UserError } from "../../errors";

/** Which ports and ranges are taken: a machine's ports by every stack on it, the ranges by whoever may have a way to them. */
type Neighbours = readonly Settings[];

/** Ports of a gateway on this machine that no other stack has, starting at the default ones. */
export function freePorts(others: Neighbours): Settings["edge"] {
  const taken = new Set(
    others.filter(({ target }) => target === "docker").flatMap(({ edge }) => [edge.httpsPort, edge.httpPort]),
  );
  for (let step = 0; step < 100; step++) {
    const [httpsPort, httpPort] = [8443 + 100 * step, 8080 + 100 * step];
    if (!taken.has(httpsPort) && !taken.has(httpPort)) return { bind: "127.0.0.1", httpsPort, httpPort };
  }
  throw new UserError("no ports are left for another gateway on this machine", "set edge.httpsPort by hand");
}

/** The first range of a size that overlaps with none of the given ones, counted up from `first`. */
export function freeRange(first: string, taken: readonly string[]): string {
  const start = parseRange(first);
  if (start === undefined) throw new RangeError(first);
  const ranges = taken.flatMap((text) => parseRange(text) ?? []);
  // Private addresses from 10.0.0.0 to 10.255.255.255: what lies behind them is other people's.
  const end = 11 * 2 ** 24;
  for (let at = start.first; at < end; at += sizeOf(start.prefix)) {
    const range: Range = { first: at, prefix: start.prefix };
    if (!ranges.some((other) => overlap(range, other))) return `${formatAddress(at)}/${start.prefix}`;
  }
  throw new UserError(`no range of /${start.prefix} is left after ${first}`, "set one by hand");
}

/** Pairs of stacks on this machine that cannot run at the same time, and why. */
export function collisions(
  stacks: readonly { readonly name: string; readonly settings: Settings }[],
): readonly string[] {
  const local = stacks.filter(({ settings }) => settings.target === "docker");
  return local.flatMap((a, index) =>
    local.slice(index + 1).flatMap((b) => {
      const shared = sharedBy(a.settings, b.settings);
      return shared.length === 0 ? [] : [`${a.name} and ${b.name} share ${shared.join(", ")}`];
    }),
  );
}

function sharedBy(a: Settings, b: Settings): string[] {
  const ports = (edge: Settings["edge"]): number[] => [edge.httpsPort, edge.httpPort];
  const [x, y] = [parseRange(a.subnets), parseRange(b.subnets)];
  return [
    ...ports(a.edge)
      .filter((port) => ports(b.edge).includes(port))
      .map((port) => `port ${port}`),
    ...(x !== undefined && y !== undefined && overlap(x, y) ? [`subnets ${a.subnets}`] : []),
    ...(a.domain === b.domain ? [`domain ${a.domain}`] : []),
  ];
}
