import { arrows, memberNames, members } from "../../components/topology";

/** A table in Markdown with columns in line, as Prettier writes them. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(width(i))).join(" | ")} |`);
  const rule = `| ${(rows[0] ?? []).map((_, i) => "-".repeat(width(i))).join(" | ")} |`;
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join("\n");
}

/** All members of the topology, as a table in Markdown. */
export function memberTable(): string {
  return table([
    ["Member", "Kind", "What it is there for"],
    ...memberNames.map((name) => [`\`${name}\``, members[name].kind, members[name].does]),
  ]);
}

/** All arrows of the topology, as a table in Markdown. */
export function arrowTable(): string {
  return table([
    ["From", "To", "Port", "Why"],
    ...arrows.map(({ from, to, port, as }) => [`\`${from}\``, `\`${to}\``, `\`${port}\``, as]),
  ]);
}
