"""What MLflow's processes have in common: where secrets and the database are, and how they log.

Imports nothing of MLflow, so that the health check stays small.
"""

import logging.config
from pathlib import Path

ROOT = Path("/etc/semblance")
CA_FILE = str(ROOT / "tls/ca.crt")

# libpq reads host, login and TLS from the file that PGSERVICEFILE names: no password in a URI that MLflow may log.
DATABASE_URI = "postgresql+psycopg:///?service=mlflow"


def secret(name: str) -> str:
    """Content of a secret file, without the newline that an editor may have left."""
    return (ROOT / "secrets" / name).read_text(encoding="utf-8").strip()


def log_as_json() -> None:
    """Everything as JSON; of others what is wrong, of ours what happens. Warnings of Python's are for MLflow's developers."""
    import semblance_logging

    levels = {"semblance": "INFO", "py.warnings": "ERROR"}
    logging.config.dictConfig(semblance_logging.configuration("WARNING", levels))
    logging.captureWarnings(capture=True)
