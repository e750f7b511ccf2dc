import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serversOf } from "../support/engine";
import { expectCode, project, pulumi, root, stackName } from "../support/stack";

describe("the guard of data, on the whole platform", function () {
  this.timeout(300_000);
  const file = (): string => readFileSync(join(root, `Pulumi.${stackName}.yaml`), "utf8");
  const servers = async (): Promise<readonly string[]> =>
    [...(await serversOf()).values()].map(({ Id }) => Id).sort();

  it("refuses to go back to the profile core, which would delete what the other services hold, and changes nothing", async () => {
    const [settings, running] = [file(), await servers()];
    const { output } = expectCode(
      1,
      await project("up", ["--stack", stackName, "--profile", "core"], { limitSeconds: 240 }),
    );
    for (const volume of ["weaviate-data", "loki-data", "jupyter-home"])
      assert.match(output, new RegExp(`- ${volume} .* would be deleted`), volume);
    assert.match(output, /policies\/acknowledgements\.json/);
    assert.match(output, /nothing was deployed/);
    assert.deepEqual(await servers(), running);
    expectCode(0, await pulumi(["preview", "--expect-no-changes"]));
    assert.equal(
      /profile["']?: ["']?(\w+)/.exec(file())?.[1],
      /profile["']?: ["']?(\w+)/.exec(settings)?.[1],
    );
  });
});
