import assert from "node:assert/strict";
import type { S3Connection } from "../../components/core/connection";
import { labelStudioExporterSpec } from "../../components/services/label-studio/exporter";
import { labelStudioWorkerSpec } from "../../components/services/label-studio/specs";
import { logsOf } from "../support/engine";
import { CANARY } from "../support/mocks";
import { connection, https, login, postgres, redis, secretText } from "../support/samples";
import { until } from "../support/until";
import { leafOf } from "./gateway-bench";
import { ThrowAwayAuthority } from "./gateway-pki";
import { Alone } from "./label-studio-bench";

const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  trust,
  bucket: "label-studio",
  region: "us-east-1",
  keys: login("label-studio-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const stores = { postgres: { ...postgres, trust }, s3 };

/** Prints, as JSON, an expression over Label Studio's settings. */
const ofSettings = (expression: string): string => `
import json, os, sys
from django.conf import settings as s
s.DEBUG
print(json.dumps(${expression}))`;

describe("Label Studio's settings on the real package", function () {
  this.timeout(180_000);
  const worker = new Alone("settings");
  before(async () => {
    const spec = labelStudioWorkerSpec({
      site: { url: "https://label-studio.semblance.localhost:8443" },
      stores,
      secretKey: login("secret-key").password,
      redis: { ...redis, trust },
    });
    await worker.start(spec, ["sleep", "600"]);
  });
  after(() => worker.cleanUp());

  it("fit the version that they were tried with", async () => {
    const version = "print(__import__('json').dumps(__import__('label_studio').__version__))";
    assert.equal(await worker.ask(version), "1.23.2");
  });

  it("let nobody sign up, and send cookies over TLS only", async () => {
    const seen = await worker.ask(
      ofSettings(
        "[s.DEBUG, s.DISABLE_SIGNUP_WITHOUT_LINK, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY]",
      ),
    );
    assert.deepEqual(seen, [false, true, true, true, true]);
  });

  it("answer to our own names and trust our own origin", async () => {
    const origin = "https://label-studio.semblance.localhost:8443";
    const seen = await worker.ask(
      ofSettings(
        "[s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.CORS_ALLOWED_ORIGINS, getattr(s, 'CORS_ALLOW_ALL_ORIGINS', False)]",
      ),
    );
    assert.deepEqual(seen, [["label-studio.semblance.localhost", "127.0.0.1"], [origin], [origin], false]);
  });

  it("tell nobody else that we exist", async () => {
    const seen = await worker.ask(
      ofSettings(
        "[s.SENTRY_DSN, s.FRONTEND_SENTRY_DSN, s.COLLECT_ANALYTICS, s.LATEST_VERSION_CHECK, s.FEATURE_FLAGS_OFFLINE]",
      ),
    );
    assert.deepEqual(seen, ["", "", false, false, true]);
  });

  it("reach PostgreSQL and Redis with a verified name, and keep sessions in Redis", async () => {
    const seen = await worker.ask(
      ofSettings(
        "[s.DATABASES['default']['OPTIONS']['sslmode'], s.RQ_QUEUES['low']['SSL'], s.RQ_QUEUES['low']['REDIS_CLIENT_KWARGS']['ssl_check_hostname'], s.CACHES['default']['OPTIONS']['ssl_check_hostname'], s.CACHES['default']['LOCATION'], s.SESSION_ENGINE, s.REDIS_ENABLED]",
      ),
    );
    const cachedDb = "django.contrib.sessions.backends.cached_db";
    assert.deepEqual(seen, ["verify-full", true, true, true, "rediss://redis:6379/0", cachedDb, true]);
  });

  it("are whole before anything connects: Label Studio looks for Redis when that module loads", async () => {
    assert.equal(await worker.ask(ofSettings("'core.redis' in sys.modules")), false);
  });

  it("load nothing that reads a whole upload into memory", async () => {
    const seen = await worker.ask(ofSettings("[one for one in s.MIDDLEWARE if 'ContextLog' in one]"));
    assert.deepEqual(seen, []);
  });

  it("leave no secret in the environment for child processes", async () => {
    const seen = JSON.stringify(await worker.ask(ofSettings("dict(os.environ)")));
    assert.ok(!seen.includes(CANARY));
    assert.equal(await worker.ask(ofSettings("s.SECRET_KEY")), secretText("secret-key"));
  });

  it("refuse private addresses to webhooks, ML backends and what users type in as storage", async () => {
    const seen = await worker.ask(`
import json, django
django.setup()
from core.utils.io import validate_ip
from core.utils.exceptions import SsrfBlockedUrlError
def refused(ip):
    try:
        validate_ip(ip)
        return False
    except SsrfBlockedUrlError:
        return True
print(json.dumps([refused(ip) for ip in ("10.89.0.2", "127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "8.8.8.8")]))`);
    assert.deepEqual(seen, [true, true, true, true, true, false]);
  });

  it("write a log line as JSON, without what looks like a credential", async () => {
    const seen = await worker.ask(`
import logging.config, semblance_logging
logging.config.dictConfig(semblance_logging.configuration("INFO", {}))
logging.getLogger("t").info("GET /x?X-Amz-Signature=0123456789abcdef Authorization: Token 00112233445566778899 password='hunter2hunter2'", extra={"n": 1})`);
    assert.deepEqual(Object.keys(seen ?? {}), ["time", "level", "logger", "message", "n"]);
    assert.doesNotMatch(JSON.stringify(seen), /0123456789abcdef|00112233445566778899|hunter2/);
  });
});

describe("Label Studio's exporter alone in the world", function () {
  this.timeout(120_000);
  const exporter = new Alone("exporter");
  const scrape = login("prometheus");
  before(async () => {
    const spec = labelStudioExporterSpec({
      leaf: leafOf(pki.issue("localhost")),
      listen: ["127.0.0.1"],
      web: { ...https, trust },
      postgres: stores.postgres,
      redis: { ...redis, trust },
      scrape,
    });
    await exporter.start(spec, spec.command);
    await until({ what: "the exporter to listen", limitSeconds: 60 }, async () =>
      (await logsOf(exporter.container)).includes('"ready"'),
    );
  });
  after(() => exporter.cleanUp());

  const scraped = (password: string): string => `
import base64, http.client, json, ssl
context = ssl.create_default_context(cafile="/etc/semblance/tls/ca.crt")
# The throw-away authority says less about itself than the stack's own.
context.verify_flags &= ~ssl.VERIFY_X509_STRICT
c = http.client.HTTPSConnection("localhost", 9400, timeout=60, context=context)
c.request("GET", "/metrics", headers={"Authorization": "Basic " + base64.b64encode(b"prometheus:${password}").decode()})
r = c.getresponse()
print(json.dumps([r.status, r.read().decode()]))`;

  it("says that Label Studio is down, and that it could ask nobody", async () => {
    const [status, text] = (await exporter.ask(scraped(secretText("prometheus")))) as [number, string];
    assert.equal(status, 200);
    assert.match(text, /^label_studio_up 0\.0$/m);
    for (const source of ["http", "postgresql", "redis"]) {
      assert.match(text, new RegExp(`^label_studio_exporter_source_up\\{source="${source}"\\} 0\\.0$`, "m"));
    }
  });

  it("says nothing to who does not know the password", async () => {
    const [status, text] = (await exporter.ask(scraped("guess"))) as [number, string];
    assert.deepEqual([status, text], [401, ""]);
  });

  it("is small", async () => {
    const resident = await exporter.ask(`
import json, re, pathlib
found = [p for p in pathlib.Path("/proc").glob("[0-9]*") if b"exporter.py" in (p / "cmdline").read_bytes()]
print(json.dumps(max(int(re.search(r"VmRSS:\\s+(\\d+)", (p / "status").read_text())[1]) for p in found)))`);
    assert.ok(Number(resident) < 60 * 1024, `${String(resident)} kB`);
  });
});
