import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import { docker, execute, executeOk, logsOf, readAll } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "../engine/gateway-bench";

const NAME = "t-jupyter-engine";
const SUBNET = "10.98.43.0/29";
/** Where the container is, as its spec is told. */
export const ADDRESS = "10.98.43.2";
export const PYTHON = "/opt/jupyter/bin/python";

/** JupyterLab on an internal network of its own, run as the Docker platform runs it, with a home that outlives it. */
export class JupyterBench {
  private readonly folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  container = "";

  constructor(
    private readonly spec: WorkloadSpec,
    private readonly ca: string,
  ) {}

  /** Makes the network and the home, and starts the server. */
  async open(): Promise<void> {
    await this.removeAll();
    await docker.createVolume({ Name: NAME });
    await docker.createNetwork({
      Name: NAME,
      Internal: true,
      IPAM: { Config: [{ Subnet: SUBNET, Gateway: "10.98.43.1" }] },
    });
    for (const [path, value] of Object.entries(this.spec.files ?? {})) {
      const target = join(this.folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
    chmodSync(this.folder, 0o755);
    await this.start();
  }

  /** Starts a new container on the same home, and waits until its own probe says that it is ready. */
  async start(): Promise<void> {
    await this.removeContainers();
    const { spec } = this;
    const owned = `uid=${spec.user.uid},gid=${spec.user.gid}`;
    const container = await docker.createContainer({
      name: NAME,
      Image: await builtImage(spec.image),
      Entrypoint: [...spec.command],
      Cmd: [],
      Env: [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`),
      User: `${spec.user.uid}:${spec.user.gid}`,
      HostConfig: {
        Binds: [`${this.folder}:${FILES}:ro`, `${NAME}:${spec.volumes?.["home"]?.mountPath ?? ""}`],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        MemorySwap: spec.resources.memoryMiB * 2 ** 20,
        NanoCpus: spec.resources.cpu * 1e9,
        Init: true,
        Tmpfs: Object.fromEntries(
          (spec.writable ?? []).map((path) => [path, `rw,nosuid,nodev,noexec,size=128m,${owned},mode=0750`]),
        ),
        NetworkMode: NAME,
      },
      NetworkingConfig: { EndpointsConfig: { [NAME]: { IPAMConfig: { IPv4Address: ADDRESS } } } },
    });
    await container.start();
    this.container = container.id;
    await until({ what: "JupyterLab to be ready", limitSeconds: 55, everySeconds: 0.3 }, async () => {
      const { State } = await container.inspect();
      if (!State.Running) throw new Error(`it ended: ${await logsOf(container.id)}`);
      const { code, stdout, stderr } = await execute(container.id, spec.ready.command);
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      return true;
    });
  }

  /** Asks it from outside, on the address where the spec says that it listens. */
  async ask(path: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        host: ADDRESS,
        port: 8888,
        path,
        ca: this.ca,
        servername: "jupyter",
        timeout: 20_000,
      };
      const sent = request({ ...options, headers: { Host: "jupyter:8888", ...headers } });
      sent.on("response", resolve).on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`${path}: no answer`))).end();
    });
    const body = (await readAll(response)).toString("utf8");
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** Runs Python in the container, beside the server, and returns the last line that it printed, as JSON. */
  async python(code: string): Promise<unknown> {
    const said = await executeOk(this.container, [PYTHON, "-c", code]);
    return JSON.parse(said.trim().split("\n").at(-1) ?? "");
  }

  /** Removes all of it. */
  async close(): Promise<void> {
    await this.removeAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async removeContainers(): Promise<void> {
    const found = await docker.listContainers({ all: true, filters: { name: [`^/${NAME}$`] } });
    await Promise.all(found.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  }

  private async removeAll(): Promise<void> {
    await this.removeContainers();
    const networks = await docker.listNetworks({ filters: { name: [`^${NAME}$`] } });
    for (const { Id } of networks) await docker.getNetwork(Id).remove();
    const { Volumes } = await docker.listVolumes({ filters: { name: [`^${NAME}$`] } });
    for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove();
  }
}

/** Python that starts a kernel by the API, runs code in it over the websocket, and prints what it wrote; the same for a terminal. */
export const overWebsocket = (token: string, what: "kernel" | "terminal", input: string): string => `
import json, ssl, urllib.request, uuid, websocket
ca, token = "/etc/semblance/tls/ca.crt", "${token}"
def ask(method, path, body=None):
    request = urllib.request.Request("https://127.0.0.1:8888" + path, method=method, data=body, headers={"Authorization": "token " + token})
    return urllib.request.urlopen(request, context=ssl.create_default_context(cafile=ca), timeout=50).read()
def dial(path):
    return websocket.create_connection("wss://127.0.0.1:8888" + path, sslopt={"ca_certs": ca}, header=["Authorization: token " + token], timeout=50)
said = ""
if "${what}" == "kernel":
    name = json.loads(ask("POST", "/api/kernels", b"{}"))["id"]
    socket = dial("/api/kernels/" + name + "/channels")
    header = {"msg_id": uuid.uuid4().hex, "username": "t", "session": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"}
    content = {"code": ${JSON.stringify(input)}, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
    socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
    while True:
        message = json.loads(socket.recv())
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if message["msg_type"] == "stream":
            said += message["content"]["text"]
        if message["msg_type"] == "error":
            said += message["content"]["ename"]
        if message["msg_type"] == "execute_reply":
            break
    ask("DELETE", "/api/kernels/" + name)
else:
    name = json.loads(ask("POST", "/api/terminals"))["name"]
    socket = dial("/terminals/websocket/" + name)
    socket.send(json.dumps(["stdin", ${JSON.stringify(input)}]))
    while "groups=" not in said:
        kind, *rest = json.loads(socket.recv())
        said += rest[0] if kind == "stdout" else ""
    ask("DELETE", "/api/terminals/" + name)
print(json.dumps(said))`;
