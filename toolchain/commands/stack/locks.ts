import { duration } from "../../terminal";

/** Who holds a stack, as Pulumi notes it in a folder, a bucket or a database. */
export interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** The locks that Pulumi's refusal names: `created by me@host (pid 7) at 2026-01-01T10:00:00Z`. */
export function locksIn(text: string): readonly Lock[] {
  if (!text.includes("stack is currently locked")) return [];
  return [...text.matchAll(/created by (.*)@(\S*) \(pid (\d+)\) at (\S+)/g)].map(
    ([, username = "", hostname = "", pid = "0", timestamp = ""]) => ({
      username,
      hostname,
      pid: Number(pid),
      timestamp,
    }),
  );
}

/** A lock in words: who, since when, and how long ago that is. */
export function told({ pid, username, hostname, timestamp }: Lock, now = Date.now()): string {
  const age = now - Date.parse(timestamp);
  const ago = age >= 0 ? `, ${duration(age)} ago` : "";
  return `${username}@${hostname} (process ${pid}, since ${timestamp}${ago})`;
}

/** What to do about a stack that somebody holds. */
export const remedy = (stack: string): string =>
  "wait until that run has ended, then run the command again; only when it is surely dead (its machine is gone, its job was " +
  `cancelled): pulumi cancel --stack ${stack} --yes, then the command again`;
