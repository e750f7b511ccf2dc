import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Group } from "../../policies/core/rule";

/** Version of the packs, shown beside every finding. */
export const PACK_VERSION = "0.1.0";

/**
 * Writes a pack as Pulumi starts it: compiled, so that nothing is type-checked at every preview. It finds `@pulumi/policy`
 * and `@pulumi/pulumi` in the project around it, or installs them where it stands alone.
 */
export async function buildPack(root: string, group: Group | "all", folder: string): Promise<void> {
  const { build } = await import("esbuild");
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(root, "policies", "index.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@pulumi/*"],
    define: { "process.env.SEMBLANCE_POLICY_GROUP": JSON.stringify(group) },
    outfile: join(folder, "index.js"),
    logLevel: "silent",
  });
  const dependencies = { "@pulumi/policy": "1.21.0", "@pulumi/pulumi": "^3.256.0" };
  const about = {
    name: `semblance-${group}`,
    version: PACK_VERSION,
    private: true,
    main: "index.js",
    dependencies,
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(about, undefined, 2)}\n`);
  const runtime = "runtime: {name: nodejs, options: {typescript: false}}\nmain: index.js\n";
  writeFileSync(join(folder, "PulumiPolicy.yaml"), `${runtime}version: ${PACK_VERSION}\n`);
}
