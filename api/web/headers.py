"""Request ids, security headers, and one log line per request."""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest

log = logging.getLogger("sunlot.request")

CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
# Open data may be read from any site; nothing signed in ever is.
OPEN = "/api/v1/public/"
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": "ETag, Link, Repr-Digest, X-Sha256, "
    "Content-Disposition, Retry-After, X-Request-Id",
}
ASKED = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Range",
    "Access-Control-Max-Age": "86400",
}
HSTS = "max-age=31536000"


def install(app: Flask) -> None:
    """Headers and log lines on every answer of `app`."""
    # The request logger is quiet above INFO: then no line is built at all.
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()
    for text in (request.path, request.query_string.decode("latin-1")):
        # No name, key or search text holds it, and databases refuse it.
        if "\0" in text or "%00" in text or "\ufffd" in text:
            raise BadRequest


def _finish(response: Response) -> Response:
    headers = response.headers
    if request.path.startswith(OPEN) and request.method in ("GET", "HEAD", "OPTIONS"):
        headers.update(SHARED)
        if request.method == "OPTIONS":
            headers.update(ASKED)
    known = {name.lower() for name, _ in headers}  # each `setdefault` would search
    for name, value in HEADERS.items():
        if name.lower() not in known:
            headers.add(name, value)
    if request.is_secure:
        headers["Strict-Transport-Security"] = HSTS
    if "cache-control" not in known:
        headers.add("Cache-Control", "no-store")
    headers["X-Request-Id"] = g.get("request_id", "")
    if log.isEnabledFor(logging.INFO):
        _line(response)
    return response


def _line(response: Response) -> None:
    actor = g.get("actor")
    log.info(
        "request",
        extra={
            "method": request.method,
            "rule": request.url_rule.rule if request.url_rule else "",
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - g.get("started", 0.0)), 1),
            "actor": actor.id if actor else "",
            "code": g.get("problem", ""),
        },
    )
