import assert from "node:assert/strict";
import type { S3Connection } from "../../components/core/connection";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import { labelStudioExporterSpec } from "../../components/services/label-studio/exporter";
import {
  EXPORTER_REDIS_RIGHTS,
  LABEL_STUDIO_REDIS_RIGHTS,
} from "../../components/services/label-studio/rights";
import {
  labelStudioSetupJob,
  labelStudioSpec,
  labelStudioWorkerSpec,
} from "../../components/services/label-studio/specs";
import { CANARY } from "../support/mocks";
import {
  connection,
  fileOf,
  https,
  leaf,
  login,
  postgres,
  redis,
  secretText,
  textsOf,
} from "../support/samples";

const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  address: { host: "s3.semblance.localhost", port: 8443 },
  bucket: "label-studio",
  region: "us-east-1",
  keys: login("label-studio-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const site = { url: "https://label-studio.semblance.localhost:8443" };
const secretKey = login("secret-key").password;
const process = { site, stores: { postgres, s3 }, secretKey };
const listening = { leaf, listen: ["10.89.0.2", "10.89.0.10"] };

const server = labelStudioSpec({ ...process, ...listening, redis, names: ["label-studio"] });
const worker = labelStudioWorkerSpec({ ...process, redis });
const setup = labelStudioSetupJob({
  ...process,
  administrator: login("admin@semblance.localhost"),
  apiToken: login("token").password,
  reader: "label_studio_exporter",
});
const exporter = labelStudioExporterSpec({
  ...listening,
  web: https,
  postgres,
  redis,
  scrape: login("prometheus"),
});

type Process = Omit<WorkloadSpec | JobSpec, "ports">;
const processes: readonly (readonly [string, Process])[] = [
  ["server", server],
  ["worker", worker],
  ["set-up", setup],
  ["exporter", exporter],
];

for (const [name, spec] of processes) {
  describe(`Label Studio's ${name}`, () => {
    it("has its secrets in files and nowhere else", async () => {
      for (const [variable, { text, secret }] of await textsOf(spec.env)) {
        assert.ok(!secret && !text.includes(CANARY), variable);
      }
      assert.ok(!JSON.stringify(spec.command).includes(CANARY));
    });

    it("has every file that it names, and every module that its modules import", async () => {
      const files = spec.files ?? {};
      const named = JSON.stringify([spec.command, spec.env]).match(/\/etc\/semblance\/[\w/-]+\.\w+/g) ?? [];
      for (const path of named) assert.ok(path in files, path);
      for (const path of Object.keys(files).filter((one) => one.endsWith(".py"))) {
        const imports = (await fileOf(spec, path)).matchAll(
          /^\s*(?:import|from) ((?:semblance|exporter)_\w+)/gm,
        );
        for (const [, module] of imports) {
          assert.ok(`/etc/semblance/app/${module}.py` in files, `${path} imports ${module}`);
        }
      }
    });

    it("verifies PostgreSQL by the stack's authority", async () => {
      assert.equal(await fileOf(spec, "/etc/semblance/tls/ca.crt"), "the authority");
      assert.match(
        await fileOf(spec, "/etc/semblance/app/semblance_connections.py"),
        /"sslmode": "verify-full"/,
      );
    });
  });
}

describe("Label Studio's server", () => {
  it("listens where the gateway and the exporter dial it, and on the loopback for its own check", () => {
    assert.equal(server.env?.["LISTEN_ADDRESSES"], "10.89.0.2,10.89.0.10,127.0.0.1");
    assert.equal(server.env?.["LISTEN_PORT"], String(server.ports.https.number));
  });

  it("listens once where it listens everywhere", () => {
    const everywhere = labelStudioSpec({ ...process, leaf, listen: ["0.0.0.0"], redis, names: [] });
    assert.equal(everywhere.env?.["LISTEN_ADDRESSES"], "0.0.0.0");
  });

  it("knows S3 under the one name that browsers know as well", () => {
    assert.equal(server.env?.["STORAGE_AWS_ENDPOINT_URL"], s3.endpoint);
    assert.equal(server.env?.["LABEL_STUDIO_S3_ENDPOINT"], s3.endpoint);
  });

  it("gives no key of the bucket to the storages that users add", () => {
    assert.ok(
      !Object.keys(server.env ?? {}).some((name) => /^(LABEL_STUDIO_)?AWS_(ACCESS|SECRET)/.test(name)),
    );
  });
});

describe("Label Studio's worker", () => {
  it("listens nowhere, and drains the queues in their order", () => {
    assert.deepEqual(worker.ports, {});
    assert.deepEqual(worker.command.slice(-4), ["critical", "high", "default", "low"]);
  });

  it("speaks up more often than its health check asks for", async () => {
    const ttl = Number(/--worker-ttl=(\d+)/.exec(worker.command.join(" "))?.[1]);
    const script = await fileOf(worker, "/etc/semblance/app/worker_health.py");
    assert.ok(ttl - 15 < Number(/LIMIT_SECONDS = (\d+)/.exec(script)?.[1]));
  });
});

describe("Label Studio's set-up", () => {
  it("needs the database alone", () => {
    assert.deepEqual(
      setup.uses.map((one) => one.server),
      ["postgres"],
    );
    assert.ok(!("REDIS_HOST" in (setup.env ?? {})));
  });

  it("brings the administrator's password and token as files", async () => {
    assert.equal(
      await fileOf(setup, "/etc/semblance/secrets/admin-password"),
      secretText("admin@semblance.localhost"),
    );
    assert.equal(await fileOf(setup, "/etc/semblance/secrets/api-token"), secretText("token"));
  });
});

describe("Label Studio's rights at Redis", () => {
  it("are below its own prefixes, without what is dangerous", () => {
    const { keys, channels, commands } = LABEL_STUDIO_REDIS_RIGHTS;
    assert.deepEqual(keys, ["label-studio:*", "rq:*"]);
    assert.deepEqual(channels, ["rq:*"]);
    // What is granted after the categories is granted whatever they take away.
    assert.ok(commands.indexOf("-@dangerous") > commands.indexOf("+@write"));
    assert.ok(
      !commands.some((one) => /@all|@admin|@scripting|\+(flush|keys|config|acl|client\|list)/.test(one)),
    );
  });

  it("let the exporter measure the queues and write nothing", () => {
    assert.equal(EXPORTER_REDIS_RIGHTS.readOnly, true);
    assert.ok(!EXPORTER_REDIS_RIGHTS.commands.some((one) => one.includes("@")));
  });
});
