import type { Software } from "../../models/software";

/** Kinds of servers that the rules about services know, by the images and programs under which everybody runs them. */
export const postgres: Software = {
  title: "PostgreSQL",
  image: /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?|supabase-postgres)$/,
  program: "postgres|postmaster",
  config: /(^|\/)postgresql(\.auto)?\.conf$/,
};

export const redis: Software = {
  title: "Redis",
  image: /^(redis|redis-stack(-server)?|valkey|keydb)$/,
  program: "redis-server|valkey-server|keydb-server|redis-stack-server",
  config: /(^|\/)(redis|valkey|keydb)[\w.-]*\.conf$/,
};

/** Settings of both come as variables with dots in their names; Elasticsearch takes them in capitals too. */
const searchSetting = (name: string): string | undefined => {
  if (/^[a-z][\w]*\.[\w.-]+$/.test(name)) return name;
  const [, capitals] = /^ES_SETTING_(.+)$/.exec(name) ?? [];
  return capitals?.toLowerCase().replaceAll("__", "\0").replaceAll("_", ".").replaceAll("\0", "_");
};

export const elasticsearch: Software = {
  title: "Elasticsearch",
  image: /^elasticsearch(-oss|-wolfi)?$/,
  program: "elasticsearch",
  config: /(^|\/)elasticsearch\.yml$/,
  envSetting: searchSetting,
};

export const opensearch: Software = {
  title: "OpenSearch",
  image: /^opensearch$/,
  program: "opensearch",
  config: /(^|\/)opensearch\.yml$/,
  envSetting: (name) =>
    name === "DISABLE_SECURITY_PLUGIN" ? "plugins.security.disabled" : searchSetting(name),
};

export const minio: Software = {
  title: "MinIO",
  image: /^(minio|aistor)$/,
  program: "minio server",
  config: /(^|\/)(config\.env|minio\.env|minio)$/,
  envSetting: (name) => (name.startsWith("MINIO_") ? name : undefined),
};

export const grafana: Software = {
  title: "Grafana",
  image: /^grafana(-oss|-enterprise)?$/,
  program: "grafana server|grafana-server",
  config: /(^|\/)(grafana|custom)\.ini$/,
  envSetting: (name) => (name === "GF_SERVER_PROTOCOL" ? "server.protocol" : undefined),
};

/** Programs of the Prometheus project and others that take its `--web.config.file`. */
export const exporterToolkit: Software = {
  title: "Prometheus and its kin",
  image:
    /^(prometheus|alertmanager|(postgres|elasticsearch|node|blackbox|mysqld|memcached|snmp)[-_]exporter)$/,
  program: "prometheus|alertmanager|(postgres|elasticsearch|node|blackbox|mysqld|memcached|snmp)_exporter",
  config: /(^|\/)web[\w.-]*\.ya?ml$/,
};

export const redisExporter: Software = {
  title: "the exporter of Redis",
  image: /^redis_exporter$/,
  program: "redis_exporter",
  config: /(^|\/)redis_exporter\.env$/,
  envSetting: (name) => (name === "REDIS_EXPORTER_TLS_SERVER_CERT_FILE" ? "tls-server-cert-file" : undefined),
};

export const loki: Software = {
  title: "Loki",
  image: /^loki$/,
  program: "loki",
  config: /(^|\/)(loki[\w.-]*|local-config|config)\.ya?ml$/,
};

/** The collector in its distributions; Jaeger is one of them since its second version. */
export const openTelemetry: Software = {
  title: "OpenTelemetry",
  image: /^(opentelemetry-collector[\w-]*|otel-collector|jaeger)$/,
  program: "otelcol(-contrib|-k8s)?|jaeger(-linux)?",
  config: /(^|\/)((otel|otelcol|collector|jaeger|relay)[\w.-]*|config)\.ya?ml$/,
};

export const caddy: Software = {
  title: "Caddy",
  image: /^caddy$/,
  program: "caddy run",
  config: /(^|\/)(caddy[\w.-]*\.json|Caddyfile)$/,
};
