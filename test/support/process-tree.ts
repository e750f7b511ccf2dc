import { readdirSync, readFileSync } from "node:fs";

/** A process, told apart from a later one with the same number by the time of its start. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly command: string;
}

function numbers(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** All processes of this machine. Those that end while they are looked at are left out. */
export function processes(): Process[] {
  return numbers().flatMap((pid) => {
    try {
      // The second field is the name in parentheses, which may hold anything; what follows is regular.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      if (fields[0] === "Z") return [];
      return [{ pid, parent: Number(fields[1]), started: fields[19] ?? "", command }];
    } catch {
      return [];
    }
  });
}

/** The processes that descend from `root`, itself included. */
export function family(root: number): Process[] {
  const all = processes();
  const found = all.filter(({ pid }) => pid === root);
  for (const member of found) found.push(...all.filter(({ parent }) => parent === member.pid));
  return found;
}

/** Those of the given processes that still run. */
export function alive(members: readonly Process[]): Process[] {
  const now = processes();
  return members.filter((one) => now.some(({ pid, started }) => pid === one.pid && started === one.started));
}
