"""One JSON object per log line on standard output, with the keys that every service of the stack uses."""

import re

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

CREDENTIALS = re.compile(r"(?i)\b(token|bearer|password|secret|api_?key)(\s*[=:]\s*|\s+)[\w.~+/%-]{16,}")


class RedactingJsonFormatter(JsonFormatter):
    """Time, level, logger, message; whatever looks like a credential is taken out, though nothing logs one on purpose."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            reserved_attrs=(*RESERVED_ATTRS, "taskName"),
            json_ensure_ascii=False,
        )

    def format(self, record) -> str:
        return CREDENTIALS.sub(r"\1\2[redacted]", super().format(record))


# In the words of `logging.config`, as Jupyter's applications take it.
CONFIGURATION = {
    "formatters": {"json": {"()": "semblance_logging.RedactingJsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json", "level": "INFO"}
    },
}
