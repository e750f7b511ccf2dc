import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { asset } from "../../core/assets";
import { type TlsTrust, trustOf } from "../../core/connection";
import { type Leaf, serverTlsFiles } from "../../core/foundation";
import { type Live, restarting } from "../../core/sources";
import type { Sensitive, TextValue } from "../../core/values";
import { FILES, type FilePath, type WorkloadSpec } from "../../core/workload";
import { type JupyterClients, clientEnvironment, connectionsOf, environmentFiles } from "./clients";

export type JupyterPort = "https";

const PORT = 8888;
const BIN = "/opt/jupyter/bin";
const SERVER = [`${BIN}/jupyter-lab`];
/** Our files that kernels load and the server does not. */
const OF_KERNELS = ["semblance.py", "run_notebooks.py"];
const HOME = "/home/jupyter";
const APP = `${FILES}/app` as const;
/** Folder of the configuration that Jupyter looks for by name. */
const CONFIG = `${FILES}/jupyter` as const;
const CONFIG_FILE = "jupyter_server_config.py";
const STARTERS = `${FILES}/notebooks` as const;
const SOURCES = { [APP]: join(__dirname, "app"), [STARTERS]: join(__dirname, "notebooks") };

/** How JupyterLab is known outside. */
export interface JupyterSite {
  /** URL that people type. */
  readonly url: string;
  /** The host name in it. */
  readonly host: string;
}

/** What a JupyterLab server needs. */
export interface JupyterSpecArgs extends Live {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** Names under which Prometheus and the gateway dial it. */
  readonly names: readonly string[];
  readonly site: JupyterSite;
  /** What people log in with. The server gets its hash. */
  readonly token: Sensitive;
  /** What opens the metrics and nothing else. */
  readonly scrapeToken: Sensitive;
  /** Signs the cookies of people. */
  readonly cookieKey: Sensitive;
  readonly clients: JupyterClients;
  readonly gpu?: { readonly count: number };
}

/** JupyterLab with a home that outlives it, and kernels that know where the stack's services are. */
export function jupyterSpec(args: JupyterSpecArgs): WorkloadSpec<JupyterPort> {
  return {
    image: "jupyter",
    command: args.live ? restarting(BIN, SERVER, APP, OF_KERNELS) : SERVER,
    env: {
      PYTHONPATH: APP,
      // What a person puts into the home configures kernels, and never the server.
      JUPYTER_CONFIG_DIR: CONFIG,
      JUPYTER_RUNTIME_DIR: "/tmp/jupyter",
      MPLCONFIGDIR: "/tmp/matplotlib",
      HOME,
      LANG: "C.UTF-8",
      SEMBLANCE_PORT: String(PORT),
      SEMBLANCE_LISTEN: args.listen.join(","),
      // Said in the log and to kernels, in place of the loopback address.
      SEMBLANCE_URL: args.site.url,
      SEMBLANCE_HOSTS: [args.site.host, ...args.names].join(","),
      ...(args.live ? { SEMBLANCE_RELOAD: "1" } : {}),
    },
    files: {
      ...serverTlsFiles(args.leaf, trustOf(args.trust, args.clients.s3.trust)),
      ...(args.live
        ? { [`${CONFIG}/${CONFIG_FILE}`]: `load_subconfig("${APP}/${CONFIG_FILE}")\n` }
        : ownFiles()),
      [`${CONFIG}/labconfig/page_config.json`]: JSON.stringify(PAGE),
      // Jupyter would otherwise look for what its version of 2015 left in the home.
      [`${CONFIG}/migrated`]: "never needed\n",
      [`${FILES}/secrets/token.sha256`]: args.token.map(sha256),
      [`${FILES}/secrets/scrape-token.sha256`]: args.scrapeToken.map(sha256),
      [`${FILES}/secrets/cookie-key`]: args.cookieKey,
      ...environmentFiles(clientEnvironment(args.clients)),
    },
    ...(args.live ? { sources: SOURCES } : {}),
    ports: { https: { number: PORT } },
    volumes: { home: { mountPath: HOME, onDown: "keep", sizeGiB: 20 } },
    ready: {
      command: ["/opt/jupyter/bin/python", `${APP}/semblance_health.py`, String(PORT)],
      intervalSeconds: 10,
      timeoutSeconds: 10,
      failures: 6,
      startSeconds: 60,
    },
    user: { uid: 10005, gid: 10005 },
    writable: ["/tmp"],
    resources: {
      cpu: 2,
      memoryMiB: 1536,
      ...(args.gpu === undefined ? {} : { gpus: args.gpu.count }),
    },
    uses: connectionsOf(args.clients),
  };
}

/** The page without what would ask the internet, a language server or a compiler of extensions for something. */
const PAGE = {
  buildAvailable: false,
  buildCheck: false,
  fullMathjaxUrl: "",
  disabledExtensions: {
    "@jupyterlab/apputils-extension:announcements": true,
    "@jupyterlab/extensionmanager-extension": true,
    "@jupyterlab/lsp-extension": true,
  },
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Our own files, brought along: the server looks for its configuration elsewhere. */
function ownFiles(): Record<FilePath, TextValue> {
  const configuration: FilePath = `${APP}/${CONFIG_FILE}`;
  const { [configuration]: text = "", ...app } = folder(APP);
  return { ...app, ...folder(STARTERS), [`${CONFIG}/${CONFIG_FILE}`]: text };
}

/** The files of a source folder, by their path in the workload. */
function folder(target: keyof typeof SOURCES): Record<FilePath, TextValue> {
  const source = SOURCES[target];
  const files = readdirSync(source).filter((file) => /\.(py|ipynb|md)$/.test(file));
  return Object.fromEntries(files.sort().map((file) => [`${target}/${file}`, asset(source, file)]));
}
