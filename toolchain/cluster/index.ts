export type { Api } from "./api";
export { ensureControlPlane, KUBERNETES_VERSION } from "./build";
export type { NodeGroup, Taint } from "./nodes";
export { podSecurityViolations, type PodToJudge, type PodVerdict } from "./pod-security";
export { startCluster, type Cluster } from "./start";
