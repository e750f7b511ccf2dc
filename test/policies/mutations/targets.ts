import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A container of the laptop's stack. */
export const onDocker = (name: string) =>
  ({ stack: "dev", type: "docker:index/container:Container", name }) as const;

/** The container by which the files of another one get into its volume. */
export const filesOnDocker = (name: string) => onDocker(`${name}-files-carrier`);

const inCluster = <T extends string>(type: T) => {
  const named = (name: string) => ({ stack: "prod", type, name }) as const;
  return named;
};

export const deployment = inCluster("kubernetes:apps/v1:Deployment");
export const statefulSet = inCluster("kubernetes:apps/v1:StatefulSet");
export const job = inCluster("kubernetes:batch/v1:Job");

/** The object by which a workload of the cluster has its files, and the one for those that are secret. */
export const filesInCluster = (name: string) =>
  ({ stack: "prod", type: "kubernetes:core/v1:ConfigMap", name: `${name}-files` }) as const;
export const secretsInCluster = (name: string) =>
  ({ stack: "prod", type: "kubernetes:core/v1:Secret", name: `${name}-files` }) as const;

/** A digest that some image may have. */
export const DIGEST = "sha256:67f41722b7a8cbdb868a44a4995c846eddfdc2973bccb291ce937dce88ad5675";

/** A pod to which no rule about pods has anything to say, so that where it is counts. */
export const modestPod = (
  name: string,
  account: string,
  command: readonly string[],
): Record<string, JavaScriptValue> => ({
  serviceAccountName: account,
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name,
      image: `docker.io/library/redis:8.8.0@${DIGEST}`,
      command: [...command],
      resources: {
        limits: { memory: "64Mi", "ephemeral-storage": "64Mi" },
        requests: { cpu: "50m", memory: "64Mi" },
      },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    },
  ],
});
