/** Readers of the kernel's tables. Pure: they take the text of the file. */

import { formatAddress } from "../../components/config/range";

/** Ranges that `/proc/net/route` routes, without the default route. */
export function routesIn(text: string): { readonly range: string; readonly device: string }[] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([device, destination, , , , , , mask]) => {
      if (device === undefined || destination === undefined || mask === undefined || mask === "00000000")
        return [];
      const prefix = littleEndian(mask).toString(2).replaceAll("0", "").length;
      return [{ range: `${formatAddress(littleEndian(destination))}/${prefix}`, device }];
    });
}

/** The kernel writes addresses in the order of the machine: on all that Docker runs on, last byte first. */
function littleEndian(hex: string): number {
  return Buffer.from(hex, "hex").readUInt32LE();
}

/** Inodes of the sockets that listen on a port, out of `/proc/net/tcp` and `tcp6`. */
export function listenersIn(text: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === "0A")
    .flatMap((fields) => fields[9] ?? []);
}

/** `MemTotal` and `MemAvailable` of `/proc/meminfo`, in bytes. */
export function memoryIn(text: string): { totalBytes: number; availableBytes: number } | undefined {
  const read = (key: string): number | undefined => {
    const kib = new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  };
  const totalBytes = read("MemTotal");
  const availableBytes = read("MemAvailable");
  return totalBytes === undefined || availableBytes === undefined
    ? undefined
    : { totalBytes, availableBytes };
}
