import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { dockerContainer, pod, withCarrier } from "./services";

const prometheus = "prom/prometheus:v3.7.3";
const toolkit = (content: string, command = ["--web.config.file=/etc/prometheus/web.yml"]): Fixture =>
  dockerContainer({ image: prometheus, command, uploads: [{ file: "/etc/prometheus/web.yml", content }] });
const tls = "tls_server_config:\n  cert_file: /tls/server.crt\n  key_file: /tls/server.key\n";
const loki = (server: object) =>
  pod(
    "grafana/loki:3.6.0",
    { args: ["-config.file=/etc/loki/loki.yaml"] },
    { "loki.yaml": JSON.stringify({ server }) },
  );
const collector = (http: object) =>
  withCarrier("otel/opentelemetry-collector-contrib:0.140.0", ["otelcol", "--config=/etc/x/otel.yaml"], {
    "/etc/x/otel.yaml": JSON.stringify({ receivers: { "otlp/1": { protocols: { http } } } }),
  });
const grafana = (...lines: readonly string[]) =>
  withCarrier("grafana/grafana:12.3.0", ["grafana", "server", "--config=/etc/x/grafana.ini"], {
    "/etc/x/grafana.ini": lines.join("\n"),
  });
const caddy = (site: object) =>
  withCarrier("caddy:2.10", ["caddy", "run", "--config", "/etc/x/caddy.json"], {
    "/etc/x/caddy.json": JSON.stringify({ apps: { http: { servers: { web: site } } } }),
  });
const proxy = {
  listen: ["10.0.0.2:8080"],
  automatic_https: { disable: true },
  routes: [{ handle: [{ handler: "reverse_proxy" }] }],
};
const minio = (...command: readonly string[]): Fixture =>
  dockerContainer({ image: "minio/minio:1", command: [...command] });

export const serversSpeakTls: Cases = {
  rule: "eit-13-servers-speak-tls",
  good: toolkit(tls),
  bad: dockerContainer({ image: prometheus, command: ["--config.file=/etc/prometheus/prometheus.yml"] }),
  unknown: minio("server", UNKNOWN, "/data"),
  unknownIs: "cannot tell",
  missing: dockerContainer({ image: prometheus }),
  missingIs: "violation",
  canary: toolkit(`basic_auth_users:\n  web: ${CANARY}\n`),
  sibling: [...pod("quay.io/prometheus/alertmanager:v0.29.0", {}, {}, "kubernetes:apps/v1:StatefulSetPatch")],
  more: [
    { name: "a web configuration that is not known yet", is: "fine", of: toolkit(UNKNOWN) },
    {
      name: "a web configuration in JSON",
      is: "fine",
      of: toolkit('{"tls_server_config":{"cert_file":"/a"}}'),
    },
    {
      name: "Prometheus for its own machine alone",
      is: "fine",
      of: dockerContainer({ image: prometheus, command: ["--web.listen-address=127.0.0.1:9090"] }),
    },
    {
      name: "an exporter",
      is: "violation",
      of: dockerContainer({ image: "exporters:1", entrypoints: ["postgres_exporter", "--log.format=json"] }),
    },
    {
      name: "the exporter of Redis",
      is: "violation",
      of: dockerContainer({
        image: "oliver006/redis_exporter:v1.80.0",
        envs: ["REDIS_ADDR=rediss://redis:6379"],
      }),
    },
    {
      name: "the exporter of Redis with a certificate",
      is: "fine",
      of: dockerContainer({
        image: "oliver006/redis_exporter:v1.80.0",
        envs: ["REDIS_EXPORTER_TLS_SERVER_CERT_FILE=/tls/server.crt"],
      }),
    },
    { name: "MinIO", is: "violation", of: minio("server", "/data") },
    { name: "MinIO with certificates", is: "fine", of: minio("server", "--certs-dir", "/certs", "/data") },
    { name: "Loki", is: "violation", of: loki({ http_listen_port: 3100 }) },
    {
      name: "Loki with a certificate",
      is: "fine",
      of: loki({ http_tls_config: { cert_file: "/a", key_file: "/b" } }),
    },
    { name: "Loki for its own machine alone", is: "fine", of: loki({ http_listen_address: "127.0.0.1" }) },
    { name: "a collector", is: "violation", of: collector({ endpoint: "0.0.0.0:4318" }) },
    {
      name: "a collector with TLS",
      is: "fine",
      of: collector({ endpoint: "0.0.0.0:4318", tls: { cert_file: "/a" } }),
    },
    { name: "a collector for its own machine", is: "fine", of: collector({ endpoint: "127.0.0.1:4318" }) },
    {
      name: "a collector whose file is elsewhere",
      is: "cannot tell",
      of: dockerContainer({
        image: "otel/opentelemetry-collector:1",
        command: ["--config", "/etc/otel/config.yaml"],
      }),
    },
    {
      name: "Jaeger as it comes",
      is: "violation",
      of: dockerContainer({ image: "jaegertracing/jaeger:2.12.0" }),
    },
    { name: "Grafana in plain", is: "violation", of: grafana("[server]", "protocol = http") },
    { name: "Grafana without a word", is: "violation", of: grafana("[log]", "mode = console") },
    {
      name: "Grafana with TLS",
      is: "fine",
      of: grafana("[server]", "protocol = https", "[log]", "mode = console"),
    },
    {
      name: "Grafana by a variable that is not known",
      is: "cannot tell",
      of: pod("grafana/grafana:12.3.0", { env: [{ name: "GF_SERVER_PROTOCOL", value: UNKNOWN }] }),
    },
    { name: "a proxy in plain", is: "violation", of: caddy(proxy) },
    { name: "a proxy with TLS", is: "fine", of: caddy({ ...proxy, tls_connection_policies: [{}] }) },
    {
      name: "a site that only redirects",
      is: "fine",
      of: caddy({ ...proxy, routes: [{ handle: [{ handler: "static_response", status_code: 308 }] }] }),
    },
  ],
};
