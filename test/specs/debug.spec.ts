import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEBUG_SWITCHES, debuggable } from "../../components/core/debug";
import { parseSettings } from "../../components/config/schema";
import { memberNames, members } from "../../components/topology";
import { recordedProgram, type Workload } from "../support/recorded-program";

/** All that a platform gets of a workload, as one text. */
const textOf = ({ spec, env, files }: Workload): string =>
  JSON.stringify([spec.command, [...env], [...files].filter(([, { secret }]) => !secret)]);

describe("debug logs", () => {
  const textsWith = async (debug: readonly string[]): Promise<Map<string, string>> => {
    const { workloads } = await recordedProgram({ profile: "full", development: true }, { debug });
    return new Map(workloads.map((workload) => [workload.name, textOf(workload)]));
  };
  let usual: Map<string, string>;
  before(async () => {
    usual = await textsWith([]);
  });

  it("are for servers, each with a word on what is switched", () => {
    for (const service of debuggable) {
      assert.equal(members[service].kind, "server");
      assert.ok(DEBUG_SWITCHES[service].length > 10);
    }
  });

  // Each service has a number of its own, and is in the programs of that number's bits.
  for (const bit of [0, 1, 2, 3]) {
    const some = debuggable.filter((_, i) => ((i + 1) >> bit) & 1);
    it(`of ${some.join(", ")} change these and nothing else`, async () => {
      const texts = await textsWith(some);
      const changed = [...texts].filter(([name, text]) => usual.get(name) !== text).map(([name]) => name);
      assert.deepEqual(changed.sort(), [...some].sort());
    });
  }

  it("are in the guide, each with what is switched", () => {
    const guide = readFileSync(join(__dirname, "..", "..", "docs", "development.md"), "utf8");
    for (const service of debuggable)
      assert.match(guide, new RegExp(`^\\| .*\`${service}\`.* \\|`, "m"), service);
  });

  it("stay away from where real data may be", () => {
    assert.throws(
      () => parseSettings({ debug: ["loki"] }, memberNames),
      /^ConfigError: [^]*- debug: found \["loki"\]/,
    );
    assert.deepEqual(parseSettings({ debug: ["loki"], development: true }, memberNames).debug, ["loki"]);
  });

  it("are refused for a service without a switch, which names those that have one", () => {
    const found = { debug: ["loki", "minio"], development: true };
    assert.throws(
      () => parseSettings(found, memberNames),
      /- debug\.1: found "minio"; allowed: gateway \| [^;]*; fix: pulumi config rm --path 'settings\.debug\[1\]'$/,
    );
  });
});
