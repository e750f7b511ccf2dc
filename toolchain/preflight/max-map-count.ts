import { readFile } from "node:fs/promises";
import type { Finding } from "./facts";

const SETTING = "vm.max_map_count";
/** What Elasticsearch and OpenSearch ask for: each piece of an index is mapped into memory, and a large one has many. */
const WANTED = 262_144;

/** The kernel's limit of mapped areas per process; absent where the machine does not tell, such as one that is no Linux. */
export async function maxMapCount(
  file = `/proc/sys/${SETTING.replace(".", "/")}`,
): Promise<number | undefined> {
  const text = (await readFile(file, "utf8").catch(() => "")).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * Too small a limit is a warning. A single node whose protocol between nodes stays on the loopback address, as ours does,
 * starts all the same and says so in its log; with many large indices its searches fail later.
 */
export function maxMapCountFindings(found: number | undefined): Finding[] {
  if (found === undefined || found >= WANTED) return [];
  return [
    {
      severity: "warning",
      what: `${SETTING} for the search index`,
      found: String(found),
      allowed: `${WANTED} or more, before indices grow large`,
      fix: `sudo sysctl -w ${SETTING}=${WANTED}   (to keep it: echo ${SETTING}=${WANTED} | sudo tee /etc/sysctl.d/90-semblance.conf)`,
    },
  ];
}
