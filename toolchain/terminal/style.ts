/** What is written to: a terminal, a file, or a list in a test. */
export interface Screen {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where output goes and what it can show. */
export interface Terminal {
  readonly stream: Screen;
  /** A person watches: lines may be redrawn. */
  readonly live: boolean;
  readonly colors: boolean;
}

/** Looks at a stream and the environment: NO_COLOR, TERM=dumb and CI are respected. */
export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const capable = stream.isTTY && env["TERM"] !== "dumb";
  return {
    stream,
    live: capable && env["CI"] === undefined,
    colors: capable && env["NO_COLOR"] === undefined,
  };
}

type Paint = (text: string) => string;

/** Text styles of a terminal; each returns its text unchanged where there are no colours. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** The styles that a terminal can show. */
export function styleOf(terminal: Pick<Terminal, "colors">): Style {
  const paint =
    (on: number, off: number): Paint =>
    (text) =>
      terminal.colors ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** A duration for people: `850 ms` is noise, so `0.9s`, `12s`, `3m 05s`, `2h 10m`, `4d 3h`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/** Sizes as people say them: `512 MB`, `6.0 GB`. */
export function bytes(count: number): string {
  const gigabytes = count / 1024 ** 3;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.round(count / 1024 ** 2)} MB`;
}

/** Cuts a plain line to a width, so that a redrawn line never wraps. */
export function fit(line: string, width: number): string {
  const flat = line.replace(/\s+/g, " ");
  return flat.length <= width ? flat : `${flat.slice(0, Math.max(0, width - 1))}…`;
}
