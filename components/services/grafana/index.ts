import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection, TlsTrust } from "../../core/connection";
import {
  clientTlsFiles,
  type Foundation,
  type GeneratedLogin,
  type Leaf,
  serverTlsFiles,
  TLS,
} from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import { probeHost } from "../../core/probes";
import type { Sensitive } from "../../core/values";
import { FILES, type FilePath, type WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import { dashboardFiles } from "./dashboards";
import { datasources, passwordFile, type Shown } from "./datasources";
import { DASHBOARDS, DATA, dashboardProvider, grafanaIni, PORT, PROVISIONING, SECRETS } from "./settings";

export type { Shown } from "./datasources";

/** What the stack says about Grafana. */
export interface GrafanaArgs {
  /** Under which URL people see it. */
  readonly url: string;
  readonly shown: Shown;
  /** The stack's services, which decide what there are dashboards of. */
  readonly present: ReadonlySet<ServiceName>;
}

/** What Grafana needs besides. */
export interface GrafanaSpecArgs extends GrafanaArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  readonly administrator: GeneratedLogin;
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
  /** Encrypts what Grafana keeps of data sources in its database. */
  readonly secretKey: Sensitive;
}

/** Grafana with everything provisioned: data sources, folder, dashboards. What people add themselves lies on its volume. */
export function grafanaSpec(args: GrafanaSpecArgs): WorkloadSpec<"https"> {
  const { shown } = args;
  const dashboards = Object.entries(dashboardFiles(args.present));
  return {
    image: "grafana",
    command: [
      "/usr/share/grafana/bin/grafana",
      "server",
      "--homepath=/usr/share/grafana",
      `--config=${FILES}/grafana.ini`,
      "--packaging=docker",
    ],
    // Variables of the image win over the file, so the file cannot say these.
    env: {
      GF_PATHS_DATA: DATA,
      GF_PATHS_LOGS: "/tmp",
      GF_PATHS_PLUGINS: `${DATA}/plugins`,
      GF_PATHS_PROVISIONING: PROVISIONING,
      HOME: "/tmp",
    },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      ...clientTlsFiles(shown.loki),
      ...clientTlsFiles(shown.jaeger),
      [`${FILES}/grafana.ini`]: grafanaIni({
        url: args.url,
        listen: args.listen[0] ?? "127.0.0.1",
        administrator: args.administrator.username,
        scraper: args.scrape.username,
      }),
      [`${PROVISIONING}/datasources/semblance.yaml`]: JSON.stringify(datasources(shown), undefined, 2),
      [`${PROVISIONING}/dashboards/semblance.yaml`]: JSON.stringify(dashboardProvider, undefined, 2),
      ...Object.fromEntries(
        dashboards.map(([name, text]): [FilePath, string] => [`${DASHBOARDS}/${name}`, text]),
      ),
      [SECRETS.admin]: args.administrator.password,
      [SECRETS.key]: args.secretKey,
      [SECRETS.scrape]: args.scrape.password,
      [passwordFile("prometheus")]: shown.prometheus.login.password,
      [passwordFile("alertmanager")]: shown.alertmanager.login.password,
    },
    ports: { https: { number: PORT } },
    volumes: { data: { mountPath: DATA, onDown: "keep", sizeGiB: 2 } },
    ready: {
      command: [
        "curl",
        "--fail",
        "--silent",
        "--show-error",
        "--output",
        "/dev/null",
        "--cacert",
        TLS.ca,
        "--connect-to",
        `grafana:${PORT}:${probeHost(args.listen)}:${PORT}`,
        `https://grafana:${PORT}/api/health`,
      ],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 120,
    },
    user: { uid: 472, gid: 472 },
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 512 },
    uses: Object.values(shown),
  };
}

/** What Prometheus needs to scrape Grafana. Made before both, since Grafana is a client of Prometheus as well. */
export interface GrafanaScrape {
  readonly login: GeneratedLogin;
  readonly target: ScrapeTarget;
}

/** Grafana, with a generated administrator. */
export class Grafana extends pulumi.ComponentResource {
  /** The way of the gateway to the pages, which have a login of their own. */
  readonly web: HttpsConnection;
  readonly administrator: GeneratedLogin;

  /** @see GrafanaScrape */
  static scrape({ platform, certificates, secrets }: Foundation): GrafanaScrape {
    const login = secrets.login("grafana", "prometheus", "prometheus");
    const connection: HttpsConnection = {
      server: "grafana",
      port: "https",
      address: { host: platform.namesOf("grafana")[0], port: PORT },
      trust: certificates.trust,
      readyWhen: [],
    };
    return { login, target: { connection, path: "/metrics", credential: { kind: "basic", login } } };
  }

  constructor(
    name: string,
    { platform, certificates, secrets }: Foundation,
    args: GrafanaArgs & { readonly scrape: GrafanaScrape },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Grafana", name, {}, opts);
    this.administrator = secrets.login("grafana", "admin", "admin");
    const spec = grafanaSpec({
      ...args,
      leaf: certificates.issue("grafana", platform.namesOf("grafana")),
      trust: certificates.trust,
      listen: platform.listen("grafana", "https"),
      administrator: this.administrator,
      scrape: args.scrape.login,
      secretKey: secrets.key("grafana-secret-key", 32).hex,
    });
    const server = platform.run("grafana", spec, this);
    this.web = {
      server: "grafana",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    this.registerOutputs({});
  }
}

/** How Grafana's state is read off its metrics. */
export const GRAFANA_STATE: ServiceState = { service: "grafana", expression: 'up{job="grafana"}' };
