"""What gunicorn serves: Label Studio, with health checks that mean something and files that browsers may keep."""

import io
import json
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import redis
import semblance_connections as to
import semblance_tracing

START_SECONDS = 60
CHECK_SECONDS = 3
HASHED_NAME = re.compile(r"\.[0-9a-f]{8,32}\.(?:\w+\.)*\w+$")
HASHED_QUERY = re.compile(r"^v=[0-9a-f]{6,}$")
STATIC = ("/static/", "/react-app/", "/label-studio-frontend/", "/dm/")


def wait_for_servers() -> None:
    """Label Studio looks for Redis once, when it starts, and does without for ever after if it is not there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(**to.postgres()).close()
            redis.Redis(**to.redis()).ping()
            return
        except (psycopg.Error, redis.RedisError) as error:
            if time.monotonic() > deadline:
                sys.exit(f"label-studio: PostgreSQL or Redis did not answer within {START_SECONDS} s: {error}")
            time.sleep(1)


wait_for_servers()

import django  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

django.setup(set_prefix=False)

from django.db import close_old_connections, connection  # noqa: E402

_label_studio = semblance_tracing.wsgi(WSGIHandler())
_redis = redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS)


def _check_database() -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class Check:
    """Asks one server, in a thread and with a connection of its own. A server that hangs holds up nobody else: until it has
    answered it is not asked again."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.ask = ask
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.asked: Future | None = None

    def state(self) -> str:
        """`ok`, or the kind of the error; never its text."""
        if self.asked is None or self.asked.done():
            self.asked = self.thread.submit(self.ask)
        try:
            self.asked.result(timeout=CHECK_SECONDS)
            return "ok"
        except Exception as error:  # noqa: BLE001: whatever goes wrong, it is not ready
            return type(error).__name__


CHECKS = {"postgresql": Check(_check_database), "redis": Check(_redis.ping)}


def _answer(start_response, status: str, body: object):
    content = json.dumps(body).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [content]


def _client_address(environ) -> None:
    """Puts the client's own address where the application looks. Nobody but the gateway and the exporter can dial this port
    (topology.ts), and of a forwarded chain the last part is the gateway's own word."""
    forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
    if forwarded:
        environ["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()


def _cache_for_long(environ, start_response):
    """Label Studio sends no Cache-Control with its files; those with a hash in their address never change."""
    hashed = HASHED_NAME.search(environ["PATH_INFO"]) or HASHED_QUERY.match(environ.get("QUERY_STRING", ""))
    rule = "public, max-age=31536000, immutable" if hashed else "public, max-age=3600"

    def start(status, headers, exc_info=None):
        if status.startswith(("200", "206", "304")):
            headers = [*headers, ("Cache-Control", rule)]
        return start_response(status, headers, exc_info)

    return start


def application(environ, start_response):
    """The WSGI application."""
    path = environ.get("PATH_INFO", "")
    if path == "/livez":
        return _answer(start_response, "200 OK", {"live": True})
    if path == "/readyz":
        states = {name: check.state() for name, check in CHECKS.items()}
        ready = all(state == "ok" for state in states.values())
        return _answer(start_response, "200 OK" if ready else "503 Service Unavailable", {"ready": ready, **states})
    if path == "/heidi-tips/":
        # Tips that the server would fetch from the internet on behalf of whoever asks.
        return _answer(start_response, "404 Not Found", {})
    _client_address(environ)
    if path.startswith(STATIC):
        start_response = _cache_for_long(environ, start_response)
    return _label_studio(environ, start_response)


def warm_up() -> None:
    """Loads what Label Studio loads with its first request, so that "ready" means quick as well."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/user/login/",
        "QUERY_STRING": "",
        "HTTP_HOST": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    for _ in _label_studio(environ, lambda *_: None):
        pass


warm_up()
