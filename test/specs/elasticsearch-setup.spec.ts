import assert from "node:assert/strict";
import { elasticsearchExporterSpec } from "../../components/services/elasticsearch/exporter";
import { type SearchUser, setupJob, setupRequests } from "../../components/services/elasticsearch/setup";
import { indexTemplates } from "../../components/services/elasticsearch/templates";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, open, secretText, textsOf } from "../support/samples";
import { checkScript } from "../support/shell";

const users: readonly SearchUser[] = [
  { login: login("jupyter"), rights: { patterns: ["datasets-*"] } },
  { login: login("exporter"), rights: "statistics" },
];
const server = connection("elasticsearch", "https", 9200);
const jobs = {
  elasticsearch: setupJob({ ...server, engine: "elasticsearch", login: login("elasticsearch-setup") }, users),
  opensearch: setupJob({ ...server, engine: "opensearch", identity: leaf }, users),
};

async function bodies(engine: keyof typeof jobs): Promise<Record<string, unknown>> {
  const sent = setupRequests(engine, users);
  const texts = await Promise.all(sent.map(({ body }) => open(body)));
  return Object.fromEntries(sent.map(({ path }, i) => [path, JSON.parse(texts[i]?.text ?? "") as unknown]));
}

describe("what the set-up of Elasticsearch asks for", () => {
  it("gives a client its own indices and nothing of the cluster", async () => {
    const { "/_security/role/jupyter": role } = await bodies("elasticsearch");
    assert.deepEqual(role, {
      cluster: ["cluster:monitor/main"],
      indices: [{ names: ["datasets-*"], privileges: ["all"] }],
    });
  });

  it("gives the exporter statistics and no document", async () => {
    const { "/_security/role/exporter": role } = await bodies("elasticsearch");
    assert.deepEqual(role, { cluster: ["monitor"], indices: [{ names: ["*"], privileges: ["monitor"] }] });
  });

  it("makes a user with its own role, by the hash of its password", async () => {
    const { "/_security/user/jupyter": user } = await bodies("elasticsearch");
    assert.deepEqual(user, {
      password_hash: `$2a$10$${secretText("hash-jupyter")}`,
      roles: ["jupyter"],
    });
  });
});

describe("what the set-up of OpenSearch asks for", () => {
  const api = "/_plugins/_security/api";

  it("gives a client its own indices, and of the cluster what reaches several of them", async () => {
    const { [`${api}/roles/jupyter`]: role } = await bodies("opensearch");
    assert.deepEqual(role, {
      cluster_permissions: ["cluster:monitor/main", "cluster_composite_ops", "indices:data/read/scroll*"],
      index_permissions: [{ index_patterns: ["datasets-*"], allowed_actions: ["indices_all"] }],
    });
  });

  it("gives the exporter statistics and no document", async () => {
    const { [`${api}/roles/exporter`]: role } = await bodies("opensearch");
    assert.deepEqual(role, {
      cluster_permissions: ["cluster_monitor"],
      index_permissions: [{ index_patterns: ["*"], allowed_actions: ["indices_monitor"] }],
    });
  });

  it("makes a user with its own role, by the hash of its password", async () => {
    const { [`${api}/internalusers/jupyter`]: user } = await bodies("opensearch");
    assert.deepEqual(user, {
      hash: `$2a$10$${secretText("hash-jupyter")}`,
      opendistro_security_roles: ["jupyter"],
    });
  });
});

for (const [engine, job] of Object.entries(jobs)) {
  describe(`the set-up job of ${engine}`, () => {
    it("sends every request, roles before the users that have them", async () => {
      const list = (await fileOf(job, "/etc/semblance/setup/requests")).trim().split("\n");
      assert.equal(list.length, Object.keys(indexTemplates).length + 2 * users.length);
      const paths = list.map((line, i) => {
        const [method, path = "", body = ""] = line.split(" ");
        assert.equal(method, "PUT", "which can be sent again");
        assert.equal(body, `${i}.json`);
        assert.ok(`/etc/semblance/setup/${body}` in (job.files ?? {}));
        return path;
      });
      const at = (pattern: RegExp) => paths.findIndex((path) => pattern.test(path));
      assert.ok(at(/role.*\/jupyter$/) >= 0 && at(/role.*\/jupyter$/) < at(/user.*\/jupyter$/));
    });

    it("runs in the server's own image, as the server's user", () => {
      assert.equal(job.image, engine);
      assert.equal(job.user.uid, engine === "elasticsearch" ? 1000 : 10011);
    });

    it("has secrets in files that say so, and the password of no client", async () => {
      assert.ok(!JSON.stringify(job.command).includes(CANARY));
      for (const [path, { text, secret }] of await textsOf(job.files)) {
        assert.ok(secret || !text.includes(CANARY), path);
        assert.ok(!text.includes(secretText("jupyter")), path);
      }
    });

    it("verifies the server, and fails with what it was told", async () => {
      const script = await fileOf(job, "/etc/semblance/setup.sh");
      checkScript(script);
      assert.match(script, /--cacert \/etc\/semblance\/tls\/ca\.crt/);
      assert.match(script, /--fail-with-body/);
      assert.doesNotMatch(script, /--insecure|--user/);
      assert.equal(job.env?.["URL"], "https://elasticsearch:9200");
    });
  });
}

describe("index templates", () => {
  it("hold what the platform indexes, one shard each and no copy, which one node has no place for", () => {
    assert.deepEqual(
      Object.entries(indexTemplates).map(([name, { index_patterns }]) => [name, index_patterns]),
      [
        ["datasets", ["datasets-*"]],
        ["annotations", ["annotations-*"]],
      ],
    );
    for (const { template } of Object.values(indexTemplates)) {
      assert.deepEqual(template.settings, { index: { number_of_shards: 1, number_of_replicas: 0 } });
    }
  });
});

describe("exporter of Elasticsearch", () => {
  const spec = elasticsearchExporterSpec({
    leaf,
    listen: ["10.89.0.2"],
    scrape: login("prometheus"),
    elasticsearch: { ...server, login: login("exporter"), engine: "opensearch", patterns: [] },
  });
  const [shell, option, script = ""] = spec.command;

  it("gets its password from a file, and has none in its environment or command line", async () => {
    assert.deepEqual([shell, option], ["sh", "-c"]);
    checkScript(script);
    assert.match(script, /ES_PASSWORD="\$\(cat \/etc\/semblance\/secrets\/elasticsearch-password\)" exec /);
    assert.equal(await fileOf(spec, "/etc/semblance/secrets/elasticsearch-password"), secretText("exporter"));
    assert.deepEqual(spec.env, { ES_USERNAME: "exporter" });
    assert.ok(!JSON.stringify([spec.command, spec.ready.command]).includes(CANARY));
  });

  it("verifies the server, and listens where Prometheus dials it and nowhere else", () => {
    assert.match(script, / --es\.uri=https:\/\/elasticsearch:9200 --es\.ca=\/etc\/semblance\/tls\/ca\.crt /);
    assert.doesNotMatch(script, /skip-verify|0\.0\.0\.0/);
    assert.deepEqual(script.match(/--web\.listen-address=\S+/g), ["--web.listen-address=10.89.0.2:9114"]);
    assert.match(script, / --web\.config\.file=\/etc\/semblance\/web\.yml /);
  });
});
