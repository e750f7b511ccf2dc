import assert from "node:assert/strict";
import { type S3Connection, trustOf } from "../../components/core/connection";
import { Sensitive } from "../../components/core/values";
import { AMAZON_ROOT } from "../../components/platforms/aws/trust";
import { jupyterSpec } from "../../components/services/jupyter/spec";
import { labelStudioSetupJob } from "../../components/services/label-studio/specs";
import { BIN } from "../../components/services/label-studio/workload";
import { mlflowSpec } from "../../components/services/mlflow/specs";
import { PYTHON } from "../../components/services/mlflow/workload";
import type { ProcessSpec } from "../support/bench";
import { connection, postgres, secretText } from "../support/samples";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const bench = new NetworkBench("t-managed-s3", SUBNETS.managedS3);
const pki = new ThrowAwayAuthority();
const own = { caCertificate: pki.ca };
const s3: S3Connection = {
  ...connection("minio", "s3", 443),
  address: { host: "s3.eu-central-1.amazonaws.com", port: 443 },
  endpoint: "https://s3.eu-central-1.amazonaws.com",
  trust: { caCertificate: AMAZON_ROOT },
  bucket: "semblance-prod-pictures",
  region: "eu-central-1",
  keys: "workload-identity",
};
const database = { ...postgres, trust: trustOf(own, s3.trust) };
const leaf = leafOf(pki.issue("here"));
const site = { url: "https://here.example", host: "here.example" };
const secret = Sensitive.of(secretText("any"));
const listening = { leaf, listen: ["0.0.0.0"], names: ["here"] };

/** EKS' agent, in the same process: gives out a role to who shows the token of its service account. */
const AGENT = `
import http.server, json, os, ssl, threading
class Agent(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.headers["Authorization"] == "token of the service account"
        role = {"AccessKeyId": "ASIAOFTHEPOD", "SecretAccessKey": "s", "Token": "of-the-role", "Expiration": "2099-01-01T00:00:00Z"}
        self.send_response(200 if known else 403); self.end_headers()
        if known: self.wfile.write(json.dumps(role).encode())
    def log_message(self, *_): pass
agent = http.server.HTTPServer(("127.0.0.1", 0), Agent)
threading.Thread(target=agent.serve_forever, daemon=True).start()
open("/tmp/token", "w").write("token of the service account")
os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://127.0.0.1:{agent.server_port}/v1/credentials"
os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/tmp/token"
print("authorities", len(ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE", "/etc/semblance/tls/ca.crt")).get_ca_certs()))
`;

/** Each client, and how it makes a link to an object with what it was given. */
const clients: Readonly<Record<string, { spec: ProcessSpec; python: string; link: string }>> = {
  "label-studio": {
    spec: labelStudioSetupJob({
      site,
      stores: { postgres: database, s3 },
      secretKey: secret,
      administrator: login("admin@here.example", "administrator0123"),
      apiToken: secret,
    }),
    python: `${BIN}/python`,
    // Its own storage class hands out links to Label Studio, which redirects to these.
    link: `
import django; django.setup()
from django.core.files.storage import default_storage
from storages.backends.s3boto3 import S3Boto3Storage
print(S3Boto3Storage.url(default_storage, "cat.png"))`,
  },
  mlflow: {
    spec: mlflowSpec({
      ...listening,
      site,
      postgres: database,
      s3,
      flaskKey: secret,
      scrape: login("prometheus", "scrape0123"),
    }),
    python: PYTHON,
    link: `
from mlflow.store.artifact.s3_artifact_repo import S3ArtifactRepository
client = S3ArtifactRepository(os.environ["ARTIFACTS_DESTINATION"])._get_s3_client()
print(client.generate_presigned_url("get_object", Params={"Bucket": "semblance-prod-pictures", "Key": "cat.png"}))`,
  },
  jupyter: {
    spec: jupyterSpec({
      ...listening,
      trust: own,
      site,
      token: secret,
      scrapeToken: secret,
      cookieKey: secret,
      clients: {
        labelStudio: { connection: connection("label-studio", "https"), token: secret, url: site.url },
        s3,
      },
    }),
    python: "/opt/jupyter/bin/python",
    link: `
import semblance_environment; semblance_environment.enter()
import semblance
print(semblance.s3().generate_presigned_url("get_object", Params={"Bucket": semblance.bucket(), "Key": "cat.png"}))`,
  },
};

describe("S3 that is managed: clients show who they are as the workload that they are", function () {
  this.timeout(120_000);
  before(() => bench.open());
  after(() => bench.close());

  for (const [name, { spec, python, link }] of Object.entries(clients))
    it(`${name} signs with the role of its pod, for the region's own name`, async () => {
      const { code, said } = await bench.job(name, {
        ...spec,
        command: [python, "-c", `${AGENT}\n${link}`],
        env: { ...spec.env, TMPDIR: "/tmp" },
      });
      assert.equal(code, 0, said);
      const url = new URL(/https:\S+/.exec(said)?.[0] ?? assert.fail(said));
      assert.match(url.host, /^(semblance-prod-pictures\.)?s3\.eu-central-1\.amazonaws\.com$/);
      assert.match(`${url.host}${url.pathname}`, /semblance-prod-pictures.*cat\.png$/);
      assert.match(
        url.searchParams.get("X-Amz-Credential") ?? url.search,
        /ASIAOFTHEPOD\/\d+\/eu-central-1\/s3/,
      );
      assert.equal(url.searchParams.get("X-Amz-Security-Token"), "of-the-role");
      assert.match(said, /^authorities 5$/m);
    });
});
