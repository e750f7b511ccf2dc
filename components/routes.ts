import type { HttpsConnection, MutualTlsConnection } from "./core/connection";
import type { GatewayRoute, Tile } from "./services/gateway";
import type { Site } from "./site";
import { members, type ServiceName } from "./topology";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Where the gateway leads to. */
export interface Doors {
  readonly labelStudio: HttpsConnection;
  /** Absent where objects are kept elsewhere: browsers go there themselves. */
  readonly minio?: { readonly s3: HttpsConnection; readonly console: HttpsConnection };
  readonly prometheus: HttpsConnection;
  /** Those of the full profile, as far as the stack has them. */
  readonly others: OtherDoors;
  /** Those among them that have an API and, as they were built here, no pages. */
  readonly withoutPages: readonly ServiceName[];
}

/** Pages that not every stack has. */
export type OtherDoors = Partial<Readonly<Record<keyof typeof pages, HttpsConnection | MutualTlsConnection>>>;

type Page = Omit<GatewayRoute, "to" | "service" | "host">;

const small = { maxBodyBytes: MIB, answerWithinSeconds: 120 } as const;

/** What is said of each of those pages. Its service, and its host name, are its key. */
const pages = {
  jupyter: {
    title: "JupyterLab",
    description: "Notebooks with every client of the platform set up.",
    icon: "notebook",
    access: "own-login",
    maxBodyBytes: GIB,
    answerWithinSeconds: 300,
  },
  mlflow: {
    title: "MLflow",
    description: "Experiments, runs, their artifacts, and models.",
    icon: "flask",
    access: "own-login",
    maxBodyBytes: 5 * GIB,
    answerWithinSeconds: 300,
  },
  grafana: {
    ...small,
    title: "Grafana",
    description: "Dashboards, logs and traces in one place.",
    icon: "gauge",
    access: "own-login",
  },
  docs: {
    ...small,
    title: "Documentation",
    description: "Guides, runbooks, and the decisions behind the design.",
    icon: "book",
    access: "everyone",
  },
  jaeger: {
    ...small,
    title: "Jaeger",
    description: "Traces: where the time of a request goes.",
    icon: "trace",
    access: "operator",
  },
  alertmanager: {
    ...small,
    title: "Alertmanager",
    description: "Alerts that fire, and silences.",
    icon: "bell",
    access: "operator",
  },
  pgweb: {
    ...small,
    title: "pgweb",
    description: "A look into the databases. Development mode only.",
    icon: "database",
    access: "operator",
  },
  mailpit: {
    ...small,
    title: "Mailpit",
    description: "The mail that the platform sends. Development mode only.",
    icon: "mail",
    access: "operator",
  },
} as const satisfies Record<string, Page>;

/** Names of those pages, in the order of the home page. */
export const otherPages = Object.keys(pages) as readonly (keyof typeof pages)[];

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
    ...(to.minio === undefined ? [] : minioRoutes(site, to.minio)),
    {
      service: "prometheus",
      host: "prometheus",
      title: "Prometheus",
      description: "Metrics of every service, and queries over them.",
      icon: "chart",
      access: "operator",
      to: to.prometheus,
      ...small,
    },
    ...otherPages.flatMap((name): GatewayRoute[] => {
      const door = to.others[name];
      if (door === undefined) return [];
      const route = { ...pages[name], service: name, host: name, to: door };
      return to.withoutPages.includes(name)
        ? [
            {
              ...route,
              forPeople: false,
              description: `${route.description} No pages, as it was built here.`,
            },
          ]
        : [route];
    }),
  ];
}

/** The doors of MinIO: to its objects, and to its console. */
const minioRoutes = (site: Site, to: NonNullable<Doors["minio"]>): GatewayRoute[] => [
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
    to: to.console,
    maxBodyBytes: 5 * GIB,
    answerWithinSeconds: 300,
  },
];

/** Services without a page of their own, for the home page. */
const background = {
  gateway: { description: "The one door: TLS, routes, roles.", icon: "gate" },
  "label-studio-worker": { description: "Runs background jobs.", icon: "gear" },
  postgres: { description: "Tasks, annotations and users.", icon: "database" },
  "postgres-backup": { description: "Dumps every database.", icon: "database" },
  redis: { description: "Queues, sessions and cache.", icon: "queue" },
  elasticsearch: { description: "Index of datasets and annotations.", icon: "search" },
  weaviate: { description: "Embeddings, and search by meaning.", icon: "search" },
  ollama: { description: "Runs language models.", icon: "model" },
  "otel-collector": { description: "Logs, traces and metrics pass through it.", icon: "queue" },
  loki: { description: "Keeps and searches logs.", icon: "book" },
} as const satisfies Partial<Record<ServiceName, Pick<Tile, "description" | "icon">>>;

/** The tiles of those that the stack has. */
export const backgroundTiles = (present: ReadonlySet<ServiceName>): Tile[] =>
  (Object.keys(background) as (keyof typeof background)[])
    .filter((service) => present.has(service))
    .map((service) => ({ service, title: members[service].title, ...background[service] }));
