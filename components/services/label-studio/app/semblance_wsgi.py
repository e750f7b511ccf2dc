"""What gunicorn serves: Label Studio, with health checks that mean something and files that browsers may keep."""

import json
import os
import re
import socket
import sys
import time

import psycopg
import redis
import semblance_connections as to

START_SECONDS = 60
HASHED = re.compile(r"\.[0-9a-f]{8,32}\.(?:\w+\.)*\w+$")
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

_label_studio = WSGIHandler()
_redis = redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS)


def _check_database() -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


CHECKS = {"postgresql": _check_database, "redis": _redis.ping}


def readiness() -> dict[str, str]:
    """The state of each server that Label Studio cannot do without; an error is told by its kind, never by its text."""
    states = {}
    for name, check in CHECKS.items():
        try:
            check()
            states[name] = "ok"
        except Exception as error:  # noqa: BLE001: whatever goes wrong, it is not ready
            states[name] = type(error).__name__
    return states


def _answer(start_response, status: str, body: object):
    content = json.dumps(body).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [content]


class Gateway:
    """The only peer whose word on a client's address counts."""

    def __init__(self, host: str | None) -> None:
        self.host = host
        self.addresses: frozenset[str] = frozenset()
        self.looked_up = 0.0

    def is_peer(self, address: str) -> bool:
        if self.host is None:
            return False
        if address not in self.addresses and time.monotonic() - self.looked_up > 5:
            self.looked_up = time.monotonic()
            try:
                self.addresses = frozenset(str(found[4][0]) for found in socket.getaddrinfo(self.host, None))
            except OSError:
                return False
        return address in self.addresses


_gateway = Gateway(os.environ.get("GATEWAY_HOST"))


def _client_address(environ) -> None:
    """Puts the client's own address where the application looks, and drops what a client may have made up."""
    forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
    if forwarded and _gateway.is_peer(environ.get("REMOTE_ADDR", "")):
        environ["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()


def _cache_for_long(path: str, start_response):
    """Label Studio sends no Cache-Control with its files; those with a hash in their name never change."""
    rule = "public, max-age=31536000, immutable" if HASHED.search(path) else "public, max-age=3600"

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
        states = readiness()
        ready = all(state == "ok" for state in states.values())
        return _answer(start_response, "200 OK" if ready else "503 Service Unavailable", {"ready": ready, **states})
    if path == "/heidi-tips/":
        # Tips that the server would fetch from the internet on behalf of whoever asks.
        return _answer(start_response, "404 Not Found", {})
    _client_address(environ)
    if path.startswith(STATIC):
        start_response = _cache_for_long(path, start_response)
    return _label_studio(environ, start_response)
