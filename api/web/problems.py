"""Every error as one JSON shape: RFC 9457 `application/problem+json`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, json, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from api.errors import HTTP, Problem, field_fault, status_of
from api.web.sentences import said
from inspector.errors import Fault, Faults, InspectorError, text
from inspector.words import Word

MEDIA = "application/problem+json"
log = logging.getLogger("sunlot.problems")


def _plain(value: object) -> object:
    """A parameter as JSON; of a word its code, which is what programs compare."""
    if isinstance(value, Word):
        return value.code
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return str(value)


def fault_body(fault: Fault) -> dict[str, object]:
    """One fault as JSON."""
    zh, en = fault.sentences()
    return {
        "code": fault.code,
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "zh": zh,
        "en": en,
        "cell": fault.cell,
        "rows": list(fault.rows),
        "under": fault.under,
    }


def body(
    code: str,
    status: int,
    params: Mapping[str, object],
    faults: tuple[Fault, ...] = (),
) -> dict[str, Any]:
    """The members of a problem document."""
    zh, en = text(code, params)
    out: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": f"{zh} / {en}" if not params else code,
        "status": status,
        "code": code,
        "detail": f"{zh} / {en}",
        "zh": zh,
        "en": en,
        "instance": request.path.replace("\0", ""),
        "request": g.get("request_id", ""),
    }
    if params:
        out["params"] = {k: _plain(v) for k, v in params.items()}
    if faults:
        out["faults"] = [fault_body(f) for f in faults]
    return out


def answer(
    code: str,
    params: Mapping[str, object] | None = None,
    *,
    status: int | None = None,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    number = status or status_of(code)
    g.problem = code
    response = Response(
        json.dumps(body(code, number, params or {}, faults)),
        status=number,
        mimetype=MEDIA,
    )
    response.headers.extend(dict(headers or {}))
    if number in (429, 503) and "Retry-After" not in response.headers:
        response.headers["Retry-After"] = "1"
    if number == 401 and "WWW-Authenticate" not in response.headers:
        response.headers["WWW-Authenticate"] = 'Bearer realm="sunlot"'
    return response


def from_inspector(error: InspectorError) -> Response:
    """Any refusal of core or service."""
    faults = error.faults if isinstance(error, Faults) else ()
    headers = error.headers if isinstance(error, Problem) else {}
    status = status_of(error.code)
    if status >= 500 and not isinstance(error, Problem):
        # The parameters of an internal refusal may name what nobody should read.
        log.error("internal refusal", extra={"code": error.code})
        return answer("http.internal")
    return answer(error.code, error.params, faults=faults, headers=headers)


def from_http(error: HTTPException) -> Response:
    """Any error of the web layer, with its own headers (`Allow`, `Retry-After`)."""
    if error.response is not None:  # a redirect or a finished answer
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    dropped = ("content-type", "content-length")
    headers = {k: v for k, v in error.get_headers() if k.lower() not in dropped}
    found = _field_faults(getattr(error, "data", None))
    if isinstance(error, CSRFError):
        return answer("access.csrf")
    code = HTTP.get(status, "http.other")
    return answer(code, status=status, faults=found, headers=headers)


def _field_faults(data: Any) -> tuple[Fault, ...]:
    """Faults of marshmallow's nested messages: path of the field, sentence."""
    found: list[Fault] = []

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, Mapping):
            for k, v in value.items():
                walk(v, (*path, str(k)))
        elif isinstance(value, list | tuple):
            for v in value:
                walk(v, path)
        else:
            place, rest = (path[0], path[1:]) if path else ("body", ())
            found.append(field_fault(".".join(rest), said(str(value)), place))

    if isinstance(data, Mapping):
        walk(data.get("messages", {}), ())
    return tuple(found[:200])


def from_store(error: DBAPIError) -> Response:
    """What the database could not do, as far as the caller can act on it."""
    said = str(error.orig).lower()
    table = (
        (("locked", "busy", "deadlock", "serialize", "lock timeout"), "store.busy"),
        (("disk is full", "no space", "disk full"), "store.full"),
        (("readonly", "read-only", "attempt to write"), "store.read_only"),
        (("unable to open", "connection", "server closed"), "store.down"),
    )
    for words, code in table:
        if any(w in said for w in words):
            log.warning("store refused", extra={"code": code})
            return answer(code)
    log.exception("store failed")
    return answer("http.internal")


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", extra={"kind": type(error).__name__})
    return answer("http.internal")


def install(app: Flask) -> None:
    """Route every exception of `app` through the handlers above."""
    app.register_error_handler(InspectorError, from_inspector)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(DBAPIError, from_store)
    app.register_error_handler(
        StaleDataError, lambda _error: answer("http.precondition")
    )
    app.register_error_handler(Exception, _unexpected)
