import * as pulumi from "@pulumi/pulumi";
import type { Connection, HttpsConnection, TlsTrust } from "../../core/connection";
import type { Debug } from "../../core/debug";
import { type GeneratedLogin, type Leaf, serverTlsFiles } from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import { probeHost } from "../../core/probes";
import type { Login } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import { webConfig } from "../exporters";
import { type CertificateEnd, rulesFile } from "./rules";
import { basicAuth, credentialFiles, scrapeConfig, serverTls } from "./scrape";

const PORT = 9090;

/** The way of alerts to Alertmanager. */
export type AlertmanagerConnection = HttpsConnection & { readonly login: Login };

/** What the stack says about Prometheus. */
export interface PrometheusArgs {
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
  readonly retentionDays: number;
  /** The stack's services, which decide what there are alerts of. */
  readonly present: ReadonlySet<ServiceName>;
  /** Where alerts go. Absent: they are to be seen in Prometheus only. */
  readonly alertmanager?: AlertmanagerConnection;
  /** Where people read `docs/`, for the links to runbooks. */
  readonly docsUrl?: string;
  /** Under which URL people see Prometheus, for the links in alerts. */
  readonly url?: string;
  /** When the stack's certificates end. */
  readonly certificates?: pulumi.Input<readonly CertificateEnd[]>;
}

/** What a Prometheus server needs besides. */
export interface PrometheusSpecArgs extends PrometheusArgs, Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** Logins of the gateway, and of others that query. */
  readonly readers: readonly GeneratedLogin[];
  /** Login of the health check, and of Prometheus where it scrapes itself. */
  readonly probe: GeneratedLogin;
}

/** Prometheus that serves TLS to those who know a password, and scrapes every target over TLS with the target's credential. */
export function prometheusSpec(args: PrometheusSpecArgs): WorkloadSpec<"https"> {
  const { alertmanager } = args;
  return {
    image: "prometheus",
    command: [
      "prometheus",
      `--config.file=${FILES}/prometheus.yml`,
      `--web.config.file=${FILES}/web.yml`,
      `--web.listen-address=${args.listen[0] ?? "127.0.0.1"}:${PORT}`,
      // The path stays /, whatever the URL: the gateway gives Prometheus a host name of its own.
      ...(args.url === undefined ? [] : [`--web.external-url=${args.url}`, "--web.route-prefix=/"]),
      "--storage.tsdb.path=/prometheus",
      `--storage.tsdb.retention.time=${args.retentionDays}d`,
      "--log.format=json",
      ...(args.debug ? ["--log.level=debug"] : []),
    ],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/prometheus.yml`]: JSON.stringify(configuration(args), undefined, 2),
      [`${FILES}/rules.yml`]: rules(args),
      [`${FILES}/web.yml`]: webConfig([...args.readers, args.probe]),
      [`${FILES}/probe.yml`]: JSON.stringify({
        basic_auth: basicAuth(args.probe, "probe"),
        tls_config: serverTls("prometheus"),
      }),
      [`${FILES}/secrets/probe`]: args.probe.password,
      ...credentialFiles(args.targets),
      ...(alertmanager === undefined ? {} : { [`${FILES}/secrets/alerts`]: alertmanager.login.password }),
    },
    ports: { https: { number: PORT } },
    volumes: { data: { mountPath: "/prometheus", onDown: "keep", sizeGiB: 50 } },
    ready: {
      command: [
        "promtool",
        "check",
        "ready",
        `--http.config.file=${FILES}/probe.yml`,
        `--url=https://${probeHost(args.listen)}:${PORT}`,
      ],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 10,
      startSeconds: 60,
    },
    user: { uid: 65534, gid: 65534 },
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 512 },
    stopGraceSeconds: 60,
    uses: connectionsOf(args),
  };
}

/** Alertmanager is scraped as well, over the same arrow. */
function connectionsOf({ targets, alertmanager }: PrometheusSpecArgs): readonly Connection[] {
  const scraped = targets.map(({ connection }) => connection);
  const known = alertmanager === undefined || scraped.some(({ server }) => server === alertmanager.server);
  return known ? scraped : [...scraped, alertmanager];
}

function rules(args: PrometheusSpecArgs): pulumi.Output<string> {
  const { states, present, docsUrl, certificates = [] } = args;
  return pulumi
    .output(certificates)
    .apply((ends) =>
      JSON.stringify(rulesFile({ states, certificates: ends, present, docsUrl }), undefined, 2),
    );
}

function configuration(args: PrometheusSpecArgs): object {
  return {
    global: { scrape_interval: "15s", scrape_timeout: "10s", evaluation_interval: "15s" },
    rule_files: [`${FILES}/rules.yml`],
    ...(args.alertmanager === undefined ? {} : { alerting: alerting(args.alertmanager) }),
    scrape_configs: [
      ...args.targets.map(scrapeConfig),
      {
        job_name: "prometheus",
        scheme: "https",
        basic_auth: basicAuth(args.probe, "probe"),
        tls_config: serverTls("prometheus"),
        static_configs: [{ targets: [`${probeHost(args.listen)}:${PORT}`] }],
      },
    ],
  };
}

function alerting({ server, address, login }: AlertmanagerConnection): object {
  return {
    alertmanagers: [
      {
        scheme: "https",
        basic_auth: basicAuth(login, "alerts"),
        tls_config: serverTls(server),
        static_configs: [{ targets: [`${address.host}:${address.port}`] }],
      },
    ],
  };
}
