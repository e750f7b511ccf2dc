import type { core } from "@pulumi/kubernetes/types/input";

/** The namespace of what belongs to the cluster. */
export const NAMESPACE = "kube-system";

/** What a pod may do to its node: nothing. Tools that must touch the node add what they need, one by one. */
export const unprivileged = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} as const;

/** The user that images without one of their own run as. */
const NOBODY = 65534;

/** Security of a pod that meets Pod Security `restricted`. */
export const restricted = {
  runAsNonRoot: true,
  runAsUser: NOBODY,
  runAsGroup: NOBODY,
  fsGroup: NOBODY,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Labels of a tool, by which its objects find its pods. */
export const labelsOf = (tool: string): Record<string, string> => ({
  "app.kubernetes.io/name": tool,
  "app.kubernetes.io/part-of": "semblance-curation",
  "app.kubernetes.io/managed-by": "pulumi",
});

/** A probe over HTTP. */
export const httpProbe = (path: string, port: number, initialDelaySeconds = 10): core.v1.Probe => ({
  httpGet: { path, port, scheme: "HTTP" },
  initialDelaySeconds,
  periodSeconds: 10,
  timeoutSeconds: 5,
  failureThreshold: 3,
});

/** What a tool may write on its node's disk: its log. */
const DISK = "256Mi";

/** Memory and disk as limits, CPU as a request only: a controller that is throttled is late for everybody. */
export const resources = (cpu: string, memory: string): core.v1.ResourceRequirements => ({
  requests: { cpu, memory, "ephemeral-storage": DISK },
  limits: { memory, "ephemeral-storage": DISK },
});
