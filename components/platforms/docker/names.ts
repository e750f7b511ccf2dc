/** Labels by which the project's commands find what belongs to a stack, without asking Pulumi. */
export const LABEL = {
  stack: "semblance.stack",
  service: "semblance.service",
  job: "semblance.job",
  arrow: "semblance.arrow",
  volume: "semblance.volume",
  files: "semblance.files",
  rerun: "semblance.rerun",
} as const;

/** Labels that each log line carries, so that what reads the files knows whose they are without asking the engine. */
export const LOGGED = { stack: LABEL.stack, service: LABEL.service, job: LABEL.job } as const;

/** Name of a Docker object of a stack: `semblance-dev-postgres`. */
export const objectName = (stack: string, ...parts: readonly string[]): string =>
  ["semblance", stack, ...parts].join("-");

/** Labels as the Docker provider takes them, in a stable order. */
export function labels<V>(entries: Readonly<Record<string, V>>): { label: string; value: V }[] {
  return Object.entries(entries)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([label, value]) => ({ label, value }));
}
