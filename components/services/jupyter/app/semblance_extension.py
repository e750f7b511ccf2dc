"""Our part of the server: more than one address to listen on, and a home with the starter notebooks."""

import os
from pathlib import Path

import semblance_home
from tornado.ioloop import PeriodicCallback

HOME = Path.home()
STARTERS = Path("/etc/semblance/notebooks")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "semblance_extension"}]


def _load_jupyter_server_extension(server) -> None:
    server.log.info("starter notebooks brought: %s", ", ".join(bring()) or "none")
    if "SEMBLANCE_RELOAD" in os.environ:
        PeriodicCallback(bring, 1000).start()
    # The HTTP server is made after the extensions are loaded.
    server.io_loop.add_callback(listen, server)


def bring() -> list[str]:
    return semblance_home.bring(STARTERS, HOME / "start-here", HOME / ".start-here.json")


def listen(server) -> None:
    """Listens where arrows lead to, besides the server's own address. One that cannot be bound ends the server."""
    for address in filter(None, os.environ["SEMBLANCE_LISTEN"].split(",")):
        try:
            server.http_server.listen(server.port, address)
        except OSError as error:
            server.log.critical("cannot listen on %s:%s: %s", address, server.port, error)
            server.exit(1)
    server.log.info("ready")
