import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import { UnsupportedError } from "../../core/errors";
import type { WorkloadSpec } from "../../core/workload";
import { NOT_AWAITED } from "./service";

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;
/** What makes the load balancer of the edge. */
export interface LoadBalancer {
  /** Hands the Service to this maker and to no other. */
  readonly class: string;
  /** The maker: it must be there as long as the Service is, or nobody takes the load balancer away. */
  readonly after: readonly pulumi.Resource[];
}

type GatewaySettings = KubernetesSettings["gateway"] & { readonly loadBalancerClass?: string | undefined };

/** The Service by which the outside reaches a server, and what its load balancer is told. */
export interface PublicService {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ServiceSpec;
}

/** Ports that Kubernetes opens on nodes where nobody says otherwise. */
const NODE_PORTS = { first: 30000, last: 32767 };

/**
 * The published ports of a server. People type the port of `publish`, so it is the Service's port, and with type NodePort the
 * node's as well. The address of `publish` is one of a Docker host and means nothing here.
 */
export function publicService(
  service: string,
  spec: WorkloadSpec,
  settings: GatewaySettings,
  selector: Readonly<Record<string, string>>,
): PublicService {
  const { type } = settings;
  const ports = (spec.publish ?? []).map(({ port, hostPort }) => {
    const inside = spec.ports[port];
    if (inside === undefined) throw new Error(`${service} publishes port ${port}, which it does not have`);
    if (type === "NodePort") assertNodePort(service, hostPort);
    return {
      name: port,
      port: hostPort,
      targetPort: inside.number,
      protocol: "TCP",
      ...(type === "NodePort" ? { nodePort: hostPort } : {}),
    };
  });
  return {
    annotations: {
      ...settings.annotations,
      ...certificate(service, settings),
      // A load balancer is waited for, since nobody gets in before it has an address.
      ...(type === "LoadBalancer" ? {} : NOT_AWAITED),
    },
    spec: {
      type,
      selector,
      ports,
      // Straight to a node with a gateway: a detour over another one would replace the client's address by that node's.
      ...(type === "ClusterIP" ? {} : { externalTrafficPolicy: "Local" }),
      ...(type === "LoadBalancer" && settings.sourceRanges.length > 0
        ? { loadBalancerSourceRanges: [...settings.sourceRanges] }
        : {}),
      ...(type === "LoadBalancer" && settings.loadBalancerClass !== undefined
        ? { loadBalancerClass: settings.loadBalancerClass }
        : {}),
    },
  };
}

function assertNodePort(service: string, port: number): void {
  if (port >= NODE_PORTS.first && port <= NODE_PORTS.last) return;
  throw new UnsupportedError({
    service,
    field: `port ${port} with kubernetes.gateway.type NodePort`,
    platform: "kubernetes",
    remedy: `nodes open ports ${NODE_PORTS.first} to ${NODE_PORTS.last}: set edge.httpsPort and edge.httpPort to two of them`,
  });
}

/** What makes the load balancer show another certificate than the gateway's own; it speaks TLS to the gateway all the same. */
function certificate(service: string, { type, certificate }: GatewaySettings): Record<string, string> {
  if (certificate === "stack" || "certManager" in certificate) return {};
  if (type === "LoadBalancer") {
    const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;
    return {
      [annotation("ssl-cert")]: certificate.acm,
      [annotation("ssl-ports")]: "https",
      [annotation("backend-protocol")]: "ssl",
    };
  }
  throw new UnsupportedError({
    service,
    field: `gateway.certificate.acm with type ${type}`,
    platform: "kubernetes",
    remedy: "it is shown by a load balancer of AWS: set kubernetes.gateway.type to LoadBalancer",
  });
}
