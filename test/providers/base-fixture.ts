/**
 * A provider for the specs of the base: its resource is a file, so that what it does outside can be seen. Run as a
 * plugin of its own; `directory` is its configuration.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  PartialFailure,
  type Olds,
  type Props,
  type ResourceType,
} from "../../toolchain/providers/base/resource";
import { serve } from "../../toolchain/providers/base/serve";

let directory = "";
const pathOf = (id: string) => join(directory, id);

const file: ResourceType = {
  properties: {
    name: { type: "string", replaces: true },
    content: { type: "string", required: true, secret: true },
    mode: { type: "string", oneOf: ["keep", "hang", "hang-dirty", "fail", "leak"], default: "keep" },
    size: { type: "number", integer: true, min: 1 },
    labels: { type: "map", values: { type: "string" } },
    parts: {
      type: "list",
      items: {
        type: "object",
        properties: { path: { type: "string", replaces: true }, text: { type: "string" } },
      },
    },
    names: { type: "list", set: true, items: { type: "string" }, replaces: true },
  },
  outputs: ["length"],
  deleteBeforeReplace: true,
  check: (inputs, olds, { name, randomSeed }) =>
    Promise.resolve({
      inputs: { name: olds?.["name"] ?? `${name}-${randomSeed[0] ?? ""}`, ...inputs },
      failures: [],
    }),
  create: async (inputs, context) => {
    const id = String(inputs["name"]);
    const content = String(inputs["content"]);
    writeFileSync(pathOf(id), content);
    if (inputs["mode"] === "fail") throw new Error(`the disk said no to ${content}`);
    if (inputs["mode"] === "leak")
      throw new PartialFailure(id, { ...inputs, length: 0 }, [`half of ${content}`]);
    if (inputs["mode"] === "hang" || inputs["mode"] === "hang-dirty") {
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      if (inputs["mode"] === "hang-dirty")
        throw new PartialFailure(id, { ...inputs, length: 0 }, ["left behind"]);
      rmSync(pathOf(id));
      throw context.signal.reason;
    }
    return { id, state: { ...inputs, length: content.length } };
  },
  read: (id, olds: Olds) => {
    if (!existsSync(pathOf(id))) return Promise.resolve(undefined);
    const content = readFileSync(pathOf(id), "utf8");
    const inputs: Props = { mode: "keep", ...olds.inputs, name: id, content };
    return Promise.resolve({ id, inputs, state: { ...inputs, length: content.length } });
  },
  update: (id, _olds, news) => {
    writeFileSync(pathOf(id), String(news["content"]));
    return Promise.resolve({ ...news, length: String(news["content"]).length });
  },
  unknownAfterUpdate: () => ["length"],
  delete: (id) => {
    rmSync(pathOf(id));
    return Promise.resolve();
  },
};

/** The same without an update. */
const { update: _, unknownAfterUpdate: __, ...rest } = file;
const immutable: ResourceType = rest;

void serve({
  name: "fixture",
  version: process.env.PROVIDER_VERSION ?? "",
  configSchema: {
    directory: { type: "string", required: true },
    retries: { type: "number" },
    token: { type: "string", secret: true },
  },
  configure: (config) => {
    if (config["token"] !== undefined) throw new Error(`cannot log in with ${String(config["token"])}`);
    directory = String(config["directory"]);
    return Promise.resolve();
  },
  resources: { "fixture:index:File": file, "fixture:index:Immutable": immutable },
});
