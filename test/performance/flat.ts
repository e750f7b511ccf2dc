import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        custom: z.boolean().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});

/** Key by which the state marks a secret; with `--show-secrets` its text stands beside it, as JSON. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** The inputs as a program would write them: without marks of secrets and without what the engine adds. */
const reveal = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) => {
    if (key.startsWith("__")) return undefined;
    if (typeof value !== "object" || value === null || !(SECRET in value) || !("plaintext" in value))
      return value;
    return JSON.parse(String(value.plaintext));
  });

/** How a token of the state is written in a program: `docker:index/network:Network` is `docker.Network`. */
const classOf = (type: string): string => `${type.split(":")[0] ?? ""}.${type.split(":").at(-1) ?? ""}`;

/**
 * Writes a program without components that registers the same resources with the same inputs: what the project's own program
 * is compared with. Answers with its folder.
 * @param exported what `pulumi stack export --show-secrets` prints; the folder is readable by its owner only
 */
export function writeFlatProgram(exported: string, root: string): string {
  const { deployment } = stateSchema.parse(JSON.parse(exported));
  const resources = deployment.resources.filter(
    ({ custom, type }) => custom === true && !type.startsWith("pulumi:"),
  );
  const lines = resources.map(({ urn, type, inputs }) => {
    const plain = reveal(JSON.stringify(inputs ?? {}));
    return `new ${classOf(type)}(${JSON.stringify(urn.split("::").at(-1))}, ${JSON.stringify(plain)}, opts(${JSON.stringify(type.split(":")[0])}));`;
  });
  const folder = mkdtempSync(join(tmpdir(), "semblance-flat-"));
  const program = [
    'import * as docker from "@pulumi/docker";',
    'import * as random from "@pulumi/random";',
    'import * as tls from "@pulumi/tls";',
    'const providers: Record<string, docker.Provider | random.Provider | tls.Provider> = { docker: new docker.Provider("d"), random: new random.Provider("r"), tls: new tls.Provider("t") };',
    "const opts = (name: string) => ({ provider: providers[name] });",
    ...lines,
  ];
  writeFileSync(join(folder, "index.ts"), `${program.join("\n")}\n`);
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: flat\nruntime:\n  name: nodejs\n  options: { tsconfig: tsconfig.json }\n",
  );
  const compilerOptions = {
    target: "es2022",
    module: "commonjs",
    moduleResolution: "node10",
    noCheck: true,
    skipLibCheck: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "flat", main: "index.ts" }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
