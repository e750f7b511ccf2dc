import { chmodSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { WorkloadSpec } from "../../components/core/workload";
import { until } from "../support/until";

/** A live workload's sources on copies of their folders, which a test may edit. */
export class LiveCopy {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-live-"));
  private readonly copies = new Map<string, string>();

  constructor() {
    chmodSync(this.folder, 0o755);
  }

  /** The spec with copies in place of the project's folders. The same folder of two specs is one copy. */
  of<P extends string>(spec: WorkloadSpec<P>): WorkloadSpec<P> {
    const sources = Object.entries(spec.sources ?? {}).map(([path, from]) => {
      const to = this.copies.get(from) ?? join(this.folder, String(this.copies.size), basename(from));
      if (!this.copies.has(from)) cpSync(from, to, { recursive: true });
      this.copies.set(from, to);
      return [path, to];
    });
    if (sources.length === 0) throw new Error("the spec has no sources");
    return { ...spec, sources: Object.fromEntries(sources) as NonNullable<WorkloadSpec["sources"]> };
  }

  /** Changes a text of a file, as editors do: a new file in place of the old one. */
  edit(file: string, before: string, after: string): void {
    const text = readFileSync(file, "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no "${before}"`);
    writeFileSync(`${file}.new`, text.replace(before, after), { mode: 0o644 });
    renameSync(`${file}.new`, file);
  }

  /** Path of a file, by the end of its folder's path in the project. */
  file(folder: string, name: string): string {
    const found = [...this.copies].find(([from]) => from.endsWith(folder));
    if (found === undefined)
      throw new Error(`no copy of ${folder}; there are ${[...this.copies.keys()].join(", ")}`);
    return join(found[1], name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something shows what was edited, and tells how long that took. */
export async function shown(
  what: string,
  limitSeconds: number,
  look: () => Promise<boolean>,
): Promise<number> {
  const started = Date.now();
  await until({ what, limitSeconds, everySeconds: 0.2 }, look);
  return (Date.now() - started) / 1000;
}
