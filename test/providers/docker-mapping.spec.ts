import { deepEqual, equal } from "node:assert/strict";
import { fromGpuRequests, toGpuRequests } from "../../toolchain/providers/docker/container/gpus";
import type { ContainerInputs } from "../../toolchain/providers/docker/container/properties";
import { demultiplex } from "../../toolchain/providers/docker/container/state";
import { placeOf, toVolumes, writablePlaces } from "../../toolchain/providers/docker/container/storage";
import { toCreateOptions, toUpdateOptions } from "../../toolchain/providers/docker/container/to-engine";
import { uploadPlaces } from "../../toolchain/providers/docker/container/uploads";
import { formatDuration, parseDuration } from "../../toolchain/providers/docker/duration";
import { toNetworkOptions } from "../../toolchain/providers/docker/network";
import { redact } from "../../toolchain/providers/docker/redact";
import { repoDigestOf } from "../../toolchain/providers/docker/remote-image";

const MIB = 1024 * 1024;
const plain: ContainerInputs = { name: "web", image: "web:1" };

describe("docker provider: what the engine is asked for", () => {
  it("asks for nothing that the program did not set", () => {
    deepEqual(toCreateOptions(plain), {
      name: "web",
      Image: "web:1",
      HostConfig: {
        RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
        AutoRemove: false,
        Init: false,
        NetworkMode: "bridge",
      },
    });
  });

  it("takes memory in MiB, swap without a limit as -1, and CPUs as text", () => {
    const host = toCreateOptions({
      ...plain,
      memory: 64,
      memorySwap: -1,
      cpus: "1.5",
      shmSize: 8,
    }).HostConfig;
    equal(host?.Memory, 64 * MIB);
    equal(host?.MemorySwap, -1);
    equal(host?.NanoCpus, 1_500_000_000);
    equal(host?.ShmSize, 8 * MIB);
  });

  it("raises the swap limit with the memory limit where the program leaves swap alone", () => {
    equal(toUpdateOptions({ ...plain, memory: 64 }).MemorySwap, 128 * MIB);
    equal(toUpdateOptions({ ...plain, memory: 64, memorySwap: 64 }).MemorySwap, 64 * MIB);
  });

  it("publishes several host ports for one container port, and lets the engine choose", () => {
    const options = toCreateOptions({
      ...plain,
      ports: [
        { internal: 80, external: 8080, ip: "127.0.0.1" },
        { internal: 80, external: 8081 },
        { internal: 53, protocol: "udp" },
      ],
    });
    deepEqual(options.HostConfig?.PortBindings, {
      "80/tcp": [
        { HostIp: "127.0.0.1", HostPort: "8080" },
        { HostIp: "0.0.0.0", HostPort: "8081" },
      ],
      "53/udp": [{ HostIp: "0.0.0.0", HostPort: "0" }],
    });
    deepEqual(options.ExposedPorts, { "80/tcp": {}, "53/udp": {} });
  });

  it("tells named, anonymous, host and borrowed volumes apart", () => {
    const volumes = toVolumes([
      { containerPath: "/data", volumeName: "data" },
      { containerPath: "/scratch" },
      { containerPath: "/etc/x", hostPath: "/srv/x", readOnly: true, selinuxRelabel: "z" },
      { fromContainer: "other" },
    ]);
    deepEqual(volumes.paths, ["/data", "/scratch", "/etc/x"]);
    deepEqual(volumes.binds, ["data:/data:rw", "/srv/x:/etc/x:ro,z"]);
    deepEqual(volumes.from, ["other"]);
  });

  it("takes the Docker client's systempaths option for what it is", () => {
    const host = toCreateOptions({
      ...plain,
      securityOpts: ["systempaths=unconfined", "no-new-privileges"],
    }).HostConfig;
    deepEqual(host?.SecurityOpt, ["no-new-privileges"]);
    deepEqual(host?.MaskedPaths, []);
  });

  it("writes health checks in nanoseconds", () => {
    const healthcheck = { tests: ["CMD", "true"], interval: "1m30s", timeout: "500ms", retries: 3 };
    deepEqual(toCreateOptions({ ...plain, healthcheck }).Healthcheck, {
      Test: ["CMD", "true"],
      Interval: 90e9,
      Timeout: 5e8,
      StartPeriod: 0,
      Retries: 3,
    });
  });

  it("asks for a network's ranges by the engine's names", () => {
    const options = toNetworkOptions({
      name: "n",
      internal: true,
      ipamConfigs: [{ subnet: "10.9.0.0/29", gateway: "10.9.0.1", ipRange: "10.9.0.0/30" }],
      labels: [{ label: "a", value: "b" }],
    });
    deepEqual(options.IPAM?.Config, [{ Subnet: "10.9.0.0/29", Gateway: "10.9.0.1", IPRange: "10.9.0.0/30" }]);
    deepEqual(options.Labels, { a: "b" });
    equal(options.Internal, true);
  });
});

describe("docker provider: uploads", () => {
  it("addresses the volume that holds the file when the root is read-only", () => {
    const volumes = [
      { containerPath: "/etc" },
      { containerPath: "/etc/app" },
      { containerPath: "/ro", readOnly: true },
    ];
    const places = writablePlaces({ volumes, mounts: [{ type: "tmpfs", target: "/tmp" }] });
    deepEqual(places, ["/etc", "/etc/app"]);
    equal(placeOf("/etc/app/a.conf", places), "/etc/app");
    equal(placeOf("/etc/application", places), "/etc");
    equal(placeOf("/ro/a", places), undefined);
    const uploads = [{ file: "/etc/app/a.conf", content: "x" }];
    deepEqual([...uploadPlaces({ ...plain, uploads, volumes, readOnly: true }).keys()], ["/etc/app"]);
    deepEqual([...uploadPlaces({ ...plain, uploads, volumes }).keys()], ["/"]);
  });
});

describe("docker provider: small translations", () => {
  it("reads Go's durations, and only those", () => {
    equal(parseDuration("1h2m3s"), 3723e9);
    equal(parseDuration("1.5s"), 1.5e9);
    equal(parseDuration("0s"), 0);
    for (const bad of ["10", "s", "1x", "-1s", "1s "]) equal(parseDuration(bad), undefined, bad);
    equal(formatDuration(90e9), "90s");
    equal(formatDuration(0), "0s");
  });

  it("turns gpus into the device requests of docker run, and back", () => {
    deepEqual(toGpuRequests("all"), [{ Count: -1, Capabilities: [["gpu"]] }]);
    deepEqual(toGpuRequests("device=0,2"), [{ DeviceIDs: ["0", "2"], Capabilities: [["gpu"]] }]);
    equal(fromGpuRequests(toGpuRequests("device=0,2")), "device=0,2");
    equal(fromGpuRequests(toGpuRequests("all")), "all");
  });

  it("finds the digest of the named repository", () => {
    const digests = ["other/x@sha256:1", "localhost:5000/x@sha256:2", "x@sha256:3"];
    equal(repoDigestOf("localhost:5000/x:1.2", digests), "localhost:5000/x@sha256:2");
    equal(repoDigestOf("x", digests), "x@sha256:3");
    equal(repoDigestOf("local:1", []), "");
  });

  it("takes environment values and file lines out of messages", () => {
    const inputs = { envs: ["PASSWORD=hunter2hunter2"], uploads: [{ content: "a: 1\nkey: s3cr3t-line" }] };
    equal(
      redact("bad env PASSWORD=hunter2hunter2 near key: s3cr3t-line", inputs),
      "bad env PASSWORD=[redacted] near [redacted]",
    );
  });

  it("reads the engine's framed logs", () => {
    const frame = (text: string) =>
      Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
    equal(demultiplex(Buffer.concat([frame("one\n"), frame("two\n")])), "one\ntwo\n");
  });
});
