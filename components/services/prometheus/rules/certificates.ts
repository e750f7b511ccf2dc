/** A certificate of the stack, and when it ends. */
export interface CertificateEnd {
  /** Name of it, such as `postgres` or `loki-clients-grafana`. */
  readonly certificate: string;
  /** RFC 3339, as the provider that made it tells. */
  readonly notAfter: string;
}

/**
 * When certificates end, as series. No program of the stack tells it of its certificate; the stack has made them all, replaces
 * a container when its certificate changes, and so knows the end of each that is in use, of clients too.
 */
export function certificateRules(ends: readonly CertificateEnd[]): object {
  const rules = ends.map(({ certificate, notAfter }) => ({
    record: "semblance_certificate_not_after_timestamp_seconds",
    expr: `vector(${secondsOf(notAfter)})`,
    labels: { certificate },
  }));
  return { name: "semblance-certificates", interval: "1m", rules };
}

function secondsOf(time: string): number {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) throw new TypeError(`not a time: ${time}`);
  return Math.floor(milliseconds / 1000);
}
