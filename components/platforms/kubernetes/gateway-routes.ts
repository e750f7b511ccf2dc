import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import { UnsupportedError } from "../../core/errors";
import type { WorkloadSpec } from "../../core/workload";
import type { LoadBalancer, PublicService } from "./gateway";

type Metadata = k8s.types.input.meta.v1.ObjectMeta;
type GatewayApi = NonNullable<KubernetesSettings["gateway"]["gatewayApi"]>;

const VERSION = "gateway.networking.k8s.io/v1";

/** A route of Gateway API. */
interface Route {
  readonly kind: "TLSRoute" | "HTTPRoute";
  readonly spec: object;
}

/**
 * The ways from a Gateway of the cluster to a server's public Service. TLS passes through: the Gateway sees the name that is
 * asked for and nothing else, and the server's own certificate is what browsers see. Plain HTTP is led there to be redirected.
 */
export function routesOf(service: string, backend: string, spec: WorkloadSpec, to: GatewayApi): Route[] {
  const hostnames = spec.publicCertificate?.names;
  if (hostnames === undefined)
    throw new UnsupportedError({
      service,
      field: "publish without publicCertificate",
      platform: "kubernetes",
      remedy: "a Gateway finds it by the names in its certificate: set publicCertificate in its spec",
    });
  const route = (kind: Route["kind"], listener: string, name: string): Route[] => {
    const port = spec.publish?.find((one) => one.port === name)?.hostPort;
    if (port === undefined) return [];
    const parentRefs = [{ name: to.name, namespace: to.namespace, sectionName: listener }];
    const rules = [{ backendRefs: [{ name: backend, port }] }];
    return [{ kind, spec: { parentRefs, hostnames: [...hostnames], rules } }];
  };
  return [
    ...route("TLSRoute", to.tlsListener, "https"),
    ...(to.httpListener === undefined ? [] : route("HTTPRoute", to.httpListener, "http")),
  ];
}

/** What the platform knows of its edge. */
interface Edge {
  readonly settings: Pick<KubernetesSettings, "gateway">;
  readonly loadBalancer?: LoadBalancer;
  readonly metadata: (name: string) => Metadata;
}

/** Registers the Service by which the outside reaches a server that publishes ports, and the routes that lead to it. */
export function openDoor(
  service: string,
  spec: WorkloadSpec,
  outside: PublicService,
  { settings, loadBalancer, metadata }: Edge,
  opts: Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: readonly pulumi.Resource[] },
): void {
  if (spec.publish === undefined) return;
  const name = `${service}-public`;
  const dependsOn = [...opts.dependsOn, ...(loadBalancer?.after ?? [])];
  const own = { ...metadata(name), annotations: outside.annotations };
  const door = new Service(name, { metadata: own, spec: outside.spec }, { ...opts, dependsOn });
  const { gatewayApi } = settings.gateway;
  if (gatewayApi === undefined) return;
  for (const { kind, spec: of } of routesOf(service, name, spec, gatewayApi)) {
    const route = `${service}-${kind === "TLSRoute" ? "tls" : "http"}-route`;
    new CustomResource(
      route,
      { apiVersion: VERSION, kind, metadata: metadata(route), spec: of },
      { ...opts, dependsOn: [...opts.dependsOn, door] },
    );
  }
}
