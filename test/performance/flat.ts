import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resourcesOf } from "./state";

/** How a token of the state is written in a program: `docker:index/network:Network` is `docker.Network`. */
const classOf = (type: string): string => `${type.split(":")[0] ?? ""}.${type.split(":").at(-1) ?? ""}`;

/**
 * Writes a program without components that registers the same resources with the same inputs: what the project's own program
 * is compared with. Answers with its folder.
 * @param exported what `pulumi stack export --show-secrets` prints; the folder is readable by its owner only
 */
export function writeFlatProgram(exported: string, root: string): string {
  const lines = resourcesOf(exported).map(
    ({ name, type, inputs }) =>
      `new ${classOf(type)}(${JSON.stringify(name)}, ${JSON.stringify(inputs)}, opts(${JSON.stringify(type.split(":")[0])}));`,
  );
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
