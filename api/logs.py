"""Structured logs: one JSON object per line, nothing secret in it.

A line tells time, level, logger, message, request id and the `extra` fields listed in
`FIELDS`; anything else, among it arguments that might hold a password or a token, has
no way into it. Request lines carry the route's rule, never the query or the body.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context

FIELDS = (
    *("code", "kind", "method", "rule", "status", "ms", "actor", "bureau"),
    *("job", "attempt", "worker", "state", "count", "host", "port"),
)


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line["request"] = g.request_id
        for name in FIELDS:
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[1] is not None:
            line |= _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(error: BaseException) -> dict[str, Any]:
    """Kind and place of an exception; its text may quote data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return {
        "error": type(error).__name__,
        "trace": [f"{f.filename}:{f.lineno}:{f.name}" for f in frames],
    }


def configure(level: str) -> None:
    """Send all logs of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
