import { stackRule } from "../../core/rule";
import { settingsOf } from "../../models/settings";
import { serversOf, serverTypes } from "../../models/software";
import { speakers } from "./speakers";

/** Servers that have TLS of their own use it. */
export const serversSpeakTls = stackRule({
  name: "eit-13-servers-speak-tls",
  group: "encryption",
  severity: "high",
  summary: "MinIO, Grafana, Prometheus and its kin, Loki, Jaeger, OpenTelemetry and Caddy answer with TLS.",
  why: "Each of them listens in plain until it is told of a certificate: logins, metrics, logs and objects cross the network readable, and nobody knows who answers.",
  fix: "Give the server its certificate: --certs-dir of MinIO, [server] protocol = https of Grafana, tls_server_config in --web.config.file, http_tls_config of Loki, tls of each receiver of OpenTelemetry, tls_connection_policies of Caddy; or let it listen on 127.0.0.1 beside a proxy that has TLS.",
  maps: [],
  unknown: "cannot tell",
  options: {
    behindSidecar: {
      description: "names of resources whose plain port nothing reaches but a proxy with TLS beside it",
      default: [],
    },
  },
  bad: `new docker.Container("prometheus", { image: "prom/prometheus:v3.7.3", command: ["--config.file=/etc/prometheus/prometheus.yml"] });`,
  good: `new docker.Container("prometheus", { image: "prom/prometheus:v3.7.3", command: ["--web.config.file=/etc/prometheus/web.yml"],
  uploads: [{ file: "/etc/prometheus/web.yml", content: "tls_server_config: { cert_file: /tls/server.crt, key_file: /tls/server.key }" }] });`,
  types: serverTypes,
  check(stack, report) {
    const exempt = report.list("behindSidecar");
    for (const { software, plain } of speakers)
      for (const server of serversOf(stack, software)) {
        if (exempt.includes(server.resource.name)) continue;
        const settings = settingsOf(server, software);
        const found = plain(server, settings);
        if (found === undefined) continue;
        const { path = server.path, resource = server.resource, what } = found;
        if (what === undefined || (settings.more && found.path === undefined))
          report.cannotTell(path, resource);
        else report.violation(path, `of ${software.title} ${what}`, resource);
      }
  },
});
