import { resourceRule } from "../../core/rule";
import { given, roleOf, roleTypes } from "../../models/rbac";

const READING = { apiGroup: "", resources: ["secrets"], verbs: ["get", "list", "watch"] };

/** Reading one secret is a need; reading all of them is a way to become anybody. */
export const noSecretsReadWide = resourceRule({
  name: "rb-03-no-secrets-read-wide",
  group: "access",
  severity: "high",
  summary: "Roles read the secrets that they name, and not all of a namespace or of the cluster.",
  why: "Whoever reads all secrets has every password, key and token that is kept there, and with them the rights of their owners.",
  fix: "Set resourceNames to the secrets that are read, in a Role instead of a ClusterRole; or mount the secret and drop the right.",
  maps: ["KubeLinter-access-to-secrets", "CKV2_K8S_5", "CIS-EKS-4.1.2", "C-0186"],
  unknown: "cannot tell",
  bad: `new k8s.rbac.v1.ClusterRole("app", { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }] });`,
  good: `new k8s.rbac.v1.Role("app", {
  rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["app-tls"], verbs: ["get"] }],
});`,
  options: {
    roles: {
      description: "names of Roles, given to people, that may read all secrets of their namespace",
      default: [],
    },
  },
  types: roleTypes,
  check(resource, report) {
    const { name, everywhere, rules, unread } = roleOf(resource);
    if (!everywhere && name !== undefined && report.list("roles").includes(name)) return;
    for (const path of unread) report.cannotTell(path);
    for (const rule of rules.filter(({ resourceNames }) => resourceNames.length === 0)) {
      const parts = given(rule, READING);
      if (parts === undefined) report.cannotTell(rule.path);
      else if (parts.length > 0)
        report.violation(
          rule.path,
          everywhere ? "reads all secrets of the cluster" : "reads all secrets of its namespace",
        );
    }
  },
});
