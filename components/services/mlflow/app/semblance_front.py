"""What stands in front of MLflow in its own process: readiness, metrics behind a login, foreign pages kept out, the request log."""

import base64
import binascii
import hmac
import json
import logging
import re
import time

from semblance_metrics import Metrics

log = logging.getLogger("semblance.access")
TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
TEXT = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")]


class Front:
    """ASGI middleware."""

    def __init__(self, app, metrics: Metrics, own_origin: str, scrape_login: str) -> None:
        self.app = app
        self.metrics = metrics
        self.own_origin = own_origin
        self.scrape_login = b"Basic " + base64.b64encode(scrape_login.encode())

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        path = scope["path"]
        if path == "/readyz":
            ready = await self.metrics.database_answers()
            await answer(send, 200 if ready else 503, json.dumps({"ready": ready, "postgresql": ready}).encode(), JSON)
        elif path == "/metrics":
            await self._metrics(headers, send)
        else:
            await self._pass_on(scope, headers, receive, send)

    async def _metrics(self, headers, send) -> None:
        if not hmac.compare_digest(headers.get(b"authorization", b""), self.scrape_login):
            await answer(send, 401, b"", [(b"www-authenticate", b'Basic realm="metrics"')])
            return
        try:
            await answer(send, 200, await self.metrics.text(), TEXT)
        except TimeoutError:
            await answer(send, 503, b"the database does not answer", [])

    async def _pass_on(self, scope, headers, receive, send) -> None:
        """To MLflow, counted and logged. The query string is not: it may hold what is nobody's business."""
        started = time.perf_counter()
        status = 500

        async def watch(message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self.metrics.running.track_inprogress():
            try:
                origin = headers.get(b"origin")
                # MLflow would let in every page of localhost, with the login that the browser keeps for us.
                if origin is not None and origin.decode("latin-1") != self.own_origin:
                    await answer(watch, 403, b'{"error_code": "PERMISSION_DENIED", "message": "foreign origin"}', JSON)
                else:
                    await self.app(scope, receive, watch)
            finally:
                seconds = time.perf_counter() - started
                self.metrics.answered(scope["method"], scope["path"], status, seconds)
                log.info("request", extra=line(scope, headers, status, seconds))


async def answer(send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """A whole answer."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def line(scope, headers, status: int, seconds: float) -> dict[str, object]:
    """What the log keeps of a request. Of a forwarded chain of addresses the last is the gateway's own word."""
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1").rsplit(",", 1)[-1].strip()
    trace = TRACE.fullmatch(headers.get(b"traceparent", b"").decode("latin-1"))
    return {
        "client": forwarded or (scope.get("client") or [None])[0],
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "seconds": round(seconds, 4),
        # Whoever was not let in was nobody, whatever name they gave.
        **({} if status == 401 else {"user": user(headers)}),
        **({"trace_id": trace[1]} if trace else {}),
        "user_agent": headers.get(b"user-agent", b"").decode("latin-1"),
    }


def user(headers) -> str | None:
    """Name in the credentials of a request."""
    scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(given).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
