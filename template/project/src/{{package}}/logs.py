"""Logs on standard output, each line with the id of its request."""

import json
import logging
import logging.config
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["json", "text"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# What every record has: the rest of a record is what its caller gave as `extra`.
COMMON = vars(logging.makeLogRecord({})).keys() | {"message", "color_message"}


class TextFormatter(logging.Formatter):
    """Writes lines for people."""

    def __init__(self) -> None:
        """Set the layout of a line."""
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name in logging)
        """Return the line of a record, before its traceback."""
        return f"{super().formatMessage(record)} [{request_id.get() or '-'}]"


class JsonFormatter(logging.Formatter):
    """Writes one JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in COMMON}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


FORMATTERS = {"json": JsonFormatter, "text": TextFormatter}


def configure_logs(log_format: LogFormat, level: LogLevel) -> None:
    """Send all logs, the server's own included, to standard output in one format."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"chosen": {"()": FORMATTERS[log_format]}},
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "chosen",
                },
            },
            "root": {"handlers": ["stdout"], "level": level},
            "loggers": {
                "uvicorn": {"handlers": [], "level": "NOTSET", "propagate": True},
                "uvicorn.error": {"level": "NOTSET"},
                # The middleware writes the line of a request: without its query and with its id.
                "uvicorn.access": {"handlers": [], "propagate": False},
            },
        }
    )
