import { z } from "zod";
import { debuggable } from "../core/debug";
import { ConfigError } from "../core/errors";
import { profiles } from "../topology";
import { awsSettings } from "./aws";
import { crossChecks } from "./cross-checks";
import { KUBERNETES_EXAMPLES, kubernetesSettings } from "./kubernetes";
import { describe } from "./problems";
import { parseRange } from "./range";

export { SETTINGS_KEY } from "./problems";

/** Smallest prefix that leaves room for one /29 network per arrow of the full platform. */
const WIDEST_PREFIX = 22;

const port = z.int().min(1).max(65535);

const gpu = {
  gpu: z.enum(["none", "nvidia"]).default("none").describe("`nvidia` needs the NVIDIA container runtime."),
  gpuCount: z.int().min(1).max(16).default(1).describe("How many GPUs, where `gpu` is not `none`."),
};

/** The schema of the settings; the descriptions are what docs/configuration.md shows. */
export const settingsSchema = z.strictObject({
  target: z
    .enum(["docker", "kubernetes", "aws"])
    .default("docker")
    .describe(
      "Where it runs: one Docker host, the Kubernetes cluster of a kubeconfig, or a cluster that the stack makes in AWS.",
    ),
  profile: z
    .enum(profiles)
    .default("core")
    .describe(
      "Which services run. `core` is labelling, its stores and its metrics; `full` adds models, notebooks, search, experiments, logs, traces and dashboards.",
    ),
  development: z
    .boolean()
    .default(false)
    .describe(
      "Adds what a developer of this stack reaches for: a database browser, a mail catcher, our own sources live. For stacks without real data.",
    ),
  debug: z
    .array(z.enum(debuggable))
    .default([])
    .describe(
      `Services that log at debug level, in development mode only: such logs may hold what people typed. Of ${debuggable.map((one) => `\`${one}\``).join(", ")}.`,
    ),
  domain: z
    .string()
    .regex(
      /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "a host name of two labels or more in lower case, such as semblance.localhost",
    )
    .default("semblance.localhost")
    .describe(
      "Host name of the home page; every UI is a name below it. Names below `localhost` need no DNS.",
    ),
  edge: z
    .strictObject({
      bind: z.ipv4().default("127.0.0.1").describe("Address of the host on which the gateway listens."),
      httpsPort: port.default(8443).describe("Port of the gateway."),
      httpPort: port.default(8080).describe("Port that redirects to https."),
    })
    .prefault({}),
  images: z
    .strictObject({
      mirror: z
        .string()
        .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "a registry host, with a port and a path if needed")
        .optional()
        .describe("Registry that has copies of all images, such as `registry.lab.example/mirror`."),
      registry: z
        .string()
        .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "a registry host, with a port and a path if needed")
        .optional()
        .describe(
          "Registry that holds the images which nobody but this project makes; Kubernetes pulls them from there.",
        ),
      digests: z
        .record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits"))
        .default({})
        .describe("Digests of the images in `images.registry`, by name: `npm run publish` notes them."),
      source: z
        .enum(["auto", "pull", "build"])
        .default("auto")
        .describe("`auto`: pull where a registry answers, build from package registries otherwise."),
    })
    .prefault({}),
  subnets: z
    .string()
    .superRefine((text, context) => {
      const problem = rangeProblem(text);
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    })
    .default("10.89.0.0/20")
    .describe("IPv4 range out of which every arrow of the topology gets its own /29 network."),
  labelStudio: z
    .strictObject({
      adminEmail: z.email().default("admin@semblance.local").describe("The administrator logs in with it."),
    })
    .prefault({}),
  backups: z
    .strictObject({
      everyHours: z
        .int()
        .min(1)
        .max(168)
        .default(24)
        .describe("How often every database of PostgreSQL is dumped."),
      keep: z.int().min(1).max(365).default(7).describe("How many dumps of each database are kept."),
    })
    .prefault({}),
  prometheus: z
    .strictObject({
      retentionDays: z.int().min(1).max(3650).default(15).describe("How long metrics are kept."),
    })
    .prefault({}),
  elasticsearch: z
    .strictObject({
      engine: z
        .enum(["elasticsearch", "opensearch"])
        .default("elasticsearch")
        .describe(
          "Program behind the search index. `up` notes `opensearch` where no registry has Elasticsearch; data of one cannot be read by the other.",
        ),
    })
    .prefault({}),
  loki: z
    .strictObject({ retentionDays: z.int().min(1).max(3650).default(14).describe("How long logs are kept.") })
    .prefault({}),
  jaeger: z
    .strictObject({ retentionDays: z.int().min(1).max(365).default(3).describe("How long traces are kept.") })
    .prefault({}),
  ollama: z
    .strictObject({
      ...gpu,
      models: z
        .array(
          z.strictObject({
            name: z
              .string()
              .regex(/^[a-z0-9][a-z0-9._-]*(:[a-z0-9][a-z0-9._-]*)?$/i, "a model's name, such as llama3.2:1b")
              .describe("Name under which clients ask for it."),
            sha256: z
              .string()
              .regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")
              .optional()
              .describe(
                "Digest of a GGUF file of one's own; without it the model is one of Ollama's library.",
              ),
          }),
        )
        .default([])
        .describe(
          "Models besides the built-in one for self-tests. Their files are brought by `ollama-models`: see the guide on models.",
        ),
    })
    .prefault({}),
  jupyter: z.strictObject(gpu).prefault({}),
  alerts: z
    .strictObject({
      receiver: z
        .enum(["none", "webhook", "email"])
        .default("none")
        .describe(
          "Where alerts go. `webhook`: to the URL in the secret `alertWebhookUrl`; `email`: to `alerts.email`.",
        ),
      email: z.email().default("alerts@semblance.local").describe("Address for `receiver: email`."),
    })
    .prefault({}),
  kubernetes: kubernetesSettings.prefault({}),
  aws: awsSettings.prefault({}),
  docker: z
    .strictObject({
      engineFolder: z
        .string()
        .regex(/^(\/[\w.-]+)+$/, "an absolute path")
        .default("/var/lib/docker")
        .describe("Folder of the engine's data on its machine: `docker info` calls it Docker Root Dir."),
    })
    .prefault({}),
  memoryMiB: z
    .record(z.string(), z.int().min(32).max(1_048_576))
    .default({})
    .describe("Memory limits by service, in place of the defaults."),
});

function rangeProblem(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined)
    return "an IPv4 range in CIDR notation whose host bits are 0, such as 10.89.0.0/20";
  if (range.prefix > WIDEST_PREFIX) {
    return `a range of /${WIDEST_PREFIX} or larger: each arrow of the topology takes a /29 out of it`;
  }
  if (range.prefix < 8) return "a range of /8 or smaller";
  return undefined;
}

/** The stack's configuration, complete and valid. */
export type Settings = z.output<typeof settingsSchema>;

/** Keys that have no default to show in a message, with a value that would do. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "images.mirror": "registry.lab.example",
  "images.registry": "registry.lab.example/semblance",
  memoryMiB: "512",
  "images.digests": `sha256:${"0".repeat(64)}`,
  ...KUBERNETES_EXAMPLES,
};

/**
 * Reads the configuration object of a stack.
 * @throws ConfigError that lists every problem at once: the key, what was found, what is allowed, the command that mends it.
 */
export function parseSettings(found: unknown, knownServices: readonly string[]): Settings {
  const result = settingsSchema.safeParse(found ?? {});
  const defaults = settingsSchema.parse({});
  const problems = [
    ...(result.success
      ? []
      : result.error.issues.flatMap((issue) => describe(issue, { found, defaults, examples: EXAMPLES }))),
    ...crossChecks({ found, defaults, examples: EXAMPLES }, knownServices),
  ];
  if (result.success && problems.length === 0) return result.data;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new ConfigError(
    `configuration: ${count}; nothing was changed\n${problems.map((p) => `  - ${p}`).join("\n")}`,
  );
}
