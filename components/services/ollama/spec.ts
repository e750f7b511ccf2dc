import { createHash } from "node:crypto";
import type { BearerConnection, TlsTrust } from "../../core/connection";
import { type GeneratedLogin, type Leaf, serverTlsFiles, TLS, trustFiles } from "../../core/foundation";
import type { TextValue } from "../../core/values";
import { FILES, type FilePath, type JobSpec, type WorkloadSpec } from "../../core/workload";
import type { Model } from "./models";
import { type Allowed, clientRights, scrapeRights, setupRights } from "./rights";

/** One port for the API and for the metrics: the door tells its clients apart. */
export type OllamaPort = "https";

const PORT = 11434;
/** Where Ollama itself listens, on the loopback address. */
const INSIDE = 11435;
const MODELS = "/models";

/** uid and gid in our image. */
const USER = { uid: 10007, gid: 10007 };

/** GPUs of the machine that Ollama is to use. */
export interface OllamaGpu {
  readonly count: number;
}

const imageFor = (gpu: OllamaGpu | undefined) => (gpu === undefined ? "ollama" : "ollama-gpu");

/**
 * What makes Ollama compute on GPUs, by Vulkan. Which ones it sees is the platform's to say, and it takes all that it sees: the
 * variables that number them (NVIDIA_VISIBLE_DEVICES, GGML_VK_VISIBLE_DEVICES) are left alone, since on Kubernetes the first
 * would reach past what the pod was given, and a number that is not there in the second ends Ollama.
 */
const GPU_ENVIRONMENT = {
  OLLAMA_VULKAN: "1",
  // The parts of the driver that NVIDIA's runtime shows to the container: Vulkan is in `graphics`, `nvidia-smi` in `utility`.
  NVIDIA_DRIVER_CAPABILITIES: "compute,graphics,utility",
};

/** What an Ollama server needs. The password of each login is its bearer token. */
export interface OllamaSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** May ask models. */
  readonly clients: readonly GeneratedLogin[];
  /** May bring and remove models. */
  readonly setup: GeneratedLogin;
  /** May read the metrics. */
  readonly scrape: GeneratedLogin;
  readonly memoryMiB: number;
  readonly gpu?: OllamaGpu;
}

/**
 * Ollama, which knows neither TLS nor logins, behind a door (images/door) that does: a token per client, rights by method and
 * path, and metrics of models, tokens and times, which Ollama itself does not have.
 */
export function ollamaSpec(args: OllamaSpecArgs): WorkloadSpec<OllamaPort> {
  const clients = [
    ...args.clients.map((login) => ({ login, allow: clientRights })),
    { login: args.setup, allow: setupRights },
    { login: args.scrape, allow: scrapeRights },
  ];
  return {
    image: imageFor(args.gpu),
    // Where it is to use GPUs, it starts with them or not at all: by itself it would fall back on the processor without a word.
    command: [
      ...(args.gpu === undefined ? [] : ["ollama-models", "gpus", `${args.gpu.count}`]),
      "door",
      `${FILES}/door.json`,
    ],
    env: { HOME: MODELS, OLLAMA_MODELS: MODELS, ...(args.gpu === undefined ? {} : GPU_ENVIRONMENT) },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/door.json`]: JSON.stringify(doorConfiguration(args, clients), undefined, 2),
      ...Object.fromEntries(
        clients.map(
          ({ login }) => [tokenHash(login), login.password.map(sha256)] satisfies [string, TextValue],
        ),
      ),
    },
    ports: { https: { number: PORT } },
    volumes: { models: { mountPath: MODELS, onDown: "keep", sizeGiB: 100 } },
    ready: {
      command: ["door", "check", `${FILES}/door.json`],
      intervalSeconds: 5,
      timeoutSeconds: 6,
      failures: 6,
      startSeconds: 60,
    },
    user: USER,
    writable: ["/tmp"],
    resources: {
      cpu: 2,
      memoryMiB: args.memoryMiB,
      ...(args.gpu === undefined ? {} : { gpus: args.gpu.count }),
    },
    // An answer that has begun may end, for as long as the door waits.
    stopGraceSeconds: 40,
    uses: [],
  };
}

const tokenHash = (login: GeneratedLogin): FilePath => `${FILES}/secrets/${login.username}.sha256`;

/** Enough for a token of random letters and digits, and no work for the server. */
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function doorConfiguration(
  args: OllamaSpecArgs,
  clients: readonly { readonly login: GeneratedLogin; readonly allow: readonly Allowed[] }[],
): object {
  return {
    child: {
      command: ["ollama", "serve"],
      environment: environment(),
      // Ollama's own access log, which names no client, and the figures of a model each time that it is loaded.
      skipLines: "^(\\[GIN\\]|print_info:|llama_(model_loader|context|kv_cache):)",
      graceSeconds: 20,
    },
    fronts: [
      {
        name: "https",
        listen: args.listen.map((address) => `${address}:${PORT}`),
        certificate: TLS.certificate,
        key: TLS.key,
        upstream: `http://127.0.0.1:${INSIDE}`,
        ready: "/api/version",
        clients: clients.map(({ login, allow }) => ({
          name: login.username,
          scheme: "bearer",
          hashFile: tokenHash(login),
          allow,
        })),
        metrics: { path: "/metrics", kind: "ollama" },
      },
    ],
  };
}

/** Ollama's settings: docs.ollama.com/faq, and `ollama serve --help`. */
function environment(): Record<string, string> {
  return {
    OLLAMA_HOST: `127.0.0.1:${INSIDE}`,
    // A model that nobody asks gives its memory back; loading the next one takes seconds.
    OLLAMA_KEEP_ALIVE: "10m",
    OLLAMA_CONTEXT_LENGTH: "4096",
    OLLAMA_MAX_LOADED_MODELS: "1",
    OLLAMA_NUM_PARALLEL: "1",
    OLLAMA_MAX_QUEUE: "64",
    OLLAMA_LOAD_TIMEOUT: "15m",
    // A file that was brought, and no model is made of yet, stays through a restart.
    OLLAMA_NOPRUNE: "1",
    // No model of somebody else's machines, and no question to them.
    OLLAMA_NO_CLOUD: "1",
    OLLAMA_NOHISTORY: "1",
  };
}

/** What the job needs that brings one model. */
export interface OllamaSetupArgs {
  readonly server: BearerConnection;
  readonly model: Model;
  /** What the server has: the job runs in its image, so that a stack needs one. */
  readonly gpu?: OllamaGpu;
}

/** Sees to it that the server has the model; does nothing where it has. */
export function ollamaSetupJob({ server, model, gpu }: OllamaSetupArgs): JobSpec {
  const token: FilePath = `${FILES}/secrets/token`;
  return {
    image: imageFor(gpu),
    command: ["ollama-models", "bring", `${FILES}/models.json`],
    files: {
      ...trustFiles(server.trust),
      [token]: server.token,
      [`${FILES}/models.json`]: JSON.stringify({
        url: `https://${server.address.host}:${server.address.port}`,
        tokenFile: token,
        caFile: TLS.ca,
        models: [model],
      }),
    },
    user: USER,
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 256 },
    uses: [server],
    rerunOn: [],
    timeoutSeconds: 3600,
  };
}
