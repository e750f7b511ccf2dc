import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Api } from "../../toolchain/cluster";
import type { Manifest } from "./kubernetes-program";

/** Where the API server keeps what stands around workloads, in the order in which it is made. */
const PLACES = {
  Namespace: "/api/v1/namespaces",
  PriorityClass: "/apis/scheduling.k8s.io/v1/priorityclasses",
  ServiceAccount: "/api/v1/serviceaccounts",
  ResourceQuota: "/api/v1/resourcequotas",
  LimitRange: "/api/v1/limitranges",
  NetworkPolicy: "/apis/networking.k8s.io/v1/networkpolicies",
  ClusterRole: "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ClusterRoleBinding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
  Role: "/apis/rbac.authorization.k8s.io/v1/roles",
  RoleBinding: "/apis/rbac.authorization.k8s.io/v1/rolebindings",
} as const;
type Kind = keyof typeof PLACES;

/** What stands around the workloads, out of everything that a program sends, in an order in which it can be made. */
export const fencesOf = (manifests: readonly Manifest[]): readonly Manifest[] =>
  Object.keys(PLACES).flatMap((kind) => manifests.filter((one) => one.kind === kind));

const isKind = (kind: string): kind is Kind => kind in PLACES;

/** Path of an object. */
export function pathOf({ kind, name, namespace }: Manifest): string {
  if (!isKind(kind)) throw new Error(`${kind} is no fence`);
  const place = PLACES[kind];
  const within = namespace === undefined ? place : place.replace(/(?=\/[^/]+$)/, `/namespaces/${namespace}`);
  return `${within}/${name}`;
}

const applied = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) });

/** Makes an object, or finds it as it should be; strict, as the provider asks for it. */
export const apply = async (api: Api, manifest: Manifest) =>
  applied.parse(
    await api.apply(
      pathOf(manifest),
      manifest.object,
      "fieldManager=fences&force=true&fieldValidation=Strict",
    ),
  );

/** Where something that was sent is not what the server gives back: a preview would find a difference there for ever. */
export function differences(sent: unknown, got: unknown, path = ""): string[] {
  if (typeof sent !== "object" || sent === null || typeof got !== "object" || got === null)
    return isDeepStrictEqual(sent, got)
      ? []
      : [`${path}: ${JSON.stringify(sent)} became ${JSON.stringify(got)}`];
  const there = new Map(Object.entries(got));
  return Object.entries(sent).flatMap(([key, value]: [string, unknown]) =>
    differences(value, there.get(key), `${path}.${key}`),
  );
}
