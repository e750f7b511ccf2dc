import type { BearerConnection, Connection, HttpsConnection, S3Connection } from "../../core/connection";
import { TLS } from "../../core/foundation";
import type { Sensitive, TextValue } from "../../core/values";
import { FILES, type FilePath } from "../../core/workload";
import type { ElasticsearchConnection } from "../elasticsearch";
import type { MlflowConnection } from "../mlflow";
import type { WeaviateConnection } from "../weaviate";

/** The services that notebooks talk to. Those that may be absent are optional; notebooks say so when they ask for one. */
export interface JupyterClients {
  readonly labelStudio: {
    readonly connection: HttpsConnection;
    /** For `Authorization: Token …`. */
    readonly token: Sensitive;
    /** URL that people type: for links. */
    readonly url: string;
  };
  readonly s3: S3Connection;
  readonly mlflow?: MlflowConnection;
  readonly search?: ElasticsearchConnection;
  readonly weaviate?: WeaviateConnection;
  readonly ollama?: BearerConnection;
}

/** Environment of kernels: by the names that the clients' libraries themselves look for, where they look for any. */
export interface ClientEnvironment {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, Sensitive>>;
}

/** What each of the services adds to the environment of kernels. */
export function clientEnvironment(clients: JupyterClients): ClientEnvironment {
  const parts = [
    trustEverywhere,
    labelStudio(clients.labelStudio),
    s3(clients.s3),
    ...(clients.mlflow === undefined ? [] : [mlflow(clients.mlflow)]),
    ...(clients.search === undefined ? [] : [search(clients.search)]),
    ...(clients.weaviate === undefined ? [] : [weaviate(clients.weaviate)]),
    ...(clients.ollama === undefined ? [] : [ollama(clients.ollama)]),
  ];
  return {
    plain: Object.assign({}, ...parts.map(({ plain }) => plain)),
    secret: Object.assign({}, ...parts.map(({ secret }) => secret)),
  };
}

/** The connections of all clients. */
export function connectionsOf(clients: JupyterClients): Connection[] {
  const { labelStudio, s3, mlflow, search, weaviate, ollama } = clients;
  const all = [labelStudio.connection, s3, mlflow, search, weaviate?.rest, weaviate?.grpc, ollama];
  return all.filter((one) => one !== undefined);
}

const fileOf = (variable: string): string => variable.toLowerCase().replaceAll("_", "-");

/** The environment as files: what is secret in one file each, the rest and the names of those files in another. */
export function environmentFiles({ plain, secret }: ClientEnvironment): Record<FilePath, TextValue> {
  const names = Object.keys(secret);
  const files = Object.fromEntries(names.map((name) => [name, fileOf(name)]));
  return {
    [`${FILES}/environment.json`]: `${JSON.stringify({ plain, secret: files }, undefined, 2)}\n`,
    ...Object.fromEntries(names.map((name) => [`${FILES}/secrets/${fileOf(name)}`, secret[name] ?? ""])),
  };
}

const urlOf = ({ address }: Connection): string => `https://${address.host}:${address.port}`;

/** The stack's authority and that of S3 are the only ones: nothing else can be reached. */
const trustEverywhere: ClientEnvironment = {
  plain: {
    SSL_CERT_FILE: TLS.ca,
    REQUESTS_CA_BUNDLE: TLS.ca,
    AWS_CA_BUNDLE: TLS.ca,
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: TLS.ca,
  },
  secret: {},
};

const labelStudio = (to: JupyterClients["labelStudio"]): ClientEnvironment => ({
  plain: { LABEL_STUDIO_URL: urlOf(to.connection), LABEL_STUDIO_PUBLIC_URL: to.url },
  secret: { LABEL_STUDIO_API_KEY: to.token },
});

const s3 = (to: S3Connection): ClientEnvironment => ({
  plain: {
    ...(to.keys === "workload-identity" ? {} : { AWS_ACCESS_KEY_ID: to.keys.username }),
    AWS_DEFAULT_REGION: to.region,
    AWS_ENDPOINT_URL_S3: to.endpoint,
    S3_BUCKET: to.bucket,
  },
  secret: to.keys === "workload-identity" ? {} : { AWS_SECRET_ACCESS_KEY: to.keys.password },
});

const mlflow = (to: MlflowConnection): ClientEnvironment => ({
  plain: {
    MLFLOW_TRACKING_URI: urlOf(to),
    MLFLOW_TRACKING_USERNAME: to.login.username,
    MLFLOW_TRACKING_SERVER_CERT_PATH: TLS.ca,
    MLFLOW_EXPERIMENT_NAME: to.experiment,
    MLFLOW_DISABLE_TELEMETRY: "true",
    DO_NOT_TRACK: "true",
  },
  secret: { MLFLOW_TRACKING_PASSWORD: to.login.password },
});

const search = (to: ElasticsearchConnection): ClientEnvironment => {
  const prefix = to.engine.toUpperCase();
  return {
    plain: { [`${prefix}_URL`]: urlOf(to), [`${prefix}_USER`]: to.login.username },
    secret: { [`${prefix}_PASSWORD`]: to.login.password },
  };
};

const weaviate = ({ rest, grpc }: WeaviateConnection): ClientEnvironment => ({
  plain: {
    WEAVIATE_HOST: rest.address.host,
    WEAVIATE_PORT: String(rest.address.port),
    WEAVIATE_GRPC_HOST: grpc.address.host,
    WEAVIATE_GRPC_PORT: String(grpc.address.port),
  },
  secret: { WEAVIATE_API_KEY: rest.token },
});

const ollama = (to: BearerConnection): ClientEnvironment => ({
  plain: { OLLAMA_HOST: urlOf(to) },
  secret: { OLLAMA_API_KEY: to.token },
});
