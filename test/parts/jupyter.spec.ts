import assert from "node:assert/strict";
import type { S3Connection } from "../../components/core/connection";
import { Sensitive } from "../../components/core/values";
import { jupyterSpec } from "../../components/services/jupyter/spec";
import { execute, executeOk, logsOf } from "../support/engine";
import { connection, login, secretText } from "../support/samples";
import { ADDRESS, JupyterBench, overWebsocket, PYTHON } from "./jupyter-bench";
import { leafOf } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";

const TOKEN = "the-token-of-people";
const SCRAPE = "the-token-of-prometheus";
const pki = new ThrowAwayAuthority();
const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  bucket: "jupyter",
  region: "us-east-1",
  keys: login("jupyter-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const spec = jupyterSpec({
  leaf: leafOf(pki.issue("jupyter", "jupyter.semblance.localhost", "127.0.0.1")),
  trust: { caCertificate: pki.ca },
  listen: [ADDRESS],
  names: ["jupyter"],
  site: { url: "https://jupyter.semblance.localhost:8443", host: "jupyter.semblance.localhost" },
  token: Sensitive.of(TOKEN),
  scrapeToken: Sensitive.of(SCRAPE),
  cookieKey: Sensitive.of(secretText("cookie")),
  clients: {
    labelStudio: {
      connection: connection("label-studio", "https", 8080),
      token: Sensitive.of(secretText("label-studio")),
      url: "https://label-studio.semblance.localhost:8443",
    },
    s3,
  },
});
const bench = new JupyterBench(spec, pki.ca);
const people = { Authorization: `token ${TOKEN}` };
const prometheus = { Authorization: `Bearer ${SCRAPE}` };

describe("JupyterLab as a container", function () {
  this.timeout(60_000);
  before(() => bench.open());
  after(() => bench.close());

  it("lets nobody in without the token", async () => {
    assert.equal((await bench.ask("/api/contents")).status, 403);
    assert.equal((await bench.ask("/api/terminals")).status, 403);
    assert.equal((await bench.ask("/api/contents", { Authorization: "token guess" })).status, 403);
    const page = await bench.ask("/lab");
    assert.deepEqual([page.status, page.headers.location], [302, "/login?next=%2Flab"]);
  });

  it("answers under its own names only", async () => {
    const foreign = { ...people, Host: "elsewhere.example" };
    assert.equal((await bench.ask("/api/contents", foreign)).status, 403);
    const known = { ...people, Host: "jupyter.semblance.localhost:8443" };
    assert.equal((await bench.ask("/api/contents", known)).status, 200);
  });

  it("shows its page to who has the token, and a cookie that works over TLS only", async () => {
    const page = await bench.ask(`/lab?token=${TOKEN}`);
    assert.equal(page.status, 200);
    assert.match(page.body, /jupyter-config-data/);
    assert.doesNotMatch(page.body, /cdnjs|https:\/\/(?!jupyter)/);
    assert.match(String(page.headers["content-security-policy"]), /frame-ancestors 'self'/);
    const cookies = page.headers["set-cookie"] ?? [];
    assert.ok(cookies.length > 0);
    for (const cookie of cookies) assert.match(cookie, /; Secure/i);
  });

  it("shows metrics to Prometheus' own token, which opens nothing else and leaves no cookie", async () => {
    assert.equal((await bench.ask("/metrics")).status, 403);
    const metrics = await bench.ask("/metrics", prometheus);
    assert.equal(metrics.status, 200);
    assert.match(metrics.body, /^http_request_duration_seconds_count/m);
    assert.equal(metrics.headers["set-cookie"], undefined);
    assert.equal((await bench.ask("/api/contents", prometheus)).status, 403);
    assert.equal((await bench.ask(`/lab?token=${SCRAPE}`)).status, 302);
  });

  it("runs code in a kernel, which has the clients' credentials and lives in the home", async () => {
    const code =
      "import os, semblance; print(os.getcwd(), os.environ['AWS_SECRET_ACCESS_KEY'], semblance.bucket(), semblance.has('mlflow'))";
    const said = await bench.python(overWebsocket(TOKEN, "kernel", code));
    assert.equal(said, `/home/jupyter ${secretText("jupyter-s3")} jupyter False\n`);
  });

  it("gives a clear error where a service is absent", async () => {
    const code =
      "import semblance\ntry:\n  semblance.weaviate()\nexcept semblance.ServiceAbsent as e:\n  print(e)";
    assert.match(
      String(await bench.python(overWebsocket(TOKEN, "kernel", code))),
      /^this stack runs no weaviate/,
    );
  });

  it("has terminals as the same user, without any right of root", async () => {
    const said = String(await bench.python(overWebsocket(TOKEN, "terminal", "id\r")));
    assert.match(said, /uid=10005\(jupyter\) gid=10005\(jupyter\)/);
    const status = await executeOk(bench.container.id, [
      "grep",
      "-E",
      "^(CapEff|NoNewPrivs)",
      "/proc/self/status",
    ]);
    assert.match(status, /CapEff:\s+0+\nNoNewPrivs:\s+1/);
  });

  it("writes nowhere but to its home and to memory", async () => {
    for (const place of ["/opt/jupyter", "/etc/semblance/jupyter", "/usr"]) {
      const { code } = await execute(bench.container.id, ["touch", `${place}/x`]);
      assert.notEqual(code, 0, place);
    }
  });

  it("listens on the address of its arrow and on the loopback address, and speaks to kernels by no port", async () => {
    const code = `
import json, pathlib
rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
own = [row[1].split(":") for row in rows if row[3] == "0A" and row[7] == "10005"]
print(json.dumps(sorted(".".join(str(b) for b in reversed(bytes.fromhex(a))) + ":" + str(int(p, 16)) for a, p in own)))`;
    const seen = String(await bench.python(overWebsocket(TOKEN, "kernel", code)));
    const [outside, ...inside] = JSON.parse(seen) as string[];
    const loopback = inside.filter((one) => one !== "127.0.0.1:8888");
    assert.equal(outside, `${ADDRESS}:8888`);
    // A kernel has one of its own, by which its subprocesses bring what they print. Its five channels are none.
    assert.ok(loopback.length <= 1 && loopback.every((one) => one.startsWith("127.0.0.1:")), seen);
  });

  it("keeps the home and what people changed in it, and takes no configuration from there", async () => {
    const home = "/home/jupyter";
    await executeOk(bench.container.id, [
      "sh",
      "-c",
      `echo mine > ${home}/start-here/00-welcome.ipynb && rm ${home}/start-here/README.md && mkdir -p ${home}/.jupyter ${home}/.local/etc/jupyter && echo 'c.ServerApp.port = 9999' | tee ${home}/.jupyter/jupyter_server_config.py > ${home}/.local/etc/jupyter/jupyter_server_config.py`,
    ]);
    const before = await bench.ask(`/lab?token=${TOKEN}`);
    const cookie = (before.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
    assert.equal((await bench.ask("/api/contents", { Cookie: cookie })).status, 200);
    await bench.renew();
    const files = await executeOk(bench.container.id, ["ls", `${home}/start-here`]);
    assert.ok(files.includes("07-end-to-end.ipynb") && !files.includes("README"));
    assert.equal(
      await executeOk(bench.container.id, ["cat", `${home}/start-here/00-welcome.ipynb`]),
      "mine\n",
    );
    assert.equal((await bench.ask("/api/contents", { Cookie: cookie })).status, 200, "the session has ended");
  });

  it("renews a starter notebook that nobody touched, and no other", async () => {
    const seen = await bench.python(`
import json, pathlib, semblance_home, tempfile
root = pathlib.Path(tempfile.mkdtemp())
source, home, record = root / "source", root / "home", root / "record"
source.mkdir()
for name in ("left", "changed", "deleted"):
    (source / name).write_text("first")
first = semblance_home.bring(source, home, record)
(home / "changed").write_text("mine")
(home / "deleted").unlink()
for name in ("left", "changed", "deleted", "new"):
    (source / name).write_text("second")
second = semblance_home.bring(source, home, record)
third = semblance_home.bring(source, home, record)
print(json.dumps([first, second, third, {path.name: path.read_text() for path in sorted(home.iterdir())}]))`);
    const kept = { changed: "mine", left: "second", new: "second" };
    assert.deepEqual(seen, [["changed", "deleted", "left"], ["left", "new"], [], kept]);
  });

  it("has notebooks that are valid, and whose code Python reads", async () => {
    const read = await bench.python(`
import ast, json, nbformat, pathlib
cells = 0
for file in sorted(pathlib.Path("/etc/semblance/notebooks").glob("*.ipynb")):
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            cells += 1
print(json.dumps(cells))`);
    assert.ok(Number(read) > 30, String(read));
  });

  it("runs notebooks without a person, and tells why one was left out", async () => {
    const command = [PYTHON, "/etc/semblance/app/run_notebooks.py", "03-search-index"];
    const { code, stdout } = await execute(bench.container.id, command);
    const outcome = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, outcome["name"], outcome["ok"]], [0, "03-search-index", true]);
    assert.match(String(outcome["skipped"]), /neither elasticsearch nor opensearch/);
    assert.equal((await execute(bench.container.id, [...command.slice(0, 2), "no-such"])).code, 2);
  });

  it("writes each log line as JSON, without a token in it", async () => {
    const lines = (await logsOf(bench.container.id)).trim().split("\n");
    for (const line of lines) {
      assert.deepEqual(Object.keys(JSON.parse(line) as object), ["time", "level", "logger", "message"], line);
    }
    assert.doesNotMatch(lines.join("\n"), new RegExp(`${TOKEN}|${SCRAPE}`));
  });

  it("speaks TLS 1.2 at least", async () => {
    const seen = await bench.python(`
import json, socket, ssl
context = ssl.create_default_context(cafile="/etc/semblance/tls/ca.crt")
context.minimum_version = ssl.TLSVersion.TLSv1
context.maximum_version = ssl.TLSVersion.TLSv1_1
context.set_ciphers("DEFAULT@SECLEVEL=0")
try:
    context.wrap_socket(socket.create_connection(("127.0.0.1", 8888)), server_hostname="jupyter")
    print(json.dumps("spoke"))
except ssl.SSLError as error:
    print(json.dumps(error.reason))`);
    assert.match(String(seen), /PROTOCOL_VERSION|UNSUPPORTED|INTERNAL_ERROR|HANDSHAKE/);
  });

  it("is small while nobody works", async () => {
    const resident = await bench.python(`
import json, pathlib, re
found = [p for p in pathlib.Path("/proc").glob("[0-9]*") if b"jupyter-lab" in (p / "cmdline").read_bytes()]
print(json.dumps(max(int(re.search(r"VmRSS:\\s+(\\d+)", (p / "status").read_text())[1]) for p in found)))`);
    assert.ok(Number(resident) < 160 * 1024, `${String(resident)} kB`);
  });
});
