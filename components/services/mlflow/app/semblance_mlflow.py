"""What MLflow's processes have in common: where secrets and the database are, and how they log.

Imports nothing of MLflow, so that the health check stays small.
"""

import logging.config
import os
from pathlib import Path

ROOT = Path("/etc/semblance")
CA_FILE = str(ROOT / "tls/ca.crt")
LOG_LEVEL = os.environ.get("LOG_LEVEL")

# libpq reads host, login and TLS from the file that PGSERVICEFILE names: no password in a URI that MLflow may log.
DATABASE_URI = "postgresql+psycopg:///?service=mlflow"


def secret(name: str) -> str:
    """Content of a secret file, without the newline that an editor may have left."""
    return (ROOT / "secrets" / name).read_text(encoding="utf-8").strip()


def log_as_json() -> None:
    """Everything as JSON; of others what is wrong, of ours what happens. Warnings of Python's are for MLflow's developers."""
    import semblance_logging

    levels = {"semblance": LOG_LEVEL or "INFO", "py.warnings": "ERROR"}
    if LOG_LEVEL == "DEBUG":
        levels |= dict.fromkeys(semblance_logging.TELLS_TOO_MUCH, "WARNING")
    logging.config.dictConfig(semblance_logging.configuration(LOG_LEVEL or "WARNING", levels))
    logging.captureWarnings(capture=True)
