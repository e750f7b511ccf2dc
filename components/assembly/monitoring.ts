import * as pulumi from "@pulumi/pulumi";
import { WEBHOOK_URL } from "../config";
import type { Settings } from "../config/schema";
import type { Foundation } from "../core/foundation";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import { type Login, Sensitive } from "../core/values";
import type { OtherDoors } from "../routes";
import { Alertmanager, type Receiver } from "../services/alertmanager";
import type { MailConnection } from "../services/development/mailpit";
import { Grafana } from "../services/grafana";
import { Prometheus } from "../services/prometheus";
import type { Site } from "../site";
import type { ServiceName } from "../topology";
import { unhurried } from "./metrics";
import type { Telemetry } from "./telemetry";

/** Metrics, alerts and dashboards. */
export interface Monitoring {
  readonly prometheus: Prometheus;
  readonly doors: OtherDoors;
  readonly logins: Readonly<Record<string, Login>>;
}

/** What they are wired to. */
export interface MonitoringArgs {
  readonly settings: Settings;
  readonly present: ReadonlySet<ServiceName>;
  readonly site: Site;
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
  readonly telemetry: Telemetry;
  readonly mail?: MailConnection;
}

/** Alertmanager, then Prometheus, which sends to it, then Grafana, which shows what the others keep. */
export function assembleMonitoring(
  args: MonitoringArgs,
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Monitoring {
  const { settings, present, site, telemetry } = args;
  const alertmanager = present.has("alertmanager")
    ? new Alertmanager(
        "alertmanager",
        foundation,
        { receiver: receiverOf(settings, args.mail), url: site.url("alertmanager") },
        opts,
      )
    : undefined;
  const grafanaScrape = present.has("grafana") ? Grafana.scrape(foundation) : undefined;
  const targets = [
    ...args.targets,
    ...[alertmanager, grafanaScrape].flatMap((one) => (one ? [one.target] : [])),
  ];
  const prometheus = new Prometheus(
    "prometheus",
    foundation,
    {
      // A scrape that fails is repeated in 15 seconds: nothing has to be ready before.
      targets: targets.map((target) => ({ ...target, connection: unhurried(target.connection) })),
      states: args.states,
      retentionDays: settings.prometheus.retentionDays,
      present,
      url: site.url("prometheus"),
      certificates: foundation.certificates.ends(),
      ...(present.has("docs") ? { docsUrl: site.url("docs") } : {}),
      ...(alertmanager === undefined
        ? {}
        : { alertmanager: unhurried(alertmanager.connection("prometheus")) }),
      ...(present.has("grafana") ? { readers: ["grafana"] } : {}),
    },
    opts,
  );
  const { loki, jaeger } = telemetry;
  const grafana =
    grafanaScrape === undefined || alertmanager === undefined || loki === undefined || jaeger === undefined
      ? undefined
      : new Grafana(
          "grafana",
          foundation,
          {
            url: site.url("grafana"),
            present,
            scrape: grafanaScrape,
            shown: {
              prometheus: prometheus.connection("grafana"),
              alertmanager: alertmanager.connection("grafana"),
              loki: loki.connection("grafana"),
              jaeger: jaeger.query("grafana"),
            },
          },
          opts,
        );
  return {
    prometheus,
    doors: {
      ...(alertmanager === undefined ? {} : { alertmanager: alertmanager.connection("gateway") }),
      ...(grafana === undefined ? {} : { grafana: grafana.web }),
    },
    logins: grafana === undefined ? {} : { grafana: grafana.administrator },
  };
}

/** Where alerts go, by the settings. The URL of a webhook is a secret of the stack. */
function receiverOf({ alerts }: Settings, mail: MailConnection | undefined): Receiver {
  switch (alerts.receiver) {
    case "none":
      return { kind: "none" };
    case "webhook":
      return { kind: "webhook", url: Sensitive.of(new pulumi.Config().requireSecret(WEBHOOK_URL)) };
    case "email":
      // The mail catcher's image may still be on its way; until then alerts are to be seen in Alertmanager.
      if (mail === undefined) return { kind: "none" };
      return { kind: "email", to: alerts.email, from: "alertmanager@semblance.local", through: mail };
  }
}
