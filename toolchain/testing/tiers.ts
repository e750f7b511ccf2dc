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
    minutes: 12,
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

/** How tests ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export const sum = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** The last line of every run: CI reads it. */
export const closingLine = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
