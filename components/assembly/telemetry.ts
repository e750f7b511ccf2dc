import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/schema";
import type { Foundation } from "../core/foundation";
import type { MutualTlsConnection } from "../core/connection";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import type { OtlpConnection } from "../core/telemetry";
import { ContainerExporter } from "../services/container-exporter";
import { Jaeger } from "../services/jaeger";
import { Loki } from "../services/loki";
import { OTEL_STATES, OtelAgent, OtelCollector, otlpDoor } from "../services/otel";
import type { ServiceName } from "../topology";

/** Those who send spans of their own. */
const TRACED = ["gateway", "label-studio", "label-studio-worker"] as const;

/** Logs and traces, as far as the stack has them. */
export interface Telemetry {
  /** The collector's door for those who send spans. Absent: they send none. */
  readonly otlp?: (client: (typeof TRACED)[number]) => OtlpConnection;
  readonly loki?: Loki<"otel-collector" | "grafana">;
  readonly jaeger?: Jaeger<"otel-collector", "gateway" | "grafana">;
  /** The way of the gateway to the traces. */
  readonly traces?: MutualTlsConnection;
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
}

/** Jaeger's own metrics come by the collector, and stay for five minutes; its uptime of the last minutes does not stand still. */
const JAEGER_STATE: ServiceState = {
  service: "jaeger",
  expression: 'changes(otelcol_process_uptime_seconds_total{service="jaeger"}[2m]) > bool 0',
};

/** Stores first, then the collector, which writes to them, then the agent, which sends to it. */
export function assembleTelemetry(
  stack: string,
  settings: Settings,
  present: ReadonlySet<ServiceName>,
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Telemetry {
  const door = present.has("otel-collector")
    ? otlpDoor(foundation, [...TRACED, "jaeger", "otel-agent"])
    : undefined;
  const loki = present.has("loki")
    ? new Loki(
        "loki",
        foundation,
        { clients: ["otel-collector", "grafana"], retentionDays: settings.loki.retentionDays },
        opts,
      )
    : undefined;
  const jaeger = present.has("jaeger")
    ? new Jaeger(
        "jaeger",
        foundation,
        {
          clients: { otlp: ["otel-collector"], query: ["gateway", "grafana"] },
          retentionDays: settings.jaeger.retentionDays,
          otlp: door?.connection("jaeger"),
        },
        opts,
      )
    : undefined;
  const collector =
    door === undefined || loki === undefined || jaeger === undefined
      ? undefined
      : new OtelCollector(
          "otel-collector",
          foundation,
          { stack, door, loki: loki.connection("otel-collector"), jaeger: jaeger.otlp("otel-collector") },
          opts,
        );
  if (collector !== undefined && present.has("otel-agent"))
    new OtelAgent("otel-agent", foundation, { stack, collector: collector.otlp("otel-agent") }, opts);
  const containers = present.has("container-exporter")
    ? new ContainerExporter("container-exporter", foundation, { stack }, opts)
    : undefined;

  const all = [loki, collector, containers];
  return {
    ...(collector === undefined || door === undefined ? {} : { otlp: door.connection }),
    ...(loki === undefined ? {} : { loki }),
    ...(jaeger === undefined ? {} : { jaeger, traces: jaeger.query("gateway") }),
    targets: all.flatMap((service) => (service === undefined ? [] : [service.target])),
    states: [
      ...(loki === undefined ? [] : [{ service: "loki", expression: 'up{job="loki"}' }]),
      ...(jaeger === undefined ? [] : [JAEGER_STATE]),
      ...(collector === undefined ? [] : OTEL_STATES),
    ],
  };
}
