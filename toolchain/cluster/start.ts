import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../errors";
import { silent, type Progress } from "../progress";
import { run } from "../pulumi/command";
import { Api } from "./api";
import { ensureControlPlane } from "./build";
import { Authority } from "./certificates";
import {
  argumentsOf,
  componentNames,
  file,
  kubeconfigOf,
  type ComponentName,
  type Layout,
} from "./components";
import { defaultStorageClass, serverOf, writeFiles, writeKubeconfig } from "./files";
import { nodesOf, type NodeGroup } from "./nodes";
import { freePort } from "./port";
import { Component } from "./process";

const PREFIX = "semblance-cluster-";
/** A start takes ten seconds; on a machine that does much else, minutes. */
const READY_MS = 5 * 60_000;
const POLL_MS = 200;
const AT_A_TIME = 20;

/** A client of the API server with a name. */
export interface Login {
  readonly kubeconfig: string;
  readonly api: Api;
}

/** A running control plane; it has no nodes at first. */
export interface Cluster {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** Its folder: logs of the components are `<component>.log`. */
  readonly folder: string;
  /** The administrator, for requests. */
  readonly admin: Api;
  /** A user in groups, who proves to be it by a client certificate. Any name is vouched for. */
  login(user: string, groups: readonly string[]): Promise<Login>;
  /** A client with a token: that of a ServiceAccount. */
  withToken(token: string): Api;
  /** Adds simulated nodes; resolves when the server has them. The scheduler uses them once kwok has made them ready. */
  addNodes(group: NodeGroup): Promise<void>;
  /** Ends all processes and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a control plane on a free port of the loopback interface, in a temporary folder. */
export async function startCluster(progress: Progress = silent): Promise<Cluster> {
  const binary = await ensureControlPlane(progress);
  return progress.step("Kubernetes control plane: start", () => start(binary));
}

async function start(binary: string): Promise<Cluster> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(folder, "owner"), String(process.pid));
  const layout: Layout = { folder, port: await freePort() };
  const components: Component[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(components.map((component) => component.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const launch = (...names: ComponentName[]): void => {
    for (const name of names) {
      const args = [name, ...argumentsOf(name, layout)];
      components.push(Component.start(binary, args, file(layout, `${name}.log`), folder));
    }
  };
  try {
    const authority = await Authority.create();
    await writeFiles(layout, authority);
    await writeFile(file(layout, "stages.yaml"), await stages(binary));
    let logins = 0;
    const login = async (user: string, groups: readonly string[]): Promise<Login> => {
      const identity = await authority.client(user, groups);
      const kubeconfig = kubeconfigOf(layout, `login-${++logins}`);
      await writeKubeconfig(kubeconfig, layout, authority, identity);
      return { kubeconfig, api: new Api(serverOf(layout), authority.certificate, identity) };
    };
    const { kubeconfig, api: admin } = await login("admin", ["system:masters"]);
    const [etcd, apiserver, ...controllers] = componentNames;
    launch(etcd, apiserver);
    await until("the API server to be ready", components, () => isThere(admin, "/readyz"));
    launch(...controllers);
    await admin.create("/apis/storage.k8s.io/v1/storageclasses", defaultStorageClass);
    // Without it no pod is admitted.
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    await until("the default ServiceAccount", components, () => isThere(admin, account));
    const server = serverOf(layout);
    const withToken = (token: string): Api => new Api(server, authority.certificate, { token });
    const addNodes = (group: NodeGroup): Promise<void> => createAll(admin, "/api/v1/nodes", nodesOf(group));
    return { kubeconfig, server, folder, admin, login, withToken, addNodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One connection each, some at a time: thousands of nodes are asked for too. */
async function createAll(api: Api, path: string, objects: readonly object[]): Promise<void> {
  for (let first = 0; first < objects.length; first += AT_A_TIME)
    await Promise.all(objects.slice(first, first + AT_A_TIME).map((object) => api.create(path, object)));
}

async function stages(binary: string): Promise<string> {
  const { code, output } = await run(binary, ["stages"]);
  if (code !== 0) throw new UserError(`${binary} cannot be run: ${output}`, `rm ${binary}`);
  return output;
}

/** Until it listens, connecting fails; until it is ready, it answers 500. */
function isThere(api: Api, path: string): Promise<boolean> {
  return api.exists(path).catch(() => false);
}

/** Asks until the answer is yes; gives up when a component has ended, with its last words. */
async function until(
  what: string,
  components: readonly Component[],
  ask: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + READY_MS;
  for (;;) {
    const failures = components.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
    if (failures.length > 0) throw new Error(`while waiting for ${what}, ${failures.join("\n")}`);
    if (await ask()) return;
    if (performance.now() > end) throw new Error(`waited ${READY_MS / 1000} s for ${what}`);
    await pause(POLL_MS);
  }
}

/** Folders of clusters whose owner was killed: their processes are gone, and nobody else removes them. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function isAbandoned(folder: string): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, "owner"), "utf8")), 0);
    return false;
  } catch (error) {
    // No such process. Without the file it is being made, or it is another user's.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
