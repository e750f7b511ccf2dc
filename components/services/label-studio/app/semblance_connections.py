"""How Label Studio's processes reach PostgreSQL and Redis: over TLS, with verified names, by secrets out of files.

Imports neither Django nor Label Studio, so that the exporter and the health checks stay small.
"""

import os
from pathlib import Path

ROOT = Path(os.environ.get("SEMBLANCE_FILES", "/etc/semblance"))
CA_FILE = str(ROOT / "tls/ca.crt")
CONNECT_SECONDS = 5


def secret(name: str) -> str:
    """Content of a secret file, without the newline that an editor may have left."""
    return (ROOT / "secrets" / name).read_text(encoding="utf-8").strip()


def postgres_tls() -> dict[str, object]:
    """libpq's options: encrypted, the name verified, a dead peer noticed within half a minute."""
    return {
        "sslmode": "verify-full",
        "sslrootcert": CA_FILE,
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "application_name": os.environ.get("SEMBLANCE_SERVICE", "label-studio"),
    }


def postgres() -> dict[str, object]:
    """Arguments of `psycopg.connect`."""
    return {
        "host": os.environ["POSTGRE_HOST"],
        "port": int(os.environ.get("POSTGRE_PORT", "5432")),
        "dbname": os.environ["POSTGRE_NAME"],
        "user": os.environ["POSTGRE_USER"],
        "password": secret("postgres-password"),
        **postgres_tls(),
    }


def uses_redis() -> bool:
    """The set-up job does without."""
    return "REDIS_HOST" in os.environ


def redis_tls() -> dict[str, object]:
    """redis-py's options. It does not compare the host name with the certificate unless it is told to."""
    return {
        "ssl_ca_certs": CA_FILE,
        "ssl_check_hostname": True,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def redis() -> dict[str, object]:
    """Arguments of `redis.Redis`."""
    return {
        "host": os.environ["REDIS_HOST"],
        "port": int(os.environ.get("REDIS_PORT", "6379")),
        "username": os.environ["REDIS_USER"],
        "password": secret("redis-password"),
        "ssl": True,
        "ssl_cert_reqs": "required",
        **redis_tls(),
    }
