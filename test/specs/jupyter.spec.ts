import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BearerConnection, S3Connection } from "../../components/core/connection";
import type { Foundation } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { images } from "../../components/images";
import { Jupyter, JUPYTER_STATE, type JupyterClients } from "../../components/services/jupyter";
import { jupyterSpec, type JupyterSpecArgs } from "../../components/services/jupyter/spec";
import { membersOf } from "../../components/topology";
import { CANARY, recordProgram } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import { connection, fileOf, leaf, login, open, secretText, textsOf, trust } from "../support/samples";

const root = join(__dirname, "..", "..");
const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  bucket: "jupyter",
  region: "us-east-1",
  keys: login("jupyter-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const bearer = (server: "weaviate" | "ollama", port: string, number: number): BearerConnection => ({
  ...connection(server, port, number),
  token: Sensitive.of(secretText(server)),
});
const few: JupyterClients = {
  labelStudio: {
    connection: connection("label-studio", "https", 8080),
    token: Sensitive.of(secretText("label-studio")),
    url: "https://label-studio.semblance.localhost:8443",
  },
  s3,
};
const all: JupyterClients = {
  ...few,
  mlflow: { ...connection("mlflow", "https", 5000), login: login("jupyter"), experiment: "jupyter" },
  search: {
    ...connection("elasticsearch", "https", 9200),
    login: login("jupyter-index"),
    engine: "elasticsearch",
    patterns: ["datasets-*", "annotations-*"],
  },
  weaviate: { rest: bearer("weaviate", "https", 8080), grpc: bearer("weaviate", "grpc", 50051) },
  ollama: bearer("ollama", "https", 11434),
};
const args: JupyterSpecArgs = {
  leaf,
  trust,
  listen: ["192.0.2.2", "192.0.2.3"],
  names: ["jupyter"],
  site: { url: "https://jupyter.semblance.localhost:8443", host: "jupyter.semblance.localhost" },
  token: Sensitive.of(secretText("token")),
  scrapeToken: Sensitive.of(secretText("scrape")),
  cookieKey: Sensitive.of(secretText("cookie")),
  clients: all,
};
const spec = jupyterSpec(args);

/** Environment of kernels: the plain variables, and the secret ones read out of the files that are named. */
async function kernelEnv(of: ReturnType<typeof jupyterSpec>) {
  const given = JSON.parse(await fileOf(of, "/etc/semblance/environment.json")) as {
    plain: Record<string, string>;
    secret: Record<string, string>;
  };
  const opened = Object.entries(given.secret).map(async ([name, file]) => {
    const value = of.files?.[`/etc/semblance/secrets/${file}`] ?? assert.fail(`${name}: no file ${file}`);
    const { text, secret } = await open(value);
    assert.ok(secret, name);
    return [name, text] as const;
  });
  return { plain: given.plain, secret: Object.fromEntries(await Promise.all(opened)) };
}

describe("JupyterLab", () => {
  it("keeps hashes of the tokens that open it, and never the tokens", async () => {
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    assert.equal(await fileOf(spec, "/etc/semblance/secrets/token.sha256"), sha256(secretText("token")));
    assert.equal(
      await fileOf(spec, "/etc/semblance/secrets/scrape-token.sha256"),
      sha256(secretText("scrape")),
    );
    for (const [path, { text }] of await textsOf(spec.files)) {
      assert.ok(!text.includes(secretText("token")) && !text.includes(secretText("scrape")), path);
    }
  });

  it("has no secret in its environment, its command line, or a file that is not marked as one", async () => {
    for (const [name, { text, secret }] of await textsOf(spec.env)) {
      assert.ok(!secret && !text.includes(CANARY), name);
    }
    assert.ok(!JSON.stringify([spec.command, spec.ready.command]).includes(CANARY));
    for (const [path, { text, secret }] of await textsOf(spec.files)) {
      assert.ok(secret || !text.includes(CANARY), path);
    }
  });

  it("gives kernels each service's address, and its own credential there", async () => {
    const { plain, secret } = await kernelEnv(spec);
    assert.deepEqual(secret, {
      LABEL_STUDIO_API_KEY: secretText("label-studio"),
      AWS_SECRET_ACCESS_KEY: secretText("jupyter-s3"),
      MLFLOW_TRACKING_PASSWORD: secretText("jupyter"),
      ELASTICSEARCH_PASSWORD: secretText("jupyter-index"),
      WEAVIATE_API_KEY: secretText("weaviate"),
      OLLAMA_API_KEY: secretText("ollama"),
    });
    for (const [name, wanted] of [
      ["LABEL_STUDIO_URL", "https://label-studio:8080"],
      ["AWS_ENDPOINT_URL_S3", "https://s3.semblance.localhost:8443"],
      ["AWS_ACCESS_KEY_ID", "jupyter-s3"],
      ["S3_BUCKET", "jupyter"],
      ["MLFLOW_TRACKING_URI", "https://mlflow:5000"],
      ["MLFLOW_TRACKING_USERNAME", "jupyter"],
      ["MLFLOW_EXPERIMENT_NAME", "jupyter"],
      ["ELASTICSEARCH_URL", "https://elasticsearch:9200"],
      ["ELASTICSEARCH_USER", "jupyter-index"],
      ["WEAVIATE_HOST", "weaviate"],
      ["WEAVIATE_GRPC_PORT", "50051"],
      ["OLLAMA_HOST", "https://ollama:11434"],
    ] as const) {
      assert.equal(plain[name], wanted, name);
    }
    for (const name of [
      "SSL_CERT_FILE",
      "REQUESTS_CA_BUNDLE",
      "AWS_CA_BUNDLE",
      "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
      "MLFLOW_TRACKING_SERVER_CERT_PATH",
    ]) {
      assert.equal(plain[name], "/etc/semblance/tls/ca.crt", name);
    }
  });

  it("says nothing of services that the stack lacks, and calls OpenSearch by its name", async () => {
    const { plain, secret } = await kernelEnv(jupyterSpec({ ...args, clients: few }));
    assert.deepEqual(Object.keys(secret), ["LABEL_STUDIO_API_KEY", "AWS_SECRET_ACCESS_KEY"]);
    assert.doesNotMatch(Object.keys(plain).join(" "), /MLFLOW|SEARCH|WEAVIATE|OLLAMA/);
    const search = { ...(all.search ?? assert.fail()), engine: "opensearch" as const };
    const other = await kernelEnv(jupyterSpec({ ...args, clients: { ...few, search } }));
    assert.equal(other.plain["OPENSEARCH_URL"], "https://elasticsearch:9200");
    assert.equal(other.secret["OPENSEARCH_PASSWORD"], secretText("jupyter-index"));
    assert.equal(other.plain["ELASTICSEARCH_URL"], undefined);
  });

  it("uses the connections that it was given, and no other", () => {
    const named = (of: typeof spec) => of.uses.map(({ server, port }) => `${server}:${port}`);
    assert.deepEqual(named(spec), [
      "label-studio:https",
      "minio:s3",
      "mlflow:https",
      "elasticsearch:https",
      "weaviate:https",
      "weaviate:grpc",
      "ollama:https",
    ]);
    assert.deepEqual(named(jupyterSpec({ ...args, clients: few })), ["label-studio:https", "minio:s3"]);
  });

  it("listens where arrows lead to it, under the names by which it is asked for", async () => {
    const env = await textsOf(spec.env);
    assert.equal(env.get("SEMBLANCE_LISTEN")?.text, "192.0.2.2,192.0.2.3");
    assert.equal(env.get("SEMBLANCE_PORT")?.text, String(spec.ports.https.number));
    assert.equal(env.get("SEMBLANCE_HOSTS")?.text, "jupyter.semblance.localhost,jupyter");
    assert.equal(spec.ready.command.at(-1), String(spec.ports.https.number));
  });

  it("keeps the home, and takes its own configuration from where nobody can write", async () => {
    assert.deepEqual(spec.volumes, {
      home: { mountPath: "/home/jupyter", onDown: "keep", sizeGiB: 20 },
    });
    const env = await textsOf(spec.env);
    assert.equal(env.get("HOME")?.text, "/home/jupyter");
    const folder = env.get("JUPYTER_CONFIG_DIR")?.text ?? "";
    assert.ok(await fileOf(spec, `${folder}/jupyter_server_config.py`));
    const { disabledExtensions } = JSON.parse(await fileOf(spec, `${folder}/labconfig/page_config.json`)) as {
      disabledExtensions: Record<string, boolean>;
    };
    assert.equal(disabledExtensions["@jupyterlab/apputils-extension:announcements"], true);
  });

  it("sees GPUs only where somebody asks for them", () => {
    assert.equal(spec.resources.gpus, undefined);
    assert.equal(jupyterSpec({ ...args, gpu: { count: 2 } }).resources.gpus, 2);
  });

  it("loads every Python file of ours that another one imports", async () => {
    const files = await textsOf(spec.files);
    const modules = [...files.keys()].flatMap((path) => /\/app\/(\w+)\.py$/.exec(path)?.[1] ?? []);
    assert.ok(modules.includes("semblance") && modules.includes("run_notebooks"));
    for (const [path, { text }] of files) {
      for (const [, name = ""] of text.matchAll(/^\s*(?:import|from) (semblance\w*)/gm)) {
        assert.ok(modules.includes(name), `${path} imports ${name}`);
      }
    }
  });

  it("pins every Python package of its image", () => {
    const lines = readFileSync(join(root, "images", "jupyter", "requirements.txt"), "utf8")
      .trim()
      .split("\n");
    for (const line of lines) assert.match(line, /^[\w.-]+==[\w.+!]+$/);
    assert.ok(lines.includes(`jupyterlab==${images.jupyter.builds}`));
  });
});

describe("JupyterLab as a component", () => {
  it("asks people for a token, and gives Prometheus another one that it can tell apart", async () => {
    const platform = new RecordingPlatform(membersOf({ profile: "full", development: false }));
    const key = (purpose: string) => ({
      hex: Sensitive.of(secretText(purpose)),
      base64: Sensitive.of(secretText(purpose)),
    });
    const foundation: Foundation = {
      platform,
      certificates: {
        trust,
        issue: () => leaf,
        clientsOf: () => assert.fail("it has logins"),
        ends: () => assert.fail("nobody asks"),
      },
      secrets: { login: (_server, _client, username) => login(username), key },
    };
    const { result: jupyter } = await recordProgram(
      () => new Jupyter("jupyter", foundation, { ...all, site: args.site }, {}),
    );
    const { credential, path } = jupyter.target;
    assert.ok(credential.kind === "bearer" && path === "/metrics");
    const [people, prometheus] = await Promise.all([open(jupyter.token), open(credential.token)]);
    assert.notEqual(people.text, prometheus.text);
    assert.ok(people.secret && prometheus.secret);
    assert.equal(jupyter.web.login, undefined);
    assert.deepEqual(jupyter.target.connection, jupyter.web);
    assert.equal(platform.servers.get("jupyter")?.image, "jupyter");
    assert.equal(JUPYTER_STATE.service, "jupyter");
  });
});
