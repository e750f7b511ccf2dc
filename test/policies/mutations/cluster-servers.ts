import type { Mutation } from "../mutate";
import {
  deployment,
  statefulSet as set,
  filesInCluster as files,
  secretsInCluster as secrets,
} from "./targets";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** How servers of the cluster are told to encrypt, to ask for a login and to keep a secret. */
export const clusterServerMutations: readonly Mutation[] = [
  {
    what: "PostgreSQL has TLS off",
    ...files("postgres"),
    edit: { "data[postgresql.conf]": ["ssl = 'on'", "ssl = 'off'"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "PostgreSQL lets clients in without TLS, if they like",
    ...files("postgres"),
    edit: { "data[pg_hba.conf]": ["hostssl all", "host all"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "PostgreSQL takes versions of TLS that are out of date",
    ...files("postgres"),
    edit: { "data[postgresql.conf]": ["'TLSv1.2'", "'TLSv1.1'"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "a variable tells the backup not to insist on TLS",
    ...set("postgres-backup"),
    set: { "spec.template.spec.containers[postgres-backup].env[+]": { name: "PGSSLMODE", value: "disable" } },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "Redis opens its plain port beside the other",
    ...files("redis"),
    edit: { "data[redis.conf]": ["port 0\n", "port 6380\n"] },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "the exporter dials Redis without TLS",
    ...deployment("redis-exporter"),
    edit: {
      "spec.template.spec.containers[redis-exporter].env[REDIS_ADDR].value": ["rediss://", "redis://"],
    },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "Elasticsearch has its security off",
    ...files("elasticsearch"),
    edit: {
      "data[config..elasticsearch.yml]": [
        '"xpack.security.enabled": true',
        '"xpack.security.enabled": false',
      ],
    },
    caughtBy: "eit-07-es-tls",
  },
  {
    what: "the nodes of Elasticsearch talk without TLS",
    ...files("elasticsearch"),
    edit: {
      "data[config..elasticsearch.yml]": [
        '"xpack.security.transport.ssl.enabled": true',
        '"xpack.security.transport.ssl.enabled": false',
      ],
    },
    caughtBy: "eit-07-es-tls",
  },
  {
    what: "the edge sends its traces without TLS",
    ...deployment("gateway"),
    edit: {
      "spec.template.spec.containers[gateway].env[OTEL_EXPORTER_OTLP_ENDPOINT].value": [
        "https://",
        "http://",
      ],
    },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Prometheus asks its first target without TLS",
    ...files("prometheus"),
    edit: { "data[prometheus.yml]": ['"scheme": "https"', '"scheme": "http"'] },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Grafana asks Prometheus without TLS",
    ...files("grafana"),
    edit: {
      "data[provisioning..datasources..semblance.yaml]": ["https://prometheus.", "http://prometheus."],
    },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Grafana believes whoever answers",
    ...files("grafana"),
    edit: {
      "data[provisioning..datasources..semblance.yaml]": [
        '"tlsAuthWithCACert": true',
        '"tlsSkipVerify": true',
      ],
    },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "Label Studio believes whoever answers",
    ...deployment("label-studio"),
    set: {
      "spec.template.spec.containers[label-studio].env[+]": { name: "PYTHONHTTPSVERIFY", value: "0" },
    },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "PostgreSQL has the password of every tutorial",
    ...secrets("postgres"),
    set: { "data[secrets..superuser-password]": base64("postgres") },
    caughtBy: "sec-01-no-default-credentials",
  },
  {
    what: "the password of the exporter is one that everybody knows",
    ...deployment("postgres-exporter"),
    set: {
      "spec.template.spec.containers[postgres-exporter].env": [
        { name: "DATA_SOURCE_PASS", value: "changeme" },
      ],
    },
    caughtBy: "sec-01-no-default-credentials",
    also: ["sec-02-no-secret-in-env", "sec-03-prefer-files"],
  },
  {
    what: "the password of the database is in the pod",
    ...deployment("label-studio"),
    set: {
      "spec.template.spec.containers[label-studio].env[+]": {
        name: "POSTGRE_PASSWORD",
        value: "bq3Ddv8cWkUe2h7tPzYs",
      },
    },
    caughtBy: "sec-02-no-secret-in-env",
  },
  {
    what: "a URL in the pod holds a password",
    ...deployment("mlflow"),
    set: {
      "spec.template.spec.containers[mlflow].env[+]": {
        name: "MLFLOW_BACKEND_STORE_URI",
        value: "postgresql://mlflow:bq3Ddv8cWkUe2h7tPzYs@postgres/mlflow?sslmode=verify-full",
      },
    },
    caughtBy: "sec-02-no-secret-in-env",
  },
  {
    what: "the password of Grafana is a variable, and not a file",
    ...set("grafana"),
    set: {
      "spec.template.spec.containers[grafana].env": [
        {
          name: "GF_SECURITY_ADMIN_PASSWORD",
          valueFrom: { secretKeyRef: { name: "grafana-files", key: "secrets..admin-password" } },
        },
      ],
    },
    caughtBy: "sec-03-prefer-files",
  },
  {
    what: "the configuration of Redis holds a password",
    ...files("redis"),
    edit: { "data[redis.conf]": ["port 0\n", "port 0\nrequirepass: bq3Ddv8cWkUe2h7tPzYs\n"] },
    caughtBy: "sec-04-no-secret-in-configmap",
  },
  {
    what: "a private key lies beside the configuration of Loki",
    ...files("loki"),
    set: { "data[server.pem]": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n" },
    caughtBy: "sec-04-no-secret-in-configmap",
  },
  {
    what: "an annotation of the database holds its password",
    ...set("postgres"),
    set: { "spec.template.metadata.annotations[example.com/password]": "bq3Ddv8cWkUe2h7tPzYs" },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    what: "the password of Redis is in its command",
    ...set("redis"),
    set: { "spec.template.spec.containers[redis].args": ["--requirepass", "bq3Ddv8cWkUe2h7tPzYs"] },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    what: "Weaviate lets everybody in",
    ...set("weaviate"),
    set: {
      "spec.template.spec.containers[weaviate].env[+]": {
        name: "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED",
        value: "true",
      },
    },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Jupyter asks for no token",
    ...set("jupyter"),
    set: { "spec.template.spec.containers[jupyter].args": ["--IdentityProvider.token="] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "MLflow gets a key of AWS that lasts, beside its role",
    ...deployment("mlflow"),
    set: {
      "spec.template.spec.containers[mlflow].env[+]": {
        name: "AWS_ACCESS_KEY_ID",
        value: "AKIAIOSFODNN7EXAMPLE",
      },
    },
    caughtBy: "sec-10-iam-no-static-keys",
    also: ["sec-02-no-secret-in-env"],
  },
  {
    what: "a Secret of the cluster holds a key of AWS that lasts",
    ...secrets("mlflow"),
    set: { "data[credentials]": base64("aws_access_key_id = AKIAIOSFODNN7EXAMPLE") },
    caughtBy: "sec-10-iam-no-static-keys",
  },
  {
    what: "the agent that reads logs sends them without TLS",
    ...files("otel-agent"),
    edit: { "data[otel.yaml]": ['"tls": {', '"tls": { "insecure": true,'] },
    caughtBy: "eit-12-certificates-verified",
  },
];
