import { containersOf } from "../../models/containers";
import { dockerTypes, podTypes } from "../../models/types";
import { resourceRule } from "../../core/rule";
import { isMissing, isUnknown, text } from "../../core/value";
import { harmless, namesSecret, secretIn } from "./looks";

/** Secrets as plain text in pods. */
export const noSecretInEnv = resourceRule({
  name: "sec-02-no-secret-in-env",
  group: "secrets",
  severity: "high",
  summary: "Variables of pods that hold a secret take it from a Secret.",
  why: "Whoever may read pods sees a literal value, and so do etcd's backups and every tool that lists workloads.",
  fix: "Put the value into a core/v1 Secret and set valueFrom.secretKeyRef in place of value, or mount it as a file.",
  maps: ["KubeLinter-env-var-secret", "Polaris-sensitiveContainerEnvVar", "C-0012", "CIS-EKS-4.4.1"],
  unknown: "violation",
  bad: `env: [{ name: "DB_PASSWORD", value: password.result }]`,
  good: `env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }]`,
  options: {
    allowed: { description: "names of variables that only sound like secrets", default: [] },
  },
  types: podTypes,
  check(resource, report) {
    const allowed = report.list("allowed");
    for (const { env } of containersOf(resource))
      for (const { name, value, from, path } of env) {
        if (from !== "literal" || isMissing(value) || allowed.includes(name)) continue;
        // Known or not, the value would lie in the pod.
        if (namesSecret(name))
          report.must(
            `${path}.value`,
            value,
            (known) => harmless(text(known) ?? ""),
            "is a secret in plain text",
          );
        else if (!isUnknown(value)) {
          const found = secretIn(text(value) ?? "");
          if (found !== undefined) report.violation(`${path}.value`, `holds ${found} in plain text`);
        }
      }
  },
});

/** Variables that their images take from a file as well: the name with `_FILE`. */
const fileVariables: ReadonlySet<string> = new Set([
  "POSTGRES_PASSWORD",
  "MYSQL_PASSWORD",
  "MYSQL_ROOT_PASSWORD",
  "MARIADB_PASSWORD",
  "MARIADB_ROOT_PASSWORD",
  "MONGO_INITDB_ROOT_PASSWORD",
  "MINIO_ROOT_PASSWORD",
  "MINIO_KMS_SECRET_KEY",
  "ELASTIC_PASSWORD",
  "DATA_SOURCE_PASS",
  "CLICKHOUSE_PASSWORD",
  "INFLUXDB_ADMIN_PASSWORD",
  "DOCKER_INFLUXDB_INIT_PASSWORD",
  "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN",
]);

/** Grafana takes each of its settings so: `GF_SECTION_KEY__FILE`. */
const hasFile = (name: string): boolean =>
  fileVariables.has(name) || (/^GF_[A-Z0-9_]+$/.test(name) && namesSecret(name));

/** Files in place of variables, where the image can. */
export const preferFiles = resourceRule({
  name: "sec-03-prefer-files",
  group: "secrets",
  severity: "low",
  summary: "Secrets reach a container as files where its image can read them from files.",
  why: "Variables are inherited by every child process and turn up in crash reports, support bundles and docker inspect.",
  fix: "Mount the secret as a file and name the file: POSTGRES_PASSWORD_FILE, GF_SECURITY_ADMIN_PASSWORD__FILE.",
  maps: ["CKV_K8S_35", "KubeLinter-read-secret-from-env-var", "C-0207"],
  unknown: "violation",
  bad: `envs: [pulumi.interpolate\`POSTGRES_PASSWORD=\${password.result}\`]`,
  good: `envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/postgres"]`,
  types: [...podTypes, ...dockerTypes],
  check(resource, report) {
    for (const { env } of containersOf(resource))
      for (const { name, path } of env)
        if (hasFile(name)) report.violation(path, "is a variable, and the image can read a file");
  },
});
