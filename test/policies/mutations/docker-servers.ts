import type { Mutation } from "../mutate";
import { onDocker as on, filesOnDocker as files } from "./targets";

/** How servers on a laptop are told to encrypt, to ask for a login and to keep a secret. */
export const dockerServerMutations: readonly Mutation[] = [
  {
    what: "MinIO encrypts only what it is asked to encrypt",
    ...on("minio"),
    edit: { "envs[MINIO_KMS_AUTO_ENCRYPTION]": ["=on", "=off"] },
    caughtBy: "ear-12-minio-sse",
  },
  {
    what: "MinIO has no key to encrypt with",
    ...files("minio"),
    edit: {
      "uploads[/etc/semblance/start.sh].content": [
        'MINIO_KMS_SECRET_KEY="$KMS_KEY:$(secret kms-key)"',
        "unset MINIO_KMS_SECRET_KEY",
      ],
    },
    caughtBy: "ear-12-minio-sse",
  },
  {
    what: "PostgreSQL has TLS off",
    ...files("postgres"),
    edit: { "uploads[/etc/semblance/postgresql.conf].content": ["ssl = 'on'", "ssl = 'off'"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "the line that switches TLS of PostgreSQL on is gone",
    ...files("postgres"),
    edit: { "uploads[/etc/semblance/postgresql.conf].content": ["ssl = 'on'\n", ""] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "PostgreSQL takes versions of TLS from 1999 on",
    ...files("postgres"),
    edit: { "uploads[/etc/semblance/postgresql.conf].content": ["'TLSv1.2'", "'TLSv1'"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "PostgreSQL lets clients in without TLS, if they like",
    ...files("postgres"),
    edit: { "uploads[/etc/semblance/pg_hba.conf].content": ["hostssl all", "host all"] },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "the start of PostgreSQL switches TLS off, over what its file says",
    ...files("postgres"),
    edit: {
      "uploads[/etc/semblance/start.sh].content": [
        "exec postgres -c config_file",
        "exec postgres -c ssl=off -c config_file",
      ],
    },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "MLflow talks to PostgreSQL without TLS",
    ...files("mlflow"),
    edit: {
      "uploads[/etc/semblance/secrets/pg_service.conf].content": ["sslmode=verify-full", "sslmode=disable"],
    },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "a variable tells the backup not to insist on TLS",
    ...on("postgres-backup"),
    set: { "envs[+]": "PGSSLMODE=prefer" },
    caughtBy: "eit-05-postgres-tls",
  },
  {
    what: "Redis opens its plain port beside the other",
    ...files("redis"),
    edit: { "uploads[/etc/semblance/redis.conf].content": ["port 0\n", "port 6380\n"] },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "Redis listens without TLS alone",
    ...files("redis"),
    edit: { "uploads[/etc/semblance/redis.conf].content": ["port 0\ntls-port 6379\n", "port 6379\n"] },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "Redis takes versions of TLS that are out of date",
    ...files("redis"),
    edit: { "uploads[/etc/semblance/redis.conf].content": ['"TLSv1.2 TLSv1.3"', '"TLSv1.1 TLSv1.2"'] },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "the queue of Label Studio is dialled without TLS",
    ...on("label-studio-worker"),
    set: { "envs[+]": "RQ_REDIS_URL=redis://redis:6379/0" },
    caughtBy: "eit-06-redis-tls",
  },
  {
    what: "Elasticsearch has its security off",
    ...files("elasticsearch"),
    edit: {
      "uploads[/etc/semblance/config/elasticsearch.yml].content": [
        '"xpack.security.enabled": true',
        '"xpack.security.enabled": false',
      ],
    },
    caughtBy: "eit-07-es-tls",
    also: ["sec-09-auth-enabled"],
  },
  {
    what: "Elasticsearch answers clients without TLS",
    ...files("elasticsearch"),
    edit: {
      "uploads[/etc/semblance/config/elasticsearch.yml].content": [
        '"xpack.security.http.ssl.enabled": true',
        '"xpack.security.http.ssl.enabled": false',
      ],
    },
    caughtBy: "eit-07-es-tls",
  },
  {
    what: "a variable switches the security of Elasticsearch off, over what its file says",
    ...on("elasticsearch"),
    set: { "envs[+]": "xpack.security.enabled=false" },
    caughtBy: "sec-09-auth-enabled",
    also: ["eit-07-es-tls"],
  },
  {
    what: "Label Studio dials the object storage without TLS",
    ...on("label-studio"),
    set: { "envs[STORAGE_AWS_ENDPOINT_URL]": "STORAGE_AWS_ENDPOINT_URL=http://minio:9000" },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "the edge sends its traces without TLS",
    ...on("gateway"),
    edit: { "envs[OTEL_EXPORTER_OTLP_ENDPOINT]": ["https://", "http://"] },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Prometheus asks its first target without TLS",
    ...files("prometheus"),
    edit: { "uploads[/etc/semblance/prometheus.yml].content": ['"scheme": "https"', '"scheme": "http"'] },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Grafana asks Loki without TLS",
    ...files("grafana"),
    edit: {
      "uploads[/etc/semblance/provisioning/datasources/semblance.yaml].content": [
        "https://loki:",
        "http://loki:",
      ],
    },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "Prometheus believes whoever answers",
    ...files("prometheus"),
    edit: {
      "uploads[/etc/semblance/prometheus.yml].content": [
        '"tls_config": {',
        '"tls_config": {\n          "insecure_skip_verify": true,',
      ],
    },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "notebooks believe whoever answers as MLflow",
    ...on("jupyter"),
    set: { "envs[+]": "MLFLOW_TRACKING_INSECURE_TLS=true" },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "Label Studio sends its traces to whoever answers",
    ...on("label-studio"),
    set: { "envs[+]": "OTEL_EXPORTER_OTLP_INSECURE=true" },
    caughtBy: "eit-12-certificates-verified",
  },
];
