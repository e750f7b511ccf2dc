import { z } from "zod";

/**
 * The slices into which MIG cuts a GPU: by GPU, the profile's name and how many of it one GPU has. Profiles with media
 * extensions (`+me`) are left out: one GPU has one of them, and nothing here decodes video.
 * @see https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html
 * @see https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml
 */
export const MIG_PROFILES = {
  "a30-24gb": { "1g.6gb": 4, "2g.12gb": 2, "4g.24gb": 1 },
  "a100-40gb": { "1g.5gb": 7, "1g.10gb": 4, "2g.10gb": 3, "3g.20gb": 2, "4g.20gb": 1, "7g.40gb": 1 },
  "a100-80gb": { "1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1 },
  "h100-80gb": { "1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1 },
  "h200-141gb": { "1g.18gb": 7, "1g.35gb": 4, "2g.35gb": 3, "3g.71gb": 2, "4g.71gb": 1, "7g.141gb": 1 },
  "b200-180gb": { "1g.23gb": 7, "1g.45gb": 4, "2g.45gb": 3, "3g.90gb": 2, "4g.90gb": 1, "7g.180gb": 1 },
} as const;

/** A GPU that MIG can cut. */
export type MigGpu = keyof typeof MIG_PROFILES;
/** A slice of that GPU. */
export type MigProfile<G extends MigGpu = MigGpu> = G extends MigGpu
  ? Extract<keyof (typeof MIG_PROFILES)[G], string>
  : never;

/** How workloads share a GPU. A combination that no GPU or driver can do is no value of this type. */
export type GpuSharing =
  | { readonly strategy: "none" }
  | { readonly strategy: "time-slicing" | "mps"; readonly replicas: number }
  | { [G in MigGpu]: { readonly strategy: "mig"; readonly gpu: G; readonly profile: MigProfile<G> } }[MigGpu];

/** The driver's own limit of MPS clients on one GPU. https://docs.nvidia.com/deploy/mps/index.html */
const MPS_CLIENTS = 48;

const replicas = (most: number) =>
  z.int().min(2).max(most).describe("How many workloads one GPU is given to at a time.");

const mig = <G extends MigGpu>(gpu: G, profiles: readonly [MigProfile<G>, ...MigProfile<G>[]]) =>
  z.strictObject({
    strategy: z.literal("mig"),
    gpu: z.literal(gpu).describe("The GPU of the nodes: what its slices are called depends on it."),
    profile: z.enum(profiles).describe("The slice that a workload gets."),
  });

/** The names of a GPU's profiles, as zod wants them. */
function profilesOf<G extends MigGpu>(gpu: G): readonly [MigProfile<G>, ...MigProfile<G>[]] {
  const isProfile = (name: string): name is MigProfile<G> => name in MIG_PROFILES[gpu];
  const [first, ...others] = Object.keys(MIG_PROFILES[gpu]).filter(isProfile);
  if (first === undefined) throw new Error(`${gpu} has no MIG profiles`);
  return [first, ...others];
}

/** What to say where none of a union's members fits; what is wrong inside of one is said by itself. */
const oneOf = (texts: readonly string[]) => ({
  error: ({ code }: { readonly code?: string }) => (code === "invalid_union" ? texts.join(" | ") : undefined),
});

/** The schema of `GpuSharing`. */
export const gpuSharing = z.discriminatedUnion(
  "strategy",
  [
    z.strictObject({ strategy: z.literal("none") }),
    z.strictObject({ strategy: z.literal("time-slicing"), replicas: replicas(64) }),
    z.strictObject({ strategy: z.literal("mps"), replicas: replicas(MPS_CLIENTS) }),
    z.discriminatedUnion(
      "gpu",
      [
        mig("a30-24gb", profilesOf("a30-24gb")),
        mig("a100-40gb", profilesOf("a100-40gb")),
        mig("a100-80gb", profilesOf("a100-80gb")),
        mig("h100-80gb", profilesOf("h100-80gb")),
        mig("h200-141gb", profilesOf("h200-141gb")),
        mig("b200-180gb", profilesOf("b200-180gb")),
      ],
      oneOf(Object.keys(MIG_PROFILES)),
    ),
  ],
  oneOf(["none", "time-slicing", "mps", "mig"]),
);

/** How many GPUs, or slices or shares of one, a single workload may ask for. */
export function mostGpus(sharing: GpuSharing): number {
  // A share is access, not a quantity: the device plugin refuses two of them. CUDA shows a process one MIG slice, however many it has.
  return sharing.strategy === "none" ? 16 : 1;
}
