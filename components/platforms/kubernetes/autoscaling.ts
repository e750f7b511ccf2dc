import type * as k8s from "@pulumi/kubernetes";
import { UnsupportedError } from "../../core/errors";
import type { VolumeSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import { tierOf } from "./tiers";

type HpaSpec = k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;
type PdbSpec = k8s.types.input.policy.v1.PodDisruptionBudgetSpec;

/** Services that can have several copies, and why nothing goes wrong then. Every copy has scratch volumes of its own. */
export const several: Readonly<Partial<Record<ServiceName, string>>> = {
  gateway: "it keeps nothing: routes and hashes of logins are files, and a request brings its own login",
  docs: "it gives out files",
  "label-studio": "sessions and queues are in Redis, uploads in S3; its volume is scratch space",
  "label-studio-worker": "each takes the next job from the queue; a lock in Redis lets one of them schedule",
  mlflow: "runs are in PostgreSQL, artifacts in S3; its volume is scratch space",
};

/** Servers of which there is one, and what a second copy would do. */
export const single: Readonly<Partial<Record<ServiceName, string>>> = {
  postgres: "two servers on one data directory destroy it; a replica would have to be set up as one",
  redis: "a second copy would be another, empty Redis; a replica would have to be set up as one",
  minio: "two servers on one disk are no cluster; MinIO's own kind of one has four disks or more",
  elasticsearch: "it runs as a cluster of one node",
  weaviate: "it runs as a cluster of one node",
  ollama: "models lie on its volume, which one node can mount, and a copy would want a GPU of its own",
  jupyter: "kernels live in the process, and the home on a volume that one node can mount",
  prometheus: "a second copy would scrape, store and alert for itself",
  alertmanager: "copies that do not gossip each send every alert",
  loki: "it runs as a single binary, with its index on its volume",
  jaeger: "traces lie on its volume",
  grafana: "its database is a file on its volume",
  "otel-collector": "what it could not deliver yet lies on its volume",
  "otel-agent": "there is one on every node",
  "container-exporter": "there is one on every node",
  "label-studio-exporter": "a second copy would count everything once more",
  "postgres-backup": "a second copy would take every backup once more",
  "postgres-exporter": "a second copy would count everything once more",
  "redis-exporter": "a second copy would count everything once more",
  "elasticsearch-exporter": "a second copy would count everything once more",
  pgweb: "it remembers in memory who looks at which database",
  mailpit: "it keeps mail in memory",
};

/** How many copies a service that can have several has, and on what that depends. */
export interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** CPU use, in percent of the request, above which copies are added. */
  readonly cpuPercent: number;
}

/**
 * The copies of a service; absent for one of which there is one.
 * @throws UnsupportedError where data that is to be kept would be spread over copies
 */
export function boundsOf(
  service: ServiceName,
  volumes: Readonly<Record<string, VolumeSpec>>,
  bounds: Bounds,
): Bounds | undefined {
  if (several[service] === undefined) return undefined;
  const kept = Object.entries(volumes).find(([, { onDown }]) => onDown === "keep");
  if (kept === undefined) return bounds;
  throw new UnsupportedError({
    service,
    field: `volumes.${kept[0]}.onDown "keep"`,
    platform: "kubernetes",
    remedy:
      'each of its copies has volumes of its own; make it "delete", or take the service out of `several` in components/platforms/kubernetes/autoscaling.ts',
  });
}

/** Whether there may be more than one copy of a service: as the settings say, or one on every node. */
export const hasCopies = (service: ServiceName, { maxReplicas }: Bounds): boolean =>
  tierOf[service] === "nodes" || (several[service] !== undefined && maxReplicas > 1);

/** Whether copies come and go by themselves. */
export const scales = ({ minReplicas, maxReplicas }: Bounds): boolean => maxReplicas > minReplicas;

/** Copies follow the CPU: of what these services lack under load, it is what they run out of first. */
export const autoscalerSpec = (name: string, bounds: Bounds): HpaSpec => ({
  scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
  minReplicas: bounds.minReplicas,
  maxReplicas: bounds.maxReplicas,
  metrics: [
    {
      type: "Resource",
      resource: {
        name: "cpu",
        target: { type: "Utilization", averageUtilization: bounds.cpuPercent },
      },
    },
  ],
});

/**
 * A node may be emptied as long as one copy goes at a time. A server of which there is one has no budget: it could only forbid
 * to empty its node at all, and so to upgrade the cluster.
 */
export const disruptionSpec = (matchLabels: Readonly<Record<string, string>>): PdbSpec => ({
  maxUnavailable: 1,
  // A copy that is broken anyway may always go.
  unhealthyPodEvictionPolicy: "AlwaysAllow",
  selector: { matchLabels },
});
