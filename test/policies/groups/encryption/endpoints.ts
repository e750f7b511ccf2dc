import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { dockerContainer, pod } from "./services";

const env = (...envs: string[]): Fixture => dockerContainer({ image: "app:1", envs });
const file = (name: string, content: string): Fixture => ({
  type: "kubernetes:core/v1:ConfigMap",
  props: { data: { [name]: content } },
});

export const endpointsTls: Cases = {
  rule: "eit-08-http-endpoints",
  good: env("S3_URL=https://minio:9000", "PROBE=http://127.0.0.1:80/ready", "HTTP_PROXY=http://proxy:3128"),
  bad: env("S3_URL=http://minio:9000"),
  unknown: [...pod("app:1", { env: [{ name: "S3_URL", value: UNKNOWN }] })],
  unknownIs: "cannot tell",
  missing: dockerContainer({ image: "app:1" }),
  missingIs: "fine",
  canary: env(`S3_URL=http://user:${CANARY}@minio:9000`),
  sibling: [
    ...pod(
      "app:1",
      { args: ["--upstream=http://api.work.svc:80"] },
      {},
      "kubernetes:apps/v1:DeploymentPatch",
    ),
  ],
  more: [
    {
      name: "a receiver of alerts, wherever it is",
      is: "violation",
      of: file(
        "alertmanager.yml",
        "receivers:\n  - webhook_configs:\n      - url: http://hooks.example.com/alerts",
      ),
    },
    {
      name: "a receiver of alerts, with TLS",
      is: "fine",
      of: file("alertmanager.yml", '{"webhook_configs":[{"url":"https://hooks.example.com/alerts"}]}'),
    },
    {
      name: "a flag in a file, which says how a program listens",
      is: "fine",
      of: file("door.json", '["server", "--scheme=http", "--host=127.0.0.1"]'),
    },
    {
      name: "an address in parts",
      is: "violation",
      of: file("prometheus.yml", "- scheme: http\n  targets: [api:80]"),
    },
    { name: "an address in parts, with TLS", is: "fine", of: file("prometheus.yml", '"scheme": "https"') },
    { name: "a file", is: "violation", of: file("app.yml", "url: http://api.work.svc.cluster.local/v1") },
    {
      name: "the name of a schema in a file",
      is: "fine",
      of: file("app.json", '{"$schema": "http://json-schema.org/schema#"}'),
    },
    { name: "a page that is no configuration", is: "fine", of: file("index.html", "http://api/") },
    {
      name: "a file of a container",
      is: "violation",
      of: dockerContainer({ uploads: [{ file: "/etc/app.toml", content: 'url = "ws://10.0.0.5/"' }] }),
    },
    {
      name: "a secret file that is not known",
      is: "fine",
      of: dockerContainer({ uploads: [{ file: "/etc/app.toml", content: UNKNOWN }] }),
    },
    {
      name: "a file in base64",
      is: "violation",
      of: dockerContainer({
        uploads: [{ file: "/etc/app.toml", contentBase64: Buffer.from("http://api:1").toString("base64") }],
      }),
    },
    {
      name: "a variable of Docker that is not known, beside one that is wrong",
      is: "violation",
      of: env(UNKNOWN, "S3_URL=http://minio:9000"),
    },
    { name: "a variable of Docker that is not known", is: "cannot tell", of: env(UNKNOWN) },
    {
      name: "an unknown variable that is no address",
      is: "fine",
      of: pod("app:1", { env: [{ name: "REGION", value: UNKNOWN }] }),
    },
    {
      name: "a service of Swarm",
      is: "violation",
      of: {
        type: "docker:index/service:Service",
        props: { taskSpec: { containerSpec: { env: { API: "http://api/" } } } },
      },
    },
    {
      name: "a configuration of Swarm",
      is: "violation",
      of: {
        type: "docker:index/serviceConfig:ServiceConfig",
        props: { name: "app.yml", data: Buffer.from("http://api:1").toString("base64") },
      },
    },
  ],
};
