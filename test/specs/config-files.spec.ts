import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { parseSettings, settingsSchema } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { titleOf } from "../../toolchain/commands/environment/plan";
import { renderStackFile, SETTINGS } from "../../toolchain/commands/environment/render";
import { judged } from "../../toolchain/commands/environment/stacks";
import { parseStackFile } from "../../toolchain/commands/stack/stack-file";

const root = join(__dirname, "..", "..");
/** The file as it is shared: a working copy gets the salt of its machine from the first `up`. */
const shared = (name: string): string =>
  execFileSync("git", ["show", `:Pulumi.${name}.yaml`], { cwd: root, encoding: "utf8" });

const keySchema = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() });

/** The names of all keys of the settings, whatever they are below. */
function namesIn(schema: unknown): string[] {
  const { properties = {} } = keySchema.parse(schema);
  return Object.entries(properties).flatMap(([name, below]) => [name, ...namesIn(below)]);
}
const names = new Set(namesIn(z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" })));

/** Takes the # away before every key that has a default. */
function uncommented(text: string): string {
  const lines = text.split("\n").map((line) => {
    const [, indent = "", rest = "", key = ""] = /^( *)# ((?: {2})*([A-Za-z0-9]+):.*)$/.exec(line) ?? [];
    return names.has(key) && !(rest.endsWith(":") && !isGroup(rest, text)) ? indent + rest : line;
  });
  return lines.join("\n");
}
/** A key without a value is a group where something is below it, and otherwise one without a default. */
const isGroup = (key: string, text: string): boolean => {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.endsWith(`# ${key}`));
  const depth = (line: string): number => line.replace("#", " ").search(/[^ ]/);
  return depth(lines[at + 1] ?? "") > depth(lines[at] ?? "");
};

for (const [name, target] of [
  ["dev", "docker"],
  ["prod", "aws"],
] as const) {
  describe(`Pulumi.${name}.yaml`, () => {
    const text = shared(name);
    const file = parseStackFile(`Pulumi.${name}.yaml`, text);

    it("is valid, as up would find it", () => {
      const { settings, problem } = judged(name, file);
      assert.equal(problem, undefined);
      assert.equal(settings?.target, target);
    });

    it("has every key of the settings, with the comments that the schema gives", () => {
      const command = `npm run environment -- comment ${name}`;
      assert.equal(text, renderStackFile(titleOf(name, target), name, file), `it is stale: run ${command}`);
      // A line of its own, or in the words about a group that is there only where somebody names it.
      for (const key of names) assert.match(text, new RegExp(`^[ #]*${key}:|\`${key}\` [A-Z]`, "m"), key);
    });

    it("shows the defaults: with every # taken away it means the same", () => {
      const all = z.object({ config: z.record(z.string(), z.unknown()) }).parse(load(uncommented(text)));
      const before = parseSettings(file.config?.[SETTINGS], memberNames);
      const after = settingsSchema.parse(all.config[SETTINGS]);
      assert.deepEqual(after, before);
      assert.ok(JSON.stringify(all.config[SETTINGS]).length > 1500, "nothing was behind a #");
    });
  });
}
