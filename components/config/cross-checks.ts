import { imageNames } from "../images";
import { gpusOf } from "./aws-gpus";
import { nodeSettings } from "./aws-nodes";
import { gpuSharing, mostGpus } from "./gpu";
import { type Findings, keysOf, remove, set, valueAt } from "./problems";

/** Reads a setting as it will be: as it was found, or by default. */
type Value = (...path: string[]) => unknown;

/** Says what is wrong between settings: a line each. */
type Check = (value: Value, findings: Findings) => readonly string[];

/** The line about a value that another setting forbids, and one that would do. */
const refused = (value: Value, path: readonly string[], allowed: string, fix: string): string =>
  `${path.join(".")}: found ${JSON.stringify(value(...path))}; allowed: ${allowed}; fix: ${set(path, fix)}`;

/** Whether the workloads run in a cluster: there the `kubernetes` settings count. */
const inCluster = (value: Value): boolean => ["kubernetes", "aws"].includes(String(value("target")));

const edge: Check = (value) => {
  const httpsPort = value("edge", "httpsPort");
  if (httpsPort !== value("edge", "httpPort")) return [];
  const other = httpsPort === 8080 ? "8081" : "8080";
  return [refused(value, ["edge", "httpPort"], "a port other than edge.httpsPort", other)];
};

const registry: Check = (value) =>
  value("target") === "kubernetes" && value("images", "registry") === undefined
    ? [
        `images.registry: found nothing; allowed: a registry that the cluster can pull from, since Label Studio, MLflow, JupyterLab and others are images of this project; fix: ${set(["images", "registry"], "registry.example/semblance")}`,
      ]
    : [];

const mail: Check = (value) =>
  value("alerts", "receiver") === "email" && value("development") !== true
    ? [
        refused(
          value,
          ["alerts", "receiver"],
          "none | webhook: mail goes to the mail catcher of development mode only, an SMTP server cannot be named yet",
          "webhook",
        ),
      ]
    : [];

const debugLogs: Check = (value) =>
  elements(value("debug")).length > 0 && value("development") !== true
    ? [
        `debug: found ${JSON.stringify(value("debug"))}; allowed: an empty list where development is not true: debug logs may hold what people typed; fix: ${remove(["debug"])}`,
      ]
    : [];

const slices: Check = (value) =>
  inCluster(value) &&
  value("ollama", "gpu") === "nvidia" &&
  value("kubernetes", "gpuSharing", "strategy") === "mig"
    ? [
        refused(
          value,
          ["ollama", "gpu"],
          "none with kubernetes.gpuSharing.strategy mig: Ollama computes by Vulkan, which slices of a GPU have not (docs/models.md)",
          "none",
        ),
      ]
    : [];

/** Services that can be given GPUs. */
const WITH_GPUS = ["ollama", "jupyter"] as const;

const gpuCounts: Check = (value) => {
  const sharing = gpuSharing.safeParse(value("kubernetes", "gpuSharing"));
  if (!inCluster(value) || !sharing.success) return [];
  const most = mostGpus(sharing.data);
  return WITH_GPUS.filter((service) => value(service, "gpu") === "nvidia").flatMap((service) => {
    const count = value(service, "gpuCount");
    if (typeof count !== "number" || count <= most) return [];
    const allowed = `at most ${most} with kubernetes.gpuSharing.strategy ${sharing.data.strategy}; several whole GPUs need the strategy none`;
    return [refused(value, [service, "gpuCount"], allowed, String(most))];
  });
};

/** A pod is on one machine: what none of the stack's own has, it would wait for until the end. */
const gpuPools: Check = (value) => {
  const nodes = nodeSettings.safeParse(value("aws", "nodes"));
  const asking = WITH_GPUS.filter((service) => value(service, "gpu") === "nvidia");
  const own = value("target") === "aws" && value("aws", "cluster", "existing") === undefined;
  if (!own || !nodes.success || asking.length === 0) return [];
  const pools = nodes.data.gpu.map(({ name, instanceTypes }) => ({
    name,
    instanceTypes,
    gpus: gpusOf(instanceTypes[0] ?? "") ?? 0,
  }));
  if (pools.length === 0)
    return [
      `aws.nodes.gpu: found no pool; allowed: one or more, since ${asking.join(" and ")} asked for GPUs; fix: ${set(["aws", "nodes", "gpu", "0", "name"], "gpu")}`,
    ];
  const most = Math.max(...pools.map(({ gpus }) => gpus));
  const machines = pools.map(
    ({ name, instanceTypes, gpus }) => `pool ${name} (${instanceTypes.join(", ")}) has ${gpus}`,
  );
  return asking.flatMap((service) => {
    const count = value(service, "gpuCount");
    if (typeof count !== "number" || count <= most) return [];
    const allowed = `at most ${most}, as many as one machine has: ${machines.join(", ")}; more need larger types in aws.nodes.gpu`;
    return [refused(value, [service, "gpuCount"], allowed, String(most))];
  });
};

/** A Gateway has the address, and its proxies are who connects. */
const gatewayApi: Check = (value) => {
  const own = (key: string) => ["kubernetes", "gateway", key];
  if (!inCluster(value) || value(...own("gatewayApi")) === undefined) return [];
  const kind = "ClusterIP with kubernetes.gateway.gatewayApi, whose Gateway has an address of its own";
  return [
    ...(value(...own("type")) === "ClusterIP" ? [] : [refused(value, own("type"), kind, "ClusterIP")]),
    ...(elements(value(...own("sourceRanges"))).length === 0
      ? []
      : [
          `kubernetes.gateway.sourceRanges: found ${JSON.stringify(value(...own("sourceRanges")))}; allowed: an empty list with kubernetes.gateway.gatewayApi: its proxies connect, and say who may come in; fix: ${remove(own("sourceRanges"))}`,
        ]),
  ];
};

/** The dumps are those of a PostgreSQL that runs here: set for one that is bought, they would promise what nobody does. */
const backups: Check = (value, { found }) =>
  value("target") === "aws" && value("aws", "managed", "postgres") === true
    ? keysOf(valueAt(found, ["backups"])).map(
        (key) =>
          `backups.${key}: found ${JSON.stringify(value("backups", key))}; allowed: nothing where aws.managed.postgres is true: RDS has backups of its own, and aws.postgres.backupDays says for how many days; fix: ${remove(["backups", key])}`,
      )
    : [];

const digests: Check = (value) =>
  keysOf(value("images", "digests"))
    .filter((image) => !imageNames.some((name) => name === image))
    .map(
      (image) =>
        `images.digests.${image}: unknown image; allowed: ${imageNames.join(", ")}; fix: ${remove(["images", "digests", image])}`,
    );

const checks: readonly Check[] = [
  edge,
  registry,
  mail,
  debugLogs,
  slices,
  gpuCounts,
  gpuPools,
  gatewayApi,
  backups,
  digests,
];

/** The lines about values that are right one by one and wrong together, or that this version cannot do. */
export function crossChecks(findings: Findings, knownServices: readonly string[]): string[] {
  const value: Value = (...path) => valueAt(findings.found, path) ?? valueAt(findings.defaults, path);
  return [
    ...checks.flatMap((check) => check(value, findings)),
    ...keysOf(value("memoryMiB"))
      .filter((service) => !knownServices.includes(service))
      .map(
        (service) =>
          `memoryMiB.${service}: unknown service; allowed: ${knownServices.join(", ")}; fix: ${remove(["memoryMiB", service])}`,
      ),
  ];
}

const elements = (node: unknown): readonly unknown[] => (Array.isArray(node) ? node : []);
