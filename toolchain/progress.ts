/**
 * Where long work says what it does. Every step of the toolchain takes one of these, so that the same code
 * prints a live line on a terminal, plain lines in CI, and nothing in a test.
 */
export interface Progress {
  /** Runs `work` as one step: prints the title, its latest `say` line, and the elapsed time; rethrows its error. */
  step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  /** One line that belongs to no step. */
  note(line: string): void;
}

/** Says nothing: for tests and for commands whose output is data. */
export const silent: Progress = {
  step: (_title, work) => work(() => undefined),
  note: () => undefined,
};
