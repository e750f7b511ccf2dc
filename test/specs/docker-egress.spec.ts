import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { UnsupportedError } from "../../components/core/errors";
import { DockerPlatform } from "../../components/platforms/docker";
import { arrows, arrowsAmong, membersOf } from "../../components/topology";
import { recordProgram, type Registered } from "../support/mocks";
import { serverSpec } from "../support/samples";

/** Runs `use` with a platform in the smallest range that is allowed, and tells what was registered. */
function onPlatform(
  egress: boolean,
  use: (platform: DockerPlatform, parent: pulumi.ComponentResource) => void,
) {
  return recordProgram(() => {
    const platform = new DockerPlatform(
      {
        stack: "dev",
        subnets: "10.89.0.0/22",
        imageOf: (name) => `registry.example/${name}`,
        memoryMiB: {},
        arrows: arrowsAmong(membersOf({ profile: "full", development: true })),
        egress,
      },
      {},
    );
    use(platform, new pulumi.ComponentResource("test:index:Parent", "parent"));
  });
}

const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((one) => one.type === `docker:index/${type.toLowerCase()}:${type}`);

function only(resources: readonly Registered[], name: string): Registered {
  const [found, ...more] = resources.filter((one) => one.name === name);
  assert.ok(found && more.length === 0, `${name} among ${resources.map((one) => one.name).join(", ")}`);
  return found;
}

describe("a way out on Docker", () => {
  const callOut = { ...serverSpec, egress: true, files: { "/etc/semblance/a": "a" } } as const;

  it("is one more network that is not internal, with addresses of its own, whose members do not reach each other", async () => {
    const { resources } = await onPlatform(true, () => undefined);
    const { inputs } = only(resources, "networks-egress");
    assert.equal(inputs["name"], "semblance-dev-egress");
    assert.equal(inputs["internal"], false);
    assert.deepEqual(inputs["options"], {
      "com.docker.network.bridge.enable_icc": "false",
      "com.docker.network.bridge.enable_ip_masquerade": "true",
    });
    const subnets = ofType(resources, "Network").map((network) =>
      JSON.stringify(network.inputs["ipamConfigs"]),
    );
    assert.equal(new Set(subnets).size, subnets.length);
    assert.ok(!arrows.some(({ net }) => net === 126), "an arrow has its number");
  });

  it("is joined by who asks for it, without a name or a fixed address by which others could come in", async () => {
    const { resources } = await onPlatform(true, (platform, parent) => {
      platform.run("redis", callOut, parent);
      platform.run("postgres", serverSpec, parent);
    });
    const joined = (name: string) => {
      const networks = only(resources, name).inputs["networksAdvanced"];
      assert.ok(Array.isArray(networks));
      return networks.filter((one: { name: string }) => one.name === "networks-egress-id");
    };
    assert.deepEqual(joined("redis"), [{ name: "networks-egress-id" }]);
    assert.deepEqual(joined("postgres"), []);
    const before = only(resources, "redis").dependsOn.map((urn) => urn.split("::").at(-1));
    assert.ok(before.includes("networks-egress"));
    assert.deepEqual(only(resources, "redis").inputs["ports"], []);
  });

  it("is refused where the stack was made without one, before anything of the workload is registered", async () => {
    const { resources } = await onPlatform(false, (platform, parent) => {
      assert.throws(
        () => platform.run("redis", callOut, parent),
        (error: unknown) => {
          assert.ok(error instanceof UnsupportedError);
          assert.match(error.message, /^redis: egress is not supported on platform docker; .*egress: true/);
          return true;
        },
      );
    });
    for (const type of ["Container", "Volume"]) assert.deepEqual(ofType(resources, type), []);
    assert.ok(!ofType(resources, "Network").some(({ name }) => name === "networks-egress"));
  });
});
