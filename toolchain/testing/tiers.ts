import type { Profile } from "../../components/topology";

/** The parts of `npm test`, in the order in which they run: what is cheap and sharp comes first. */
export const tierNames = ["fast", "engine", "live", "cluster", "parts", "full"] as const;
export type TierName = (typeof tierNames)[number];

/** One tier of the tests. */
export interface Tier {
  readonly files: readonly string[];
  /** What must be there; each makes the tier slower to start on a bare machine. */
  readonly needs: "nothing" | "engine" | "platform" | "control plane";
  /** The profile whose images, or whose services, it needs. */
  readonly profile: Profile;
  /** Minutes that it takes when all that it needs is there, with some room. */
  readonly minutes: number;
}

export const tiers: Readonly<Record<TierName, Tier>> = {
  fast: {
    files: ["test/specs/**/*.spec.ts", "test/policies/**/*.spec.ts"],
    needs: "nothing",
    profile: "core",
    minutes: 4,
  },
  engine: {
    files: ["test/providers/**/*.spec.ts", "test/engine/**/*.spec.ts"],
    needs: "engine",
    profile: "core",
    minutes: 15,
  },
  live: {
    files: ["test/live/**/*.spec.ts", "test/security/**/*.spec.ts"],
    needs: "platform",
    profile: "core",
    minutes: 20,
  },
  // A real API server with simulated nodes; no container runs.
  cluster: {
    files: ["test/kubernetes/**/*.spec.ts"],
    needs: "control plane",
    profile: "core",
    minutes: 10,
  },
  parts: { files: ["test/parts/**/*.spec.ts"], needs: "engine", profile: "full", minutes: 12 },
  full: {
    files: [
      "test/full/**/*.spec.ts",
      "test/live/20-reachability.spec.ts",
      "test/live/25-encryption.spec.ts",
      "test/security/**/*.spec.ts",
    ],
    needs: "platform",
    profile: "full",
    minutes: 25,
  },
};

/** Minutes in which an image is pulled or built on a small machine, on average and with some room. */
export const MINUTES_PER_IMAGE = 4;

/** A test that failed. */
export interface Failure {
  /** The test with all that it stands under, or what failed in place of tests. */
  readonly title: string;
  /** What it says; "" where the title says all. */
  readonly message: string;
}

/** How tests ended. */
export interface Outcome {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

export const none: Outcome = { passed: 0, skipped: 0, failures: [] };

export const sum = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

/** Something failed that is no test of mocha's. */
export const failure = (title: string): Outcome => ({ ...none, failures: [{ title, message: "" }] });

/** Lines of a failed test's message that the end of a run repeats: enough to see what it was, few enough to read them all. */
const LINES_OF_A_FAILURE = 12;

/** What ends a run: the failed tests once more, as hours of output may lie between them and the reader, and a line that CI reads. */
export function closing({ passed, failures, skipped }: Outcome): string {
  const lines = failures.flatMap(({ title, message }) => [
    `failed: ${title}`,
    ...message
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, LINES_OF_A_FAILURE)
      .map((line) => `    ${line}`),
  ]);
  return [...lines, `${passed} passed, ${failures.length} failed, ${skipped} skipped`].join("\n");
}
