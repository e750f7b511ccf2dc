import assert from "node:assert/strict";
import { labelStudioSpec, labelStudioWorkerSpec } from "../../components/services/label-studio/specs";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, postgres, redis, secretText, textsOf } from "../support/samples";

const s3 = {
  ...connection("minio", "s3", 8443),
  bucket: "label-studio",
  region: "us-east-1",
  keys: login("label-studio-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const process = {
  site: { url: "https://label-studio.semblance.localhost:8443" },
  stores: { postgres, s3 },
  secretKey: login("secret-key").password,
  redis,
};
const otlpOf = (client: string) => ({ ...connection("otel-collector", "otlp", 4318), login: login(client) });
const serverArgs = { ...process, leaf, listen: ["10.89.0.2"], names: ["label-studio"] };
const HEADERS = "/etc/semblance/secrets/otlp-headers";

for (const [name, spec, without] of [
  [
    "label-studio",
    labelStudioSpec({ ...serverArgs, otlp: otlpOf("label-studio") }),
    labelStudioSpec(serverArgs),
  ],
  [
    "label-studio-worker",
    labelStudioWorkerSpec({ ...process, otlp: otlpOf("label-studio-worker") }),
    labelStudioWorkerSpec(process),
  ],
] as const) {
  describe(`Traces of ${name}`, () => {
    it("go to the collector under its own name, over TLS with a verified name", () => {
      assert.equal(spec.env?.["OTEL_SERVICE_NAME"], name);
      assert.equal(spec.env["OTEL_EXPORTER_OTLP_ENDPOINT"], "https://otel-collector:4318");
      assert.equal(spec.env["OTEL_EXPORTER_OTLP_CERTIFICATE"], "/etc/semblance/tls/ca.crt");
      assert.ok(spec.uses.some(({ server }) => server === "otel-collector"));
    });

    it("have their login in a file", async () => {
      const expected = Buffer.from(`${name}:${secretText(name)}`).toString("base64");
      assert.equal(await fileOf(spec, HEADERS), `Authorization=Basic%20${expected}`);
      for (const [variable, { text, secret }] of await textsOf(spec.env))
        assert.ok(!secret && !text.includes(CANARY) && !text.includes(expected), variable);
    });

    it("are none where there is no collector", () => {
      assert.ok(!Object.keys(without.env ?? {}).some((variable) => variable.startsWith("OTEL_")));
      assert.ok(!(HEADERS in (without.files ?? {})));
      assert.ok(!without.uses.some(({ server }) => server === "otel-collector"));
    });
  });
}
