import type { HttpsConnection } from "./core/connection";
import type { GatewayRoute, Tile } from "./services/gateway";
import type { Site } from "./site";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Where the gateway leads to. */
export interface Doors {
  readonly labelStudio: HttpsConnection;
  readonly s3: HttpsConnection;
  readonly minioConsole: HttpsConnection;
  readonly prometheus: HttpsConnection;
}

/** One host name per UI or API, and who may enter. */
export function routes(site: Site, to: Doors): GatewayRoute[] {
  return [
    {
      service: "label-studio",
      host: "label-studio",
      title: "Label Studio",
      description: "Label images, text and audio; review, import and export.",
      icon: "label",
      access: "own-login",
      to: to.labelStudio,
      maxBodyBytes: 5 * GIB,
      answerWithinSeconds: 300,
    },
    {
      service: "minio",
      host: "s3",
      title: "Object storage",
      description: "The S3 API behind the links to media.",
      icon: "bucket",
      access: "own-login",
      to: to.s3,
      maxBodyBytes: 5 * GIB,
      answerWithinSeconds: 300,
      forPeople: false,
      // What people upload is foreign content: it may be shown in Label Studio, and may run nothing.
      contentSecurityPolicy: `script-src 'none'; frame-ancestors 'self' ${site.url("label-studio")}`,
    },
    {
      service: "minio",
      host: "minio",
      title: "MinIO",
      description: "Browse the buckets that hold media and exports.",
      icon: "bucket",
      access: "operator",
      to: to.minioConsole,
      maxBodyBytes: 5 * GIB,
      answerWithinSeconds: 300,
    },
    {
      service: "prometheus",
      host: "prometheus",
      title: "Prometheus",
      description: "Metrics of every service, and queries over them.",
      icon: "chart",
      access: "operator",
      to: to.prometheus,
      maxBodyBytes: MIB,
      answerWithinSeconds: 120,
    },
  ];
}

/** Services without a page of their own, for the home page. */
export const backgroundTiles: readonly Tile[] = [
  { service: "gateway", title: "Gateway", description: "The one door: TLS, routes, roles.", icon: "gate" },
  {
    service: "label-studio-worker",
    title: "Label Studio worker",
    description: "Runs background jobs.",
    icon: "gear",
  },
  {
    service: "postgres",
    title: "PostgreSQL",
    description: "Tasks, annotations and users.",
    icon: "database",
  },
  { service: "redis", title: "Redis", description: "Queues, sessions and cache.", icon: "queue" },
];
