"""gunicorn: one process with threads, TLS on every address, one JSON line per request."""

import logging.config
import os
import ssl

import semblance_logging
from gunicorn.glogging import Logger

_port = os.environ["LISTEN_PORT"]
bind = [f"{address}:{_port}" for address in os.environ["LISTEN_ADDRESSES"].split(",")]
certfile = "/etc/semblance/tls/server.crt"
keyfile = "/etc/semblance/tls/server.key"

worker_class = "gthread"
workers = 1
threads = int(os.environ.get("SERVER_THREADS", "12"))
# Longer than the gateway keeps an idle connection, so that it is the gateway that closes it.
keepalive = 75
# For a process that hangs, while it starts too; a thread may take its time over an export.
timeout = 180
graceful_timeout = 25
worker_tmp_dir = "/tmp"  # noqa: S108: a tmpfs
# Forwarded addresses are judged in semblance_wsgi.py; the scheme is https in any case.
forwarded_allow_ips = ""
control_socket_disable = True
# In development mode: a file that changes ends the worker, requests wait for the next one.
reload = "SEMBLANCE_RELOAD" in os.environ


def ssl_context(_config, default_factory):
    context = default_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class JsonLogger(Logger):
    """Writes no query string: tokens and signatures are among what it may hold."""

    def setup(self, cfg) -> None:
        self.cfg = cfg
        self._access_log_enabled = True
        levels = {"gunicorn.error": "INFO", "gunicorn.access": "INFO"}
        logging.config.dictConfig(semblance_logging.configuration("WARNING", levels))

    def access(self, resp, req, environ, request_time) -> None:
        status = resp.status.split(" ", 1)[0] if isinstance(resp.status, str) else str(resp.status)
        path = environ.get("PATH_INFO", "")
        if path in ("/livez", "/readyz") and status == "200":
            return
        self.access_log.info(
            "request",
            extra={
                "client": environ.get("REMOTE_ADDR"),
                "method": environ.get("REQUEST_METHOD"),
                "path": path,
                "status": int(status),
                "bytes": getattr(resp, "sent", None),
                "seconds": round(request_time.total_seconds(), 4),
                "user_agent": environ.get("HTTP_USER_AGENT"),
                **environ.get("semblance.trace", {}),
            },
        )


logger_class = JsonLogger
