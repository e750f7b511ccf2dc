import assert from "node:assert/strict";
import { Sensitive } from "../../components/core/values";
import { only, onPlatform } from "../support/docker-platform";
import { CANARY } from "../support/mocks";
import { secretText, serverSpec } from "../support/samples";

describe("files on Docker", () => {
  const run = async (files: Readonly<Record<`/etc/semblance/${string}`, string | Sensitive>>) => {
    const { resources } = await onPlatform((platform, parent) => {
      platform.run("redis", { ...serverSpec, files }, parent);
    });
    const carrier = only(resources, "redis-files-carrier");
    return {
      volume: String(only(resources, "redis-files").inputs["name"]),
      carrier,
      server: only(resources, "redis"),
    };
  };
  const secret = Sensitive.of(secretText("file"));

  it("come with a container that is never started, readable by all, secret where one of them is", async () => {
    const { carrier, volume, server } = await run({
      "/etc/semblance/b": secret,
      "/etc/semblance/a": "plain",
    });
    assert.equal(carrier.inputs["start"], false);
    assert.equal(carrier.inputs["networkMode"], "none");
    assert.deepEqual(carrier.inputs["uploads"], [
      { file: "/etc/semblance/a", content: "plain", permissions: "0444" },
      { file: "/etc/semblance/b", content: secretText("file"), permissions: "0444" },
    ]);
    assert.deepEqual(carrier.secretInputs, ["uploads"]);
    assert.deepEqual(server.inputs["volumes"], [
      { volumeName: volume, containerPath: "/etc/semblance", readOnly: true },
    ]);
  });

  it("are in a new volume when a name or a content changes, and only then", async () => {
    const first = (await run({ "/etc/semblance/a": "1", "/etc/semblance/b": secret })).volume;
    assert.match(first, /^semblance-dev-redis-files-[0-9a-f]{12}$/);
    assert.equal((await run({ "/etc/semblance/b": secret, "/etc/semblance/a": "1" })).volume, first);
    const others = [
      (await run({ "/etc/semblance/a": "2", "/etc/semblance/b": secret })).volume,
      (await run({ "/etc/semblance/c": "1", "/etc/semblance/b": secret })).volume,
      (await run({ "/etc/semblance/a": "1", "/etc/semblance/b": Sensitive.of("other") })).volume,
    ];
    assert.equal(new Set([first, ...others]).size, 4);
  });

  it("give away nothing by the volume's name, which is no secret itself", async () => {
    const { volume, carrier, server } = await run({ "/etc/semblance/a": secret });
    assert.ok(!volume.includes(CANARY));
    assert.ok(!carrier.secretInputs.includes("volumes"));
    assert.deepEqual(server.secretInputs, []);
  });
});
