"""Logs: one escaped line an event, in text or JSON, without secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from time import monotonic

from flask import Flask, Response, g, request

log = logging.getLogger("wiki")


class LineFormatter(logging.Formatter):
    """One line a record; control characters are escaped, so that a name cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname.lower()} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += " | " + self.formatException(record.exc_info)
        return line.encode("unicode_escape").decode("ascii") if _odd(line) else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def init_app(app: Flask) -> None:
    """Log each request once, with its time in milliseconds; set the form of the lines once."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter() if app.config["GARE"].log_json else LineFormatter())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
    app.before_request(_begin)
    app.after_request(_line)


def _begin() -> None:
    g.began = monotonic()


def _line(response: Response) -> Response:
    took = (monotonic() - g.get("began", monotonic())) * 1000
    # The query string stays out: reset links and searches are nobody's business.
    log.info("%s %s %s %.1fms", request.method, _path(), response.status_code, took)
    return response


def _path() -> str:
    """Return the path asked for, without the secret that some addresses bear."""
    token = str((request.view_args or {}).get("token", ""))
    return request.path.replace(token, "…") if token else request.path


def _odd(line: str) -> bool:
    return any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
