import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Fixture } from "../rpc";

/** A service as a compose file of its time describes it. */
interface Service {
  readonly image: string;
  /** Published ports: the same number outside as inside, on every address of the host. */
  readonly ports: readonly number[];
  readonly env?: readonly string[];
  readonly command?: readonly string[];
  readonly more?: Readonly<Record<string, JavaScriptValue>>;
}

/**
 * Semblance Curation as its first compose file had it (eooo-io/semblance-curation, 2024), with the values of its example
 * environment: one network, no health checks, no limits, every port open, images by `latest`.
 */
const services: Readonly<Record<string, Service>> = {
  app: {
    image: "eooo/seamlance-curation:latest",
    ports: [8080, 6900, 8888, 5000],
    more: { gpus: "all" },
  },
  postgres: {
    image: "postgres:15-alpine",
    ports: [5432],
    env: ["POSTGRES_DB=curation", "POSTGRES_USER=curation", "POSTGRES_PASSWORD=changeme"],
  },
  redis: {
    image: "redis:7-alpine",
    ports: [6379],
    command: ["redis-server", "--requirepass", "changeme"],
  },
  elasticsearch: {
    image: "elasticsearch:8.11.1",
    ports: [9200],
    env: ["discovery.type=single-node", "ELASTIC_PASSWORD=changeme", "xpack.security.enabled=true"],
  },
  minio: {
    image: "minio/minio",
    ports: [9000, 9001],
    command: ["server", "/data", "--console-address", ":9001"],
    env: ["MINIO_ROOT_USER=minioadmin", "MINIO_ROOT_PASSWORD=minioadmin"],
  },
  weaviate: {
    image: "semitechnologies/weaviate:1.24.1",
    ports: [8081],
    env: ["AUTHENTICATION_APIKEY_ENABLED=true", "AUTHENTICATION_APIKEY_ALLOWED_KEYS=changeme"],
  },
  ollama: { image: "ollama/ollama:latest", ports: [11434] },
  prometheus: { image: "prom/prometheus:latest", ports: [9090] },
  grafana: {
    image: "grafana/grafana:latest",
    ports: [3000],
    env: ["GF_SECURITY_ADMIN_USER=admin", "GF_SECURITY_ADMIN_PASSWORD=admin"],
  },
  loki: { image: "grafana/loki:latest", ports: [3100] },
  jaeger: { image: "jaegertracing/all-in-one:latest", ports: [16686] },
};

/** The compose file as Pulumi resources. */
export const compose: readonly Fixture[] = [
  { type: "docker:index/network:Network", name: "default", props: { name: "default" } },
  ...Object.entries(services).flatMap(
    ([name, { image, ports, env = [], command = [], more = {} }]): Fixture[] => [
      { type: "docker:index/remoteImage:RemoteImage", name: `${name}-image`, props: { name: image } },
      { type: "docker:index/volume:Volume", name: `${name}-data`, props: { name: `${name}_data` } },
      {
        type: "docker:index/container:Container",
        name,
        props: {
          name,
          image,
          envs: [...env],
          command: [...command],
          ports: ports.map((port) => ({ internal: port, external: port })),
          volumes: [{ volumeName: `${name}_data`, containerPath: "/data" }],
          networksAdvanced: [{ name: "default" }],
          restart: "unless-stopped",
          ...more,
        },
      },
    ],
  ),
];
