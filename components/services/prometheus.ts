import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection, TlsTrust } from "../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../core/foundation";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import { probeHost } from "../core/probes";
import type { RunningWorkload } from "../core/platform";
import type { TextValue } from "../core/values";
import { FILES, type FilePath, type WorkloadSpec } from "../core/workload";
import { webConfig } from "./exporters";

const PORT = 9090;

/** What a Prometheus server needs. */
export interface PrometheusSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** Login of the gateway. */
  readonly reader: GeneratedLogin;
  /** Login of the health check, and of Prometheus where it scrapes itself. */
  readonly probe: GeneratedLogin;
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
  readonly retentionDays: number;
}

/** Prometheus that serves TLS to those who know a password, and scrapes every target over TLS with the target's credential. */
export function prometheusSpec(args: PrometheusSpecArgs): WorkloadSpec<"https"> {
  return {
    image: "prometheus",
    command: [
      "prometheus",
      `--config.file=${FILES}/prometheus.yml`,
      `--web.config.file=${FILES}/web.yml`,
      `--web.listen-address=${args.listen[0] ?? "127.0.0.1"}:${PORT}`,
      "--storage.tsdb.path=/prometheus",
      `--storage.tsdb.retention.time=${args.retentionDays}d`,
      "--log.format=json",
    ],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/prometheus.yml`]: JSON.stringify(configuration(args), undefined, 2),
      [`${FILES}/rules.yml`]: JSON.stringify(rules(args.states), undefined, 2),
      [`${FILES}/web.yml`]: webConfig([args.reader, args.probe]),
      [`${FILES}/probe.yml`]: JSON.stringify({
        basic_auth: { username: args.probe.username, password_file: `${FILES}/secrets/probe` },
        tls_config: { ca_file: TLS.ca, server_name: "prometheus" },
      }),
      [`${FILES}/secrets/probe`]: args.probe.password,
      ...credentialFiles(args.targets),
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
    uses: args.targets.map((target) => target.connection),
  };
}

function configuration(args: PrometheusSpecArgs): object {
  return {
    global: { scrape_interval: "15s", scrape_timeout: "10s", evaluation_interval: "15s" },
    rule_files: [`${FILES}/rules.yml`],
    scrape_configs: [
      ...args.targets.map(scrapeConfig),
      {
        job_name: "prometheus",
        scheme: "https",
        basic_auth: { username: args.probe.username, password_file: `${FILES}/secrets/probe` },
        tls_config: { ca_file: TLS.ca, server_name: "prometheus" },
        static_configs: [{ targets: [`${probeHost(args.listen)}:${PORT}`] }],
      },
    ],
  };
}

function scrapeConfig(target: ScrapeTarget): object {
  const { server, address } = target.connection;
  const file = secretFile(target);
  const { credential } = target;
  return {
    job_name: server,
    scheme: "https",
    metrics_path: target.path,
    ...(credential.kind === "basic"
      ? { basic_auth: { username: credential.login.username, password_file: file } }
      : { authorization: { type: "Bearer", credentials_file: file } }),
    tls_config: { ca_file: TLS.ca, server_name: server },
    static_configs: [{ targets: [`${address.host}:${address.port}`] }],
  };
}

const secretFile = (target: ScrapeTarget): FilePath => `${FILES}/secrets/${target.connection.server}`;

function credentialFiles(targets: readonly ScrapeTarget[]): Record<FilePath, TextValue> {
  const files: Record<FilePath, TextValue> = {};
  for (const target of targets) {
    const { credential } = target;
    files[secretFile(target)] = credential.kind === "basic" ? credential.login.password : credential.token;
  }
  return files;
}

/** One series per service that says whether it works: what the home page shows and what alerts are made of. */
function rules(states: readonly ServiceState[]): object {
  const recorded = states.map(({ service, expression }) => ({
    record: "semblance_service_up",
    expr: `max(${expression}) or vector(0)`,
    labels: { service },
  }));
  return { groups: [{ name: "semblance-services", interval: "15s", rules: recorded }] };
}

/** Args of `Prometheus`. */
export interface PrometheusArgs {
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
  readonly retentionDays: number;
}

/** Prometheus. What it scrapes is what the other services say of themselves. */
export class Prometheus extends pulumi.ComponentResource {
  /** The way of the gateway to the API, with the login that it brings along. */
  readonly api: HttpsConnection & { readonly login: GeneratedLogin };

  constructor(
    name: string,
    foundation: Foundation,
    args: PrometheusArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Prometheus", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const reader = secrets.login("prometheus", "gateway", "gateway");
    const spec = prometheusSpec({
      ...args,
      leaf: certificates.issue("prometheus", platform.namesOf("prometheus")),
      trust: certificates.trust,
      listen: platform.listen("prometheus", "https"),
      reader,
      probe: secrets.login("prometheus", "probe", "probe"),
    });
    const server: RunningWorkload<"https"> = platform.run("prometheus", spec, this);
    this.api = {
      server: "prometheus",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
      login: reader,
    };
    this.registerOutputs({});
  }
}
