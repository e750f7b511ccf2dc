import { ConfigError } from "./core/errors";

/** The images that the platform runs. */
export const imageNames = [
  "postgres",
  "redis",
  "minio",
  "label-studio",
  "caddy",
  "prometheus",
  "postgres-exporter",
  "redis-exporter",
  "alertmanager",
  "container-exporter",
  "elasticsearch",
  "elasticsearch-exporter",
  "grafana",
  "jaeger",
  "jupyter",
  "loki",
  "mailpit",
  "mlflow",
  "ollama",
  "ollama-gpu",
  "opensearch",
  "otel-collector",
  "pgweb",
  "weaviate",
] as const;
export type ImageName = (typeof imageNames)[number];

/** An image in a public registry, pinned to its content. */
export interface PublishedImage {
  /** Host of the registry; a mirror takes its place. */
  readonly registry: string;
  readonly repository: string;
  /** For people; what is pulled is the digest. */
  readonly tag: string;
  /** Digest of the multi-architecture index. */
  readonly digest: `sha256:${string}`;
}

/** Where an image comes from. */
export interface ImageSource {
  /** What upstream publishes; an image without it is always built. */
  readonly published?: PublishedImage;
  /** Version that `images/<name>/Dockerfile` builds: part of the local tag. Absent: it cannot be built from package registries. */
  readonly builds?: string;
  /** What builds it, where one Dockerfile builds several images. @default all of the folder of its own name */
  readonly builtBy?: { readonly folder: string; readonly target: string };
}

/**
 * The one place that names images. Each digest was read in at least two independent public repositories that pin the same
 * tag. MinIO publishes source only; Label Studio needs the server that we run it under: both are always built here.
 */
export const images: Readonly<Record<ImageName, ImageSource>> = {
  postgres: {
    published: {
      registry: "docker.io",
      repository: "library/postgres",
      tag: "17.11",
      digest: "sha256:67f41722b7a8cbdb868a44a4995c846eddfdc2973bccb291ce937dce88ad5675",
    },
    builds: "17",
  },
  redis: {
    published: {
      registry: "docker.io",
      repository: "library/redis",
      tag: "8.8.0",
      digest: "sha256:234c902a2db49461a129e2d4aeff85b28cf20187ed274a67f6e50995fa713c7b",
    },
    builds: "8.0",
  },
  minio: { builds: "2026-02-12" },
  "label-studio": { builds: "1.23.2" },
  caddy: {
    published: {
      registry: "docker.io",
      repository: "library/caddy",
      tag: "2.11.7",
      digest: "sha256:f2a1290d0463aad60660d4ec134943f183ee2a5f6c3eb7bf32dd984f2f020772",
    },
    builds: "2.11.9",
  },
  prometheus: {
    published: {
      registry: "docker.io",
      repository: "prom/prometheus",
      tag: "v3.13.0",
      digest: "sha256:c6b27ea434f8389bfe233fbc7be381cf50587c286e871bc842008f5a1b1908a7",
    },
    builds: "2.53",
  },
  "postgres-exporter": {
    published: {
      registry: "quay.io",
      repository: "prometheuscommunity/postgres-exporter",
      tag: "v0.17.1",
      digest: "sha256:38606faa38c54787525fb0ff2fd6b41b4cfb75d455c1df294927c5f611699b17",
    },
    builds: "0.17",
  },
  "redis-exporter": {
    published: {
      registry: "docker.io",
      repository: "oliver006/redis_exporter",
      tag: "v1.90.0",
      digest: "sha256:a129504e65b87c54f79bc92f1afc403475e8ff646a3d7512de469904ceddf986",
    },
    builds: "1.69",
  },
  alertmanager: {
    published: {
      registry: "docker.io",
      repository: "prom/alertmanager",
      tag: "v0.33.0",
      digest: "sha256:af26fbe4dd1886ac0efd7bd55cd9027da262e105b137a376522b7c14c3626e4a",
    },
    builds: "0.28.1",
  },
  "container-exporter": { builds: "0.1.0" },
  // Its security is published in its image only: where no image registry answers, OpenSearch stands in for it.
  elasticsearch: {
    published: {
      registry: "docker.elastic.co",
      repository: "elasticsearch/elasticsearch",
      tag: "9.5.3",
      digest: "sha256:f456578fc2a620a8a4f4c21d070fff1f6070345adb2be5e5626b65be72aea350",
    },
  },
  "elasticsearch-exporter": { builds: "1.11.0" },
  // Grafana's module cannot be built from package registries: where no image registry answers, it is absent.
  grafana: {
    published: {
      registry: "docker.io",
      repository: "grafana/grafana",
      tag: "13.2.0",
      digest: "sha256:3fd54ae1214669f8355f065ec9f6445d5279a3d77095ab048ca045685272429b",
    },
  },
  // 2.21 has dropped the API by which Grafana queries it.
  jaeger: {
    published: {
      registry: "docker.io",
      repository: "jaegertracing/jaeger",
      tag: "2.20.0",
      digest: "sha256:46a886260e04002d8f45e213fc39063fa11a50446048fdaa64786fc0840cb9f8",
    },
    builds: "2.13.0",
  },
  jupyter: { builds: "4.6.6" },
  loki: {
    published: {
      registry: "docker.io",
      repository: "grafana/loki",
      tag: "3.7.8",
      digest: "sha256:1107dd5274e0ada47e42472b7a7e71f3b2a2fe878878108f3e2f9e51528f0193",
    },
    builds: "3.7.8",
  },
  mailpit: {
    published: {
      registry: "docker.io",
      repository: "axllent/mailpit",
      tag: "v1.30.7",
      digest: "sha256:d5ecbb067db3705fa953d79e1b7f81ef84038df67aba6c52825d8c02a1ea748a",
    },
    builds: "1.28.0",
  },
  mlflow: { builds: "3.17.2" },
  ollama: { builds: "0.24.0", builtBy: { folder: "ollama", target: "cpu" } },
  // With code for GPUs besides, which takes minutes to build: for stacks that ask for one.
  "ollama-gpu": { builds: "0.24.0", builtBy: { folder: "ollama", target: "gpu" } },
  // Stands in for Elasticsearch where no image registry answers.
  opensearch: { builds: "2.19.4" },
  "otel-collector": { builds: "0.145.0" },
  pgweb: { builds: "0.17.0" },
  weaviate: { builds: "1.38.4" },
};

/** What the Dockerfiles in `images/` are built on where a registry answers. */
export const baseImage: PublishedImage = {
  registry: "docker.io",
  repository: "library/debian",
  tag: "trixie-slim",
  digest: "sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132",
};

/** Local tags of the images that were built on this machine: the content of `.semblance/images.json`. */
export type BuiltImages = Readonly<Partial<Record<ImageName, string>>>;

/**
 * The pullable name of a published image, pinned by digest.
 * @param mirror registry, with a path if it has one, that stands in for every other: `registry.lab:5000/hub`
 */
export function publishedRef(image: PublishedImage, mirror?: string): string {
  const host = mirror === undefined ? image.registry : mirror.replace(/\/+$/, "");
  return `${host}/${image.repository}:${image.tag}@${image.digest}`;
}

/**
 * The name under which the engine runs an image: the tag that was built here, otherwise what is published.
 * @throws ConfigError when the image exists neither here nor in a registry
 */
export function imageRef(
  name: ImageName,
  from: { readonly mirror?: string | undefined; readonly built?: BuiltImages | undefined } = {},
): string {
  const built = from.built?.[name];
  if (built !== undefined) return built;
  const { published } = images[name];
  if (published === undefined) {
    throw new ConfigError(
      `image "${name}" is published nowhere and was not built on this machine\n  fix: npm run up (it builds the image first)`,
    );
  }
  return publishedRef(published, from.mirror);
}
