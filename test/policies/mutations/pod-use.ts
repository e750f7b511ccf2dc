import type { Mutation } from "../mutate";
import { deployment, statefulSet as set, job, DIGEST } from "./targets";

const balancers = deployment("aws-tools-load-balancers-deployment");

/** What pods of the cluster are made of, take and survive. */
export const podUseMutations: readonly Mutation[] = [
  {
    what: "Elasticsearch has no limit of memory",
    ...set("elasticsearch"),
    unset: ["spec.template.spec.containers[elasticsearch].resources.limits.memory"],
    caughtBy: "wl-11-resource-limits",
  },
  {
    what: "MLflow neither asks for a CPU nor has a limit of one",
    ...deployment("mlflow"),
    set: {
      "spec.template.spec.containers[mlflow].resources": {
        limits: { memory: "768Mi", "ephemeral-storage": "1Gi" },
        requests: { memory: "768Mi", "ephemeral-storage": "64Mi" },
      },
    },
    caughtBy: "wl-11-resource-limits",
  },
  {
    what: "a job takes what it likes",
    ...job("mlflow-setup"),
    unset: ["spec.template.spec.containers[mlflow-setup].resources"],
    caughtBy: "wl-11-resource-limits",
    also: ["wl-11-disk-and-process-limits"],
  },
  {
    what: "a notebook may fill the disk of its node",
    ...set("jupyter"),
    unset: ["spec.template.spec.containers[jupyter].resources.limits.ephemeral-storage"],
    caughtBy: "wl-11-disk-and-process-limits",
  },
  {
    what: "a hung Label Studio stays",
    ...deployment("label-studio"),
    unset: ["spec.template.spec.containers[label-studio].livenessProbe"],
    caughtBy: "wl-12-health-checks",
  },
  {
    what: "the gateway gets requests before it is ready",
    ...deployment("gateway"),
    unset: ["spec.template.spec.containers[gateway].readinessProbe"],
    caughtBy: "wl-12-health-checks",
  },
  {
    what: "Weaviate is restarted as soon as it is busy",
    ...set("weaviate"),
    set: {
      "spec.template.spec.containers[weaviate].livenessProbe": {
        tcpSocket: { port: 8443 },
        periodSeconds: 5,
      },
      "spec.template.spec.containers[weaviate].readinessProbe": {
        tcpSocket: { port: 8443 },
        periodSeconds: 5,
      },
    },
    caughtBy: "wl-12-probes-differ",
  },
  {
    what: "PostgreSQL is pulled by its tag alone",
    ...set("postgres"),
    set: { "spec.template.spec.containers[postgres].image": "docker.io/library/postgres:17.11" },
    caughtBy: "sc-01-image-digest",
    also: ["sc-04-pull-policy"],
  },
  {
    what: "Redis is whichever is the latest today",
    ...set("redis"),
    set: { "spec.template.spec.containers[redis].image": "redis" },
    caughtBy: "sc-02-no-moving-tag",
    also: ["sc-01-image-digest", "sc-04-pull-policy"],
  },
  {
    what: "the project's own image of Label Studio is whichever was pushed last",
    ...deployment("label-studio"),
    edit: { "spec.template.spec.containers[label-studio].image": [":1.23.2", ":main"] },
    caughtBy: "sc-02-no-moving-tag",
  },
  {
    what: "Ollama comes from Docker Hub, by whoever is called so there",
    ...set("ollama"),
    set: { "spec.template.spec.containers[ollama].image": `docker.io/ollama/ollama:0.24.0@${DIGEST}` },
    caughtBy: "sc-03-allowed-registries",
  },
  {
    what: "a node may run whichever content it pulled once",
    ...set("postgres"),
    set: {
      "spec.template.spec.containers[postgres].image": "docker.io/library/postgres:17.11",
      "spec.template.spec.containers[postgres].imagePullPolicy": "Never",
    },
    caughtBy: "sc-04-pull-policy",
    also: ["sc-01-image-digest"],
  },
  {
    what: "PostgreSQL comes from Bitnami, whose images are gone",
    ...set("postgres"),
    set: {
      "spec.template.spec.containers[postgres].image": `docker.io/bitnami/postgresql:17.6.0@${DIGEST}`,
    },
    caughtBy: "sc-09-dead-images",
    also: ["sc-03-allowed-registries"],
  },
  {
    what: "Elasticsearch goes back to a version without patches",
    ...set("elasticsearch"),
    edit: { "spec.template.spec.containers[elasticsearch].image": [":9.5.3@", ":8.17.0@"] },
    caughtBy: "sc-09-dead-images",
  },
  {
    what: "a chart without a version comes without encryption",
    stack: "prod",
    type: "kubernetes:helm.sh/v4:Chart",
    name: "exporters",
    add: { chart: "exporters", repositoryOpts: { repo: "http://charts.example.com" } },
    caughtBy: "sc-07-chart-pinned",
  },
  {
    what: "a job that fails is tried for ever",
    ...job("elasticsearch-setup"),
    unset: ["spec.activeDeadlineSeconds"],
    caughtBy: "op-10-jobs-end",
  },
  {
    what: "a job is tried as often as Kubernetes likes",
    ...job("label-studio-setup"),
    unset: ["spec.backoffLimit"],
    caughtBy: "op-10-jobs-end",
  },
  {
    what: "nothing says what MLflow is a part of",
    ...deployment("mlflow"),
    unset: ["metadata.labels[app.kubernetes.io/part-of]"],
    caughtBy: "op-01-required-labels",
  },
  {
    what: "one copy of the controller of load balancers is enough",
    ...balancers,
    set: { "spec.replicas": 1 },
    caughtBy: "op-04-copies",
  },
  {
    what: "both copies of the controller of load balancers may be on one node",
    ...balancers,
    unset: ["spec.template.spec.topologySpreadConstraints"],
    caughtBy: "op-04-copies",
  },
  {
    what: "a drain may take both copies of the controller at once",
    stack: "prod",
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    gone: true,
    caughtBy: "op-04-copies",
  },
  {
    what: "no node with the controller of load balancers can be drained",
    stack: "prod",
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    set: { "spec.minAvailable": 2 },
    caughtBy: "op-04-copies",
  },
  {
    what: "a copy of the documentation does not know its own pods",
    ...deployment("docs"),
    set: { "spec.selector.matchLabels[app.kubernetes.io/name]": "documentation" },
    caughtBy: "op-08-selector-matches-template",
  },
  {
    what: "Ollama asks for a GPU that no node has",
    ...set("ollama"),
    set: {
      "spec.template.spec.containers[ollama].resources.limits[nvidia.com/gpu]": 1,
      "spec.template.spec.nodeSelector": { "nvidia.com/gpu.present": "true" },
      "spec.template.spec.tolerations": [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    },
    caughtBy: "gpu-04-gpu-pool-exists",
  },
  {
    what: "Ollama asks for a GPU, and does not say that it may go where one is",
    ...set("ollama"),
    set: { "spec.template.spec.containers[ollama].resources.limits[nvidia.com/gpu]": 1 },
    caughtBy: "gpu-02-gpu-placement",
    also: ["gpu-04-gpu-pool-exists"],
  },
  {
    what: "Ollama asks for half a GPU",
    ...set("ollama"),
    set: { "spec.template.spec.containers[ollama].resources.limits[nvidia.com/gpu]": "500m" },
    caughtBy: "gpu-01-gpu-limits",
    also: ["gpu-02-gpu-placement", "gpu-04-gpu-pool-exists"],
  },
  {
    what: "Ollama asks for a GPU by a request alone, which gives it none",
    ...set("ollama"),
    set: { "spec.template.spec.containers[ollama].resources.requests[nvidia.com/gpu]": 1 },
    caughtBy: "gpu-01-gpu-limits",
  },
  {
    what: "MLflow may take a place on a GPU node",
    ...deployment("mlflow"),
    set: {
      "spec.template.spec.tolerations": [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    },
    caughtBy: "gpu-02-gpu-nodes-reserved",
  },
  {
    what: "Jupyter asks for all of NVIDIA's driver",
    ...set("jupyter"),
    set: {
      "spec.template.spec.containers[jupyter].env[+]": { name: "NVIDIA_DRIVER_CAPABILITIES", value: "all" },
    },
    caughtBy: "gpu-05-few-driver-capabilities",
  },
  {
    what: "Jupyter sees all GPUs of its node, past the scheduler",
    ...set("jupyter"),
    set: {
      "spec.template.spec.containers[jupyter].env[+]": { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
    },
    caughtBy: "gpu-06-gpu-tools-only",
  },
];
