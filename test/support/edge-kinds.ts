import type { Api } from "../../toolchain/cluster";

/** A schema as the API server reads it. */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const texts: Schema = { type: "array", items: text, "x-kubernetes-list-type": "atomic" };
const number: Schema = { type: "integer" };
const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const list = (items: Schema, more: Schema = {}): Schema => ({ type: "array", items, ...more });
const oneOf = (...values: string[]): Schema => ({ type: "string", enum: values });

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DOMAIN = `${LABEL}(\\.${LABEL})*`;
const name: Schema = { type: "string", minLength: 1, maxLength: 253 };
const hostnames: Schema = list(
  { type: "string", maxLength: 253, pattern: `^(\\*\\.)?${DOMAIN}$` },
  { minItems: 1, maxItems: 16, "x-kubernetes-list-type": "atomic" },
);

/** What a Route is attached to, and where it leads; as in TLSRoute and HTTPRoute of Gateway API 1.5. */
const route = object(
  {
    hostnames,
    parentRefs: list(
      object(
        {
          group: { type: "string", default: "gateway.networking.k8s.io" },
          kind: { type: "string", default: "Gateway" },
          name,
          namespace: { type: "string", minLength: 1, maxLength: 63, pattern: `^${LABEL}$` },
          sectionName: { ...name, pattern: `^${DOMAIN}$` },
        },
        "name",
      ),
      { maxItems: 32, "x-kubernetes-list-type": "atomic" },
    ),
    rules: list(
      object({
        backendRefs: list(
          object(
            {
              group: { type: "string", default: "" },
              kind: { type: "string", default: "Service" },
              name,
              port: { type: "integer", minimum: 1, maximum: 65535 },
              weight: { type: "integer", default: 1 },
            },
            "name",
          ),
          { maxItems: 16, "x-kubernetes-list-type": "atomic" },
        ),
      }),
      { minItems: 1, maxItems: 16, "x-kubernetes-list-type": "atomic" },
    ),
  },
  "hostnames",
  "rules",
);

/** Certificate of cert-manager 1.19, without keystores, other names and what else nobody here asks for. */
const certificate = object(
  {
    secretName: text,
    dnsNames: texts,
    duration: text,
    renewBefore: text,
    usages: list(
      oneOf("signing", "digital signature", "key encipherment", "server auth", "client auth", "cert sign"),
      { "x-kubernetes-list-type": "atomic" },
    ),
    revisionHistoryLimit: number,
    issuerRef: object({ group: text, kind: text, name: text }, "name"),
    privateKey: object({
      algorithm: oneOf("RSA", "ECDSA", "Ed25519"),
      encoding: oneOf("PKCS1", "PKCS8"),
      rotationPolicy: oneOf("Never", "Always"),
      size: number,
    }),
  },
  "issuerRef",
  "secretName",
);

const KINDS = [
  ["Certificate", "certificates", "cert-manager.io", certificate],
  ["TLSRoute", "tlsroutes", "gateway.networking.k8s.io", route],
  ["HTTPRoute", "httproutes", "gateway.networking.k8s.io", route],
] as const;

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const nameOf = (plural: string, group: string): string => `${plural}.${group}`;

/**
 * Teaches an API server the kinds that cert-manager and Gateway API bring, by their public schemas, cut down to what is sent
 * here and what stands beside it: an unknown field, a wrong type or a missing one is refused as in earnest.
 * @see https://github.com/cert-manager/cert-manager/blob/master/deploy/crds/cert-manager.io_certificates.yaml
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/main/config/crd/standard
 */
export async function addEdgeKinds(admin: Api): Promise<void> {
  for (const [kind, plural, group, spec] of KINDS)
    await admin.create(DEFINITIONS, {
      metadata: {
        name: nameOf(plural, group),
        annotations: {
          "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/4530",
        },
      },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: object({ apiVersion: text, kind: text, metadata: { type: "object" }, spec }),
            },
          },
        ],
      },
    });
}

/** Takes them away again. */
export async function removeEdgeKinds(admin: Api): Promise<void> {
  for (const [, plural, group] of KINDS) await admin.delete(`${DEFINITIONS}/${nameOf(plural, group)}`);
}
