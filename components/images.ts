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
  /** Version that `images/<name>/Dockerfile` builds: part of the local tag. */
  readonly builds: string;
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
