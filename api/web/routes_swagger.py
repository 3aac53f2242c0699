"""/api/v1/docs: the interface as a page, and Swagger UI from the optional package.

With the extra `[docs]` requests can be tried out in a browser, without any other host.
Swagger UI writes styles into its page, so this page alone has a wider content policy.
"""

from __future__ import annotations

import json
import mimetypes
import re
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from flask import Response, current_app, render_template

from api.errors import Problem
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.headers import CSP

blp = Blueprint("swagger", "/api/v1/docs", "接口说明 documentation", documented=False)
Doc = dict[str, Any]
# One kind in the words of `api.web.kinds`: its name, its audience, what it does.
_KIND = re.compile(r"^`(\w+)` \([^)]*\): ([^\n]*)", re.MULTILINE)
PACKAGE = "flask_swagger_ui"
NAMES = ("swagger-ui.css", "index.css", "swagger-ui-bundle.js", "favicon-32x32.png")
WIDER = f"{CSP}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


@blp.get("")
@audience("public")
@blp.gives(media="text/html")
def docs() -> Response:
    """接口说明 The documentation as one page that needs no network and no script."""
    document = json.loads(current_app.extensions["openapi"])
    text = render_template("docs.html", doc=document, kinds_of=partial(kinds, document))
    return Response(text, mimetype="text/html")


def kinds(document: Doc, operation: Doc) -> list[Doc]:
    """The kinds of a collection as rows: name, who may send it, words, body.

    Empty for an operation with one body; the body of a kind is the one schema of the
    choice whose member `kind` says its name.
    """
    who = operation.get("x-kinds", {})
    if not who:
        return []
    said = dict(_KIND.findall(operation.get("description", "")))
    choice = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    bodies = {}
    for each in choice:
        ref = each["$ref"].rsplit("/", 1)[-1]
        body = document["components"]["schemas"][ref]
        bodies[body["properties"]["kind"]["enum"][0]] = {"ref": ref, "schema": body}
    return [
        {"name": k, "who": roles, "says": said.get(k, ""), **bodies[k]}
        for k, roles in who.items()
    ]


@blp.get("/try")
@audience("public")
@blp.gives(media="text/html")
def try_out() -> Response:
    """在线试用 The page; 404 without the extra."""
    if find_spec(PACKAGE) is None:
        raise Problem("http.not_found")
    headers = {"Content-Security-Policy": WIDER}
    return Response(render_template("try.html"), headers=headers)


@blp.get("/try/<name>")
@audience("public")
@blp.gives(media="application/octet-stream")
def try_out_file(name: str) -> Response:
    """页面文件 A file of the page."""
    if name not in NAMES or find_spec(PACKAGE) is None:
        raise Problem("http.not_found")
    data = (files(PACKAGE) / "dist" / name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(data, mimetype=kind, headers=headers)
