import { groupOf } from "../kinds";
import type { Kind } from "../manifest";
import * as others from "./others";
import type { Rule } from "./verdict";
import * as workloads from "./workloads";

/** What is waited for after an object is made or changed, by group and kind; other kinds are ready at once. */
const RULES = new Map<string, Rule>([
  ["apps/DaemonSet", workloads.daemonSet],
  ["apps/Deployment", workloads.deployment],
  ["apps/StatefulSet", workloads.statefulSet],
  ["batch/Job", workloads.job],
  ["/Namespace", others.namespace],
  ["/PersistentVolume", others.persistentVolume],
  ["/PersistentVolumeClaim", others.persistentVolumeClaim],
  ["/Pod", workloads.pod],
  ["/ReplicationController", workloads.replicationController],
  ["/ResourceQuota", others.resourceQuota],
  ["/Secret", others.secret],
  ["/Service", others.service],
  ["networking.k8s.io/Ingress", others.ingress],
  ["apiextensions.k8s.io/CustomResourceDefinition", others.customResourceDefinition],
]);

/** The rule of a kind. */
export function ruleOf({ apiVersion, kind }: Kind): Rule | undefined {
  return RULES.get(`${groupOf(apiVersion)}/${kind}`);
}
