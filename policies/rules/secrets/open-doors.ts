import { PUBLIC_BUCKET } from "./open-files";

/** A way in which a program is told to let everybody in. */
export interface OpenDoor {
  readonly service: string;
  /** Variables that open it, by what their value looks like. */
  readonly env?: Readonly<Record<string, RegExp>>;
  /** Arguments that open it; matched against each, and against a flag with its value as `--flag=value`. */
  readonly args?: RegExp;
  /** What opens it, in the words of a command or of a script within it. */
  readonly words?: RegExp;
}

const YES = /^(true|1|yes|on)$/i;
const NO = /^(false|0|no|off)$/i;
const EMPTY = /^$/;

/** Settings without which a login is asked for. */
export const openDoors: readonly OpenDoor[] = [
  { service: "Grafana", env: { GF_AUTH_ANONYMOUS_ENABLED: YES, GF_AUTH_PROXY_AUTO_LOGIN: YES } },
  {
    service: "Jupyter",
    env: { JUPYTER_TOKEN: EMPTY, JUPYTER_PASSWORD: EMPTY },
    args: /^--(NotebookApp|ServerApp|IdentityProvider|PasswordIdentityProvider)\.(token|password|hashed_password)=(''|""|b'')?$|^--(ServerApp|NotebookApp)\.disable_check_xsrf=True$|^--allow-root$/,
  },
  { service: "Weaviate", env: { AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: YES } },
  { service: "Elasticsearch", env: { "xpack.security.enabled": NO, XPACK_SECURITY_ENABLED: NO } },
  {
    service: "OpenSearch",
    env: { "plugins.security.disabled": YES, DISABLE_SECURITY_PLUGIN: YES },
    args: /^-E?plugins\.security\.disabled=true$/,
  },
  { service: "PostgreSQL", env: { POSTGRES_HOST_AUTH_METHOD: /^trust$/i } },
  {
    service: "MySQL",
    env: {
      MYSQL_ALLOW_EMPTY_PASSWORD: /.+/,
      MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: /.+/,
      MARIADB_ALLOW_EMPTY_PASSWORD: /.+/,
    },
    args: /^--skip-grant-tables$/,
  },
  {
    service: "Redis",
    env: { ALLOW_EMPTY_PASSWORD: YES },
    args: /^--protected-mode=no$|^--requirepass=(''|"")?$/,
  },
  { service: "MongoDB", args: /^--noauth$/ },
  { service: "Prometheus", args: /^--web\.enable-(admin-api|lifecycle)(=true)?$/ },
  { service: "Loki", args: /^-{1,2}auth\.enabled=false$/ },
  { service: "Traefik", args: /^--api\.insecure(=true)?$/ },
  { service: "code-server", args: /^--auth=none$/ },
  { service: "Kubernetes Dashboard", args: /^--enable-(skip-login|insecure-login)(=true)?$/ },
  { service: "Argo Workflows", args: /^--auth-mode=server$/ },
  { service: "Airflow", env: { AIRFLOW__API__AUTH_BACKENDS: /backend\.default$/ } },
  { service: "Label Studio", env: { LABEL_STUDIO_DISABLE_AUTH: YES } },
  { service: "Flower", env: { FLOWER_UNAUTHENTICATED_API: YES } },
  { service: "a bucket of MinIO", words: PUBLIC_BUCKET },
  { service: "kubelet or API server", args: /^--anonymous-auth(=true)?$/ },
];

/** A program that lets everybody in unless it is told otherwise. */
export interface NeedsDoor {
  readonly service: string;
  /** Whether a container runs it, by its image and its arguments. */
  readonly runs: (image: string, args: readonly string[]) => boolean;
  /** Whether it asks for a login; values that are not known count as given. */
  readonly closed: (env: ReadonlySet<string>, args: readonly string[]) => boolean;
  readonly found: string;
}

/** In any order: an image's entry point and its arguments are given apart. */
const runs = (args: readonly string[], program: RegExp, command: RegExp): boolean =>
  args.some((one) => program.test(one)) && args.some((one) => command.test(one));

export const needDoors: readonly NeedsDoor[] = [
  {
    service: "MLflow",
    runs: (_, args) =>
      runs(args, /(^|\/)mlflow$/, /^(server|ui)$/) || args.some((one) => /\bmlflow (server|ui)\b/.test(one)),
    closed: (env, args) =>
      args.some((one) => /--app-name[= ]\S+/.test(one) || one === "--app-name") ||
      env.has("MLFLOW_AUTH_CONFIG_PATH"),
    found: "runs MLflow without --app-name basic-auth",
  },
  {
    service: "MinIO",
    runs: (image, args) =>
      (/(^|\/)minio(:|@|$)/.test(image) && args[0] !== "gateway" && args.includes("server")) ||
      runs(args, /(^|\/)minio$/, /^server$/),
    closed: (env) =>
      [
        "MINIO_ROOT_PASSWORD",
        "MINIO_ROOT_PASSWORD_FILE",
        "MINIO_SECRET_KEY",
        "MINIO_SECRET_KEY_FILE",
        "MINIO_CONFIG_ENV_FILE",
      ].some((name) => env.has(name)),
    found:
      "runs MinIO without MINIO_ROOT_PASSWORD or MINIO_ROOT_PASSWORD_FILE, so with the password that everybody knows",
  },
  {
    service: "Redis",
    runs: (_, args) => args.some((one) => /(^|\/)(redis|valkey)-server$/.test(one)),
    closed: (_, args) => {
      const server = args.findIndex((one) => /(^|\/)(redis|valkey)-server$/.test(one));
      const file = args[server + 1];
      return (
        (file !== undefined && file !== "" && !file.startsWith("-")) ||
        args.some(
          (one) => /^--(requirepass|aclfile|user)$/.test(one) || /^--(requirepass|aclfile)[= ]/.test(one),
        )
      );
    },
    found: "runs Redis without --requirepass, --aclfile or a configuration file",
  },
];
