import { changedPaths } from "../base/diff";
import type { Diff, Props, Schema, Value } from "../base/resource";
import { hasUnknown } from "../base/value";
import { accessOf, type Choice } from "./api/kubeconfig";
import type { Mutability } from "./immutable";

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;

/**
 * The provider's configuration. Left out on purpose, so that Check refuses it by name: renderYamlToDirectory,
 * alwaysRender, helmReleaseSettings, deleteUnreachable, skipUpdateUnreachable.
 */
export const CONFIG = {
  kubeconfig: { type: "string", secret: true },
  context: TEXT,
  cluster: TEXT,
  clusterIdentifier: TEXT,
  namespace: TEXT,
  enableServerSideApply: FLAG,
  enableConfigMapMutable: FLAG,
  enableSecretMutable: FLAG,
  enablePatchForce: FLAG,
  upsertExistingObjects: FLAG,
  suppressDeprecationWarnings: FLAG,
  suppressHelmHookWarnings: FLAG,
  /** Rates of a client that needs holding back; this one has as many requests under way as the engine has steps. */
  kubeClientSettings: {
    type: "object",
    properties: { burst: { type: "number" }, qps: { type: "number" }, timeout: { type: "number" } },
  },
} as const satisfies Schema;

/** The configuration, read. */
export interface Settings {
  /** Undefined while the cluster is not known: it is made in the same run. */
  readonly choice: Choice | undefined;
  readonly namespace: string | undefined;
  readonly mutable: Mutability;
  readonly force: boolean;
  readonly upsert: boolean;
  readonly quietDeprecations: boolean;
}

/** Reads the checked configuration; the official provider's environment variables count where it is silent. */
export function settingsOf(config: Props): Settings {
  if (flag(config, "enableServerSideApply", "ENABLE_SERVER_SIDE_APPLY", true) === false) {
    throw new Error(
      "enableServerSideApply is false, and this project's kubernetes provider for closed networks only applies server-side\n" +
        "  fix: remove the setting, or use the official plugin (SEMBLANCE_PLUGINS=official)",
    );
  }
  const { kubeconfig, context, cluster } = config;
  return {
    choice: hasUnknown([kubeconfig ?? null, context ?? null, cluster ?? null]) ? undefined : choiceOf(config),
    namespace: text(config["namespace"]),
    mutable: {
      configMaps: flag(config, "enableConfigMapMutable", "ENABLE_CONFIGMAP_MUTABLE"),
      secrets: flag(config, "enableSecretMutable", "ENABLE_SECRET_MUTABLE"),
    },
    force: flag(config, "enablePatchForce", "ENABLE_PATCH_FORCE"),
    upsert: flag(config, "upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
    quietDeprecations: flag(config, "suppressDeprecationWarnings", "SUPPRESS_DEPRECATION_WARNINGS"),
  };
}

/**
 * Whether a change of the configuration is another cluster, so that everything has to be made anew: the identifier
 * decides where there is one, otherwise the server's address. New credentials are no new cluster.
 */
export function diffSettings(olds: Props, news: Props): Diff {
  const changed = changedPaths(olds, news);
  const [before, after] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  const identifier = ["clusterIdentifier"];
  if (before !== undefined && after !== undefined) {
    const replaced = before !== after;
    return {
      replace: replaced ? identifier : [],
      update: changed.filter((path) => !replaced || path !== identifier[0]),
    };
  }
  const keys = ["kubeconfig", "context", "cluster"].filter((key) => changed.includes(key));
  const moved = keys.length > 0 && serverOf(olds) !== serverOf(news);
  return {
    replace: moved ? keys : [],
    update: changed.filter((path) => !moved || !keys.includes(path)),
  };
}

/** Undefined for a cluster that is not known, which is not the one that was. */
function serverOf(config: Props): string | undefined {
  try {
    return accessOf(choiceOf(config)).server;
  } catch {
    return undefined;
  }
}

function choiceOf(config: Props): Choice {
  const { kubeconfig, context, cluster } = config;
  const given = Object.entries({ kubeconfig, context, cluster }).filter(
    ([, value]) => typeof value === "string",
  );
  return Object.fromEntries(given);
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function flag(config: Props, name: string, variable: string, otherwise = false): boolean {
  const value = config[name];
  if (typeof value === "boolean") return value;
  const set = process.env[`PULUMI_K8S_${variable}`];
  return set === undefined ? otherwise : set === "true";
}
