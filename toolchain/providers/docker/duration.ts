const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy;

/** Nanoseconds of a duration as Go writes it ("1m30s", "500ms", "0"); undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (text === "" || text === "0") return 0;
  let total = 0;
  let end = 0;
  for (const [part, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * (NANOSECONDS[unit ?? ""] ?? Number.NaN);
    end += part.length;
  }
  return end === text.length ? Math.round(total) : undefined;
}

/** The shortest text of whole units that gives these nanoseconds: what an imported health check shows. */
export function formatDuration(nanoseconds: number): string {
  for (const unit of ["h", "m", "s", "ms", "us"]) {
    const size = NANOSECONDS[unit] ?? 1;
    if (nanoseconds >= size && nanoseconds % size === 0) return `${nanoseconds / size}${unit}`;
  }
  return nanoseconds === 0 ? "0s" : `${nanoseconds}ns`;
}
