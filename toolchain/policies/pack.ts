import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../components/config/schema";
import { parseConfig } from "../../policies/core/config";
import { type Environment, parseExemptions } from "../../policies/core/exemptions";
import { rules } from "../../policies/rules";
import { UserError } from "../errors";
import { buildPack } from "./build";

/** The project's pack, ready for a preview of a stack. */
export interface ReadyPack {
  readonly environment: Environment;
  /** Arguments of `pulumi preview` or `pulumi policy analyze`. */
  readonly args: readonly string[];
  /** What the pack reads from its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A laptop's stack is judged as `dev`, one on a cluster as `prod`. */
export const environmentOf = ({ target }: Pick<Settings, "target">): Environment =>
  target === "docker" ? "dev" : "prod";

/** Compiles the pack, and checks what is written about its rules. @throws UserError when a rule or a key there is wrong */
export async function readyPack(root: string, environment: Environment): Promise<ReadyPack> {
  const config = join(root, "policies", "config", `${environment}.json`);
  const exemptions = join(root, "policies", "exemptions.json");
  checked(config, (content) => parseConfig(content, rules));
  checked(exemptions, (content) => parseExemptions(content, new Set(rules.map(({ name }) => name))));
  const folder = join(root, ".semblance", "policies", "all");
  await buildPack(root, "all", folder);
  return {
    environment,
    args: ["--policy-pack", folder, "--policy-pack-config", config],
    env: { SEMBLANCE_POLICY_EXEMPTIONS: exemptions, SEMBLANCE_POLICY_ENVIRONMENT: environment },
  };
}

function checked(file: string, check: (content: string) => unknown): void {
  try {
    check(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      "npm run policies -- --rules (lists every rule with its options)",
    );
  }
}
