import assert from "node:assert/strict";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Sensitive } from "../../components/core/values";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import {
  jobArgs,
  type Placement,
  serverArgs,
  startLimitSeconds,
} from "../../components/platforms/docker/container";
import type { Membership } from "../../components/platforms/docker/networks";
import { recordProgram } from "../support/mocks";
import { jobSpec, secretText, serverSpec } from "../support/samples";

type Args = docker.ContainerArgs;

let serving: docker.Network;
let using: docker.Network;

const asClient = (): Membership => ({ network: using });

const placement = (more: Partial<Placement> = {}): Placement => ({
  stack: "dev",
  containerName: "semblance-dev-redis",
  service: "redis",
  imageId: "sha256:1234",
  memberships: [{ network: serving, address: "10.89.0.2" }, asClient()],
  memoryMiB: 64,
  engineFolder: "/var/lib/docker",
  ...more,
});

/** The arguments with every Output in them resolved. */
const plain = (args: Args): Promise<pulumi.Unwrap<Args>> =>
  new Promise((resolve) => void pulumi.output(args).apply(resolve));

const server = (spec: Partial<WorkloadSpec> = {}, more: Partial<Placement> = {}, volumes = {}) =>
  plain(serverArgs({ ...serverSpec, ...spec }, placement(more), volumes));
const job = (spec: Partial<JobSpec> = {}, more: Partial<Placement> = {}) =>
  plain(jobArgs({ ...jobSpec, ...spec }, placement(more), "rerun-hash"));

const labelled = (args: pulumi.Unwrap<Args>) =>
  Object.fromEntries((args.labels ?? []).map(({ label, value }) => [label, value]));

describe("container", () => {
  before(async () => {
    await recordProgram(() => {
      serving = new docker.Network("serving");
      using = new docker.Network("using");
    });
  });

  for (const [kind, make] of [
    ["server", server],
    ["job", job],
  ] as const) {
    describe(`container of a ${kind}`, () => {
      it("cannot write its root file system, gain privileges, or keep a capability", async () => {
        const args = await make();
        assert.equal(args.readOnly, true);
        assert.deepEqual(args.securityOpts, ["no-new-privileges:true"]);
        assert.deepEqual(args.capabilities, { drops: ["ALL"] });
        assert.equal(args.privileged, undefined);
        assert.equal(args.user, "999:998");
      });

      it("has limits: memory without swap on top, CPU, processes, log", async () => {
        const args = await make({}, { memoryMiB: 96 });
        assert.deepEqual([args.memory, args.memorySwap], [96, 96]);
        assert.equal(args.cpus, "0.5");
        assert.deepEqual(args.ulimits, [{ name: "nproc", soft: 4096, hard: 4096 }]);
        assert.equal(args.logDriver, "json-file");
        const whose = "semblance.stack,semblance.service,semblance.job";
        assert.deepEqual(args.logOpts, { "max-size": "10m", "max-file": "3", labels: whose });
      });

      it("runs the spec's command line in the image that the id names, and not the image's entrypoint", async () => {
        const args = await make();
        assert.deepEqual(args.entrypoints, [...(kind === "server" ? serverSpec : jobSpec).command]);
        assert.equal(args.command, undefined);
        assert.equal(args.image, "sha256:1234");
        assert.equal(args.init, true, "zombies of its children are reaped");
      });

      it("writes in memory, where nothing can be executed", async () => {
        const { tmpfs } = await make({ writable: ["/tmp", "/run/x"] });
        assert.deepEqual(Object.keys(tmpfs ?? {}), ["/tmp", "/run/x"]);
        for (const options of Object.values(tmpfs ?? {})) {
          for (const wanted of ["nosuid", "nodev", "noexec", "size=128m"])
            assert.ok(options.split(",").includes(wanted));
        }
      });

      it("mounts its files read-only", async () => {
        const { volumes } = await make({}, { filesVolume: "files-1234" });
        assert.deepEqual(volumes, [
          { volumeName: "files-1234", containerPath: "/etc/semblance", readOnly: true },
        ]);
        assert.deepEqual((await make()).volumes, []);
      });

      it("keeps a secret variable secret", async () => {
        const env = { PLAIN: "a", PASSWORD: Sensitive.of(secretText("password")) };
        const { envs } =
          kind === "server"
            ? serverArgs({ ...serverSpec, env }, placement(), {})
            : jobArgs({ ...jobSpec, env }, placement(), "");
        assert.ok(Array.isArray(envs));
        const secret = await Promise.all(envs.map((one) => pulumi.isSecret(pulumi.output(one))));
        assert.deepEqual(secret, [false, true]);
        assert.deepEqual((await make({ env })).envs, ["PLAIN=a", `PASSWORD=${secretText("password")}`]);
      });
    });
  }

  describe("container of a server", () => {
    it("has a fixed address and the names of the service in a network only where it is the server", async () => {
      const { networksAdvanced } = await server({ aliases: ["s3.lab.example"] });
      assert.deepEqual(networksAdvanced, [
        { name: "serving-id", aliases: ["redis", "s3.lab.example"], ipv4Address: "10.89.0.2" },
        { name: "using-id" },
      ]);
    });

    it("is waited for until it is healthy, and started again when it ends", async () => {
      const args = await server();
      assert.deepEqual(args.healthcheck, {
        tests: ["CMD", "ask"],
        interval: "5s",
        timeout: "2s",
        retries: 3,
        startPeriod: "10s",
      });
      assert.equal(args.wait, true);
      assert.equal(args.waitTimeout, 10 + 4 * 7);
      assert.equal(args.waitTimeout, startLimitSeconds(serverSpec.ready));
      assert.equal(args.restart, "unless-stopped");
      assert.equal(args.destroyGraceSeconds, 30);
      assert.equal((await server({ stopGraceSeconds: 60 })).destroyGraceSeconds, 60);
    });

    it("publishes only what the spec says, on the address that it says", async () => {
      assert.deepEqual((await server()).ports, []);
      const { ports } = await server({ publish: [{ port: "https", hostPort: 8443, bind: "127.0.0.1" }] });
      assert.deepEqual(ports, [{ internal: 8443, external: 8443, ip: "127.0.0.1" }]);
    });

    it("refuses to publish a port, or mount a volume, that the spec does not have", async () => {
      const publish = [{ port: "nothing", hostPort: 1, bind: "127.0.0.1" }];
      await assert.rejects(async () => server({ publish }), /port nothing/);
      const volumes = { data: { mountPath: "/data", onDown: "keep", sizeGiB: 1 } } as const;
      await assert.rejects(async () => server({ volumes }), /volume data/);
      assert.deepEqual((await server({ volumes }, {}, { data: "semblance-dev-redis-data" })).volumes, [
        { volumeName: "semblance-dev-redis-data", containerPath: "/data" },
      ]);
    });

    it("keeps a capability that the spec asks for, besides none", async () => {
      const { capabilities } = await server({ capabilities: ["NET_BIND_SERVICE"] });
      assert.deepEqual(capabilities, { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] });
    });

    it("is found by its labels", async () => {
      assert.deepEqual(labelled(await server()), { "semblance.stack": "dev", "semblance.service": "redis" });
    });
  });

  describe("container of a job", () => {
    it("runs once, is waited for, and stays for its exit code to be read", async () => {
      const args = await job();
      assert.equal(args.attach, true);
      assert.equal(args.mustRun, false);
      assert.equal(args.restart, "no");
      assert.equal(args.rm, undefined);
      assert.equal(args.healthcheck, undefined);
      assert.equal(args.ports, undefined);
    });

    it("runs again when what it depends on changes", async () => {
      assert.equal(labelled(await job())["semblance.rerun"], "rerun-hash");
    });

    it("has no fixed address and no name that others could dial", async () => {
      const { networksAdvanced } = await job({}, { memberships: [asClient()] });
      assert.deepEqual(networksAdvanced, [{ name: "using-id" }]);
    });
  });
});
