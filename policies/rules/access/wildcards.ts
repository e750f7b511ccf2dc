import { resourceRule } from "../../core/rule";
import { text, type Value } from "../../core/value";
import { roleOf, roleTypes } from "../../models/rbac";

const starred = (value: Value): boolean => text(value)?.includes("*") ?? false;
/** A star below a path, such as `/healthz/*`, names what lies there. */
const everyUrl = (value: Value): boolean => ["*", "/*"].includes(text(value) ?? "");

const PARTS = [
  { key: "verbs", isWide: starred },
  { key: "resources", isWide: starred },
  { key: "apiGroups", isWide: starred },
  { key: "nonResourceURLs", isWide: everyUrl },
] as const;

/** Rights in Kubernetes are spelt out. */
export const noWildcardRbac = resourceRule({
  name: "rb-01-no-wildcard-rbac",
  group: "access",
  severity: "high",
  summary: "Roles of Kubernetes name their verbs, resources and API groups, without a wildcard.",
  why: "A wildcard gives what exists today and whatever a later version or operator adds, secrets and escalation included.",
  fix: "List the verbs, resources and apiGroups that are used, such as verbs: ['get', 'list', 'watch'].",
  maps: ["CKV_K8S_49", "KubeLinter-wildcard-in-rules", "CIS-EKS-4.1.3", "C-0187"],
  unknown: "cannot tell",
  bad: `new k8s.rbac.v1.Role("app", { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] });`,
  good: `new k8s.rbac.v1.Role("app", { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "watch"] }] });`,
  types: roleTypes,
  check(resource, report) {
    const { rules, unread } = roleOf(resource);
    for (const path of unread) report.cannotTell(path);
    for (const rule of rules)
      for (const { key, isWide } of PARTS)
        for (const value of rule[key])
          report.must(`${rule.path}.${key}`, value, (known) => !isWide(known), "has a wildcard");
  },
});
