import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const container = "docker:index/container:Container";
const swarm = "docker:index/service:Service";
const pod = "kubernetes:core/v1:Pod";
const configMap = "kubernetes:core/v1:ConfigMap";
const secret = "kubernetes:core/v1:Secret";

const docker = (...envs: readonly string[]): Fixture => ({ type: container, props: { envs: [...envs] } });
const podOf = (props: object, type = pod): Fixture => {
  const spec = { containers: [{ name: "web", image: "web", ...props }] };
  return { type, props: type.includes("/v1:Pod") ? { spec } : { spec: { template: { spec } } } };
};
const env = (...list: readonly object[]): Fixture => podOf({ env: [...list] });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const defaults: Cases = {
  rule: "sec-01-no-default-credentials",
  good: docker("POSTGRES_PASSWORD=jh7Gd0qpLw3sXz91", "POSTGRES_USER=postgres"),
  bad: docker("MINIO_ROOT_USER=minioadmin", "MINIO_ROOT_PASSWORD=MinioAdmin"),
  unknown: env({ name: "DB_PASSWORD", value: UNKNOWN }),
  unknownIs: "fine",
  missing: { type: container, props: {} },
  missingIs: "fine",
  canary: docker(`API_KEY=${CANARY}`, "ADMIN_PASSWORD=admin"),
  sibling: { type: "kubernetes:core/v1:SecretPatch", props: { data: { password: base64("changeme") } } },
  more: [
    {
      name: "a password inside the URL of a database",
      is: "violation",
      of: env({ name: "DATABASE_URL", value: "postgresql://app:postgres@db:5432/app" }),
    },
    { name: "name and password in one", is: "violation", of: docker("NEO4J_AUTH=neo4j/password") },
    { name: "stringData", is: "violation", of: { type: secret, props: { stringData: { token: "secret" } } } },
    {
      name: "a ConfigMap",
      is: "violation",
      of: { type: configMap, props: { data: { ADMIN_PASSWORD: "1234" } } },
    },
    {
      name: "a database of AWS",
      is: "violation",
      of: { type: "aws:rds/instance:Instance", props: { password: "postgres" } },
    },
    {
      name: "a user of ElastiCache",
      is: "violation",
      of: {
        type: "aws:elasticache/user:User",
        props: { authenticationMode: { type: "password", passwords: ["changeme"] } },
      },
    },
    {
      name: "a service of Swarm",
      is: "violation",
      of: { type: swarm, props: { taskSpec: { containerSpec: { env: { ADMIN_PASSWORD: "admin" } } } } },
    },
    {
      name: "a secret of Swarm",
      is: "violation",
      of: { type: "docker:index/secret:Secret", props: { data: base64("password") } },
    },
    { name: "a name like a password is none", is: "fine", of: docker("THEME=default", "MAX_TOKENS=1234") },
  ],
};

const inEnv: Cases = {
  rule: "sec-02-no-secret-in-env",
  good: env({ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }),
  bad: env({ name: "DB_PASSWORD", value: "jh7Gd0qpLw3sXz91" }),
  unknown: env({ name: "DB_PASSWORD", value: UNKNOWN }),
  unknownIs: "violation",
  missing: podOf({}),
  missingIs: "fine",
  canary: env({ name: "API_TOKEN", value: CANARY }),
  sibling: podOf({ env: [{ name: "SECRET_KEY", value: "x1y2z3" }] }, "kubernetes:apps/v1:DeploymentPatch"),
  more: [
    {
      name: "a password inside a URL",
      is: "violation",
      of: env({ name: "DATABASE_URL", value: "postgresql://app:jh7Gd0qp@db/app" }),
    },
    {
      name: "a secret beside what is not known",
      is: "violation",
      of: env({ name: "HOST", value: UNKNOWN }, { name: "API_TOKEN", value: "abc123" }),
    },
    {
      name: "files, switches, references and numbers of tokens",
      is: "fine",
      of: env(
        { name: "PASSWORD_FILE", value: "/run/secrets/p" },
        { name: "DB_PASSWORD", value: "/run/secrets/p" },
        { name: "TOKEN", value: "$(OTHER)" },
        { name: "REQUIRE_PASSWORD", value: "true" },
        { name: "MAX_TOKEN", value: "512" },
        { name: "PWD", value: "data" },
        { name: "HOST", value: UNKNOWN },
      ),
    },
    {
      name: "an init container",
      is: "violation",
      of: {
        type: pod,
        props: { spec: { initContainers: [{ name: "i", env: [{ name: "apiKey", value: "q1w2" }] }] } },
      },
    },
  ],
};

const files: Cases = {
  rule: "sec-03-prefer-files",
  good: docker(
    "POSTGRES_PASSWORD_FILE=/run/files/password",
    "GF_SECURITY_ADMIN_PASSWORD__FILE=/run/files/admin",
  ),
  bad: docker("POSTGRES_PASSWORD=x"),
  unknown: env({ name: "POSTGRES_PASSWORD", value: UNKNOWN }),
  unknownIs: "violation",
  missing: { type: container, props: {} },
  missingIs: "fine",
  canary: docker(`MYSQL_ROOT_PASSWORD=${CANARY}`),
  sibling: {
    type: "kubernetes:batch/v1:CronJobPatch",
    props: {
      spec: {
        jobTemplate: {
          spec: { template: { spec: { containers: [{ env: [{ name: "ELASTIC_PASSWORD", value: "x" }] }] } } },
        },
      },
    },
  },
  more: [
    {
      name: "from a Secret all the same",
      is: "violation",
      of: env({ name: "GF_SECURITY_ADMIN_PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }),
    },
    { name: "what has no file", is: "fine", of: docker("SMTP_PASSWORD=x") },
  ],
};

const maps: Cases = {
  rule: "sec-04-no-secret-in-configmap",
  good: {
    type: configMap,
    props: { data: { "app.yaml": "host: db\npassword_file: /run/p\npassword: ${PASSWORD}\n" } },
  },
  bad: { type: configMap, props: { data: { "db-password": "hunter2-hunter2" } } },
  unknown: { type: configMap, props: { data: { host: UNKNOWN } } },
  unknownIs: "cannot tell",
  missing: { type: configMap, props: {} },
  missingIs: "fine",
  canary: { type: configMap, props: { data: { token: CANARY } } },
  sibling: { type: "kubernetes:core/v1:ConfigMapPatch", props: { data: { "api-key": "a1b2c3" } } },
  more: [
    {
      name: "a secret that is not known yet, by its name",
      is: "violation",
      of: { type: configMap, props: { data: { password: UNKNOWN } } },
    },
    {
      name: "a private key",
      is: "violation",
      of: { type: configMap, props: { data: { "server.pem": "-----BEGIN EC PRIVATE KEY-----\nMHc\n" } } },
    },
    {
      name: "a setting in a file",
      is: "violation",
      of: { type: configMap, props: { data: { "app.yaml": "db:\n  password: jh7Gd0qp\n" } } },
    },
    {
      name: "an access key, written in base64",
      is: "violation",
      of: { type: configMap, props: { binaryData: { file: base64("id AKIAIOSFODNN7EXAMPLE") } } },
    },
    {
      name: "a word that is too random",
      is: "violation",
      of: { type: configMap, props: { data: { value: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY" } } },
    },
    {
      name: "hashes, certificates and programs",
      is: "fine",
      of: {
        type: configMap,
        props: {
          data: {
            digest: "67f41722b7a8cbdb868a44a4995c846eddfdc2973bccb291ce937dce88ad5675",
            "ca.crt": "-----BEGIN CERTIFICATE-----\nMIIB\n",
            "app.py": "password = ask()\n",
            "files.json": '{\n  "DB_PASSWORD": "db-password"\n}\n',
          },
        },
      },
    },
  ],
};

const tokens: Cases = {
  rule: "sec-08-no-account-token",
  good: { type: secret, props: { type: "Opaque" } },
  bad: { type: secret, props: { type: "kubernetes.io/service-account-token" } },
  unknown: { type: secret, props: { type: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: secret, props: {} },
  missingIs: "fine",
  canary: { type: secret, props: { type: "kubernetes.io/service-account-token", data: { token: CANARY } } },
  sibling: { type: "kubernetes:core/v1:SecretPatch", props: { type: "kubernetes.io/service-account-token" } },
};

export const valueCases: readonly Cases[] = [defaults, inEnv, files, maps, tokens];
