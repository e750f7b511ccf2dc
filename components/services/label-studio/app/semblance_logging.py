"""One JSON object per log line on standard output, with the same keys in every process, and no credential in it."""

import re
from collections.abc import Callable

from pythonjsonlogger.jsonlogger import RESERVED_ATTRS, JsonFormatter

CREDENTIALS = re.compile(
    r"(?i)(\b(?:token|bearer|basic)\s+|\b(?:[a-z-]*token|password|passwd|secret|api_?key|x-amz-signature|x-amz-credential)"
    r"(?:\\?[\"'])?\s*[=:]\s*(?:\\?[\"'])?)([\w.~+/%=-]{8,})"
)
# At debug level, some at INFO already, these tell signed requests with headers, SQL with its values, each poll of a file.
TELLS_TOO_MUCH = ("boto3", "botocore", "s3transfer", "urllib3", "sqlalchemy", "psycopg", "watchfiles")
_context: list[Callable[[], dict[str, str]]] = []
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger"}


def add_context(fields: Callable[[], dict[str, str]]) -> None:
    """Every line gets these fields from here on."""
    _context.append(fields)


def redact(text: str) -> str:
    """The text with whatever looks like a credential taken out. A second line of defence: nothing logs one on purpose."""
    return CREDENTIALS.sub(r"\1[redacted]", text)


class RedactingJsonFormatter(JsonFormatter):
    """What goes into a line: time, level, logger, message, and the fields that the caller adds."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            rename_fields=RENAMED,
            reserved_attrs=(*RESERVED_ATTRS, "taskName"),
            json_ensure_ascii=False,
        )

    def add_fields(self, log_record, record, message_dict) -> None:
        super().add_fields(log_record, record, message_dict)
        for fields in _context:
            for name, value in fields().items():
                log_record.setdefault(name, value)

    def format(self, record) -> str:
        return redact(super().format(record))


def configuration(level: str, loggers: dict[str, str]) -> dict[str, object]:
    """A configuration for `logging.config.dictConfig`: everything goes to one handler, once."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": RedactingJsonFormatter}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
        # A handler of its own for each, because rq adds a coloured one to a logger that has none.
        "loggers": {name: {"handlers": ["stdout"], "level": own, "propagate": False} for name, own in loggers.items()},
    }
