import type { HttpsConnection, MutualTlsConnection } from "../../core/connection";
import { clientTls, TLS } from "../../core/foundation";
import { FILES, type FilePath } from "../../core/workload";
import type { ServiceName } from "../../topology";
import type { Login } from "../../core/values";

type LoginConnection = HttpsConnection & { readonly login: Login };

/** What Grafana shows, each over a connection of its own. */
export interface Shown {
  readonly prometheus: LoginConnection;
  readonly alertmanager: LoginConnection;
  readonly loki: MutualTlsConnection;
  readonly jaeger: MutualTlsConnection;
}

/** Where the password for a server lies. */
export const passwordFile = (server: ServiceName): FilePath => `${FILES}/secrets/${server}-password`;

/** Grafana puts the text of a file in the place of this. */
export const fromFile = (path: FilePath): string => `$__file{${path}}`;

/**
 * The file of data sources, with the ways from one to the other: from a log line and from a point on a curve to the trace,
 * from a trace to its log lines and to the curves of its service. A dollar sign that is Grafana's own at run time is doubled.
 */
export function datasources({ prometheus, alertmanager, loki, jaeger }: Shown): object {
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      source("prometheus", "Prometheus", prometheus, {
        ...withLogin(prometheus, {
          httpMethod: "POST",
          prometheusType: "Prometheus",
          timeInterval: "15s",
          manageAlerts: true,
          alertmanagerUid: "alertmanager",
          exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: "jaeger" }],
        }),
        isDefault: true,
      }),
      source(
        "loki",
        "Loki",
        loki,
        withCertificate(loki, {
          maxLines: 1000,
          derivedFields: [
            {
              name: "trace_id",
              matcherType: "label",
              matcherRegex: "trace_id",
              datasourceUid: "jaeger",
              url: "$${__value.raw}",
              urlDisplayLabel: "Trace",
            },
          ],
        }),
      ),
      source(
        "jaeger",
        "Jaeger",
        jaeger,
        withCertificate(jaeger, {
          nodeGraph: { enabled: true },
          traceIdTimeParams: { enabled: true },
          tracesToLogsV2: {
            datasourceUid: "loki",
            spanStartTimeShift: "-5m",
            spanEndTimeShift: "5m",
            customQuery: true,
            query: '{service_name=~".+"} | trace_id="$${__trace.traceId}"',
          },
          tracesToMetrics: {
            datasourceUid: "prometheus",
            spanStartTimeShift: "-30m",
            spanEndTimeShift: "30m",
            tags: [{ key: "service.name", value: "service_name" }],
            queries: [
              {
                name: "Requests per second",
                query: "sum(rate(traces_span_metrics_calls_total{$$__tags}[5m]))",
              },
              {
                name: "Time, 95 %",
                query:
                  "histogram_quantile(0.95, sum by (le) (rate(traces_span_metrics_duration_seconds_bucket{$$__tags}[5m])))",
              },
            ],
          },
        }),
      ),
      source(
        "alertmanager",
        "Alertmanager",
        alertmanager,
        withLogin(alertmanager, { implementation: "prometheus", handleGrafanaManagedAlerts: false }),
      ),
    ],
  };
}

function source(
  type: "prometheus" | "loki" | "jaeger" | "alertmanager",
  name: string,
  { address }: HttpsConnection,
  rest: object,
): object {
  return {
    name,
    type,
    uid: type,
    access: "proxy",
    url: `https://${address.host}:${address.port}`,
    editable: false,
    ...rest,
  };
}

const withLogin = ({ server, login }: LoginConnection, jsonData: object): object => ({
  basicAuth: true,
  basicAuthUser: login.username,
  jsonData: { ...jsonData, tlsAuthWithCACert: true, serverName: server },
  secureJsonData: { basicAuthPassword: fromFile(passwordFile(server)), tlsCACert: fromFile(TLS.ca) },
});

function withCertificate({ server }: MutualTlsConnection, jsonData: object): object {
  const { certificate, key } = clientTls(server);
  return {
    jsonData: { ...jsonData, tlsAuth: true, tlsAuthWithCACert: true, serverName: server },
    secureJsonData: {
      tlsCACert: fromFile(TLS.ca),
      tlsClientCert: fromFile(certificate),
      tlsClientKey: fromFile(key),
    },
  };
}
