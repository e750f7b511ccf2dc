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
