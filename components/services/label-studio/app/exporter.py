"""Label Studio's metrics for Prometheus. Its own `/metrics` is an empty page.

Reads PostgreSQL as a role that sees six tables' counts, and Redis as a user that sees the queues' sizes. Without Django: one
small process, which serves TLS to whoever knows the password.
"""

import base64
import hmac
import logging.config
import os
import signal
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import semblance_connections as to
import semblance_logging
from exporter_metrics import Metrics

log = logging.getLogger("label-studio-exporter")


class Handler(BaseHTTPRequestHandler):
    """Answers `GET /metrics`, with a login, and nothing else."""

    server_version = "label-studio-exporter"
    sys_version = ""
    timeout = 10
    metrics: Metrics
    authorization: str

    def do_GET(self) -> None:  # noqa: N802: the name that http.server asks for
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.authorization.encode()):
            self._answer(401, b"", {"WWW-Authenticate": 'Basic realm="metrics"'})
        elif self.path != "/metrics":
            self._answer(404, b"", {})
        else:
            self._answer(200, self.metrics.text(), {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """Every scrape is the same; what goes wrong with one is told by the metrics."""


class Server(ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, so that a client that says nothing holds up nobody."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        super().__init__(address, Handler)
        self.context = context

    def finish_request(self, request, client_address) -> None:
        request.settimeout(Handler.timeout)
        with self.context.wrap_socket(request, server_side=True) as encrypted:
            super().finish_request(encrypted, client_address)

    def handle_error(self, _request, client_address) -> None:
        log.info("connection ended early", extra={"client": client_address[0], "reason": repr(sys.exception())})


def main() -> None:
    logging.config.dictConfig(semblance_logging.configuration("INFO", {}))
    login = f"{os.environ['SCRAPE_USER']}:{to.secret('scrape-password')}"
    Handler.authorization = "Basic " + base64.b64encode(login.encode()).decode()
    Handler.metrics = Metrics(os.environ["READY_URL"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(to.ROOT / "tls/server.crt", to.ROOT / "tls/server.key")
    port = int(os.environ["LISTEN_PORT"])
    servers = [Server((address, port), context) for address in os.environ["LISTEN_ADDRESSES"].split(",")]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    log.info("ready", extra={"addresses": os.environ["LISTEN_ADDRESSES"], "port": port})
    stop.wait()


if __name__ == "__main__":
    main()
