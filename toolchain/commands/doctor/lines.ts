import type { Finding } from "../../preflight";
import type { Style } from "../../terminal";

/** One thing that was looked at. */
export interface Line {
  readonly what: string;
  /** `comes`: not there yet, and `npm run up` gets it by itself. */
  readonly state: "ok" | "comes" | "warning" | "problem";
  readonly found: string;
  readonly fix?: string;
}

/** A finding of the preflight as a line. */
export const lineOf = ({ severity, what, found, allowed, fix }: Finding): Line => ({
  what,
  state: severity,
  found: `${found}; allowed: ${allowed}`,
  fix,
});

/** The lines as text, with what to do below each lack. */
export function render(lines: readonly Line[], style: Style): string {
  const marks: Readonly<Record<Line["state"], string>> = {
    ok: style.green("✔"),
    comes: style.cyan("↓"),
    warning: style.yellow("!"),
    problem: style.red("✘"),
  };
  const width = Math.min(28, Math.max(...lines.map(({ what }) => what.length)));
  return lines
    .map(({ what, state, found, fix }) => {
      const remedy = fix === undefined ? "" : `\n    ${" ".repeat(width)}fix: ${fix}`;
      return `${marks[state]} ${style.bold(what.padEnd(width))}  ${found}${remedy}`;
    })
    .join("\n");
}

/** The last line: whether `up` can go ahead. */
export function verdict(lines: readonly Line[]): string {
  const count = (state: Line["state"]): number => lines.filter((line) => line.state === state).length;
  const problems = count("problem");
  if (problems > 0)
    return `${problems === 1 ? "1 thing stands" : `${problems} things stand`} in the way of npm run up.`;
  if (count("comes") > 0) return "Nothing is in the way: npm run up gets what is marked ↓ by itself.";
  return "All is there: npm run up.";
}
