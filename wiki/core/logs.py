"""Logs: one escaped line an event, in text or JSON, without secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from time import monotonic

from flask import Flask, Response, current_app, g, request

log = logging.getLogger("wiki")


class LineFormatter(logging.Formatter):
    """One line a record; control characters are escaped, so that a name cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname.lower()} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += " | " + self.formatException(record.exc_info)
        return line if line.isprintable() else line.encode("unicode_escape").decode("ascii")


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
        line = json.dumps(fields, ensure_ascii=False)
        return line if line.isprintable() else json.dumps(fields)


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


def path() -> str:
    """Return the path asked for, without the secret that some addresses bear, even if they are mistyped."""
    token = str((request.view_args or {}).get("token", ""))
    if token:
        return request.path.replace(token, "…")
    return request.path if request.url_rule else _secrets().sub(r"\1…", request.path)


def _secrets() -> re.Pattern[str]:
    """Return what leads to a secret in an address that no route took: too long a one, a wrong method."""
    rules = (rule.rule for rule in current_app.url_map.iter_rules())
    ways = {rule.partition("<token>")[0] for rule in rules if "<token>" in rule}
    parts = [
        "/+".join("[^/]+" if "<" in part else re.escape(part) for part in way.split("/"))
        for way in sorted(ways)
    ]
    return re.compile(f"({'|'.join(parts)})[^/]+")


def _begin() -> None:
    g.began = monotonic()


def _line(response: Response) -> Response:
    took = (monotonic() - g.get("began", monotonic())) * 1000
    # The query string stays out: reset links and searches are nobody's business.
    log.info("%s %s %s %.1fms", request.method, path(), response.status_code, took)
    return response
