import { containersOf } from "../../models/containers";
import { dockerTypes, podTypes, withPatch } from "../../models/types";
import { type Report, resourceRule } from "../../core/rule";
import { at, entries, text, type Value } from "../../core/value";
import { knownPasswords } from "./known-passwords";
import { decoded, loginsIn, namesSecret } from "./looks";

const configMaps = withPatch("kubernetes:core/v1:ConfigMap");
const secrets = withPatch("kubernetes:core/v1:Secret");

/** Where resources of AWS take a password. */
const passwords: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "aws:rds/instance:Instance": [["password"]],
  "aws:rds/cluster:Cluster": [["masterPassword"]],
  "aws:docdb/cluster:Cluster": [["masterPassword"]],
  "aws:redshift/cluster:Cluster": [["masterPassword"]],
  "aws:elasticache/replicationGroup:ReplicationGroup": [["authToken"]],
  "aws:elasticache/user:User": [
    ["passwords", "0"],
    ["authenticationMode", "passwords", "0"],
  ],
  "aws:memorydb/user:User": [["authenticationMode", "passwords", "0"]],
  "aws:opensearch/domain:Domain": [["advancedSecurityOptions", "masterUserOptions", "masterUserPassword"]],
  "aws:elasticsearch/domain:Domain": [["advancedSecurityOptions", "masterUserOptions", "masterUserPassword"]],
  "aws:secretsmanager/secretVersion:SecretVersion": [["secretString"]],
  "aws:ssm/parameter:Parameter": [["value"]],
};

/** Passwords that everybody knows, wherever a password is given. */
export const noDefaultCredentials = resourceRule({
  name: "sec-01-no-default-credentials",
  group: "secrets",
  severity: "critical",
  summary: "No password is one that an image, a chart or a tutorial comes with.",
  why: "Programs that search the internet for open services try these passwords within minutes.",
  fix: "Generate the password with random.RandomPassword and hand over its result.",
  maps: ["C-0012", "Polaris-sensitiveContainerEnvVar"],
  unknown: "present",
  bad: `new docker.Container("minio", { image, envs: ["MINIO_ROOT_USER=minioadmin", "MINIO_ROOT_PASSWORD=minioadmin"] });`,
  good: `const password = new random.RandomPassword("minio", { length: 32 });
new docker.Container("minio", { image, envs: [pulumi.interpolate\`MINIO_ROOT_PASSWORD=\${password.result}\`] });`,
  options: { also: { description: "further passwords that are refused, in small letters", default: [] } },
  types: [
    ...podTypes,
    ...dockerTypes,
    ...configMaps,
    ...secrets,
    "docker:index/secret:Secret",
    ...Object.keys(passwords),
  ],
  check(resource, report) {
    const { type, props } = resource;
    const judge = judgeBy(report);
    for (const way of passwords[type] ?? [])
      judge("password", atPath(props, way), way.filter((step) => step !== "0").join("."));
    if (type === "docker:index/secret:Secret") judge("password", decoded(props["data"]), "data");
    if (configMaps.includes(type) || secrets.includes(type)) {
      const read = secrets.includes(type) ? decoded : (value: Value) => value;
      for (const [key, value] of entries(props["data"])) judge(key, read(value), `data.${key}`);
      for (const [key, value] of entries(props["stringData"])) judge(key, value, `stringData.${key}`);
    }
    if (podTypes.includes(type) || dockerTypes.includes(type))
      for (const { env } of containersOf(resource))
        for (const { name, value, path } of env) judge(name, value, path);
  },
});

function judgeBy(report: Report): (name: string, value: Value, path: string) => void {
  const also = new Set(report.list("also"));
  const known = (password: string): boolean =>
    knownPasswords.has(password.trim().toLowerCase()) || also.has(password.trim().toLowerCase());
  return (name, value, path) => {
    const given = text(value);
    if (given === undefined) return;
    // NEO4J_AUTH=neo4j/password, admin:admin
    const parts = [given, ...given.split(/[:/]/).slice(1, 2)];
    const isSecret = namesSecret(name) || /(^|[_-])AUTH$/i.test(name);
    const found = (isSecret && parts.some(known)) || loginsIn(given).some(known);
    if (found) report.violation(path, "is a password that everybody knows");
  };
}

const atPath = (props: Value, way: readonly string[]): Value =>
  at(props, ...way.map((step) => (step === "0" ? 0 : step)));
