import { z } from "zod";
import { ConfigError } from "../core/errors";
import { parseRange } from "./range";

/** Name of the configuration object in a stack file: `semblance-curation:settings`. */
export const SETTINGS_KEY = "settings";

/** Smallest prefix that leaves room for one /29 network per arrow of the full platform. */
const WIDEST_PREFIX = 22;

const port = z.int().min(1).max(65535);

const settingsSchema = z.strictObject({
  /** Where it runs: one Docker host, or a Kubernetes cluster. */
  target: z.enum(["docker", "kubernetes"]).default("docker"),
  /** Which services run: `core` is labelling, its stores and its metrics. */
  profile: z.enum(["core", "full"]).default("core"),
  /** Host name of the home page; every UI is a name below it. Names below `localhost` need no DNS. */
  domain: z
    .string()
    .regex(
      /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "a host name of two labels or more in lower case, such as semblance.localhost",
    )
    .default("semblance.localhost"),
  edge: z
    .strictObject({
      /** Address of the host on which the gateway listens. */
      bind: z.ipv4().default("127.0.0.1"),
      httpsPort: port.default(8443),
      /** Redirects to https. */
      httpPort: port.default(8080),
    })
    .prefault({}),
  images: z
    .strictObject({
      /** Registry that has copies of all images, such as `registry.lab.example/mirror`. Absent: each image's own registry. */
      mirror: z
        .string()
        .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "a registry host, with a port and a path if needed")
        .optional(),
      /** `auto`: pull where a registry answers, build from package registries otherwise. */
      source: z.enum(["auto", "pull", "build"]).default("auto"),
    })
    .prefault({}),
  /** IPv4 range out of which every arrow of the topology gets its own /29 network. */
  subnets: z
    .string()
    .superRefine((text, context) => {
      const problem = rangeProblem(text);
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    })
    .default("10.89.0.0/20"),
  labelStudio: z
    .strictObject({
      /** E-mail address of the administrator, who logs in with it. */
      adminEmail: z.email().default("admin@semblance.local"),
    })
    .prefault({}),
  prometheus: z
    .strictObject({
      /** How long metrics are kept. */
      retentionDays: z.int().min(1).max(3650).default(15),
    })
    .prefault({}),
  /** Memory limits in MiB by service, in place of the defaults. */
  memoryMiB: z.record(z.string(), z.int().min(32).max(1_048_576)).default({}),
});

function rangeProblem(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined) return "an IPv4 range in CIDR notation whose host bits are 0, such as 10.89.0.0/20";
  if (range.prefix > WIDEST_PREFIX) {
    return `a range of /${WIDEST_PREFIX} or larger: each arrow of the topology takes a /29 out of it`;
  }
  if (range.prefix < 8) return "a range of /8 or smaller";
  return undefined;
}

/** The stack's configuration, complete and valid. */
export type Settings = z.output<typeof settingsSchema>;

/**
 * Reads the configuration object of a stack.
 * @throws ConfigError that lists every problem at once: the key, what was found, what is allowed, the command that sets it.
 */
export function parseSettings(found: unknown, knownServices: readonly string[]): Settings {
  const result = settingsSchema.safeParse(found ?? {});
  const problems = result.success ? [] : result.error.issues.flatMap((issue) => describe(issue, found));
  if (result.success) problems.push(...crossChecks(result.data, knownServices));
  if (result.success && problems.length === 0) return result.data;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new ConfigError(`configuration: ${count}; nothing was changed\n${problems.map((p) => `  - ${p}`).join("\n")}`);
}

function crossChecks(settings: Settings, knownServices: readonly string[]): string[] {
  const problems: string[] = [];
  if (settings.edge.httpsPort === settings.edge.httpPort) {
    problems.push(line("edge.httpPort", settings.edge.httpPort, "a port other than edge.httpsPort", "8080"));
  }
  if (settings.target === "kubernetes") {
    problems.push(line("target", settings.target, "docker: the Kubernetes platform is not part of this version yet", "docker"));
  }
  if (settings.profile === "full") {
    problems.push(
      line("profile", "full", 'core: the services that "full" adds are not part of this version yet', "core"),
    );
  }
  for (const service of Object.keys(settings.memoryMiB)) {
    if (knownServices.includes(service)) continue;
    problems.push(
      `memoryMiB.${service}: unknown service; allowed: ${knownServices.join(", ")}; ` +
        `fix: pulumi config rm --path '${SETTINGS_KEY}.memoryMiB.${service}'`,
    );
  }
  return problems;
}

function describe(issue: z.core.$ZodIssue, root: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const full = [...path, key].join(".");
      return `${full}: unknown key; allowed here: ${keysAt(path).join(", ")}; fix: pulumi config rm --path '${SETTINGS_KEY}.${full}'`;
    });
  }
  return [line(path.join(".") || SETTINGS_KEY, valueAt(root, path), allowed(issue), exampleAt(path))];
}

function line(key: string, found: unknown, allowedText: string, example: string): string {
  return `${key}: found ${JSON.stringify(found) ?? "nothing"}; allowed: ${allowedText}; fix: pulumi config set --path '${SETTINGS_KEY}.${key}' ${example}`;
}

function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return issue.values.map(String).join(" | ");
  if (issue.code === "custom" || issue.code === "invalid_format") return issue.message.replace(/^Invalid /, "a valid ");
  if (issue.code === "too_small") return `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  if (issue.code === "invalid_type") return `a value of type ${issue.expected}`;
  return issue.message;
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Object.entries(node).find(([k]) => k === key)?.[1] : undefined),
    root,
  );
}

/** The keys that the schema knows at a path, for the message about one that it does not know. */
function keysAt(path: readonly string[]): string[] {
  const node = valueAt(settingsSchema.parse({}), path);
  const known = typeof node === "object" && node !== null ? Object.keys(node) : [];
  return path.join(".") === "images" ? ["mirror", ...known] : known;
}

/** The default at a path, as the example in a message; the key's own name where there is no default. */
function exampleAt(path: readonly string[]): string {
  const value = valueAt(settingsSchema.parse({}), path);
  return typeof value === "string" || typeof value === "number" ? String(value) : "VALUE";
}
