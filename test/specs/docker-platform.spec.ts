import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { TopologyError } from "../../components/core/errors";
import type { DockerPlatform } from "../../components/platforms/docker";
import { type Arrow, arrowName, arrows, type ServiceName } from "../../components/topology";
import { core, only, ofType, onPlatform } from "../support/docker-platform";
import { CANARY } from "../support/mocks";
import { connection, jobSpec, login, serverSpec } from "../support/samples";

/** One arrow per network: the one that it is called after. */
const firstOfEach = (all: readonly Arrow[]): readonly Arrow[] =>
  all.filter((arrow) => all.find(({ net }) => net === arrow.net) === arrow);
const coreTo = (member: ServiceName) => core.filter(({ to }) => to === member);

const NETWORK = "docker:index/network:Network";
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";

describe("networks on Docker", () => {
  it("are one per arrow, internal, and one for the edge that is not", async () => {
    const { resources } = await onPlatform(() => undefined);
    const networks = ofType(resources, NETWORK);
    assert.deepEqual(
      networks.map((network) => network.name).sort(),
      ["networks-edge", ...firstOfEach(core).map((arrow) => `networks-${arrowName(arrow)}`)].sort(),
    );
    const open = networks.filter((network) => network.inputs["internal"] !== true);
    assert.deepEqual(
      open.map(({ name }) => name),
      ["networks-edge"],
    );
    for (const { inputs } of networks) assert.equal(inputs["driver"], "bridge");
  });

  it("are joined by the server of each arrow that leads to it, and by a client only where it uses the arrow", async () => {
    const { resources } = await onPlatform((platform, parent) => {
      platform.run("redis-exporter", { ...serverSpec, uses: [connection("redis", "redis")] }, parent);
    });
    const joined = only(resources, "redis-exporter").inputs["networksAdvanced"];
    assert.ok(Array.isArray(joined));
    assert.deepEqual(
      joined.map(({ name, ipv4Address }) => [name, typeof ipv4Address]),
      [
        ...coreTo("redis-exporter").map((arrow) => [`networks-${arrowName(arrow)}-id`, "string"]),
        ["networks-redis-exporter--redis--redis-id", "undefined"],
      ],
    );
  });

  it("are listened on by their server, at the address that it has in them", async () => {
    const { result } = await onPlatform((platform) => ({
      scraped: platform.listen("redis-exporter", "metrics"),
      edge: platform.listen("gateway", "https"),
      nobody: platform.listen("redis-exporter", "nothing"),
    }));
    assert.equal(result.scraped.length, 1);
    assert.equal(result.edge.length, 1);
    assert.deepEqual(result.nobody, []);
  });
});

describe("arrows on Docker", () => {
  const attempts = {
    "a server": (platform: DockerPlatform, parent: pulumi.ComponentResource) =>
      platform.run("redis", { ...serverSpec, uses: [connection("postgres", "sql")], files: {} }, parent),
    "a job": (platform: DockerPlatform, parent: pulumi.ComponentResource) =>
      platform.runOnce("minio-setup", "job", { ...jobSpec, uses: [connection("postgres", "sql")] }, parent),
    "the wrong port": (platform: DockerPlatform, parent: pulumi.ComponentResource) =>
      platform.run("gateway", { ...serverSpec, uses: [connection("prometheus", "metrics")] }, parent),
  };
  for (const [title, attempt] of Object.entries(attempts)) {
    it(`are asked for before anything of ${title} is registered`, async () => {
      const { resources } = await onPlatform((platform, parent) => {
        assert.throws(
          () => attempt(platform, parent),
          (error: unknown) => {
            assert.ok(error instanceof TopologyError);
            assert.match(
              error.message,
              /without an arrow; add \{ from: "[a-z-]+", to: "[a-z-]+", port: "[a-z]+"/,
            );
            return true;
          },
        );
      });
      assert.deepEqual(ofType(resources, CONTAINER), []);
      assert.deepEqual(ofType(resources, VOLUME), []);
    });
  }

  it("are told when nothing uses them", async () => {
    const { result } = await onPlatform((platform, parent) => {
      platform.run("redis-exporter", { ...serverSpec, uses: [connection("redis", "redis")] }, parent);
      return platform.unusedArrows(arrows);
    });
    assert.equal(result.length, arrows.length - 1);
    assert.ok(!result.some(({ from }) => from === "redis-exporter"));
  });

  it("do not make a server out of a job", async () => {
    await onPlatform((platform, parent) => {
      assert.throws(() => platform.runOnce("redis", "redis-job", jobSpec, parent), TopologyError);
    });
  });
});

describe("workloads on Docker", () => {
  it("start after their networks, their files and what they use", async () => {
    const { resources } = await onPlatform((platform, parent) => {
      const redis = platform.run("redis", serverSpec, parent);
      const uses = [{ ...connection("redis", "redis"), readyWhen: redis.readyWhen }];
      platform.run("redis-exporter", { ...serverSpec, files: { "/etc/semblance/a": "a" }, uses }, parent);
    });
    const names = only(resources, "redis-exporter").dependsOn.map((urn) => urn.split("::").at(-1));
    for (const wanted of [
      "redis",
      "redis-exporter-files",
      "redis-exporter-files-carrier",
      "networks-redis-exporter--redis--redis",
      "networks-prometheus--redis-exporter--metrics",
    ]) {
      assert.ok(names.includes(wanted), `${wanted} is not among ${names.join(", ")}`);
    }
  });

  it("keep their data when they are replaced or the stack goes down, where the spec says so", async () => {
    const { resources } = await onPlatform((platform, parent) => {
      const volumes = {
        data: { mountPath: "/data", onDown: "keep", sizeGiB: 1 },
        cache: { mountPath: "/cache", onDown: "delete", sizeGiB: 1 },
      } as const;
      platform.run("redis", { ...serverSpec, volumes }, parent);
    });
    assert.equal(only(resources, "redis-data").protect, true);
    assert.equal(only(resources, "redis-cache").protect, false);
    assert.equal(only(resources, "redis-data").inputs["name"], "semblance-dev-redis-data");
    assert.equal(only(resources, "redis").protect, false);
    assert.equal(only(resources, "redis").deleteBeforeReplace, true, "two containers cannot have one name");
  });

  it("have the memory that the configuration gives, for a job by the member that it acts as", async () => {
    const { resources } = await onPlatform(
      (platform, parent) => {
        platform.run("redis", serverSpec, parent);
        platform.runOnce("minio-setup", "minio-x-setup", jobSpec, parent);
        platform.runOnce("postgres-setup", "postgres-x-setup", jobSpec, parent);
      },
      { redis: 100, "minio-setup": 200 },
    );
    const memory = (name: string) => only(resources, name).inputs["memory"];
    assert.deepEqual([memory("redis"), memory("minio-x-setup"), memory("postgres-x-setup")], [100, 200, 64]);
  });

  it("name an image by its content and fetch it once", async () => {
    const { resources } = await onPlatform((platform, parent) => {
      platform.run("redis", serverSpec, parent);
      platform.runOnce("minio-setup", "job", jobSpec, parent);
    });
    const images = ofType(resources, "docker:index/remoteImage:RemoteImage");
    assert.deepEqual(
      images.map(({ inputs }) => inputs),
      [{ name: "registry.example/redis", keepLocally: true }],
    );
    assert.match(String(only(resources, "redis").inputs["image"]), /^sha256:/);
  });

  it("run a job again when a value that it depends on changes, without telling the value", async () => {
    const rerun = async (value: string): Promise<unknown> => {
      const secret = login(value).password.unwrap();
      const { resources } = await onPlatform((platform, parent) => {
        platform.runOnce("minio-setup", "job", { ...jobSpec, rerunOn: ["fixed", secret] }, parent);
      });
      const job = only(resources, "job");
      assert.ok(!JSON.stringify(job.inputs["labels"]).includes(CANARY));
      assert.ok(!job.secretInputs.includes("labels"), "a secret label hides all labels of a preview");
      return job.inputs["labels"];
    };
    assert.deepEqual(await rerun("a"), await rerun("a"));
    assert.notDeepEqual(await rerun("a"), await rerun("b"));
  });
});
