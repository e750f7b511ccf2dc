import type { z } from "zod";
import { imageNames } from "../images";

/** Name of the configuration object in a stack file: `semblance-curation:settings`. */
export const SETTINGS_KEY = "settings";

/** What the messages about a configuration are made of. */
export interface Findings {
  /** The object as the user wrote it, right or wrong. */
  readonly found: unknown;
  /** The object with every default. */
  readonly defaults: object;
  /** A value that would do, for a key without a default or for the keys below one. */
  readonly examples: Readonly<Record<string, string>>;
}

/** The lines about one thing that the schema refuses. */
export function describe(issue: z.core.$ZodIssue, findings: Findings): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(findings, path).join(", ");
    return issue.keys.map(
      (key) =>
        `${[...path, key].join(".")}: unknown key; allowed here: ${known}; fix: ${remove([...path, key])}`,
    );
  }
  const found = JSON.stringify(valueAt(findings.found, path)) ?? "nothing";
  const key = path.join(".") || SETTINGS_KEY;
  const example = exampleAt(findings, path);
  // An object of the wrong kind is best taken out: its keys have defaults.
  return [
    `${key}: found ${found}; allowed: ${allowed(issue)}; fix: ${example === undefined ? remove(path) : set(path, example)}`,
  ];
}

/** The lines about values that are right one by one and wrong together, or that this version cannot do. */
export function crossChecks(findings: Findings, knownServices: readonly string[]): string[] {
  const problems: string[] = [];
  const value = (...path: string[]): unknown =>
    valueAt(findings.found, path) ?? valueAt(findings.defaults, path);
  const refuse = (path: string[], allowedText: string, fix: string): void => {
    problems.push(
      `${path.join(".")}: found ${JSON.stringify(value(...path))}; allowed: ${allowedText}; fix: ${set(path, fix)}`,
    );
  };
  const httpsPort = value("edge", "httpsPort");
  if (httpsPort === value("edge", "httpPort")) {
    refuse(["edge", "httpPort"], "a port other than edge.httpsPort", httpsPort === 8080 ? "8081" : "8080");
  }
  if (value("target") === "kubernetes" && value("images", "registry") === undefined) {
    problems.push(
      `images.registry: found nothing; allowed: a registry that the cluster can pull from, since Label Studio, MLflow, JupyterLab and others are images of this project; fix: ${set(["images", "registry"], "registry.example/semblance")}`,
    );
  }
  if (value("alerts", "receiver") === "email" && value("development") !== true) {
    refuse(
      ["alerts", "receiver"],
      "none | webhook: mail goes to the mail catcher of development mode only, an SMTP server cannot be named yet",
      "webhook",
    );
  }
  if (elements(value("debug")).length > 0 && value("development") !== true) {
    problems.push(
      `debug: found ${JSON.stringify(value("debug"))}; allowed: an empty list where development is not true: debug logs may hold what people typed; fix: ${remove(["debug"])}`,
    );
  }
  const mig = value("target") === "kubernetes" && value("kubernetes", "gpuSharing", "strategy") === "mig";
  if (value("ollama", "gpu") === "nvidia" && mig) {
    refuse(
      ["ollama", "gpu"],
      "none with kubernetes.gpuSharing.strategy mig: Ollama computes by Vulkan, which slices of a GPU have not (docs/models.md)",
      "none",
    );
  }
  for (const image of keysOf(value("images", "digests"))) {
    if (imageNames.some((name) => name === image)) continue;
    problems.push(
      `images.digests.${image}: unknown image; allowed: ${imageNames.join(", ")}; fix: ${remove(["images", "digests", image])}`,
    );
  }
  for (const service of keysOf(value("memoryMiB"))) {
    if (knownServices.includes(service)) continue;
    problems.push(
      `memoryMiB.${service}: unknown service; allowed: ${knownServices.join(", ")}; fix: ${remove(["memoryMiB", service])}`,
    );
  }
  return problems;
}

/** A path as the command takes it: an element of a list by its number in brackets. */
const fullPath = (path: readonly string[]): string =>
  [SETTINGS_KEY, ...path]
    .map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : `${i === 0 ? "" : "."}${key}`))
    .join("");
const elements = (node: unknown): readonly unknown[] => (Array.isArray(node) ? node : []);
const set = (path: readonly string[], value: string): string =>
  `pulumi config set --path '${fullPath(path)}' ${value}`;
const remove = (path: readonly string[]): string => `pulumi config rm --path '${fullPath(path)}'`;

function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return issue.values.map(String).join(" | ");
  if (issue.code === "custom" || issue.code === "invalid_format")
    return issue.message.replace(/^Invalid /, "a valid ");
  if (issue.code === "too_small") return `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  if (issue.code === "invalid_type") return `a value of type ${issue.expected}`;
  return issue.message;
}

const keysOf = (node: unknown): string[] =>
  typeof node === "object" && node !== null ? Object.keys(node) : [];

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null
        ? Object.entries(node).find(([k]) => k === key)?.[1]
        : undefined,
    root,
  );
}

/** The keys that are known at a path, those without a default among them. */
function keysAt({ defaults, examples }: Findings, path: readonly string[]): string[] {
  const optional = Object.keys(examples)
    .map((key) => key.split("."))
    .filter((key) => key.length === path.length + 1 && path.every((part, i) => key[i] === part))
    .map((key) => key.at(-1) ?? "");
  const withDefault = keysOf(valueAt(defaults, path));
  return [...optional.filter((key) => !withDefault.includes(key)), ...withDefault];
}

/** A value that would do at a path: the default, or an example for it or for the keys of its parent. */
function exampleAt({ defaults, examples }: Findings, path: readonly string[]): string | undefined {
  const value = valueAt(defaults, path);
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (value !== undefined) return undefined;
  return examples[path.join(".")] ?? examples[path.slice(0, -1).join(".")];
}
