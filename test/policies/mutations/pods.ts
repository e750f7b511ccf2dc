import type { Mutation } from "../mutate";
import { deployment, statefulSet as set, modestPod } from "./targets";

const agent = { stack: "prod", type: "kubernetes:apps/v1:DaemonSet", name: "otel-agent" } as const;

/** What pods of the cluster may do, and to what of their nodes. */
export const podMutations: readonly Mutation[] = [
  {
    what: "Label Studio is made privileged to get a plugin going",
    ...deployment("label-studio"),
    set: { "spec.template.spec.containers[label-studio].securityContext.privileged": true },
    caughtBy: "wl-01-not-privileged",
  },
  {
    what: "a privileged container prepares the disk of PostgreSQL",
    ...set("postgres"),
    set: {
      "spec.template.spec.initContainers": [
        {
          name: "permissions",
          image:
            "docker.io/library/postgres:17.11@sha256:67f41722b7a8cbdb868a44a4995c846eddfdc2973bccb291ce937dce88ad5675",
          command: ["chown", "-R", "999", "/var/lib/postgresql/data"],
          resources: {
            limits: { memory: "64Mi", "ephemeral-storage": "64Mi" },
            requests: { cpu: "50m", memory: "64Mi" },
          },
          securityContext: {
            privileged: true,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
    caughtBy: "wl-01-not-privileged",
  },
  {
    what: "MLflow may get more rights than it starts with",
    ...deployment("mlflow"),
    set: { "spec.template.spec.containers[mlflow].securityContext.allowPrivilegeEscalation": true },
    caughtBy: "wl-02-no-privilege-escalation",
  },
  {
    what: "nothing says whether Redis may get more rights",
    ...set("redis"),
    unset: ["spec.template.spec.containers[redis].securityContext.allowPrivilegeEscalation"],
    caughtBy: "wl-02-no-privilege-escalation",
  },
  {
    what: "PostgreSQL runs as root",
    ...set("postgres"),
    set: { "spec.template.spec.securityContext.runAsUser": 0 },
    caughtBy: "wl-03-non-root",
  },
  {
    what: "one container of Weaviate runs as root, whatever its pod says",
    ...set("weaviate"),
    set: { "spec.template.spec.containers[weaviate].securityContext.runAsUser": 0 },
    caughtBy: "wl-03-non-root",
  },
  {
    what: "Grafana may run as root",
    ...set("grafana"),
    set: { "spec.template.spec.securityContext.runAsNonRoot": false },
    caughtBy: "wl-03-non-root",
  },
  {
    what: "Jupyter keeps the capabilities that the runtime gives",
    ...set("jupyter"),
    unset: ["spec.template.spec.containers[jupyter].securityContext.capabilities"],
    caughtBy: "wl-04-few-capabilities",
  },
  {
    what: "the gateway may configure the network",
    ...deployment("gateway"),
    set: { "spec.template.spec.containers[gateway].securityContext.capabilities.add[+]": "NET_ADMIN" },
    caughtBy: "wl-04-few-capabilities",
  },
  {
    what: "Jupyter may trace other processes",
    ...set("jupyter"),
    set: { "spec.template.spec.containers[jupyter].securityContext.capabilities.add": ["SYS_PTRACE"] },
    caughtBy: "wl-04-few-capabilities",
  },
  {
    what: "Elasticsearch runs without a filter of system calls",
    ...set("elasticsearch"),
    set: { "spec.template.spec.securityContext.seccompProfile.type": "Unconfined" },
    caughtBy: "wl-05-confined",
  },
  {
    what: "nothing says which filter of system calls Ollama has",
    ...set("ollama"),
    unset: ["spec.template.spec.securityContext.seccompProfile"],
    caughtBy: "wl-05-confined",
  },
  {
    what: "PostgreSQL may write to its image",
    ...set("postgres"),
    set: { "spec.template.spec.containers[postgres].securityContext.readOnlyRootFilesystem": false },
    caughtBy: "wl-06-read-only-root",
  },
  {
    what: "the autoscaler of the nodes may write to its image",
    ...deployment("aws-tools-autoscaler-deployment"),
    unset: ["spec.template.spec.containers.0.securityContext.readOnlyRootFilesystem"],
    caughtBy: "wl-06-read-only-root",
  },
  {
    what: "Prometheus is in its node's network",
    ...set("prometheus"),
    set: { "spec.template.spec.hostNetwork": true },
    caughtBy: "wl-07-own-namespaces",
  },
  {
    what: "the agent that reads logs sees its node's processes",
    ...agent,
    set: { "spec.template.spec.hostPID": true },
    caughtBy: "wl-07-own-namespaces",
  },
  {
    what: "PostgreSQL shares memory with its node",
    ...set("postgres"),
    set: { "spec.template.spec.hostIPC": true },
    caughtBy: "wl-07-own-namespaces",
  },
  {
    what: "models lie in a folder of the node",
    ...set("ollama"),
    set: { "spec.template.spec.volumes[models]": { name: "models", hostPath: { path: "/srv/models" } } },
    caughtBy: "wl-08-few-host-paths",
  },
  {
    what: "the agent that may read its node may write to it as well",
    ...agent,
    unset: ["spec.template.spec.containers[otel-agent].volumeMounts[/host/machine].readOnly"],
    caughtBy: "wl-08-few-host-paths",
  },
  {
    what: "the agent that reads logs sees the folder of the kubelet",
    ...agent,
    set: {
      "spec.template.spec.volumes[+]": { name: "kubelet", hostPath: { path: "/var/lib/kubelet" } },
    },
    caughtBy: "wl-08-few-host-paths",
  },
  {
    what: "Prometheus has the socket of the container engine",
    ...set("prometheus"),
    set: {
      "spec.template.spec.volumes[+]": {
        name: "engine",
        hostPath: { path: "/run/containerd/containerd.sock", type: "Socket" },
      },
    },
    caughtBy: "wl-09-no-engine-sockets",
    also: ["wl-08-few-host-paths"],
  },
  {
    what: "the gateway takes a port of its node",
    ...deployment("gateway"),
    set: { "spec.template.spec.containers[gateway].ports[https].hostPort": 443 },
    caughtBy: "wl-10-no-unsafe-features",
  },
  {
    what: "Jupyter sees all of /proc",
    ...set("jupyter"),
    set: { "spec.template.spec.containers[jupyter].securityContext.procMount": "Unmasked" },
    caughtBy: "wl-10-no-unsafe-features",
  },
  {
    what: "Redis sets the kernel of its node",
    ...set("redis"),
    set: { "spec.template.spec.securityContext.sysctls": [{ name: "net.core.somaxconn", value: "4096" }] },
    caughtBy: "wl-10-no-unsafe-features",
  },
  {
    what: "what Jupyter mounts, its node sees",
    ...set("jupyter"),
    set: {
      "spec.template.spec.containers[jupyter].volumeMounts[/home/jupyter].mountPropagation": "Bidirectional",
    },
    caughtBy: "wl-15-no-host-devices",
  },
  {
    what: "somebody starts a pod by hand, which nothing keeps",
    stack: "prod",
    type: "kubernetes:core/v1:Pod",
    name: "debug",
    add: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "debug", namespace: "semblance-prod-work" },
      spec: {
        ...modestPod("shell", "jupyter", ["sleep", "infinity"]),
      },
    },
    caughtBy: "wl-14-no-opaque-kinds",
    also: ["op-01-required-labels", "wl-12-health-checks"],
  },
  {
    what: "a chart is installed by the cluster, where no rule sees into it",
    stack: "prod",
    type: "kubernetes:helm.sh/v3:Release",
    name: "label-studio-chart",
    add: { chart: "label-studio", repositoryOpts: { repo: "https://charts.heartex.com" } },
    caughtBy: "wl-14-no-opaque-kinds",
    also: ["sc-07-chart-pinned"],
  },
  {
    what: "Label Studio runs without AppArmor, by the older annotation",
    ...deployment("label-studio"),
    set: {
      "spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/label-studio]":
        "unconfined",
    },
    caughtBy: "wl-05-confined",
  },
];
