import assert from "node:assert/strict";
import type Docker from "dockerode";
import { gatewaySpec } from "../../components/services/gateway";
import { jupyterSpec } from "../../components/services/jupyter/spec";
import { Sensitive } from "../../components/core/values";
import { ask } from "../support/ask";
import { executeOk, logsOf } from "../support/engine";
import { connection, login } from "../support/samples";
import { connect, leafOf, login as knownLogin } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { LiveCopy, shown } from "./live-copy";
import { live } from "./live-edit";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

describe("our pages in development mode", function () {
  this.timeout(120_000);
  const pki = new ThrowAwayAuthority();
  const bench = new NetworkBench("t-livepages", SUBNETS.livePages);
  const copy = new LiveCopy();
  const trust = { caCertificate: pki.ca };
  const domain = "semblance.localhost";
  let gateway: Docker.Container | undefined;
  let jupyter: Docker.Container | undefined;
  after(async () => {
    await bench.close();
    copy.remove();
  });

  before(async () => {
    await bench.open();
    const prometheus = connect("prometheus", "https", 9090, pki.ca, knownLogin("gateway", "pw"));
    gateway = await bench.start(
      "gateway",
      2,
      copy.of(
        gatewaySpec({
          live: true,
          debug: true,
          stack: "test",
          domain,
          published: { bind: "127.0.0.1", httpsPort: 8443, httpPort: 8080 },
          routes: [],
          others: [],
          absent: {},
          state: { to: prometheus },
          authorityFile: "ca.crt",
          publicLeaf: leafOf(pki.issue(domain)),
          leaf: leafOf(pki.issue("gateway")),
          name: "gateway",
          trust,
          listen: { public: [bench.address(2)], metrics: [bench.address(2)] },
          logins: {
            annotator: knownLogin("annotator", "pw"),
            scientist: knownLogin("scientist", "pw"),
            operator: knownLogin("operator", "pw"),
          },
          scrape: knownLogin("prometheus", "pw"),
        }),
      ),
    );
    jupyter = await bench.start(
      "jupyter",
      3,
      copy.of(
        jupyterSpec({
          live: true,
          leaf: leafOf(pki.issue("jupyter", "127.0.0.1")),
          trust,
          listen: [bench.address(3)],
          names: ["jupyter"],
          site: { url: "https://jupyter.semblance.localhost:8443", host: "jupyter.semblance.localhost" },
          token: Sensitive.of("people"),
          scrapeToken: Sensitive.of("prometheus"),
          cookieKey: Sensitive.of("cookie"),
          clients: {
            labelStudio: {
              connection: connection("label-studio", "https", 8080),
              token: Sensitive.of("token"),
              url: "https://label-studio.semblance.localhost:8443",
            },
            s3: {
              ...connection("minio", "s3", 8443),
              bucket: "jupyter",
              region: "us-east-1",
              keys: login("jupyter-s3"),
              endpoint: "https://s3.semblance.localhost:8443",
            },
          },
        }),
      ),
    );
  });

  const home = (path: string) =>
    ask({
      url: `https://${bench.address(2)}:8443${path}`,
      name: domain,
      ca: pki.ca,
      headers: { Host: domain },
    });
  const notebooks = async (path: string) =>
    ask({
      url: `https://${bench.address(3)}:8888${path}`,
      name: "jupyter",
      ca: pki.ca,
      headers: { Host: "jupyter:8888", Authorization: "token people" },
    });

  it("are the home page's style sheet and script", async () => {
    await live(
      "home.css",
      gateway,
      5,
      () => copy.edit(copy.file("gateway/home", "home.css"), "{", "{ --edited: 1;"),
      async () => (await home("/home.css")).body.includes("--edited"),
    );
    assert.match((await home("/")).body, /<title>Semblance Curation/);
    assert.equal((await home("/absent.css")).status, 404);
  });

  it("are the starter notebooks in the home", () =>
    live(
      "a notebook",
      jupyter,
      10,
      () => copy.edit(copy.file("jupyter/notebooks", "README.md"), "#", "# Edited"),
      async () => (await notebooks("/api/contents/start-here/README.md")).body.includes("Edited"),
    ));

  it("are what the next kernel imports", () =>
    live(
      "the module for kernels",
      jupyter,
      5,
      () =>
        copy.edit(copy.file("jupyter/app", "semblance.py"), "SERVICES = {", "EDITED = True\nSERVICES = {"),
      async () =>
        (await executeOk(jupyter?.id ?? "", ["grep", "-c", "", "/etc/semblance/app/semblance.py"])) !== "" &&
        (
          await executeOk(jupyter?.id ?? "", [
            "/opt/jupyter/bin/python",
            "-c",
            "import semblance; print(hasattr(semblance, 'EDITED'))",
          ])
        ).includes("True"),
    ));

  it("start JupyterLab anew where they are the server's", async () => {
    await live(
      "JupyterLab's extension",
      jupyter,
      30,
      () => copy.edit(copy.file("jupyter/app", "semblance_extension.py"), '("ready")', '("edited")'),
      async () => (await logsOf(jupyter?.id ?? "")).includes('"edited"'),
    );
    await shown("its answer", 10, async () => (await notebooks("/api/contents")).status === 200);
  });
});
