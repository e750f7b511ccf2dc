import type { Mutation } from "../mutate";
import { onDocker as on, filesOnDocker as files } from "./targets";

/** Secrets of a laptop: where they lie, how good they are, and who is asked for them. */
export const dockerSecretMutations: readonly Mutation[] = [
  {
    what: "PostgreSQL has the password of every tutorial",
    ...on("postgres"),
    set: { "envs[+]": "POSTGRES_PASSWORD=postgres" },
    caughtBy: "sec-01-no-default-credentials",
    also: ["sec-03-prefer-files"],
  },
  {
    what: "MinIO has the password of its image",
    ...on("minio"),
    set: { "envs[+]": "MINIO_ROOT_PASSWORD=minioadmin" },
    caughtBy: "sec-01-no-default-credentials",
    also: ["sec-03-prefer-files"],
  },
  {
    what: "a URL holds a password that everybody knows",
    ...on("label-studio-worker"),
    set: { "envs[+]": "RQ_REDIS_URL=rediss://label-studio:redis@redis:6379/0" },
    caughtBy: "sec-01-no-default-credentials",
  },
  {
    what: "the password of Grafana is a variable, and not a file",
    ...on("grafana"),
    set: { "envs[+]": "GF_SECURITY_ADMIN_PASSWORD=bq3Ddv8cWkUe2h7tPzYs" },
    caughtBy: "sec-03-prefer-files",
  },
  {
    what: "a label of the database holds its password",
    ...on("postgres"),
    set: { "labels[+]": { label: "com.example.password", value: "bq3Ddv8cWkUe2h7tPzYs" } },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    what: "the password of Redis is in its command",
    ...on("redis"),
    set: {
      entrypoints: ["redis-server", "/etc/semblance/redis.conf", "--requirepass", "bq3Ddv8cWkUe2h7tPzYs"],
    },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    what: "a command names the database with its password",
    ...on("label-studio-exporter"),
    set: {
      "entrypoints[+]":
        "postgresql://label_studio:bq3Ddv8cWkUe2h7tPzYs@postgres/label_studio?sslmode=verify-full",
    },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    what: "the key of PostgreSQL's certificate comes out of the repository",
    ...files("postgres"),
    set: { "uploads[/etc/semblance/tls/server.key].source": "./certificates/server.key" },
    caughtBy: "sec-06-uploads-closed",
  },
  {
    what: "a key is put straight into Jupyter, for every user of it to read",
    ...on("jupyter"),
    set: { uploads: [{ file: "/etc/keys/server.key", content: "from the stack", permissions: "0644" }] },
    caughtBy: "sec-06-uploads-closed",
  },
  {
    what: "the generated password of the databases gets eight characters",
    stack: "dev",
    type: "random:index/randomPassword:RandomPassword",
    name: "secrets-postgres-superuser",
    set: { length: 8 },
    caughtBy: "sec-07-generated-secrets",
  },
  {
    what: "the generated key of the objects gets 64 bits",
    stack: "dev",
    type: "random:index/randomBytes:RandomBytes",
    name: "secrets-minio-kms",
    set: { length: 8 },
    caughtBy: "sec-07-generated-secrets",
  },
  {
    what: "a password is generated in a way that Pulumi shows",
    stack: "dev",
    type: "random:index/randomString:RandomString",
    name: "secrets-reports-password",
    add: { length: 32 },
    caughtBy: "sec-07-generated-secrets",
  },
  {
    what: "Weaviate lets everybody in",
    ...on("weaviate"),
    set: { "envs[+]": "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true" },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Grafana shows everything to everybody",
    ...on("grafana"),
    set: { "envs[+]": "GF_AUTH_ANONYMOUS_ENABLED=true" },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Jupyter asks for no token",
    ...on("jupyter"),
    set: { "entrypoints[+]": "--ServerApp.token=''" },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Prometheus lets whoever reaches it delete its figures",
    ...on("prometheus"),
    set: { "entrypoints[+]": "--web.enable-admin-api" },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Redis is started without its file, and so without users",
    ...on("redis"),
    set: { entrypoints: ["redis-server", "--port", "0", "--tls-port", "6379"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "notebooks get a key of AWS that lasts",
    ...on("jupyter"),
    set: { "envs[+]": "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE" },
    caughtBy: "sec-10-iam-no-static-keys",
  },
];
