import type { WorkloadSpec } from "../../components/core/workload";
import { type Answer, ask } from "../support/ask";
import { executeOk } from "../support/engine";
import { Bench } from "./server-bench";
import { SUBNETS } from "./subnets";

/** Where the container is, as its spec is told. */
export const ADDRESS = `${SUBNETS.jupyter}.2`;
export const PYTHON = "/opt/jupyter/bin/python";

/** JupyterLab with a home that outlives its container. */
export class JupyterBench extends Bench {
  constructor(
    private readonly spec: WorkloadSpec,
    private readonly ca: string,
  ) {
    super("t-jupyter", [SUBNETS.jupyter]);
  }

  override async open(): Promise<void> {
    await super.open();
    await this.renew();
  }

  /** Starts a new container on the same home. */
  renew(): Promise<void> {
    return this.start(this.spec);
  }

  /** Asks it from outside, on the address where the spec says that it listens. */
  ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const url = `https://${ADDRESS}:8888${path}`;
    return ask({ url, name: "jupyter", ca: this.ca, headers: { Host: "jupyter:8888", ...headers } });
  }

  /** Runs Python in the container, beside the server, and returns the last line that it printed, as JSON. */
  async python(code: string): Promise<unknown> {
    const said = await executeOk(this.container.id, [PYTHON, "-c", code]);
    return JSON.parse(said.trim().split("\n").at(-1) ?? "");
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
