import type { Value } from "../../../policies/core/value";
import { containersOf } from "../../../policies/models/containers";
import { type FileLike, fileTypes, filesIn } from "../../../policies/models/files";
import { workloadTypes } from "../../../policies/models/types";
import type { View } from "./view";

/** What one workload of the platform is told by its files and its environment, on Docker and on Kubernetes alike. */
export interface Told {
  readonly workload: string;
  /** Contents by the path below the folder of files: `setup/requests`. What is secret says `[secret]`. */
  readonly files: ReadonlyMap<string, Value>;
  readonly env: ReadonlyMap<string, Value>;
}

/** Where both platforms put a workload's files. */
const FOLDER = "/etc/semblance/";
/** How both platforms call what holds them, after the workload's own name. */
const HOLDERS = /-files(-carrier)?$/;

/** The workloads of one side, by name. */
export function toldOf(view: View): Told[] {
  const files = new Map<string, Map<string, Value>>();
  for (const resource of view.of(...fileTypes)) {
    if (!HOLDERS.test(resource.name)) continue;
    const workload = resource.name.replace(HOLDERS, "");
    const held = files.get(workload) ?? new Map<string, Value>();
    for (const file of filesIn(resource)) held.set(pathOf(file), file.content);
    files.set(workload, held);
  }
  const env = new Map<string, ReadonlyMap<string, Value>>();
  for (const container of view.of(...workloadTypes).flatMap(containersOf))
    if (!HOLDERS.test(container.resource.name))
      env.set(container.resource.name, new Map(container.env.map(({ name, value }) => [name, value])));
  return [...new Set([...files.keys(), ...env.keys()])].sort().map((workload) => ({
    workload,
    files: files.get(workload) ?? new Map<string, Value>(),
    env: env.get(workload) ?? new Map<string, Value>(),
  }));
}

/** Keys of Kubernetes know no slash, and have two dots in its place. */
const pathOf = ({ name }: FileLike): string =>
  name.startsWith(FOLDER) ? name.slice(FOLDER.length) : name.replaceAll("..", "/");

/** A text in JSON as a value; undefined where it is none, be it secret or not known yet. */
export function jsonOf(content: Value): Value {
  if (typeof content !== "string" || !/^\s*[[{]/.test(content)) return undefined;
  try {
    const value: Value = JSON.parse(content);
    return value;
  } catch {
    return undefined;
  }
}
