import { sameValue } from "../../base/diff";
import type { Props } from "../../base/value";
import { at, listAt, propsAt, textAt } from "../manifest";
import { conditionOf, failed, isTrue, type Look, READY, saidBy, type Verdict, waiting } from "./verdict";

/** Bound; or unbound on purpose, where the storage class waits for the first pod that uses the claim. */
export async function persistentVolumeClaim(object: Props, look: Look): Promise<Verdict> {
  const phase = textAt(object, "status", "phase");
  if (phase === "Bound") return READY;
  if (phase === "Lost") return failed("the volume that it was bound to is gone");
  const name = textAt(object, "spec", "storageClassName");
  if (name === undefined)
    return waiting("no volume: it names no StorageClass, and the cluster has no default one");
  if (name === "") return waiting("no PersistentVolume fits it");
  const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
  const storageClass = await look.get(kind, undefined, name);
  if (storageClass === undefined) return waiting(`no volume: there is no StorageClass "${name}"`);
  if (phase === "Pending" && storageClass["volumeBindingMode"] === "WaitForFirstConsumer") return READY;
  return waiting(`StorageClass "${name}" has provided no volume yet`);
}

/** There to be claimed, or claimed. */
export function persistentVolume(object: Props): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Failed") return failed(textAt(object, "status", "message") ?? "its phase is Failed");
  return phase === "Available" || phase === "Bound" ? READY : waiting(`its phase is ${phase ?? "unknown"}`);
}

/** An address where one is asked for, and no pod behind it that is not ready. */
export async function service(object: Props, look: Look): Promise<Verdict> {
  const type = textAt(object, "spec", "type");
  const addresses = listAt(object, "status", "loadBalancer", "ingress");
  if (type === "LoadBalancer" && addresses.length === 0)
    return waiting("no address yet: a load balancer controller of the cluster has to give one");
  const hasSelector = Object.keys(propsAt(object, "spec", "selector")).length > 0;
  if (type === "ExternalName" || textAt(object, "spec", "clusterIP") === "None" || !hasSelector) return READY;
  const slices = await look.list(
    { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
    textAt(object, "metadata", "namespace"),
    { labelSelector: `kubernetes.io/service-name=${textAt(object, "metadata", "name") ?? ""}` },
  );
  const endpoints = slices.flatMap((slice) => listAt(slice, "endpoints"));
  const unready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false).length;
  if (unready > 0) return waiting(`${unready} of ${endpoints.length} pods behind it are not ready`);
  return endpoints.length > 0 ? READY : NO_PODS;
}

/** What a service without pods is said to wait for; it waits a moment only, since its pods may be made after it. */
export const NO_PODS = waiting("no pod behind it yet");

/** An address. */
export function ingress(object: Props): Verdict {
  return listAt(object, "status", "loadBalancer", "ingress").length > 0
    ? READY
    : waiting("no address yet: an ingress controller of the cluster has to give one");
}

/** The API serves the new kind. */
export function customResourceDefinition(object: Props): Verdict {
  const names = conditionOf(object, "NamesAccepted");
  if (textAt(names, "status") === "False") return failed(saidBy(names));
  return isTrue(object, "Established") ? READY : waiting("the API server does not serve it yet");
}

/** Open for objects. */
export function namespace(object: Props): Verdict {
  return textAt(object, "status", "phase") === "Active" ? READY : waiting("it is not active");
}

/** Counted: before that, it refuses what it limits. */
export function resourceQuota(object: Props): Verdict {
  return sameValue(at(object, "spec", "hard"), at(object, "status", "hard"))
    ? READY
    : waiting("the quota controller has not counted yet");
}

/** A token, where it is one that the server fills in. */
export function secret(object: Props): Verdict {
  if (object["type"] !== "kubernetes.io/service-account-token") return READY;
  return Object.keys(propsAt(object, "data")).length > 0 ? READY : waiting("its token is not made yet");
}
