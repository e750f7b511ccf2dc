import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { type Fields, type Recorded, ServedProvider } from "./docker-provider-client";
import { docker, IMAGE, importTinyImage, leftovers, PREFIX } from "./docker-provider-bench";

const SECRET = "correct-horse-battery";
const HEALTHY = {
  tests: ["CMD", "/bin/cat", "/etc/app/a.conf"],
  interval: "300ms",
  timeout: "5s",
  retries: 2,
};

describe("docker provider on a real engine", function () {
  this.timeout(60_000);
  let provider: ServedProvider;
  const made: [string, Recorded][] = [];

  before(async () => {
    await importTinyImage();
    provider = await ServedProvider.start();
  });

  afterEach(async () => {
    for (const [type, recorded] of made.splice(0).reverse()) await provider.delete(type, "x", recorded);
    deepEqual(await leftovers(), [], "a test leaves nothing on the engine");
  });

  after(async () => {
    await provider.stop();
    await docker.getImage(IMAGE).remove();
  });

  async function create(type: string, inputs: Fields): Promise<Recorded> {
    const recorded = await provider.create(type, "x", inputs);
    made.push([type, recorded]);
    return recorded;
  }

  const container = (name: string, inputs: Fields = {}): Fields => ({
    name: `${PREFIX}-${name}`,
    image: IMAGE,
    command: ["/bin/sleep", "600"],
    ...inputs,
  });

  it("runs a container as another user on a read-only root, with its file, network and volume", async () => {
    const network = await create("network", {
      name: `${PREFIX}-net`,
      internal: true,
      ipamConfigs: [{ subnet: "10.214.7.0/29" }],
    });
    const volume = await create("volume", { name: `${PREFIX}-data`, labels: [{ label: "a", value: "b" }] });
    equal(network.state["scope"], "local");
    match(String(volume.state["mountpoint"]), /_data$/);

    const inputs = container("web", {
      user: "1000:1000",
      readOnly: true,
      envs: [`TOKEN=${SECRET}`, "B=2"],
      volumes: [{ containerPath: "/etc/app" }, { containerPath: "/data", volumeName: `${PREFIX}-data` }],
      uploads: [
        { file: "/etc/app/a.conf", content: "hello", permissions: "0400", owner: "1000", group: "1000" },
      ],
      networksAdvanced: [{ name: `${PREFIX}-net`, aliases: ["web"] }],
      capabilities: { drops: ["ALL"] },
      memory: 32,
      memorySwap: 32,
      healthcheck: HEALTHY,
      wait: true,
    });
    const web = await create("container", inputs);
    const info = await docker.getContainer(web.id).inspect();
    equal(info.State.Health?.Status, "healthy", "its health check reads the uploaded file as uid 1000");
    deepEqual(Object.keys(info.NetworkSettings.Networks), [`${PREFIX}-net`]);
    equal(info.HostConfig.Memory, 32 * 1024 * 1024);
    const [data] = web.state["networkDatas"] as Fields[];
    equal(data?.["ipAddress"], "10.214.7.2");

    deepEqual(
      await provider.diff("container", "x", web, { ...inputs, envs: ["B=2", `TOKEN=${SECRET}`] }),
      same,
    );
    const seen = await provider.read("container", "x", web);
    deepEqual(seen, web, "a refresh sees nothing that nobody changed");

    const changed = { ...inputs, memory: 48, memorySwap: 48 };
    deepEqual(await provider.diff("container", "x", web, changed), {
      diffs: ["memory", "memorySwap"],
      replaces: [],
    });
    await provider.update("container", "x", web, changed);
    const updated = await docker.getContainer(web.id).inspect();
    equal(updated.HostConfig.Memory, 48 * 1024 * 1024);
    equal(updated.State.Pid, info.State.Pid, "the process went on");
  });

  it("waits for a job and tells its exit code", async () => {
    for (const code of [0, 3]) {
      const command = ["/bin/sh", "-c", `echo done; exit ${code}`];
      const job = await create(
        "container",
        container(`job${code}`, { command, attach: true, mustRun: false, logs: true }),
      );
      equal(job.state["exitCode"], code);
      match(JSON.stringify(job.state["containerLogs"]), /done/);
    }
  });

  it("sees what was stopped, changed and removed by hand", async () => {
    const inputs = container("hand", {
      memory: 32,
      memorySwap: 64,
      wait: true,
      healthcheck: { tests: ["CMD", "/bin/ls"], interval: "300ms" },
    });
    const before = await create("container", inputs);
    await docker.getContainer(before.id).update({ Memory: 40 * 1024 * 1024 });
    await docker.getContainer(before.id).stop({ t: 0 });
    const stopped = await provider.read("container", "x", before);
    equal(stopped?.inputs["mustRun"], false);
    equal(stopped?.inputs["memory"], 40);
    ok(stopped !== undefined);
    deepEqual(await provider.diff("container", "x", stopped, inputs), {
      diffs: ["memory", "mustRun"],
      replaces: [],
    });
    await provider.update("container", "x", stopped, inputs);
    const { State, HostConfig } = await docker.getContainer(before.id).inspect();
    deepEqual([State.Health?.Status, HostConfig.Memory], ["healthy", 32 * 1024 * 1024]);
    await docker.getContainer(before.id).remove({ force: true, v: true });
    equal(await provider.read("container", "x", before), undefined);
  });

  it("imports by id what the program describes", async () => {
    const inputs = container("old", {
      envs: ["A=1"],
      user: "1000",
      labels: [{ label: "a", value: "b" }],
      restart: "always",
    });
    const { id } = await create("container", inputs);
    const imported = await provider.read("container", "x", id);
    ok(imported !== undefined);
    deepEqual(await provider.diff("container", "x", imported, inputs), same);
  });

  it("finds an image and its id, and keeps it where it is told to", async () => {
    const image = await provider.create("remoteImage", "x", { name: IMAGE, keepLocally: true });
    match(String(image.state["imageId"]), /^sha256:/);
    await provider.delete("remoteImage", "x", image);
    ok(await docker.getImage(IMAGE).inspect());
  });

  it("removes the anonymous volumes of a container with it", async () => {
    const recorded = await provider.create(
      "container",
      "x",
      container("anon", { volumes: [{ containerPath: "/scratch" }] }),
    );
    const [mount] = (await docker.getContainer(recorded.id).inspect()).Mounts;
    await provider.delete("container", "x", recorded);
    await rejects(docker.getVolume(mount?.Name ?? "").inspect(), /no such volume/i);
    await provider.delete("container", "x", recorded);
  });
});

const same = { diffs: [], replaces: [] };
