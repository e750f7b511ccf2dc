import type { WorkloadSpec } from "../../core/workload";
import type { Demand } from "./inventory";
import type { Placement } from "./placement";
import { kindOf, type ServerPlacement } from "./workload";

type Taken = Pick<ServerPlacement, "compute" | "gpu" | "bounds">;

/** What a server takes of its namespace's quota at most, with the copy that a rolling update adds. */
export function serverDemand(spec: WorkloadSpec, place: Taken, publicType: string): Demand {
  const kind = kindOf(spec, place.bounds);
  const copies = place.bounds?.maxReplicas ?? 1;
  const pods = kind === "one" ? 1 : copies + 1;
  const sizes = kind === "nodes" ? [] : Object.values(spec.volumes ?? {}).map(({ sizeGiB }) => sizeGiB);
  const published = spec.publish?.length ?? 0;
  // One for any copy, and one for each where there are several.
  const inside = kind === "nodes" || copies > 1 ? 2 : 1;
  return {
    ...ofPod(place),
    pods: kind === "nodes" ? "per-node" : pods,
    // Scratch space is claimed once per copy.
    claims: kind === "copies" ? Array.from({ length: pods }, () => sizes).flat() : sizes,
    services: (Object.keys(spec.ports).length > 0 ? inside : 0) + (published > 0 ? 1 : 0),
    loadBalancers: published > 0 && publicType === "LoadBalancer" ? 1 : 0,
    // A load balancer reaches its pods by ports of the nodes as well.
    nodePorts: publicType === "ClusterIP" ? 0 : published,
  };
}

/** What a job takes while it runs. */
export const jobDemand = (place: Pick<Placement, "compute" | "gpu">): Demand => ({
  ...ofPod(place),
  pods: 1,
  claims: [],
  services: 0,
  loadBalancers: 0,
  nodePorts: 0,
});

const ofPod = ({ compute, gpu }: Pick<Placement, "compute" | "gpu">) => ({
  ...compute,
  ...(gpu === undefined ? {} : { gpus: { resource: gpu.resource, count: gpu.count } }),
});
