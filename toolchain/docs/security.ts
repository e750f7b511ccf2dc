import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpsConnection } from "../../components/core/connection";
import { otherPages, routes } from "../../components/routes";
import type { GatewayRoute } from "../../components/services/gateway";
import { type Arrow, arrowName, arrows } from "../../components/topology";
import { fillSection } from "./sections";
import { table } from "./tables";

/** What the caller of an arrow shows, by which the server knows it. */
export type Proof = "password" | "token" | "keys" | "certificate" | "visitor" | "nobody";

/** What each proof is, in words. */
const WORDS: Readonly<Record<Proof, string>> = {
  password: "user name and password of its own",
  token: "bearer token of its own",
  keys: "S3 keys of its own, which sign each request",
  certificate: "client certificate of its own",
  visitor: "nothing of the gateway's: the visitor logs in at the server",
  nobody: "nothing: what is answered there is no secret",
};

/** What the servers ask for, by `server:port`. */
const ASKED: Readonly<Record<string, Proof>> = {
  "label-studio:https": "visitor",
  "postgres:sql": "password",
  "redis:redis": "password",
  "minio:s3": "keys",
  "minio:console": "visitor",
  "prometheus:https": "password",
  "jupyter:https": "visitor",
  "mlflow:https": "password",
  "grafana:https": "password",
  "elasticsearch:https": "password",
  "weaviate:https": "token",
  "weaviate:grpc": "token",
  "weaviate:metrics": "password",
  "ollama:https": "token",
  "loki:https": "certificate",
  "jaeger:otlp": "certificate",
  "jaeger:query": "certificate",
  "alertmanager:https": "password",
  "otel-collector:otlp": "password",
  "docs:https": "password",
  "pgweb:https": "password",
  "mailpit:https": "password",
  "mailpit:smtp": "password",
};

/** Arrows at which a server asks for something else than of its other callers. */
const OTHERWISE: Readonly<Record<string, Proof>> = {
  "gateway--mlflow--https": "visitor",
  "gateway--grafana--https": "visitor",
  "gateway--docs--https": "nobody",
  "gateway--minio--s3": "visitor",
  "prometheus--minio--s3": "token",
  "prometheus--jupyter--https": "token",
  "label-studio-exporter--label-studio--https": "nobody",
  "jupyter--label-studio--https": "token",
};

/** What is to be known of an arrow besides. */
const REMARKS: Readonly<Record<string, string>> = {
  "gateway--minio--s3": "a signature of each request, by keys of MinIO's",
  "jupyter--label-studio--https": "the API token of Label Studio's administrator",
  "elasticsearch-setup--elasticsearch--https": "a client certificate where the engine is OpenSearch",
  "prometheus--minio--s3": "which opens the metrics and nothing else",
  "prometheus--jupyter--https": "which opens the metrics and nothing else",
};

/** How the ports speak. What is not listed is HTTPS. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  sql: "PostgreSQL over TLS",
  redis: "Redis over TLS",
  grpc: "gRPC over TLS",
  smtp: "SMTP, STARTTLS demanded",
};

/** What the caller of an arrow shows. Every port called `metrics` asks for a password. */
export function proofOf(arrow: Arrow): Proof {
  const asked = OTHERWISE[arrowName(arrow)] ?? ASKED[`${arrow.to}:${arrow.port}`];
  if (asked !== undefined) return asked;
  if (arrow.port === "metrics") return "password";
  throw new Error(`toolchain/docs/security.ts does not say what ${arrow.to}:${arrow.port} asks for`);
}

/** Every arrow: how it is encrypted, and how the server knows the caller. */
function arrowTable(): string {
  return table([
    ["From", "To", "Encrypted", "The caller shows"],
    ...arrows.map((arrow) => {
      const remark = REMARKS[arrowName(arrow)];
      return [
        `\`${arrow.from}\``,
        `\`${arrow.to}\` (${arrow.port})`,
        PROTOCOLS[arrow.port] ?? "HTTPS",
        remark === undefined ? WORDS[proofOf(arrow)] : `${WORDS[proofOf(arrow)]} (${remark})`,
      ];
    }),
  ]);
}

/** Who may enter, in words. */
function whoEnters({ access }: GatewayRoute): string {
  if (access === "own-login") return "who has a login of the service";
  return access === "everyone" ? "everybody who reaches the gateway" : `the gateway's login \`${access}\``;
}

/** A way that leads nowhere: the table is about who may enter. */
const nowhere: HttpsConnection = {
  server: "docs",
  port: "https",
  address: { host: "nowhere", port: 443 },
  trust: { caCertificate: "" },
  readyWhen: [],
};

/** Every name that the gateway answers to, and who may enter. */
function doorTable(): string {
  const site = {
    domain: "<domain>",
    httpsPort: 443,
    host: (label: string) => `${label}.<domain>`,
    url: () => "",
  };
  const all = routes(site, {
    labelStudio: nowhere,
    minio: { s3: nowhere, console: nowhere },
    prometheus: nowhere,
    others: Object.fromEntries(otherPages.map((page) => [page, nowhere])),
    withoutPages: [],
  });
  return table([
    ["Name", "Leads to", "Who may enter"],
    ["`<domain>`", "the home page", "everybody who reaches the gateway"],
    ...all.map((route) => [`\`${site.host(route.host)}\``, route.title, whoEnters(route)]),
  ]);
}

/** Where the page lies. */
export const securityFile = join(__dirname, "..", "..", "docs", "security.md");

/** The page with its tables as they are now. */
const securityPage = (): string =>
  Object.entries({ arrows: arrowTable(), doors: doorTable() }).reduce(
    (text, [name, generated]) => fillSection(securityFile, text, name, generated),
    readFileSync(securityFile, "utf8"),
  );

/** Whether the committed page has its tables as they are now. */
export const isCurrent = (): boolean => readFileSync(securityFile, "utf8") === securityPage();

if (require.main === module) writeFileSync(securityFile, securityPage());
