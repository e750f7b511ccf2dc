import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide, type MachineFacts } from "../../toolchain/engine/decide";
import { distributionOf } from "../../toolchain/engine/facts";
import { engineHost } from "../../toolchain/engine/host";

const bare: MachineFacts = {
  host: { url: undefined, from: "default" },
  distribution: ["debian"],
  hasAptGet: true,
  isRoot: true,
  daemonPid: undefined,
  hasDaemonBinary: false,
  socketRefused: false,
};
const gaveUp = (facts: MachineFacts): string => {
  const decision = decide(facts);
  assert.equal(decision.do, "give up");
  return decision.do === "give up" ? `${decision.because}\n${decision.fix}` : "";
};

describe("a machine whose engine does not answer", () => {
  it("gets the distribution's engine, on Debian as root", () => {
    assert.deepEqual(decide(bare), { do: "install" });
    assert.deepEqual(decide({ ...bare, distribution: ["linuxmint", "ubuntu"] }), { do: "install" });
  });

  it("gets its own engine started when it has one", () => {
    assert.deepEqual(decide({ ...bare, hasDaemonBinary: true, distribution: ["fedora"], hasAptGet: false }), {
      do: "start",
    });
  });

  it("never gets a second daemon: one that is alive is waited for, whatever else is true", () => {
    for (const hasDaemonBinary of [true, false]) {
      assert.deepEqual(decide({ ...bare, hasDaemonBinary, daemonPid: 77 }), { do: "wait", pid: 77 });
    }
  });

  it("is left alone when DOCKER_HOST names an engine elsewhere", () => {
    const facts: MachineFacts = {
      ...bare,
      host: { url: "tcp://build.lab:2376", from: "DOCKER_HOST" },
      daemonPid: 77,
    };
    assert.match(gaveUp(facts), /tcp:\/\/build\.lab:2376.*DOCKER_HOST/);
  });

  it("is told the command when root is needed", () => {
    assert.match(gaveUp({ ...bare, isRoot: false }), /sudo apt-get install docker\.io/);
    assert.match(gaveUp({ ...bare, isRoot: false, hasDaemonBinary: true }), /sudo systemctl start docker/);
    assert.match(gaveUp({ ...bare, isRoot: false, socketRefused: true }), /usermod -aG docker/);
  });

  it("is told to install Docker where there is no apt-get", () => {
    assert.match(gaveUp({ ...bare, distribution: ["fedora"], hasAptGet: false }), /install Docker/);
    assert.match(gaveUp({ ...bare, distribution: ["alpine"] }), /install Docker/);
  });
});

describe("os-release", () => {
  it("gives ID and ID_LIKE, quoted or not, and nothing that only looks like them", () => {
    assert.deepEqual(distributionOf('NAME="X"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n'), [
      "linuxmint",
      "ubuntu",
      "debian",
    ]);
    assert.deepEqual(distributionOf(""), []);
  });
});

describe("where the engine is looked for", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "docker-config-"));
    const meta = join(folder, "contexts", "meta", createHash("sha256").update("colima").digest("hex"));
    await mkdir(meta, { recursive: true });
    await writeFile(join(folder, "config.json"), JSON.stringify({ currentContext: "colima", auths: {} }));
    await writeFile(
      join(meta, "meta.json"),
      JSON.stringify({ Name: "colima", Endpoints: { docker: { Host: "unix:///c.sock" } } }),
    );
  });
  after(() => rm(folder, { recursive: true }));

  it("DOCKER_HOST comes first, then the context, then the standard socket", async () => {
    const env = { DOCKER_CONFIG: folder };
    assert.deepEqual(await engineHost({ ...env, DOCKER_HOST: "ssh://lab" }), {
      url: "ssh://lab",
      from: "DOCKER_HOST",
    });
    assert.deepEqual(await engineHost(env), { url: "unix:///c.sock", from: "docker context" });
    assert.deepEqual(await engineHost({ ...env, DOCKER_CONTEXT: "default" }), {
      url: undefined,
      from: "default",
    });
    assert.deepEqual(await engineHost({ DOCKER_CONFIG: join(folder, "none") }), {
      url: undefined,
      from: "default",
    });
  });
});
