import assert from "node:assert/strict";
import type { S3Connection } from "../../components/core/connection";
import { labelStudioWorkerSpec } from "../../components/services/label-studio/specs";
import { connection, login, postgres, redis } from "../support/samples";
import { Alone } from "./label-studio-bench";

const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  bucket: "label-studio",
  region: "us-east-1",
  keys: login("label-studio-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** A collector in the same process, which keeps what it is sent, and the settings with tracing switched on. */
const COLLECTOR = `
import io, json, logging, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
seen = []
class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen.append((self.path, self.headers["Authorization"], ExportTraceServiceRequest.FromString(body)))
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
server = HTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
import semblance_logging, semblance_tracing as t
t.start()
from opentelemetry import trace
def spans():
    trace.get_tracer_provider().force_flush()
    out = []
    for path, authorization, request in seen:
        for r in request.resource_spans:
            names = {a.key: a.value.string_value for a in r.resource.attributes}
            for scope in r.scope_spans:
                for s in scope.spans:
                    out.append({"path": path, "authorization": authorization, "service": names["service.name"],
                        "name": s.name, "trace": s.trace_id.hex(), "parent": s.parent_span_id.hex(), "kind": s.kind, "failed": s.status.code == 2,
                        "attributes": {a.key: a.value.string_value or a.value.int_value for a in s.attributes}})
    return out
lines = io.StringIO()
handler = logging.StreamHandler(lines); handler.setFormatter(semblance_logging.RedactingJsonFormatter())
log = logging.getLogger("t"); log.addHandler(handler)
def logged(): return [json.loads(line) for line in lines.getvalue().splitlines()]
`;

/** One request through the WSGI wrapper, with the header that the gateway sends. */
const REQUEST = `
def application(environ, start_response):
    log.warning("inside")
    start_response("200 OK", [])
    return [b"x"]
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/tasks/7", "QUERY_STRING": "token=hunter2hunter2", "RAW_URI": "/api/tasks/7?token=hunter2hunter2",
    "HTTP_HOST": "h", "SERVER_NAME": "h", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "https",
    "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "HTTP_TRACEPARENT": "00-${TRACE}-00f067aa0ba902b7-01"}
list(t.wsgi(application)(environ, lambda *_: None))
`;

interface Span {
  readonly path: string;
  readonly authorization: string;
  readonly service: string;
  readonly name: string;
  readonly trace: string;
  readonly parent: string;
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

describe("Label Studio's traces, made by the real packages", function () {
  this.timeout(120_000);
  const worker = new Alone("tracing");
  const otlp = { ...connection("otel-collector", "otlp", 4318), login: login("label-studio-worker") };
  before(async () => {
    const spec = labelStudioWorkerSpec({
      site: { url: "https://label-studio.semblance.localhost:8443" },
      stores: { postgres, s3 },
      secretKey: login("secret-key").password,
      redis,
      otlp,
    });
    await worker.start(spec, ["sleep", "600"]);
  });
  after(() => worker.cleanUp());

  const ask = async <T>(code: string): Promise<T> => (await worker.ask(COLLECTOR + code)) as T;

  it("go on with the trace of the gateway, sent as itself, without the query", async () => {
    const [span, ...others] = await ask<Span[]>(`${REQUEST}\nprint(json.dumps(spans()))`);
    assert.ok(span);
    assert.deepEqual(others, []);
    assert.equal(span.trace, TRACE);
    assert.equal(span.parent, "00f067aa0ba902b7");
    assert.equal(span.service, "label-studio-worker");
    assert.equal(span.path, "/v1/traces");
    assert.match(span.authorization, /^Basic /);
    assert.equal(span.attributes["http.response.status_code"], 200);
    assert.doesNotMatch(JSON.stringify(span), /hunter2/);
  });

  it("are named in every log line of the request, and in the access log's", async () => {
    const [lines, access] = await ask<[Record<string, string>[], Record<string, string>]>(
      `${REQUEST}\nlog.warning("outside")\nprint(json.dumps([logged(), environ["semblance.trace"]]))`,
    );
    const [inside, outside] = lines;
    assert.equal(inside?.["trace_id"], TRACE);
    assert.match(inside["span_id"] ?? "", /^[0-9a-f]{16}$/);
    assert.deepEqual(access, { trace_id: TRACE, span_id: inside["span_id"] });
    assert.ok(!("trace_id" in (outside ?? {})));
  });

  it("are called after the pattern of the address", async () => {
    const [span] = await ask<Span[]>(`
class Match: route = "api/tasks/<int:pk>"
class Request: method = "GET"; resolver_match = Match
tracer = trace.get_tracer("t")
with tracer.start_as_current_span("x", kind=trace.SpanKind.SERVER):
    t.route(lambda request: "response")(Request)
print(json.dumps(spans()))`);
    assert.equal(span?.name, "GET /api/tasks/<int:pk>");
    assert.equal(span.attributes["http.route"], "/api/tasks/<int:pk>");
  });

  it("go on in a job, which is marked when it fails", async () => {
    const found = await ask<Span[]>(`
with trace.get_tracer("t").start_as_current_span("request", kind=trace.SpanKind.SERVER):
    carried = t.carrier()
with t.job("tasks.export", carried): pass
with t.job("tasks.fail", {}): t.failed()
print(json.dumps(spans()))`);
    const [request, exported, broken] = found;
    assert.equal(exported?.trace, request?.trace);
    assert.equal(exported?.name, "tasks.export");
    assert.equal(exported.failed, false);
    assert.notEqual(broken?.trace, request?.trace);
    assert.equal(broken?.failed, true);
  });

  it("hold calls to Redis within a request, and none outside of one", async () => {
    const found = await ask<Span[]>(`
import redis
client = redis.Redis(host="127.0.0.1", port=1, retry=None)
def call():
    try: client.get("label-studio:secret-key-of-a-user")
    except redis.RedisError: pass
call()
with trace.get_tracer("t").start_as_current_span("request", kind=trace.SpanKind.SERVER): call()
print(json.dumps(spans()))`);
    assert.deepEqual(found.map(({ name }) => name).sort(), ["GET", "request"]);
    assert.doesNotMatch(JSON.stringify(found), /secret-key-of-a-user/);
  });

  it("are set up by the settings, which the queue's own classes take part in", async () => {
    const seen = await ask<unknown>(`
from django.conf import settings as s
print(json.dumps([s.MIDDLEWARE[0], s.RQ, type(trace.get_tracer_provider()).__module__]))`);
    assert.deepEqual(seen, [
      "semblance_tracing.route",
      { WORKER_CLASS: "semblance_worker.Worker", JOB_CLASS: "semblance_worker.Job" },
      "opentelemetry.sdk.trace",
    ]);
  });

  it("cost nothing where nobody wants them", async () => {
    const seen = await worker.ask(`
import json, os, sys
del os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
import semblance_tracing as t
from django.conf import settings as s
s.DEBUG
app = object()
with t.job("x", {}): t.failed()
print(json.dumps([t.wsgi(app) is app, t.carrier(), "semblance_tracing.route" in s.MIDDLEWARE, "opentelemetry.sdk.trace" in sys.modules]))`);
    assert.deepEqual(seen, [true, {}, false, false]);
  });
});
