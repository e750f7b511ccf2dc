import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { load } from "js-yaml";
import { z } from "zod";
import { parseSettings, SETTINGS_KEY } from "../../components/config/schema";
import { imageNames, images } from "../../components/images";
import { deploy } from "../../components/program";
import { memberNames } from "../../components/topology";
import { recordProgram } from "../support/mocks";
import { withBuiltImages } from "../support/project-folder";
import { root } from "../support/stack";
import type { Fixture } from "./rpc";

const propsSchema = z.record(z.string(), z.custom<JavaScriptValue>());
const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });

/** What is tried beyond what the file of a stack says: all services. */
const MORE = { dev: { profile: "full" }, prod: {} };

const recordings = new Map<string, Promise<readonly Fixture[]>>();

/** The inputs of every resource of stack `dev` or `prod`, as a first preview has them: made by the program itself, once. */
export function recorded(stack: keyof typeof MORE): Promise<readonly Fixture[]> {
  const known = recordings.get(stack);
  if (known !== undefined) return known;
  const made = record(stack, MORE[stack]);
  recordings.set(stack, made);
  return made;
}

/** The same with settings of the first level that differ from the stack's file. */
export async function record(stack: keyof typeof MORE, more: object): Promise<readonly Fixture[]> {
  const { config } = fileSchema.parse(load(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")));
  const given = z.record(z.string(), z.unknown()).parse(config[`semblance-curation:${SETTINGS_KEY}`]);
  const settings = parseSettings(merged(given, more), memberNames);
  // A machine that pulls what is published, and has built the rest.
  const unpublished = imageNames.filter((name) => images[name].published === undefined);
  const { resources } = await withBuiltImages(unpublished, (folder) =>
    recordProgram(() => deploy({ stack, settings, root: folder }), stack, { preview: true }),
  );
  const names = new Map(resources.map(({ urn, name }) => [urn, name]));
  const named = (urns: readonly string[]) => urns.map((urn) => names.get(urn) ?? urn);
  const inputsOf = new Map(resources.map(({ urn, inputs }) => [urn, propsSchema.parse(inputs)]));
  return resources.map(({ type, name, urn, provider, protect, parent, propertyDependencies }) => ({
    type,
    name,
    props: inputsOf.get(urn) ?? {},
    protect,
    // A reference to a provider is its URN and its id.
    provider: inputsOf.get(provider.split("::").slice(0, -1).join("::")) ?? {},
    ...(parent === "" ? {} : { parent: names.get(parent) ?? parent }),
    dependsOn: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, urns]) => [key, named(urns)]),
    ),
  }));
}

/** Settings with others laid over them, key by key. */
function merged(given: Readonly<Record<string, unknown>>, more: object): Record<string, unknown> {
  const over = Object.entries(more).map(([key, value]: [string, unknown]) => {
    const below = given[key];
    return [key, isRecord(below) && isRecord(value) ? merged(below, value) : value] as const;
  });
  return { ...given, ...Object.fromEntries(over) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
