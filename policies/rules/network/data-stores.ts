import type { StackView } from "../../core/rule";
import { at, items, text, type Value } from "../../core/value";
import type { ContainerLike } from "../../models/containers";

/** Docker's types that say what an image is called; a container itself often names it by an id. */
export const dockerImageTypes: readonly string[] = [
  "docker:index/remoteImage:RemoteImage",
  "docker:index/image:Image",
  "docker:index/registryImage:RegistryImage",
  "docker:index/tag:Tag",
];

/** Last part of the names of images of databases, object stores, caches, search engines and queues. */
const IMAGES = new Set([
  ...["postgres", "postgresql", "postgis", "pgvector", "timescaledb", "mysql", "mariadb", "percona-server"],
  ...["mongo", "mongodb", "couchdb", "cassandra", "clickhouse", "clickhouse-server", "influxdb", "neo4j"],
  ...["redis", "redis-stack-server", "valkey", "keydb", "memcached", "etcd", "minio"],
  ...["elasticsearch", "opensearch", "solr", "weaviate", "qdrant", "milvus", "chroma"],
  ...["kafka", "rabbitmq", "nats", "zookeeper"],
]);

/** Programs of the same. */
const PROGRAMS = new Set([
  ...["postgres", "mysqld", "mariadbd", "mongod", "cassandra", "clickhouse-server", "redis-server"],
  ...["valkey-server", "memcached", "etcd", "minio", "elasticsearch", "opensearch", "weaviate", "qdrant"],
]);

/** Whether a container keeps data: by the name of its image, or by the program that it starts. */
export function isDataStore(container: ContainerLike, stack: StackView): boolean {
  const program = text(container.command[0])?.split("/").at(-1);
  return (
    (program !== undefined && PROGRAMS.has(program)) ||
    imageNames(container, stack).some((name) => IMAGES.has(lastPart(name)))
  );
}

/** What the image is called: by the container itself, and by the resource that it has the image from. */
function imageNames({ image, resource }: ContainerLike, stack: StackView): string[] {
  const urns = ["image", "taskSpec"].flatMap((property) => resource.propertyDependencies[property] ?? []);
  const sources = urns.map((urn) => stack.byUrn(urn)).filter((one) => one !== undefined);
  const named = sources.flatMap(({ props }): Value[] => [
    at(props, "name"),
    at(props, "imageName"),
    at(props, "targetImage"),
  ]);
  return items([image, ...named])
    .map(text)
    .filter((name) => name !== undefined);
}

/** `registry:5000/library/postgres:17@sha256:…` is called `postgres`. */
const lastPart = (image: string): string =>
  (image.split("@")[0] ?? image).split("/").at(-1)?.split(":")[0]?.toLowerCase() ?? "";
