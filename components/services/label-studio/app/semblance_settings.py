"""Label Studio's settings, hardened, on PostgreSQL, Redis and S3 over TLS.

The community settings have no switch for Redis, so their text is executed in this module's namespace and then changed. It
is executed and not imported with a star, because it reads `django.conf.settings` while it is being loaded. Pinned to one
version of Label Studio: test/engine/label-studio.spec.ts shows whether the next one still fits.
"""

import logging.config
import os
import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import label_studio
import semblance_logging
import semblance_tracing
from semblance_connections import postgres_tls, redis_tls, secret, uses_redis

os.makedirs(os.environ.get("TMPDIR", "/tmp"), exist_ok=True)  # noqa: S108
PUBLIC_URL = os.environ["LABEL_STUDIO_HOST"].rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname
# The original allows three minutes, too few for an export that brings thousands of images along.
JOB_SECONDS = 3600
LOG_LEVEL = os.environ.get("LOG_LEVEL", "WARNING")

LOGGERS = {
    "rq.worker": "INFO",
    "pykwalify": "ERROR",
    "faker": "ERROR",
    # Says that it closes a connection to S3 which it did not need, after every large upload.
    "urllib3.connectionpool": "ERROR",
    # Warns at every export that localhost may not be what one means, where the domain ends in localhost.
    "label_studio_sdk._extensions.label_studio_tools.core.utils.io": "ERROR",
}
if LOG_LEVEL == "DEBUG":
    LOGGERS |= {"rq.worker": "DEBUG"} | dict.fromkeys(semblance_logging.TELLS_TOO_MUCH, "WARNING")
LOGGING = semblance_logging.configuration(LOG_LEVEL, LOGGERS)
logging.config.dictConfig(LOGGING)
logging.captureWarnings(True)
# Label Studio does the first two by design; its Redis user may not do the third, on purpose.
warnings.filterwarnings("ignore", message="Accessing the database during app initialization")
warnings.filterwarnings("ignore", message=r"DateTimeField .* received a naive datetime")
warnings.filterwarnings("ignore", message="CLIENT SETNAME command not supported")

# Switches that the original text reads from the environment while it runs.
os.environ.update(
    {
        "DJANGO_DB": "default",
        "DEBUG": "false",
        # Nobody is told that we exist: neither by the server nor by the browser.
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "FEATURE_FLAGS_OFFLINE": "true",
        # Who may come in.
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "SESSION_COOKIE_SECURE": "1",
        "CSRF_COOKIE_SECURE": "1",
        "CSRF_TRUSTED_ORIGINS": PUBLIC_URL,
        "CORS_ALLOWED_ORIGINS": PUBLIC_URL,
        "ALLOWED_HOSTS": ",".join([PUBLIC_HOST, "127.0.0.1", *os.environ.get("SERVICE_NAMES", "").split(",")]).strip(","),
        # Where the server itself may go: no private address, neither for webhooks and ML backends nor for what users type
        # in as storage. The stack's own S3 server is named by LABEL_STUDIO_S3_ENDPOINT, which is exempt.
        "SSRF_PROTECTION_ENABLED": "true",
        "USE_DEFAULT_BANNED_SUBNETS": "true",
        "ML_BLOCK_LOCAL_IP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Files of the container are no data.
        "ENABLE_LOCAL_FILES_STORAGE": "false",
        "LOCAL_FILES_SERVING_ENABLED": "false",
        "SVG_SECURITY_CLEANUP": "true",
        "STORAGE_TYPE": "s3",
        # There is no nginx that would fetch a file for us.
        "USE_NGINX_FOR_UPLOADS": "false",
        "USE_NGINX_FOR_EXPORT_DOWNLOADS": "false",
        # What the worker has converted is what is downloaded; without it the server converts again, without media.
        "fflag_fix_all_lsdv_4813_async_export_conversion_22032023_short": "true",
        "USER_ACTIVITY_REDIS_KEY_PREFIX": "label-studio:user-activity",
    }
)
# The original writes a random key to a file unless it finds one here; child processes need not have it.
os.environ["SECRET_KEY"] = secret("secret-key")

# Label Studio imports its own applications as top-level packages.
PACKAGE = Path(label_studio.__file__).parent
sys.path.insert(0, str(PACKAGE))
ORIGINAL = PACKAGE / "core/settings/label_studio.py"
HARDENED_LOGGING = LOGGING
exec(compile(ORIGINAL.read_text(encoding="utf-8"), str(ORIGINAL), "exec"), globals())  # noqa: S102
del os.environ["SECRET_KEY"]
LOGGING = HARDENED_LOGGING

DATABASES["default"]["PASSWORD"] = secret("postgres-password")  # noqa: F821
DATABASES["default"]["OPTIONS"] = postgres_tls()  # noqa: F821
DATABASES["default"]["CONN_MAX_AGE"] = 300  # noqa: F821
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # noqa: F821

# The version page shows every setting, passwords too, to an administrator's browser, but not on a "cloud instance".
CLOUD_INSTANCE = True

# Without keys, boto3 asks the platform for the role of the workload.
if "STORAGE_AWS_ACCESS_KEY_ID" in os.environ:
    AWS_SECRET_ACCESS_KEY = secret("s3-secret-key")
AWS_S3_ADDRESSING_STYLE = "path"
AWS_S3_SIGNATURE_VERSION = "s3v4"
AWS_S3_FILE_OVERWRITE = False
# A file that is being read lies in memory up to here and on the data volume beyond.
AWS_S3_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = os.environ.get("TMPDIR")

# Gathers what analytics would send, and for that reads every upload into memory, whole.
MIDDLEWARE.remove("core.middleware.ContextLogMiddleware")  # noqa: F821

INSTALLED_APPS.append("semblance_exports.Exports")  # noqa: F821

if semblance_tracing.ENABLED:
    semblance_tracing.start()
    MIDDLEWARE.insert(0, "semblance_tracing.route")  # noqa: F821

REDIS_ENABLED = uses_redis()
if REDIS_ENABLED:
    _redis = {
        "HOST": os.environ["REDIS_HOST"],
        "PORT": int(os.environ.get("REDIS_PORT", "6379")),
        "USERNAME": os.environ["REDIS_USER"],
        "PASSWORD": secret("redis-password"),
        "SSL": True,
        "SSL_CERT_REQS": "required",
        "REDIS_CLIENT_KWARGS": redis_tls(),
    }
    RQ_QUEUES = {
        name: {**_redis, "DB": 0, "DEFAULT_TIMEOUT": JOB_SECONDS} for name in ("critical", "high", "default", "low")
    }
    RQ = {"WORKER_CLASS": "semblance_worker.Worker", "JOB_CLASS": "semblance_worker.Job"}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"rediss://{_redis['HOST']}:{_redis['PORT']}/0",
            "KEY_PREFIX": "label-studio:cache",
            "OPTIONS": {"username": _redis["USERNAME"], "password": _redis["PASSWORD"], **redis_tls()},
        }
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
