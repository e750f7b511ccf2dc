import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { z } from "zod";
import { expectCode, project, root } from "../support/stack";

const STACK = "policiestest";
const resultSchema = z.array(
  z.object({ rule: z.string(), level: z.string(), urn: z.string(), message: z.string() }),
);
const sarifSchema = z.looseObject({
  version: z.literal("2.1.0"),
  runs: z.tuple([
    z.looseObject({
      tool: z.looseObject({ driver: z.looseObject({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      results: z.array(z.looseObject({ ruleId: z.string(), level: z.enum(["error", "warning"]) })),
    }),
  ]),
});

describe("policy packs on the real engine", function () {
  this.timeout(300_000);
  const file = join(root, `Pulumi.${STACK}.yaml`);
  let folder: string;
  const env = () => ({ PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "of a test" });
  const run = (command: string, ...args: string[]) =>
    project(command, ["--stack", STACK, ...args], { env: env(), limitSeconds: 240 });
  /** The stack's settings: those of Pulumi.dev.yaml and more. */
  const settings = async (more: object) => {
    const dev = z
      .object({ config: z.object({ "semblance-curation:settings": z.record(z.string(), z.unknown()) }) })
      .parse(load(await readFile(join(root, "Pulumi.dev.yaml"), "utf8")));
    const all = { ...dev.config["semblance-curation:settings"], ...more };
    await writeFile(file, dump({ config: { "semblance-curation:settings": all } }));
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-policies-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await rm(file, { force: true });
  });

  it("let pass what is committed", async () => {
    await settings({});
    const { output } = expectCode(0, await run("preview"));
    assert.match(output, /semblance-all@v\d/);
    assert.doesNotMatch(output, /\[mandatory\]/);
  });

  it("refuse a door that is open to the world: the preview fails, and says where and how to mend it", async () => {
    await settings({ edge: { bind: "0.0.0.0" } });
    const { output } = expectCode(1, await run("preview"));
    assert.match(output, /\[mandatory\].* net-11-/);
    assert.match(output, /Mend: /);
  });

  it("give the same answer as a table, as JSON and as SARIF, with an exit code", async () => {
    const told = expectCode(1, await run("policies", "--json"));
    const results = resultSchema.parse(JSON.parse(told.stdout));
    const refused = results.filter(({ level }) => level === "mandatory");
    assert.deepEqual([...new Set(refused.map(({ rule }) => rule.slice(0, 6)))], ["net-11"]);
    const sarif = sarifSchema.parse(JSON.parse(expectCode(1, await run("policies", "--sarif")).stdout));
    assert.equal(sarif.runs[0].results.length, results.length);
    const known = new Set(sarif.runs[0].tool.driver.rules.map(({ id }) => id));
    assert.ok(refused.every(({ rule }) => known.has(rule)));
  });

  it("judge what is deployed by its exported state", async () => {
    const file = join(folder, "state.json");
    const state = (privileged: boolean) => ({
      version: 3,
      deployment: {
        manifest: { time: "2026-11-23T00:00:00Z", magic: "", version: "" },
        resources: [
          {
            urn: "urn:pulumi:s::p::docker:index/container:Container::it",
            custom: true,
            id: "1",
            type: "docker:index/container:Container",
            inputs: { privileged },
            outputs: { privileged },
          },
        ],
      },
    });
    for (const privileged of [true, false]) {
      await writeFile(file, JSON.stringify(state(privileged)));
      const { stdout } = expectCode(
        1,
        await project("policies", ["--state", file, "--json"], { env: env() }),
      );
      const found = resultSchema.parse(JSON.parse(stdout)).map(({ rule }) => rule);
      assert.equal(found.includes("wl-01-not-privileged"), privileged, found.join(" "));
    }
    await writeFile(file, "{}");
    const { output } = expectCode(1, await project("policies", ["--state", file], { env: env() }));
    assert.match(output, /is not an exported state\n {2}fix: pulumi stack export/);
  });

  it("refuse a configuration in which a rule has no level, or a name has no rule", async () => {
    const config = join(root, "policies", "config", "dev.json");
    const content = await readFile(config, "utf8");
    await writeFile(config, content.replace('"wl-01-', '"wl-1-'));
    try {
      const { output } = expectCode(1, await run("policies"));
      assert.match(output, /wl-1-\S+: no rule has this name/);
      assert.match(output, /wl-01-\S+: has no level/);
    } finally {
      await writeFile(config, content);
    }
  });
});
