import { createRequire, Module } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { imageNames } from "../../components/images";
import { recordProgram, type Recording } from "./mocks";

// Not `import()`: a module that was imported cannot be run a second time.
const load = createRequire(__filename);
const entry = load.resolve("../../index.ts");

/** Takes the place of what `npm run up` notes about the machine, so that the program is the same on every machine. */
function pretendAllImagesAreBuilt(): void {
  const path = load.resolve("../../components/built-images.ts");
  const built = Object.fromEntries(imageNames.map((name) => [name, `semblance/${name}:test`]));
  load.cache[path] = Object.assign(new Module(path), {
    loaded: true,
    exports: { builtImages: () => built, absentMembers: () => ({}) },
  });
}

/** Runs index.ts under mocks, with a configuration, as often as it is called. `result` is what it exports. */
export async function runProgram(
  settings: unknown = {},
  stack = "dev",
): Promise<Recording<Readonly<Record<string, unknown>>>> {
  pretendAllImagesAreBuilt();
  Reflect.deleteProperty(load.cache, entry);
  pulumi.runtime.setAllConfig({ "semblance-curation:settings": JSON.stringify(settings) });
  return recordProgram((): Readonly<Record<string, unknown>> => {
    const loaded: unknown = load(entry);
    return typeof loaded === "object" && loaded !== null ? { ...loaded } : {};
  }, stack);
}
