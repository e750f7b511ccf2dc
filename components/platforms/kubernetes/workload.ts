import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../../core/workload";
import { type Bounds, scales } from "./autoscaling";
import { selectorOf } from "./names";
import type { Placement } from "./placement";
import { type PodParts, podTemplate } from "./pod";
import { ARRIVAL_SECONDS, probes, startLimitSeconds } from "./probes";
import { claimedVolumes, type Mounted, nodeViews, nodeVolumes, scratchVolumes } from "./storage";

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** What a server is made of besides its pod. */
export interface ServerPlacement extends Placement {
  /** Present where it can have several copies. */
  readonly bounds: Bounds | undefined;
  readonly storageClass: string | undefined;
}

/**
 * The kind of a server. `nodes`: one on every node, for what observes it. `copies`: any number, each with scratch space of its
 * own; a new one is ready before an old one goes. `one`: never two at a time, with data that outlives it.
 */
export type Kind = "nodes" | "copies" | "one";

export function kindOf(spec: WorkloadSpec, bounds: Bounds | undefined): Kind {
  if ((spec.views ?? []).length > 0) return "nodes";
  if (bounds !== undefined || Object.keys(spec.volumes ?? {}).length === 0) return "copies";
  return "one";
}

/** The variable in which what observes a node finds its name. */
export const NODE_NAME = "NODE_NAME";
const nodeName = { name: NODE_NAME, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } };

/** Seconds for which a copy that is asked to stop goes on serving: as long as others may not know yet that it leaves. */
const LEAVING_SECONDS = 5;

/** How long the run waits for a server, at most. */
export const readyWithinSeconds = (spec: WorkloadSpec): number =>
  ARRIVAL_SECONDS + startLimitSeconds(spec.ready);

/** Pods of a server. */
export function serverTemplate(
  spec: WorkloadSpec,
  place: ServerPlacement,
): k8s.types.input.core.v1.PodTemplateSpec {
  const kind = kindOf(spec, place.bounds);
  const numbers = Object.values(spec.ports).map(({ number }) => number);
  const leaves = place.bounds !== undefined && numbers.length > 0;
  const grace = spec.stopGraceSeconds ?? 30;
  const ports = Object.entries(spec.ports).map(([name, { number }]) => ({
    name,
    containerPort: number,
    protocol: "TCP",
  }));
  const parts: PodParts = {
    container: {
      ...(ports.length === 0 ? {} : { ports }),
      ...probes(spec.ready, spec.alive),
      ...(leaves ? { lifecycle: { preStop: { sleep: { seconds: LEAVING_SECONDS } } } } : {}),
    },
    pod: {
      terminationGracePeriodSeconds: leaves ? grace + LEAVING_SECONDS : grace,
      ...(place.bounds === undefined ? {} : spread(place)),
      // Whatever a node is reserved for: what observes nodes observes all of them.
      ...(kind === "nodes" ? { tolerations: [{ operator: "Exists" }] } : {}),
    },
    ...(kind === "nodes" ? { env: [nodeName] } : {}),
    mounted: mounted(kind, spec, place),
    ...(spec.capabilities === undefined ? {} : { capabilities: spec.capabilities }),
    ...(numbers.length === 0 ? {} : { lowestPort: Math.min(...numbers) }),
  };
  return podTemplate(spec, place, parts);
}

function mounted(kind: Kind, spec: WorkloadSpec, place: ServerPlacement): readonly Mounted[] {
  const { volumes = {}, views = [] } = spec;
  switch (kind) {
    case "nodes":
      return [nodeVolumes(place.stack, place.name, volumes), nodeViews(views)];
    case "copies":
      return [scratchVolumes(volumes, place.storageClass)];
    case "one":
      return [claimedVolumes(place.name, volumes)];
  }
}

/** Copies go to different zones, and to different nodes, as far as there are any. */
function spread({ stack, member }: Placement): Pick<PodSpec, "topologySpreadConstraints"> {
  const over = (topologyKey: string) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selectorOf(stack, member) },
    // Those of the previous version, which are leaving, do not count.
    matchLabelKeys: ["pod-template-hash"],
  });
  return { topologySpreadConstraints: [over("topology.kubernetes.io/zone"), over("kubernetes.io/hostname")] };
}

/** Registers the object that keeps the pods of a server running. */
export function keepRunning(
  spec: WorkloadSpec,
  place: ServerPlacement,
  template: k8s.types.input.core.v1.PodTemplateSpec,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { name, stack, member, bounds } = place;
  const within = readyWithinSeconds(spec);
  const all = {
    selector: { matchLabels: selectorOf(stack, member) },
    template,
    revisionHistoryLimit: 3,
  };
  const timeout = `${within + 60}s`;
  const options = {
    ...opts,
    deleteBeforeReplace: true,
    customTimeouts: { create: timeout, update: timeout },
  };
  switch (kindOf(spec, bounds)) {
    case "nodes": {
      const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } };
      return new DaemonSet(name, { metadata, spec: { ...all, updateStrategy } }, options);
    }
    case "one": {
      const replicas = 1;
      return new StatefulSet(name, { metadata, spec: { ...all, replicas, serviceName: name } }, options);
    }
    case "copies": {
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
      // Where copies come and go by themselves, how many there are is the autoscaler's to say.
      const replicas = bounds !== undefined && scales(bounds) ? {} : { replicas: bounds?.minReplicas ?? 1 };
      return new Deployment(
        name,
        { metadata, spec: { ...all, ...replicas, strategy, progressDeadlineSeconds: within } },
        options,
      );
    }
  }
}
