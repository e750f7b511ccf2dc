import { formatAddress, overlap, parseRange, type Range, sizeOf } from "../../components/config/range";
import type { Settings } from "../../components/config/schema";
import { bytes } from "../terminal";
import { diskEncryptionFindings } from "./disk-encryption";
import { engineFindings } from "./engine";
import type { Facts, Finding } from "./facts";
import { maxMapCountFindings } from "./max-map-count";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** Room that images and their build need when some are missing, and that data needs in any case. */
const DISK_WITH_IMAGES = 6 * GIB;
const DISK_FOR_DATA = 2 * GIB;
/** What the containers of a profile use once they run. */
const MEMORY: Readonly<Record<Settings["profile"], number>> = { core: 3 * GIB, full: 10 * GIB };
/** Below this share of it, the profile does not come up at all. */
const HOPELESS = 0.5;

const set = (key: string, value: string | number, stack: string): string =>
  `pulumi config set --stack ${stack} --path 'settings.${key}' ${value}`;

/** All that stands in the way of the settings on this machine. Pure. */
export function check(settings: Settings, facts: Facts, stack: string): Finding[] {
  return [
    ...ports(facts, stack),
    ...subnets(settings, facts, stack),
    ...disk(facts),
    ...diskEncryptionFindings(facts.encryption),
    ...memory(settings, facts, stack),
    ...stateFolder(facts),
    ...engineFindings(settings, facts, stack),
    ...(settings.profile === "full" ? maxMapCountFindings(facts.maxMapCount) : []),
  ];
}

function ports(facts: Facts, stack: string): Finding[] {
  return facts.ports.flatMap(({ key, bind, port, state, holder }): Finding[] => {
    if (state === "free" || state === "ours") return [];
    const what = `port ${port} (settings.${key})`;
    const other = port < 1024 ? port + 8000 : port + 1000;
    if (state === "no such address") {
      const fix = set("edge.bind", "127.0.0.1", stack);
      return [
        {
          severity: "problem",
          what: "settings.edge.bind",
          found: bind,
          allowed: "an address of this machine",
          fix,
        },
      ];
    }
    if (state === "forbidden") {
      const allowed = "a port from 1024 up, for a user who is not root";
      return [
        {
          severity: "problem",
          what,
          found: "not allowed for this user",
          allowed,
          fix: set(key, other, stack),
        },
      ];
    }
    const found = `taken on ${bind}${holder === undefined ? "" : ` by ${holder}`}`;
    return [{ severity: "problem", what, found, allowed: "a free port", fix: set(key, other, stack) }];
  });
}

function subnets(settings: Settings, facts: Facts, stack: string): Finding[] {
  const wanted = parseRange(settings.subnets);
  if (wanted === undefined) return [];
  const clashes = facts.routes.filter(({ range }) => touches(range, wanted));
  if (clashes.length === 0) return [];
  const free = freeRange(facts, wanted.prefix);
  return [
    {
      severity: "problem",
      what: `subnets ${settings.subnets} (settings.subnets)`,
      found: `overlaps ${listed(clashes)}`,
      allowed: "a private range that leads nowhere yet",
      fix: set("subnets", free ?? "RANGE", stack),
    },
  ];
}

/** The first few, each owner once: a stack alone has dozens of networks. */
function listed(clashes: Facts["routes"]): string {
  const owners = [...new Map(clashes.map(({ range, what }) => [what, range]))].map(
    ([what, range]) => `${range} (${what})`,
  );
  return owners.length <= 3
    ? owners.join(", ")
    : `${owners.slice(0, 3).join(", ")} and ${owners.length - 3} more`;
}

function touches(text: string, wanted: Range): boolean {
  const range = parseRange(text);
  return range !== undefined && overlap(range, wanted);
}

/** A private range of the wanted size that no route touches. */
function freeRange(facts: Facts, prefix: number): string | undefined {
  const pools = ["10.64.0.0/10", "172.20.0.0/14", "192.168.128.0/17"].map(parseRange);
  for (const pool of pools) {
    if (pool === undefined || pool.prefix > prefix) continue;
    for (let first = pool.first; first < pool.first + sizeOf(pool.prefix); first += sizeOf(prefix)) {
      if (!facts.routes.some(({ range }) => touches(range, { first, prefix })))
        return `${formatAddress(first)}/${prefix}`;
    }
  }
  return undefined;
}

function disk({ disk: found, missingImages }: Facts): Finding[] {
  if (found === undefined) return [];
  const need = missingImages.length > 0 ? DISK_WITH_IMAGES : DISK_FOR_DATA;
  if (found.freeBytes >= need) return [];
  const reason =
    missingImages.length > 0 ? `${missingImages.length} images have to be got first` : "for data and logs";
  return [
    {
      severity: "problem",
      what: `disk space in ${found.path}`,
      found: `${bytes(found.freeBytes)} free`,
      allowed: `${bytes(need)} or more (${reason})`,
      fix: "free some, for instance by `docker system df` and `docker image prune`",
    },
  ];
}

function memory(settings: Settings, { memory: found, ports }: Facts, stack: string): Finding[] {
  if (found === undefined) return [];
  const need = MEMORY[settings.profile];
  const findings = Object.entries(settings.memoryMiB)
    .filter(([, limit]) => limit * MIB > found.totalBytes)
    .map(([service, limit]): Finding => {
      const allowed = `at most the machine's ${bytes(found.totalBytes)}`;
      const fix = `pulumi config rm --stack ${stack} --path 'settings.memoryMiB.${service}'`;
      return {
        severity: "problem",
        what: `settings.memoryMiB.${service}`,
        found: bytes(limit * MIB),
        allowed,
        fix,
      };
    });
  // Of a platform that runs already, the memory that it uses is not missing.
  const runs = ports.some(({ state }) => state === "ours");
  if (found.availableBytes >= need || runs) return findings;
  const hopeless = found.totalBytes < need * HOPELESS;
  const general: Finding = {
    severity: hopeless ? "problem" : "warning",
    what: `memory for profile ${settings.profile}`,
    found: `${bytes(found.availableBytes)} available of ${bytes(found.totalBytes)}`,
    allowed: `${bytes(need)} or more`,
    fix: hopeless
      ? "take a machine with more memory"
      : "stop other programs if services are killed for want of memory",
  };
  return [...findings, general];
}

function stateFolder({ stateFolder: { path, writable } }: Facts): Finding[] {
  if (writable) return [];
  const allowed = "a folder that you can write";
  return [
    {
      severity: "problem",
      what: path,
      found: "cannot be written",
      allowed,
      fix: `sudo chown -R "$USER" ${path}`,
    },
  ];
}

/** A finding as text: what, found, allowed, fix. */
export function describeFinding({ what, found, allowed, fix }: Finding): string {
  return `${what}: found ${found}; allowed: ${allowed}\n      fix: ${fix}`;
}
