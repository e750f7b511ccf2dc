import type * as k8s from "@pulumi/kubernetes";
import type { Port } from "../../core/workload";

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;

/** The Service by which clients inside of the cluster reach a server: at the very ports of its spec. */
export const serviceSpec = (
  ports: Readonly<Record<string, Port>>,
  selector: Readonly<Record<string, string>>,
): ServiceSpec => ({
  type: "ClusterIP",
  selector,
  ports: Object.entries(ports).map(([name, { number }]) => ({
    name,
    port: number,
    // By number, as network policies have it.
    targetPort: number,
    protocol: "TCP",
  })),
});

/** Name of the Service below. */
export const copiesName = (service: string): string => `${service}-copies`;

/**
 * The Service whose name stands for each copy of a server, and not for any one of them: for who must ask them all. A copy that
 * is not ready is among them, since that is what it would be asked for.
 */
export const copiesSpec = (
  ports: Readonly<Record<string, Port>>,
  selector: Readonly<Record<string, string>>,
): ServiceSpec => ({ ...serviceSpec(ports, selector), clusterIP: "None", publishNotReadyAddresses: true });

/**
 * Pulumi would wait for a pod behind it, which waits for what it uses. Whoever needs the server waits for the workload, and the
 * address is there at once.
 */
export const NOT_AWAITED = { "pulumi.com/skipAwait": "true" } as const;
