import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { TextValue } from "../../core/values";
import { FILES, type JobSpec } from "../../core/workload";
import { unexpanded } from "./expansion";
import { imageArgs } from "./images";
import { labelsOf } from "./names";
import type { Placement } from "./placement";
import { cores, mebibytes } from "./quantities";
import { memoryFolders, type Mounted } from "./storage";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;

/** What both kinds of spec have. */
export type Process = Omit<JobSpec, "rerunOn" | "timeoutSeconds">;

/** What a kind of workload adds to its pod. */
export interface PodParts {
  /** Variables besides those of the spec. */
  readonly env?: readonly EnvVar[];
  readonly container?: Partial<Container>;
  readonly pod?: Partial<PodSpec>;
  readonly mounted?: readonly Mounted[];
  readonly capabilities?: readonly string[];
  readonly lowestPort?: number;
  readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** On the pod, so that it is made anew when one of its files changes, which a running process would not notice. */
const CONTENT = "semblance-curation/content";

/** Logs are all that is written to the node's disk; the kubelet turns them over at 50 MiB, and at more where it is told to. */
const DISK = { request: "64Mi", limit: "1Gi" };

/** The pod of a server or a job, held to the rules of Pod Security's `restricted` profile. */
export function podTemplate(
  spec: Process,
  place: Placement,
  parts: PodParts,
): k8s.types.input.core.v1.PodTemplateSpec {
  return {
    metadata: {
      labels: labelsOf(place.stack, place.member, place.name),
      annotations: { ...parts.annotations, [CONTENT]: place.texts.hash },
    },
    spec: podSpec(spec, place, parts),
  };
}

/** @see podTemplate */
export function podSpec(spec: Process, place: Placement, parts: PodParts): PodSpec {
  const { pod } = imageArgs(place.images, spec.image);
  const { volume } = place.texts;
  const mounted = [memoryFolders(spec.writable ?? []), ...(parts.mounted ?? [])];
  const volumes = [...(volume === undefined ? [] : [volume]), ...mounted.flatMap((one) => one.volumes)];
  return {
    ...pod,
    serviceAccountName: place.member,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: place.priorityClassName,
    // The pause container is process 1: it reaps orphans, and a program without a handler still ends when it is asked to.
    shareProcessNamespace: true,
    securityContext: podSecurity(spec, parts.lowestPort),
    // The preferred names have four dots: they are asked for as they are, without a tour through the search domains.
    dnsConfig: { options: [{ name: "ndots", value: "2" }] },
    ...(place.hosts.length === 0
      ? {}
      : { hostAliases: place.hosts.map(({ ip, names }) => ({ ip, hostnames: [...names] })) }),
    ...(place.gpu === undefined
      ? {}
      : { tolerations: place.gpu.tolerations, nodeSelector: place.gpu.nodeSelector }),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...parts.pod,
    containers: [container(spec, place, parts, mounted)],
  };
}

function container(spec: Process, place: Placement, parts: PodParts, mounted: readonly Mounted[]): Container {
  const files = place.texts.volume === undefined ? [] : [{ name: "files", mountPath: FILES, readOnly: true }];
  const own = Object.entries(spec.env ?? {}).map(([name, value]) =>
    variable(name, value, place.texts.secretEnv),
  );
  const env = [...own, ...(parts.env ?? [])];
  return {
    name: place.name,
    ...imageArgs(place.images, spec.image).container,
    command: spec.command.map(unexpanded),
    ...(env.length === 0 ? {} : { env }),
    resources: resources(place),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: {
        drop: ["ALL"],
        ...(parts.capabilities === undefined ? {} : { add: [...parts.capabilities] }),
      },
    },
    // The last lines of a container that failed are shown with its pod, and with the error of a run that waits for it.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [...files, ...mounted.flatMap(({ mounts }) => mounts)],
    ...parts.container,
  };
}

/** A secret is never part of the pod, which more people may read than Secrets. */
function variable(name: string, value: TextValue, secret: string): EnvVar {
  return typeof value === "string"
    ? { name, value: unexpanded(value) }
    : { name, valueFrom: { secretKeyRef: { name: secret, key: name } } };
}

function resources({ compute, gpu }: Placement): k8s.types.input.core.v1.ResourceRequirements {
  const { requests, limits } = compute;
  const gpus = gpu === undefined ? {} : { [gpu.resource]: String(gpu.count) };
  return {
    requests: {
      cpu: cores(requests.cpu),
      memory: mebibytes(requests.memoryMiB),
      "ephemeral-storage": DISK.request,
      ...gpus,
    },
    limits: {
      cpu: cores(limits.cpu),
      memory: mebibytes(limits.memoryMiB),
      "ephemeral-storage": DISK.limit,
      ...gpus,
    },
  };
}

function podSecurity(
  { user }: Process,
  lowestPort: number | undefined,
): k8s.types.input.core.v1.PodSecurityContext {
  return {
    runAsUser: user.uid,
    runAsGroup: user.gid,
    runAsNonRoot: user.uid !== 0,
    // By this group it may read its files and write its volumes, which are root's.
    fsGroup: user.gid,
    // A volume with a million files is walked through once, and not at every start.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
    ...(lowestPort !== undefined && lowestPort < 1024
      ? { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] }
      : {}),
  };
}
