import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { dockerContainer, pod, withCarrier } from "./services";

const image = "docker.elastic.co/elasticsearch/elasticsearch:9.2.1";
const http = "xpack.security.http.ssl.enabled";
const all = ["xpack.security.enabled=true", `${http}=true`, "xpack.security.transport.ssl.enabled=true"];
const nested = `xpack.security:
  enabled: true
  http:
    ssl:
      enabled: true
  transport:
    ssl:
      enabled: true
`;
const server = (...envs: string[]): Fixture => dockerContainer({ image, envs });
const config = (name: string, settings: object) =>
  withCarrier(`${name}:1`, ["sh", "/etc/x/start.sh"], {
    "/etc/x/start.sh": `cp /etc/x/${name}.yml /conf\nexec bin/${name}\n`,
    [`/etc/x/${name}.yml`]: JSON.stringify(settings),
  });

export const searchTls: Cases = {
  rule: "eit-07-es-tls",
  good: server(...all),
  bad: server(...all.slice(1), "xpack.security.enabled=false"),
  unknown: server(...all.slice(1), UNKNOWN),
  unknownIs: "cannot tell",
  missing: server("discovery.type=single-node"),
  missingIs: "violation",
  canary: server(...all.slice(1), `xpack.security.enabled=${CANARY}`),
  sibling: [
    ...pod(
      image,
      { env: [{ name: "xpack.security.enabled", value: "false" }] },
      {},
      "kubernetes:apps/v1:StatefulSetPatch",
    ),
  ],
  more: [
    { name: "a file", is: "fine", of: pod(image, {}, { "elasticsearch.yml": nested }) },
    {
      name: "a file without the layer of nodes",
      is: "violation",
      of: pod(image, {}, { "elasticsearch.yml": nested.split("  transport")[0] ?? "" }),
    },
    {
      name: "a file of JSON",
      is: "fine",
      of: config("elasticsearch", {
        "xpack.security.enabled": true,
        xpack: { security: { transport: { ssl: { enabled: true } } } },
        [http]: true,
      }),
    },
    {
      name: "a file of JSON that says no",
      is: "violation",
      of: config("elasticsearch", {
        "xpack.security.enabled": true,
        [http]: false,
        "xpack.security.transport.ssl.enabled": true,
      }),
    },
    {
      name: "settings in capitals",
      is: "fine",
      of: dockerContainer({
        image,
        envs: [
          "XPACK",
          "ES_SETTING_XPACK_SECURITY_HTTP_SSL_ENABLED=true",
          ...all.filter((one) => !one.startsWith(http)),
        ],
      }),
    },
    {
      name: "a flag over its environment",
      is: "violation",
      of: dockerContainer({ image, envs: all, command: ["bin/elasticsearch", "-E", `${http}=false`] }),
    },
    {
      name: "TLS 1.1",
      is: "violation",
      of: server(...all, "xpack.security.http.ssl.supported_protocols=TLSv1.2,TLSv1.1"),
    },
    {
      name: "a value that is not known beside one that is wrong",
      is: "violation",
      of: pod(image, {
        env: [
          { name: "xpack.security.enabled", value: UNKNOWN },
          { name: http, value: "false" },
        ],
      }),
    },
    {
      name: "OpenSearch",
      is: "fine",
      of: config("opensearch", {
        "plugins.security.ssl.http.enabled": true,
        "plugins.security.ssl.http.enabled_protocols": ["TLSv1.3", "TLSv1.2"],
      }),
    },
    {
      name: "OpenSearch in plain",
      is: "violation",
      of: config("opensearch", { "plugins.security.ssl.http.enabled": false }),
    },
    {
      name: "OpenSearch without its plugin",
      is: "violation",
      of: dockerContainer({
        image: "opensearchproject/opensearch:3",
        envs: ["plugins.security.ssl.http.enabled=true", "DISABLE_SECURITY_PLUGIN=true"],
      }),
    },
  ],
};
