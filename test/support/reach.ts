/** What was seen to connect: `from` reached port `port` of `to`. */
export interface Reached {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** How what connects differs from what may connect, as lines to read. Empty: the two are equal. */
export function differences(allowed: readonly Reached[], seen: readonly Reached[]): string[] {
  const may = new Set(allowed.map(name));
  const does = new Set(seen.map(name));
  return [
    ...[...does]
      .filter((one) => !may.has(one))
      .map((one) => `${one} connects, and topology/arrows.ts has no such arrow`),
    ...[...may]
      .filter((one) => !does.has(one))
      .map((one) => `${one} is an arrow of topology/arrows.ts, and does not connect`),
  ].sort();
}

const name = ({ from, to, port }: Reached): string => `${from} -> ${to}:${port}`;

/** A socket that listens, out of `/proc/net/tcp` or `/proc/net/tcp6`. */
export interface Listening {
  /** Address as the kernel prints it, in hexadecimal digits. */
  readonly address: string;
  readonly port: number;
}

/** Reads the kernel's table of TCP sockets. */
export function listeningIn(table: string): Listening[] {
  const LISTEN = "0A";
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address, port] = local.split(":");
    if (state !== LISTEN || address === undefined || port === undefined) return [];
    return [{ address, port: Number.parseInt(port, 16) }];
  });
}
