import { withPatch } from "../../models/types";
import { resourceRule } from "../../core/rule";
import { entries, isUnknown, text, type Value } from "../../core/value";
import { decoded, harmless, looksRandom, namesSecret, secretIn, settingIn } from "./looks";

/** Files in which a line `password: x` is a setting; elsewhere it is a word of a program or of a page. */
const SETTINGS = /(^[^.]+|\.(ya?ml|json|ini|conf|cfg|cnf|toml|properties|env|acl))$/i;

/** Secrets where everybody may read. */
export const noSecretInConfigMap = resourceRule({
  name: "sec-04-no-secret-in-configmap",
  group: "secrets",
  severity: "high",
  summary: "ConfigMaps hold no secrets.",
  why: "ConfigMaps are not encrypted in etcd, and the role `view` may read them.",
  fix: "Move the entry to a core/v1 Secret; both can be mounted in one folder with a projected volume.",
  maps: ["Polaris-sensitiveConfigmapContent", "C-0012"],
  unknown: "cannot tell",
  bad: `new k8s.core.v1.ConfigMap("db", { data: { "db-password": "hunter2-hunter2" } });`,
  good: `new k8s.core.v1.ConfigMap("db", { data: { "db-host": "postgres.data" } });`,
  options: { allowed: { description: "keys that only sound like secrets", default: [] } },
  types: withPatch("kubernetes:core/v1:ConfigMap"),
  check({ props }, report) {
    const allowed = report.list("allowed");
    const judge = (path: string, key: string, value: Value): void => {
      if (allowed.includes(key)) return;
      if (namesSecret(key.replace(/\.[^.]*$/, "")) && !harmless(text(value) ?? (isUnknown(value) ? "?" : "")))
        report.violation(path, "has the name of a secret");
      else report.must(path, value, (known) => clean(key, text(known) ?? ""), "holds a secret");
    };
    for (const [key, value] of entries(props["data"])) judge(`data.${key}`, key, value);
    for (const [key, value] of entries(props["binaryData"])) judge(`binaryData.${key}`, key, decoded(value));
  },
});

const clean = (key: string, value: string): boolean =>
  secretIn(value) === undefined &&
  !looksRandom(value) &&
  (!SETTINGS.test(key) || settingIn(value) === undefined);

/** Tokens that never end. */
export const noAccountTokens = resourceRule({
  name: "sec-08-no-account-token",
  group: "secrets",
  severity: "high",
  summary: "No Secret holds a token of a service account.",
  why: "Such a token never ends and is not bound to a pod: who copies it once keeps the account's rights.",
  fix: "Delete the Secret; pods get tokens that end from a projected volume, people from kubectl create token.",
  maps: ["Kyverno-deny-secret-service-account-token-type"],
  unknown: "cannot tell",
  bad: `new k8s.core.v1.Secret("ci", { type: "kubernetes.io/service-account-token", metadata: { annotations } });`,
  good: `new k8s.core.v1.Secret("ci", { type: "Opaque", stringData: { password: password.result } });`,
  types: withPatch("kubernetes:core/v1:Secret"),
  check({ props }, report) {
    const found = "is that of a token of a service account, which never ends";
    report.must("type", props["type"], (type) => type !== "kubernetes.io/service-account-token", found);
  },
});
