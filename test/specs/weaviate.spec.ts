import assert from "node:assert/strict";
import { datasetEmbedding } from "../../components/services/weaviate";
import { permissionsOf } from "../../components/services/weaviate/rights";
import { weaviateSpec } from "../../components/services/weaviate/server";
import { weaviateSetupJob } from "../../components/services/weaviate/setup";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, open, secretText, trust } from "../support/samples";

const spec = weaviateSpec({
  leaf,
  trust,
  listen: { https: ["10.89.0.2", "10.89.0.18"], grpc: ["10.89.0.34"], metrics: ["10.89.0.50"] },
  root: login("weaviate-setup"),
  clients: [login("jupyter"), login("curator")],
  scrape: login("prometheus"),
});

interface Door {
  readonly child: {
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly environmentFiles: Readonly<Record<string, string>>;
  };
  readonly fronts: readonly {
    readonly name: string;
    readonly listen: readonly string[];
    readonly upstream: string;
    readonly authentication?: string;
    readonly clients?: readonly {
      readonly name: string;
      readonly hashFile: string;
      readonly allow: unknown;
    }[];
  }[];
}

const door = async () => JSON.parse(await fileOf(spec, "/etc/semblance/door.json")) as Door;

describe("Weaviate", () => {
  it("is reached through the door alone, on the addresses of each port", async () => {
    const { child, fronts } = await door();
    assert.deepEqual(Object.fromEntries(fronts.map((front) => [front.name, front.listen])), {
      https: ["10.89.0.2:8443", "10.89.0.18:8443"],
      grpc: ["10.89.0.34:50051"],
      metrics: ["10.89.0.50:2113"],
    });
    for (const { upstream } of fronts) assert.match(upstream, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.ok(child.command.includes("--host=127.0.0.1") && child.command.includes("--scheme=http"));
    assert.equal(child.environment["CLUSTER_BIND_ADDR"], "127.0.0.1");
    assert.equal(child.environment["CLUSTER_ADVERTISE_ADDR"], "127.0.0.1");
    assert.equal(child.environment["GO_PROFILING_DISABLE"], "true");
  });

  it("has inside no number that it has outside, so that every address may be asked for", async () => {
    const outside = Object.values(spec.ports).map(({ number }) => String(number));
    const inside = (await door()).fronts.map(({ upstream }) => upstream.split(":").at(-1) ?? "");
    assert.equal(new Set([...outside, ...inside]).size, 6);
  });

  it("lets in who has a key, and nobody else", async () => {
    const { environment, environmentFiles } = (await door()).child;
    assert.equal(environment["AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"], "false");
    assert.equal(environment["AUTHORIZATION_RBAC_ENABLED"], "true");
    assert.equal(environment["AUTHORIZATION_RBAC_ROOT_USERS"], "weaviate-setup");
    assert.equal(environment["AUTHENTICATION_APIKEY_USERS"], "weaviate-setup,jupyter,curator");
    const keys = environmentFiles["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] ?? "";
    const { text, secret } = await open(spec.files?.[keys as `/etc/semblance/${string}`] ?? "");
    assert.deepEqual(text.split(","), ["weaviate-setup", "jupyter", "curator"].map(secretText));
    assert.ok(secret);
  });

  it("shows its metrics to Prometheus, which it knows by a hash, and nothing else on that port", async () => {
    const metrics = (await door()).fronts.find(({ name }) => name === "metrics");
    assert.equal(metrics?.authentication, undefined, "the door asks");
    const [client, ...others] = metrics?.clients ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(client?.allow, [{ methods: ["GET"], paths: ["/metrics"] }]);
    assert.match(await fileOf(spec, client?.hashFile ?? ""), /^\$2a\$/);
  });

  it("keeps its data, under a name that never changes", async () => {
    const { environment } = (await door()).child;
    const { data } = spec.volumes ?? {};
    assert.deepEqual(data, { mountPath: "/var/lib/weaviate", onDown: "keep", sizeGiB: 20 });
    assert.equal(environment["PERSISTENCE_DATA_PATH"], data?.mountPath);
    assert.equal(environment["CLUSTER_HOSTNAME"], "weaviate");
    assert.equal(environment["RAFT_JOIN"], environment["CLUSTER_HOSTNAME"]);
  });

  it("tells its vendor nothing, makes no collection by mistake, and logs JSON", async () => {
    const { environment } = (await door()).child;
    assert.equal(environment["DISABLE_TELEMETRY"], "true");
    assert.equal(environment["AUTOSCHEMA_ENABLED"], "false");
    assert.equal(environment["LOG_FORMAT"], "json");
  });

  it("has no secret in its configuration, its command line or its environment", async () => {
    const texts = [String(spec.command), String(spec.ready.command), JSON.stringify(await door())];
    for (const text of texts) assert.ok(!text.includes(CANARY));
    assert.equal(spec.env, undefined);
  });
});

describe("Weaviate's roles", () => {
  const actions = (rights: Parameters<typeof permissionsOf>[0]) =>
    permissionsOf(rights).map(({ action }) => action);

  it("let a reader read", () => {
    assert.deepEqual(actions({ reads: ["A"] }), ["read_collections", "read_data"]);
  });

  it("let a writer write objects, and the owner alone change collections", () => {
    const writer = actions({ writes: ["A"] });
    assert.ok(writer.includes("delete_data") && !writer.includes("update_collections"));
    assert.ok(actions({ owns: ["A*"] }).includes("delete_collections"));
  });

  it("name the collections that they are about", () => {
    for (const permission of permissionsOf({ reads: ["A"], writes: ["B"], owns: ["C*"] })) {
      const about = "data" in permission ? permission.data : permission.collections;
      assert.ok(["A", "B", "C*"].includes(about.collection));
    }
  });

  it("take no name that would be read as more than it says", () => {
    for (const name of ["*", ".*", "a", "A.*", "A|B", "A*B", ""]) {
      assert.throws(() => permissionsOf({ reads: [name] }), /is no collection/, name);
    }
  });
});

describe("Weaviate's set-up", () => {
  const admin = { ...connection("weaviate", "https", 8443), token: login("weaviate-setup").password };
  const job = weaviateSetupJob({ admin, clients: { jupyter: { writes: ["DatasetEmbedding"] } } });

  it("is told what there should be, and has the key in a file", async () => {
    const wanted = JSON.parse(await fileOf(job, "/etc/semblance/setup.json")) as Record<string, unknown>;
    assert.deepEqual(wanted, {
      host: "weaviate",
      port: 8443,
      collections: [datasetEmbedding],
      clients: [{ name: "jupyter", permissions: permissionsOf({ writes: ["DatasetEmbedding"] }) }],
    });
    assert.equal(await fileOf(job, "/etc/semblance/secrets/weaviate-key"), secretText("weaviate-setup"));
    assert.ok(!String(job.command).includes(CANARY));
    assert.deepEqual(job.uses, [admin]);
  });

  it("makes a collection of vectors that others have made, compared by their angle", () => {
    assert.equal(datasetEmbedding.vectorizer, "none");
    assert.equal(datasetEmbedding.vectorIndexType, "hnsw");
    assert.equal(datasetEmbedding.vectorIndexConfig.distance, "cosine");
    assert.deepEqual(
      datasetEmbedding.properties.map(({ name }) => name),
      ["project", "task_id", "object_url", "modality", "text", "model", "created_at"],
    );
  });
});
