import type * as k8s from "@kubernetes/client-node";

/** A container that the standard "restricted" allows, and that is never started. */
export const container: k8s.V1Container = {
  name: "main",
  image: "registry.invalid/nothing:1",
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** A pod of that container, with more in the container or in the spec. */
export const podOf = (
  name: string,
  more: Partial<k8s.V1Container> = {},
  spec: Partial<k8s.V1PodSpec> = {},
) => ({
  metadata: { name },
  spec: { containers: [{ ...container, ...more }], ...spec },
});

/** What a container says that asks for this, and may have no more. */
export const asking = (limits: Readonly<Record<string, string>>) => ({
  resources: { requests: limits, limits },
});
