import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is read of a package.json. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** A provider plugin that an installed SDK package asks for. */
export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
  readonly server: string;
}

/** The provider plugins of every Pulumi SDK that the program can import, nested copies included. */
export function requiredPlugins(programDirectory: string): RequiredPlugin[] {
  const found = new Map<string, RequiredPlugin>();
  for (let folder = programDirectory; ; folder = dirname(folder)) {
    for (const path of installedPackages(join(folder, "node_modules"))) {
      const { name = "", version = "", pulumi } = readManifest(path);
      if (pulumi?.resource !== true) continue;
      const plugin = {
        name: pulumi.name ?? name.replace(/^@pulumi\//, "").replace(/^@/, ""),
        version: `v${(pulumi.version ?? version).replace(/^v/, "")}`,
        server: pulumi.server ?? "",
      };
      found.set(`${plugin.name}@${plugin.version}`, plugin);
    }
    if (dirname(folder) === folder) return [...found.values()];
  }
}

function* installedPackages(modules: string): Generator<string> {
  if (!existsSync(modules)) return;
  for (const entry of readdirSync(modules)) {
    if (entry.startsWith(".")) continue;
    const folder = join(modules, entry);
    const packages = entry.startsWith("@") ? readdirSync(folder).map((name) => join(folder, name)) : [folder];
    for (const path of packages) {
      if (!existsSync(join(path, "package.json"))) continue;
      yield join(path, "package.json");
      yield* installedPackages(join(path, "node_modules"));
    }
  }
}

/** Direct dependencies of the program, or all that are installed, with the versions that are installed. */
export function programDependencies(
  directory: string,
  transitive: boolean,
): { name: string; version: string }[] {
  if (transitive) {
    return [...installedPackages(join(directory, "node_modules"))].flatMap((path) =>
      versioned(readManifest(path)),
    );
  }
  const { dependencies, devDependencies } = readManifest(join(directory, "package.json"));
  return Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => {
    const path = join(directory, "node_modules", name, "package.json");
    return existsSync(path) ? versioned(readManifest(path)) : [];
  });
}

function versioned({ name, version }: Manifest): { name: string; version: string }[] {
  return name === undefined || version === undefined ? [] : [{ name, version }];
}

function readManifest(path: string): Manifest {
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof parsed === "object" && parsed !== null ? parsed : {};
}
