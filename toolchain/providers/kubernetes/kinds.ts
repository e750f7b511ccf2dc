import type { Kind } from "./manifest";

/** Kinds of Kubernetes itself that are in no namespace. Custom kinds are asked of the server. */
const CLUSTER_SCOPED = new Map<string, readonly string[]>([
  ["", ["ComponentStatus", "Namespace", "Node", "PersistentVolume"]],
  [
    "admissionregistration.k8s.io",
    [
      ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"],
      ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"],
    ],
  ],
  ["apiextensions.k8s.io", ["CustomResourceDefinition"]],
  ["apiregistration.k8s.io", ["APIService"]],
  ["certificates.k8s.io", ["CertificateSigningRequest", "ClusterTrustBundle"]],
  ["flowcontrol.apiserver.k8s.io", ["FlowSchema", "PriorityLevelConfiguration"]],
  ["internal.apiserver.k8s.io", ["StorageVersion"]],
  ["networking.k8s.io", ["IngressClass", "IPAddress", "ServiceCIDR"]],
  ["node.k8s.io", ["RuntimeClass"]],
  ["rbac.authorization.k8s.io", ["ClusterRole", "ClusterRoleBinding"]],
  ["resource.k8s.io", ["DeviceClass", "DeviceTaintRule", "ResourceSlice"]],
  ["scheduling.k8s.io", ["PriorityClass"]],
  ["storage.k8s.io", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"]],
  ["storagemigration.k8s.io", ["StorageVersionMigration"]],
]);
/** API groups of Kubernetes itself: their kinds are known without asking. */
const OWN_GROUP = /^$|^(apps|autoscaling|batch|policy)$|\.k8s\.io$/;
/** Groups that look like its own and are custom resources. */
const CUSTOM_GROUP =
  /^(gateway\.networking|snapshot\.storage|metrics|leaderworkerset\.x-k8s)\.k8s\.io$|\.x-k8s\.io$/;

const NEEDS_OFFICIAL =
  "is not implemented by this project's kubernetes provider for closed networks, which applies single objects\n" +
  "  fix: use the resource of the object's own kind, or the official plugin (SEMBLANCE_PLUGINS=official)";

/** "apps" of "apps/v1"; "" for the core API. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** What a type token stands for: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Secret`. */
export function kindOfToken(token: string): Kind {
  const [, groupVersion = "", kind = ""] = token.split(":");
  const [group = "", version = ""] = groupVersion.split("/");
  if (version === "" || kind === "" || ["helm.sh", "helm", "kustomize", "yaml"].includes(group)) {
    throw new Error(`${token} ${NEEDS_OFFICIAL}`);
  }
  return { apiVersion: group === "core" ? version : groupVersion, kind };
}

/**
 * Refuses what is no object: a *Patch of the SDK (its inputs name the kind that it patches) and a list (it has items).
 * A custom kind may end in either word.
 */
export function refusalOf(token: string, inputs: { readonly kind?: unknown; readonly items?: unknown }) {
  const kind = token.split(":").at(-1) ?? "";
  if (kind.endsWith("Patch") && inputs.kind !== undefined && inputs.kind !== kind)
    return `${token} ${NEEDS_OFFICIAL}`;
  if (kind.endsWith("List") && Array.isArray(inputs.items)) return `${token} ${NEEDS_OFFICIAL}`;
  return undefined;
}

/** Whether objects of a kind are in a namespace; undefined for a custom kind. */
export function isNamespaced({ apiVersion, kind }: Kind): boolean | undefined {
  const group = groupOf(apiVersion);
  if (CLUSTER_SCOPED.get(group)?.includes(kind) === true) return false;
  return OWN_GROUP.test(group) && !CUSTOM_GROUP.test(group) ? true : undefined;
}
