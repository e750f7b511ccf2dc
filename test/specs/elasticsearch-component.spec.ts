import assert from "node:assert/strict";
import {
  Elasticsearch,
  ElasticsearchExporter,
  type SearchEngine,
} from "../../components/services/elasticsearch";
import { Secrets } from "../../components/secrets";
import { Authority } from "../../components/tls";
import { memberNames } from "../../components/topology";
import { recordProgram } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import { open, textsOf } from "../support/samples";

/** What the component makes on either engine, and the texts of what it runs. */
async function made(engine: SearchEngine) {
  const { result } = await recordProgram(async () => {
    const platform = new RecordingPlatform(new Set(memberNames));
    const certificates = new Authority("authority", { commonName: "test" }, {});
    const foundation = { platform, certificates, secrets: new Secrets("secrets", {}) };
    const clients = { jupyter: { patterns: ["datasets-*", "annotations-*"] } };
    const index = new Elasticsearch("elasticsearch", foundation, { engine, clients }, {});
    const { target } = new ElasticsearchExporter(foundation, index.monitor, {});
    const [job] = platform.jobs;
    const server = platform.servers.get("elasticsearch");
    return {
      index,
      target,
      jupyter: index.connection("jupyter"),
      password: (await open(index.connection("jupyter").login.password)).text,
      hash: (await open(index.connection("jupyter").login.bcryptHash)).text,
      jobs: platform.jobs.map(({ member, name }) => [member, name]),
      images: [server?.image, job?.spec.image],
      memoryMiB: server?.resources.memoryMiB,
      jobFiles: await textsOf(job?.spec.files),
      serverFiles: await textsOf(server?.files),
    };
  });
  return result;
}

for (const engine of ["elasticsearch", "opensearch"] as const) {
  describe(`the search index on ${engine}`, () => {
    it("gives its client a login of its own, the engine's name and its patterns", async () => {
      const { jupyter, images, jobs } = await made(engine);
      assert.equal(jupyter.login.username, "jupyter");
      assert.equal(jupyter.engine, engine);
      assert.deepEqual(jupyter.patterns, ["datasets-*", "annotations-*"]);
      assert.deepEqual(images, [engine, engine]);
      assert.deepEqual(jobs, [["elasticsearch-setup", "elasticsearch-setup"]]);
    });

    it("tells Prometheus where its exporter is", async () => {
      const { target } = await made(engine);
      assert.equal(target.connection.server, "elasticsearch-exporter");
      assert.equal(target.path, "/metrics");
      assert.equal(target.credential.kind, "basic");
    });

    it("has no client that nobody named", async () => {
      const { index } = await made(engine);
      assert.throws(() => index.connection("gateway" as never), /gateway/);
    });

    it("keeps the client's password from the server and from its set-up", async () => {
      const { password, hash, jobFiles, serverFiles } = await made(engine);
      assert.ok(password.length > 8);
      assert.ok(
        [...jobFiles.values()].some(({ text }) => text.includes(hash)),
        "they know its hash",
      );
      for (const [path, { text }] of [...jobFiles, ...serverFiles]) {
        assert.ok(!text.replaceAll(hash, "").includes(password), path);
      }
    });

    it("is given memory that it can start with", async () => {
      const { memoryMiB } = await made(engine);
      assert.equal(memoryMiB, engine === "elasticsearch" ? 2048 : 1024);
    });
  });
}
