/**
 * What the policy packs add to a preview: npx tsx test/performance/policies.ts
 * Previews stack `prod` from nothing and without credentials, and the core profile of `dev`, in turn with and without the pack.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPack } from "../../toolchain/policies/build";
import { type Cost, machine, measure, pulumiEnv, root } from "./measure";

const RUNS = 3;
const median = (costs: readonly Cost[], of: keyof Cost): number =>
  costs.map((cost) => cost[of]).sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? Number.NaN;

/** One stack, with the file of another. */
function compare(environment: "dev" | "prod", pack: string, backend: string): string {
  const stack = `b-${environment}`;
  const file = join(root, `Pulumi.${stack}.yaml`);
  copyFileSync(join(root, `Pulumi.${environment}.yaml`), file);
  const env: NodeJS.ProcessEnv = {
    ...pulumiEnv(),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "of a benchmark",
    SEMBLANCE_POLICY_ENVIRONMENT: environment,
  };
  const config = join(root, "policies", "config", `${environment}.json`);
  const without = `pulumi preview --non-interactive --stack ${stack}`;
  const withPack = `${without} --policy-pack ${pack} --policy-pack-config ${config}`;
  const costs: { without: Cost[]; with: Cost[] } = { without: [], with: [] };
  try {
    // Makes the stack, and brings the plugins of its target.
    measure(`npm run -s preview -- --stack ${stack}`, root, env);
    for (let run = 0; run < RUNS; run++) {
      costs.without.push(measure(without, root, env));
      costs.with.push(measure(withPack, root, env));
    }
  } finally {
    rmSync(file, { force: true });
  }
  const shown = (list: readonly Cost[]): string =>
    `${median(list, "wall").toFixed(1)} s (${median(list, "cpu").toFixed(1)} s)`;
  const ratio = (of: keyof Cost): string => (median(costs.with, of) / median(costs.without, of)).toFixed(2);
  return `| ${environment} | ${shown(costs.without)} | ${shown(costs.with)} | ${ratio("wall")} (${ratio("cpu")}) |`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "semblance-policies-"));
  try {
    const pack = join(root, ".semblance", "policies", "bench");
    await buildPack(root, "all", pack);
    console.log(`${machine()}\n\n| stack | preview (CPU) | with the pack | ratio |\n|---|---|---|---|`);
    for (const environment of ["dev", "prod"] as const) console.log(compare(environment, pack, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
