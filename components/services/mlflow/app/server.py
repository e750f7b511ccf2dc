"""MLflow's server with its logins, in one process: TLS on each address, one JSON line per request, metrics behind a login.

`mlflow server` would start a supervisor and workers of 230 MB each, binds one address, and hands secrets on by environment.
"""

import contextlib
import logging
import os
import shutil
import socket
import ssl
import tempfile
from pathlib import Path

import semblance_mlflow as ours
import uvicorn
from semblance_front import Front
from semblance_metrics import Metrics
from uvicorn.supervisors.statreload import StatReload

log = logging.getLogger("semblance")

# What `mlflow server` tells its workers (mlflow/server/constants.py, mlflow/environment_variables.py of the pinned version).
WORKER = {
    "_MLFLOW_SGI_NAME": "uvicorn",
    "_MLFLOW_SERVER_FILE_STORE": ours.DATABASE_URI,
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
    "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
    # The set-up job creates the administrator; the server does not know the password.
    "_MLFLOW_AUTH_ADMIN_BOOTSTRAPPED": "true",
}


def application():
    """MLflow's own application, with its stores opened: what is wrong with the database shows now, not at a request."""
    os.environ.update(WORKER, _MLFLOW_SERVER_ARTIFACT_DESTINATION=os.environ["ARTIFACTS_DESTINATION"])
    os.environ["MLFLOW_FLASK_SERVER_SECRET_KEY"] = ours.secret("flask-key")
    import semblance_artifacts
    from mlflow.server import handlers
    from mlflow.server.auth import create_app

    semblance_artifacts.register()
    handlers.initialize_backend_stores(ours.DATABASE_URI, default_artifact_root=WORKER["_MLFLOW_SERVER_ARTIFACT_ROOT"])
    app = create_app()
    del os.environ["MLFLOW_FLASK_SERVER_SECRET_KEY"]
    return app


def listen(addresses: list[str], port: int) -> list[socket.socket]:
    """One socket per address."""
    sockets = []
    for address in addresses:
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((address, port))
        sockets.append(one)
    return sockets


def tls_context(_config: uvicorn.Config, default_factory) -> ssl.SSLContext:
    context = default_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def forget_uploads() -> None:
    """Artifacts pass through this folder; those of a process that was killed lie there still."""
    for left in Path(tempfile.gettempdir()).iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def serve(sockets: list[socket.socket]) -> None:
    """Serves until it is told to stop."""
    ours.log_as_json()
    forget_uploads()
    login = f"{os.environ['SCRAPE_USER']}:{ours.secret('scrape-password')}"
    app = Front(application(), Metrics(ours.DATABASE_URI), own_origin=os.environ["PUBLIC_URL"], scrape_login=login)
    # Importing MLflow has added handlers of its own.
    ours.log_as_json()
    config = uvicorn.Config(
        app,
        ssl_certfile=str(ours.ROOT / "tls/server.crt"),
        ssl_keyfile=str(ours.ROOT / "tls/server.key"),
        ssl_context_factory=tls_context,
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever says that a request comes from 127.0.0.1 is not believed: MLflow trusts that address with more.
        proxy_headers=False,
        # Longer than the gateway keeps an idle connection, so that it is the gateway that closes it.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=25,
    )
    log.info("listening", extra={"addresses": [one.getsockname()[0] for one in sockets], "port": sockets[0].getsockname()[1]})
    uvicorn.Server(config).run(sockets=sockets)


class Reload(StatReload):
    """Starts the server anew when a file changes, a change while it starts included: uvicorn would look at the files only then."""

    def restart(self) -> None:
        seen = {}
        for file in self.iter_py_files():
            with contextlib.suppress(FileNotFoundError):
                seen[file] = file.stat().st_mtime
        super().restart()
        self.mtimes = seen


def main() -> None:
    sockets = listen(os.environ["LISTEN_ADDRESSES"].split(","), int(os.environ["LISTEN_PORT"]))
    if "SEMBLANCE_RELOAD" not in os.environ:
        serve(sockets)
        return
    # In development mode: a file that changes ends the process, requests wait for the next one.
    ours.log_as_json()
    watched = uvicorn.Config("server:application", reload=True, reload_dirs=[str(Path(__file__).parent)], log_config=None)
    Reload(watched, target=serve, sockets=sockets).run()


if __name__ == "__main__":
    main()
