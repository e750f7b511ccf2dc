export const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
export const SPAN = "00f067aa0ba902b7";
const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });

/** One span of a program that calls itself `service`. */
export function span(service: string, traceId: string): object {
  const now = Date.now();
  const one = {
    traceId,
    spanId: SPAN,
    name: "GET /api/projects",
    kind: 2,
    startTimeUnixNano: `${now - 30}000000`,
    endTimeUnixNano: `${now}000000`,
    attributes: [
      attribute("http.route", "/api/projects"),
      attribute("url.full", "https://s3/x?X-Amz-Signature=0123456789abcdef&a=1"),
      attribute("http.request.header.authorization", "Token 00112233445566778899"),
    ],
  };
  const resource = { attributes: [attribute("service.name", service)] };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: [one] }] }] };
}

/** A line, the level that it has, and what stands in it once it is brought to the schema. */
export const SPELLINGS: readonly (readonly [string, string, string])[] = [
  ['{"level":"info","ts":1.5,"logger":"http","msg":"up","traceID":"' + TRACE + '"}', "info", "up"],
  [
    '{"level":"error","logger":"http.log.access","msg":"handled request","request":{"method":"GET","host":"h","uri":"/p?a=1"},"status":502}',
    "error",
    "GET h/p?a=1 502",
  ],
  ['{"level":"INFO","message":"request","method":"GET","path":"/api","status":200}', "info", "GET /api 200"],
  ['{"@timestamp":"x","log.level":"WARN","message":"m","trace.id":"' + TRACE + '"}', "warn", "m"],
  ['{"severity":"critical","msg":"m","error":"no disk"}', "fatal", "m: no disk"],
  ["2026-01-02 03:04:05.678 UTC [42] a@b FATAL:  no such role", "fatal", "FATAL:"],
  ["2026-01-02 03:04:05.678 UTC [42] LOG:  checkpoint complete", "info", "LOG:"],
  ["1:M 02 Jan 2026 03:04:05.678 # Out of memory", "warn", "# Out"],
  ["[E 2026-01-02 03:04:05.678 ServerApp] broken", "error", "broken"],
  ['time=2026-01-02T03:04:05Z level=DEBUG msg="a b" n=1', "debug", "a b"],
  ["just a text", "unknown", "just a text"],
];
