import type { JobSpec, Resources, WorkloadSpec } from "../core/workload";

/** Every field of a spec; the parts of `resources` count for themselves. */
export type SpecField =
  Exclude<keyof WorkloadSpec | keyof JobSpec, "resources"> | `resources.${keyof Resources}`;

/** What a platform makes of a field. */
export type Verdict =
  | { readonly honoured: string }
  /** Nothing is lost by it, and why. */
  | { readonly ignored: string }
  /** An error before anything is registered, and where not. */
  | { readonly refused: string };

/** What becomes of one field. */
export interface Parity {
  readonly docker: Verdict;
  readonly kubernetes: Verdict;
}

const same = (both: string): Parity => ({ docker: { honoured: both }, kubernetes: { honoured: both } });
const each = (docker: string, kubernetes: string): Parity => ({
  docker: { honoured: docker },
  kubernetes: { honoured: kubernetes },
});

/** What becomes of each field of a spec on each platform: docs/parity.md, and a new field does not compile without its line. */
export const parity: Readonly<Record<SpecField, Parity>> = {
  image: each("pulled or built on the host; run by the id of its content", "pulled by the nodes, by digest"),
  command: each("entrypoint", "command; `$(` is escaped, since Kubernetes would expand it"),
  env: each("environment", "environment; a secret one by `secretKeyRef`"),
  files: each(
    "a volume of their own, read-only, named by a hash of their content",
    "a Secret and a ConfigMap, mounted as one folder; a hash in the pod's annotations makes new pods",
  ),
  user: each("uid and gid", "`runAsUser`, `runAsGroup`, `fsGroup`"),
  writable: each(
    "tmpfs, 128 MiB, noexec",
    "`emptyDir` in memory, 128 MiB; Kubernetes knows no noexec for it",
  ),
  "resources.cpu": each("limit", "limit; a quarter of it as request"),
  "resources.memoryMiB": each("limit, no swap", "limit and request"),
  "resources.gpus": each(
    "device requests for NVIDIA's runtime",
    "`nvidia.com/gpu`, or what sharing makes of it, with toleration and affinity",
  ),
  uses: each(
    "networks of the arrows; starts when its servers are ready",
    "network policies of the arrows; starts when its servers are ready",
  ),
  ports: each("listened on, in the networks of the arrows only", "a Service with the same ports"),
  volumes: each(
    "a named volume each; kept ones are protected; the size is the disk's",
    "a PersistentVolumeClaim each, kept ones are protected; scratch space per copy where there are several",
  ),
  ready: each("health check", "startup and readiness probe; liveness probe too where `alive` is left out"),
  alive: {
    docker: {
      ignored:
        "the engine starts a process again that has ended, and none that hangs; a health check tells of both",
    },
    kubernetes: { honoured: "liveness probe" },
  },
  sources: {
    docker: { honoured: "read-only mounts of the project's folders, in development mode on a local engine" },
    kubernetes: { refused: "folders of the operator's machine are not on the nodes" },
  },
  capabilities: same("kept; all others are dropped"),
  views: each(
    "mounts of the host, read-only",
    "a DaemonSet with read-only mounts of each node, in the tier `nodes` only; refused elsewhere",
  ),
  egress: each(
    "a network that leads out, whose members do not reach each other",
    "a network policy that lets out to public addresses",
  ),
  aliases: each(
    "aliases in the networks of its arrows",
    "hosts of the clients' pods, with the Service's address",
  ),
  stopGraceSeconds: each(
    "time between the request to stop and the kill",
    "`terminationGracePeriodSeconds`, and five seconds more where another copy takes over",
  ),
  publicCertificate: each(
    "the spec's own files",
    "the spec's own files, or with `certManager` those of its Secret, which is renewed in place",
  ),
  publish: each(
    "a port of the host; `bind` is its address",
    "a Service of the type that the settings name; `bind` means nothing there",
  ),
  rerunOn: each("part of the container's labels", "part of the pod's annotations; a changed Job is replaced"),
  timeoutSeconds: each("time limit of the run", "`activeDeadlineSeconds`"),
};
