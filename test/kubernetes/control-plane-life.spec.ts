import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ensureControlPlane, startCluster } from "../../toolchain/cluster";
import { silent } from "../../toolchain/progress";
import { CLUSTER_MS } from "../support/cluster";
import { alive, family } from "../support/process-tree";
import { root } from "../support/stack";
import { until } from "../support/until";

describe("Kubernetes control plane for tests: its end", function () {
  this.timeout(10 * 60_000);

  before(async function () {
    this.timeout(CLUSTER_MS);
    await ensureControlPlane(silent);
  });

  it("leaves no process behind when its starter is killed, and the next start removes its folder", async () => {
    const starter = spawn(
      process.execPath,
      ["--require", "tsx/cjs", join(root, "toolchain", "cluster", "main.ts")],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [kubeconfig] = await once(createInterface(starter.stdout), "line");
    const folder = dirname(String(kubeconfig));
    const members = family(starter.pid ?? 0);
    const commands = members.map(({ command }) => command.split(" ")[1]);
    for (const name of [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kwok",
      "volumes",
    ])
      assert.ok(commands.includes(name), `${name} is not among ${commands.join(", ")}`);

    starter.kill("SIGKILL");
    await until({ what: "all processes to end", limitSeconds: 60 }, () => alive(members).length === 0);

    const next = await startCluster();
    const others = family(process.pid).filter(({ command }) => command.includes(next.folder));
    assert.equal(existsSync(folder), false);
    await next.stop();
    assert.equal(existsSync(next.folder), false);
    assert.ok(others.length > 0);
    assert.deepEqual(alive(others), []);
  });
});
