import type { Settings } from "./config/schema";
import type { ImageName } from "./images";
import type { ServiceName } from "./topology";

/** The image that each member runs: known before the program runs, so that only what a stack needs is fetched. */
export const imageOf: Readonly<Record<ServiceName, ImageName>> = {
  gateway: "caddy",
  "label-studio": "label-studio",
  "label-studio-worker": "label-studio",
  "label-studio-setup": "label-studio",
  "label-studio-exporter": "label-studio",
  postgres: "postgres",
  "postgres-setup": "postgres",
  "postgres-exporter": "postgres-exporter",
  "postgres-backup": "postgres",
  redis: "redis",
  "redis-exporter": "redis-exporter",
  minio: "minio",
  "minio-setup": "minio",
  prometheus: "prometheus",
  elasticsearch: "elasticsearch",
  "elasticsearch-setup": "elasticsearch",
  "elasticsearch-exporter": "elasticsearch-exporter",
  weaviate: "weaviate",
  "weaviate-setup": "label-studio",
  ollama: "ollama",
  "ollama-setup": "ollama",
  mlflow: "mlflow",
  "mlflow-setup": "mlflow",
  jupyter: "jupyter",
  "otel-collector": "otel-collector",
  "otel-agent": "otel-collector",
  "container-exporter": "container-exporter",
  loki: "loki",
  jaeger: "jaeger",
  alertmanager: "alertmanager",
  grafana: "grafana",
  docs: "caddy",
  pgweb: "pgweb",
  mailpit: "mailpit",
};

/** The settings that choose between images. */
export interface ImageChoice {
  readonly elasticsearch: Pick<Settings["elasticsearch"], "engine">;
  readonly ollama: Pick<Settings["ollama"], "gpu">;
}

/** Images that run in place of another where the settings say so. */
const standIns: {
  readonly [image in ImageName]?: {
    readonly image: ImageName;
    readonly wanted: (choice: ImageChoice) => boolean;
  };
} = {
  elasticsearch: {
    image: "opensearch",
    wanted: ({ elasticsearch }) => elasticsearch.engine === "opensearch",
  },
  ollama: { image: "ollama-gpu", wanted: ({ ollama }) => ollama.gpu !== "none" },
};

/** The images of these members, each once. @param choice absent: the settings' defaults */
export const imagesOf = (members: Iterable<ServiceName>, choice?: ImageChoice): ImageName[] => [
  ...new Set(
    [...members].map((member) => {
      const standIn = standIns[imageOf[member]];
      return choice !== undefined && standIn?.wanted(choice) ? standIn.image : imageOf[member];
    }),
  ),
];

/** Every image that a member may run, whatever the settings. */
export function possibleImagesOf(member: ServiceName): ImageName[] {
  const standIn = standIns[imageOf[member]];
  return [imageOf[member], ...(standIn === undefined ? [] : [standIn.image])];
}
