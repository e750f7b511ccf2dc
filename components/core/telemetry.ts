import { TLS } from "./foundation";
import type { HttpsConnection } from "./connection";
import type { Login } from "./values";

/** The OpenTelemetry Collector's door for one client: OTLP over HTTP, with a login of the client's own. */
export interface OtlpConnection extends HttpsConnection {
  readonly login: Login;
}

/**
 * The standard variables of an OpenTelemetry SDK, as far as they are no secret. `OTEL_EXPORTER_OTLP_HEADERS` is one: see `otlpHeaders`.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function otlpEnv(service: string, to: OtlpConnection): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_EXPORTER_OTLP_ENDPOINT: `https://${to.address.host}:${to.address.port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_CERTIFICATE: TLS.ca,
  };
}

/** The secret text of `OTEL_EXPORTER_OTLP_HEADERS`: to be put into a file, and from there into the process' environment. */
export const otlpHeaders = ({ login }: OtlpConnection) =>
  login.password.map(
    (password) => `Authorization=Basic%20${Buffer.from(`${login.username}:${password}`).toString("base64")}`,
  );
