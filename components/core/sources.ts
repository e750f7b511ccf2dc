import type { Foundation } from "./foundation";
import type { FilePath } from "./workload";

/** What a spec is told: to take our own source files out of the project's folder, and to read them anew, or nothing. */
export interface Live {
  /** In development mode, on a platform that can show a workload the project's folders. @default false */
  readonly live?: boolean;
}

/** Whether the platform shows workloads the project's folders. */
export const liveOf = ({ platform }: Foundation): Live => (platform.mountsSources ? { live: true } : {});

/** Folders of the project by where a workload has them. */
export type Sources = Readonly<Record<FilePath, string>>;

/**
 * A command that starts anew when a Python file changes, for a program that does not look by itself. Needs `watchfiles` in
 * the program's own Python. What is in `except` can change without a new start.
 *
 * @param bin folder of the Python's commands
 */
export const restarting = (
  bin: string,
  command: readonly string[],
  watched: FilePath,
  except: readonly string[] = [],
): readonly string[] => [
  `${bin}/watchfiles`,
  "--filter=python",
  "--target-type=command",
  // What gets the signal has jobs or kernels to end.
  "--sigint-timeout=30",
  ...(except.length === 0 ? [] : [`--ignore-paths=${except.map((file) => `${watched}/${file}`).join(",")}`]),
  command.join(" "),
  watched,
];
