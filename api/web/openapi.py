"""The OpenAPI 3.1 document, finished with what every route has in common.

flask-smorest documents parameters, bodies and good answers; this page adds audiences,
the Idempotency-Key of POSTs, the If-Match of edits and the problem document of errors.
"""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask

from api.web import declare, labels
from api.web.problems import MEDIA

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "重发时用同一个值 the same value when the same is sent again",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "所读版本的 ETag of the version you read",
    "schema": {"type": "string", "pattern": '^"[!#-~]{1,100}"$'},
}
FAULT = {
    "type": "object",
    "required": ["code", "file", "zh", "en"],
    "properties": {
        "code": {"type": "string"},
        "file": {"type": "string"},
        "row": {"type": ["integer", "null"]},
        "column": {"type": ["string", "null"]},
        "value": {"type": ["string", "null"]},
        "zh": {"type": "string"},
        "en": {"type": "string"},
        "cell": {"type": "string"},
        "rows": {"type": "array", "items": {"type": "integer"}},
        "under": {"type": "string"},
    },
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "code", "detail", "zh", "en"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "zh": {"type": "string"},
        "en": {"type": "string"},
        "instance": {"type": "string"},
        "request": {"type": "string"},
        "params": {"type": "object"},
        "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sunlot"},
}
_ERROR = {
    "description": "错误 problem (RFC 9457)",
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(app: Flask, api: flask_smorest.Api) -> dict[str, Any]:
    """The finished document."""
    body: dict[str, Any] = api.spec.to_dict()
    parts = body.setdefault("components", {})
    parts.setdefault("schemas", {}).update(Problem=PROBLEM, Fault=FAULT)
    parts["securitySchemes"] = SCHEMES
    parts["responses"] = {"Problem": _ERROR}
    for rule, method, endpoint, view in declare.views(app):
        operation = body["paths"].get(_path(rule), {}).get(method.lower())
        if operation is not None:
            operation["operationId"] = endpoint.replace(".", "_")
            _finish(operation, method, view)
    labels.finish(body)
    return body


def _path(rule: str) -> str:
    """`/x/<converter:name>` as OpenAPI writes it."""
    parts = rule.split("<")
    out = [parts[0]]
    for part in parts[1:]:
        name, rest = part.split(">", 1)
        out.append("{" + name.rsplit(":", 1)[-1] + "}" + rest)
    return "".join(out)


def _finish(operation: dict[str, Any], method: str, view: Any) -> None:
    names = declare.audience_of(view)
    operation["x-audience"] = list(names)
    operation["security"] = (
        [] if declare.PUBLIC in names else [{"token": []}, {"cookie": []}]
    )
    parameters = operation.setdefault("parameters", [])
    if method == "POST" and not getattr(view, "keyless", ""):
        parameters.append(dict(KEY))
    if getattr(view, "edits", False):
        parameters.append(dict(IF_MATCH))
    answers = operation.setdefault("responses", {})
    for status in [s for s in answers if not s.startswith(("2", "3"))]:
        del answers[status]
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    if method == "GET":
        answers.setdefault("304", {"description": "未变 not modified"})
