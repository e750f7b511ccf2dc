import { z } from "zod";
import { gpuSharing } from "./gpu";
import { parseRange } from "./range";

/** Refused as a whole, since `pulumi config` cannot name one element of a list by a path that also works in a message. */
const list = (valid: (text: string) => boolean, allowed: string) =>
  z.array(z.string()).superRefine((texts, context) => {
    if (!texts.every(valid)) context.addIssue({ code: "custom", message: `a list of ${allowed}` });
  });

const ranges = list(
  (text) => parseRange(text) !== undefined,
  "IPv4 ranges in CIDR notation whose host bits are 0",
);

/** A group of people as the cluster's authenticator names it. Kubernetes' own are everybody, or everything. */
const groups = list(
  (text) => /^[^\s:][^\s]*$/.test(text) && !text.startsWith("system:"),
  "names of groups, none of which starts with system:",
);

const DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const objectName = z
  .string()
  .regex(new RegExp(`^${DNS_LABEL}(\\.${DNS_LABEL})*$`), "the name of a Kubernetes object");

const certificate = z.union(
  [
    z.literal("stack"),
    z.strictObject({
      certManager: z.strictObject({
        issuer: objectName,
        kind: z.enum(["ClusterIssuer", "Issuer"]).default("ClusterIssuer"),
      }),
    }),
    z.strictObject({
      acm: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
          "the ARN of a certificate of ACM",
        ),
    }),
  ],
  { error: "stack | {certManager: {issuer, kind}} | {acm: ARN of a certificate}" },
);

const gatewayApi = z.strictObject({
  name: objectName.describe("The Gateway."),
  namespace: objectName.describe("Its namespace."),
  tlsListener: objectName
    .default("tls")
    .describe("Its listener of protocol TLS, mode Passthrough, that takes TLSRoutes of this stack's edge."),
  httpListener: objectName
    .optional()
    .describe("Its listener of plain HTTP, whose requests the gateway redirects. None: nobody does."),
  proxies: objectName
    .optional()
    .describe("Namespace of its proxies, the only one that may connect; the Gateway's own without it."),
});

const gateway = z.strictObject({
  type: z
    .enum(["LoadBalancer", "NodePort", "ClusterIP"])
    .default("LoadBalancer")
    .describe("Type of the gateway's Service, the only one that is reached from outside."),
  annotations: z
    .record(z.string(), z.string())
    .default({})
    .describe("Annotations of that Service: what the cluster's load balancer wants to be told."),
  sourceRanges: ranges.default([]).describe("IPv4 ranges that may come in; everybody where none is named."),
  nodeRanges: ranges
    .default([])
    .describe(
      "Ranges of the nodes and load balancers: health checks, and traffic whose source the load balancer replaces, come from there.",
    ),
  certificate: certificate
    .default("stack")
    .describe(
      "Whose certificate browsers see: `stack`: the stack's own authority's; `certManager`: an issuer's in the cluster; `acm`: one of AWS, shown by the load balancer.",
    ),
  gatewayApi: gatewayApi
    .optional()
    .describe(
      "A Gateway of the cluster (Gateway API 1.5 or later) in front of it; `type` is `ClusterIP` then.",
    ),
});

const rbac = z.strictObject({
  platformAdmin: groups.default([]).describe("Groups that mend everything in this stack's namespaces."),
  operator: groups.default([]).describe("Groups that watch, restart and scale; they read no secret."),
  annotatorLead: groups.default([]).describe("Groups that look at what labelling runs on."),
  viewer: groups.default([]).describe("Groups that see what runs, and no log."),
});

const autoscaling = z
  .strictObject({
    maxReplicas: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe("Most copies of a service that can have several; 1 is none of it."),
    minReplicas: z.int().min(1).max(100).default(1).describe("Fewest copies of it."),
    cpuPercent: z
      .int()
      .min(10)
      .max(100)
      .default(70)
      .describe("CPU use, in percent of the request, above which copies are added."),
  })
  .superRefine(({ minReplicas, maxReplicas }, context) => {
    if (minReplicas <= maxReplicas) return;
    const message = "at most autoscaling.maxReplicas";
    context.addIssue({ code: "custom", path: ["minReplicas"], message });
  });

/** The settings of a stack on Kubernetes; the descriptions are what docs/configuration.md shows. */
export const kubernetesSettings = z.strictObject({
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context of the kubeconfig; its current one where none is named."),
  version: z
    .string()
    .regex(/^v1\.\d{1,3}$/, "a version of Kubernetes, such as v1.34")
    .default("v1.34")
    .describe("Version of the cluster, to which the rules of Pod Security are pinned."),
  storageClass: objectName
    .optional()
    .describe("StorageClass of every volume; the cluster's default where none is named."),
  pullSecrets: list((text) => objectName.safeParse(text).success, "names of Secrets")
    .default([])
    .describe("Secrets for the image registry, which must be in every namespace of the stack."),
  gateway: gateway.prefault({}),
  rbac: rbac.prefault({}),
  quotas: z
    .strictObject({
      headroomPercent: z
        .int()
        .min(0)
        .max(400)
        .default(25)
        .describe("How much more than what the services ask for a namespace may use."),
    })
    .prefault({}),
  egressExcept: ranges
    .default([])
    .describe(
      "Ranges that a service with a way out may not call, besides the private ones, such as a public address of the API server.",
    ),
  gpuSharing: gpuSharing
    .prefault({ strategy: "none" })
    .describe(
      "How workloads share a GPU: `{strategy: none}`, `{strategy: time-slicing | mps, replicas: N}` or `{strategy: mig, gpu: …, profile: …}`.",
    ),
  autoscaling: autoscaling.prefault({}),
});

/** The Kubernetes part of the stack's configuration, complete and valid. */
export type KubernetesSettings = z.output<typeof kubernetesSettings>;

/** Keys of this part without a default, with a value that would do: what the messages about a configuration show. */
export const KUBERNETES_EXAMPLES: Readonly<Record<string, string>> = {
  "kubernetes.context": "production",
  "kubernetes.storageClass": "gp3",
  "kubernetes.gateway.gatewayApi.name": "edge",
  "kubernetes.gateway.gatewayApi.namespace": "gateways",
  "kubernetes.gpuSharing.replicas": "4",
  "kubernetes.gpuSharing.gpu": "a100-40gb",
  "kubernetes.gpuSharing.profile": "1g.5gb",
};
