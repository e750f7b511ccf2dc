import * as pulumi from "@pulumi/pulumi";
import type { Connection, HttpsConnection, TlsTrust } from "../core/connection";
import { type Debug, debugOf } from "../core/debug";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../core/foundation";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import { probeHost } from "../core/probes";
import type { RunningWorkload } from "../core/platform";
import type { Login, Sensitive, TextValue } from "../core/values";
import { FILES, type FilePath, type WorkloadSpec } from "../core/workload";
import { webConfig } from "./exporters";

const PORT = 9093;
const SECRETS = `${FILES}/secrets` as const;

/** A server of this stack that takes mail. */
export type SmtpConnection = Connection & { readonly login?: Login };

/** Where alerts go. */
export type Receiver =
  /** Nowhere: they are to be seen in Alertmanager, and are grouped and silenced there. */
  | { readonly kind: "none" }
  /** To a URL, as JSON. The URL may hold a token, and is a secret therefore. */
  | { readonly kind: "webhook"; readonly url: Sensitive }
  | { readonly kind: "email"; readonly to: string; readonly from: string; readonly through: SmtpConnection };

/** What the stack says about Alertmanager. */
export interface AlertmanagerArgs {
  readonly receiver: Receiver;
  /** Under which URL people see it, for the links in notifications. */
  readonly url: string;
}

/** What Alertmanager needs besides. */
export interface AlertmanagerSpecArgs extends AlertmanagerArgs, Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  readonly clients: readonly GeneratedLogin[];
  /** Login of the health check. */
  readonly probe: GeneratedLogin;
}

/** Alertmanager on its own, without a cluster: TLS for those who know a password. */
export function alertmanagerSpec(args: AlertmanagerSpecArgs): WorkloadSpec<"https"> {
  const { receiver } = args;
  return {
    image: "alertmanager",
    command: [
      "alertmanager",
      `--config.file=${FILES}/alertmanager.yml`,
      `--web.config.file=${FILES}/web.yml`,
      ...args.listen.map((address) => `--web.listen-address=${address}:${PORT}`),
      `--web.external-url=${args.url}`,
      // The gateway gives it a host name of its own.
      "--web.route-prefix=/",
      "--cluster.listen-address=",
      "--storage.path=/alertmanager",
      "--log.format=json",
      ...(args.debug ? ["--log.level=debug"] : []),
    ],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/alertmanager.yml`]: JSON.stringify(configuration(receiver), undefined, 2),
      [`${FILES}/web.yml`]: webConfig([...args.clients, args.probe]),
      [`${FILES}/probe.yml`]: JSON.stringify({
        basic_auth: { username: args.probe.username, password_file: `${SECRETS}/probe` },
        tls_config: { ca_file: TLS.ca, server_name: "alertmanager" },
      }),
      [`${SECRETS}/probe`]: args.probe.password,
      ...receiverFiles(receiver),
    },
    ports: { https: { number: PORT } },
    // Silences, and what was told already.
    volumes: { data: { mountPath: "/alertmanager", onDown: "keep", sizeGiB: 1 } },
    ready: {
      command: [
        "amtool",
        "silence",
        "query",
        "--quiet",
        `--http.config.file=${FILES}/probe.yml`,
        `--alertmanager.url=https://${probeHost(args.listen)}:${PORT}`,
      ],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 20,
    },
    user: { uid: 65534, gid: 65534 },
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    // A webhook is somebody else's machine; mail goes to a server of the stack.
    ...(receiver.kind === "webhook" ? { egress: true } : {}),
    uses: receiver.kind === "email" ? [receiver.through] : [],
  };
}

function configuration(receiver: Receiver): object {
  return {
    route: {
      receiver: receiver.kind,
      group_by: ["alertname"],
      group_wait: "15s",
      group_interval: "1m",
      repeat_interval: "12h",
    },
    inhibit_rules: [
      {
        source_matchers: ["alertname=CertificateExpires"],
        target_matchers: ["alertname=CertificateExpiresSoon"],
        equal: ["certificate"],
      },
    ],
    receivers: [{ name: receiver.kind, ...ways(receiver) }],
  };
}

function ways(receiver: Receiver): object {
  switch (receiver.kind) {
    case "none":
      return {};
    case "webhook":
      return { webhook_configs: [{ url_file: `${SECRETS}/webhook-url`, send_resolved: true }] };
    case "email": {
      const { server, address, login } = receiver.through;
      return {
        email_configs: [
          {
            to: receiver.to,
            from: receiver.from,
            smarthost: `${address.host}:${address.port}`,
            hello: "alertmanager",
            send_resolved: true,
            require_tls: true,
            tls_config: { ca_file: TLS.ca, server_name: server, min_version: "TLS12" },
            ...(login === undefined
              ? {}
              : { auth_username: login.username, auth_password_file: `${SECRETS}/smtp-password` }),
          },
        ],
      };
    }
  }
}

function receiverFiles(receiver: Receiver): Record<FilePath, TextValue> {
  if (receiver.kind === "webhook") return { [`${SECRETS}/webhook-url`]: receiver.url };
  if (receiver.kind !== "email" || receiver.through.login === undefined) return {};
  return { [`${SECRETS}/smtp-password`]: receiver.through.login.password };
}

/** A client of Alertmanager. */
export type AlertmanagerClient = "gateway" | "prometheus" | "grafana";

/** Alertmanager, with a login per client. */
export class Alertmanager extends pulumi.ComponentResource {
  /** Its own metrics, which Prometheus scrapes with the login that it sends alerts with. */
  readonly target: ScrapeTarget;
  private readonly server: RunningWorkload<"https">;
  private readonly logins: Readonly<Record<AlertmanagerClient, GeneratedLogin>>;

  constructor(
    name: string,
    private readonly foundation: Foundation,
    args: AlertmanagerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Alertmanager", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const login = (client: AlertmanagerClient) => secrets.login("alertmanager", client, client);
    this.logins = { gateway: login("gateway"), prometheus: login("prometheus"), grafana: login("grafana") };
    const spec = alertmanagerSpec({
      ...args,
      ...debugOf(foundation, "alertmanager"),
      leaf: certificates.issue("alertmanager", platform.namesOf("alertmanager")),
      trust: certificates.trust,
      listen: platform.listen("alertmanager", "https"),
      clients: Object.values(this.logins),
      probe: secrets.login("alertmanager", "probe", "probe"),
    });
    this.server = platform.run("alertmanager", spec, this);
    this.target = {
      connection: this.connection("prometheus"),
      path: "/metrics",
      credential: { kind: "basic", login: this.logins.prometheus },
    };
    this.registerOutputs({});
  }

  /** The way of one client to the API and the pages. */
  connection(client: AlertmanagerClient): HttpsConnection & { readonly login: GeneratedLogin } {
    return {
      server: "alertmanager",
      port: "https",
      address: this.server.address("https"),
      trust: this.foundation.certificates.trust,
      readyWhen: this.server.readyWhen,
      login: this.logins[client],
    };
  }
}

/** How Alertmanager's state is read off its metrics. */
export const ALERTMANAGER_STATE: ServiceState = {
  service: "alertmanager",
  expression: 'up{job="alertmanager"}',
};
