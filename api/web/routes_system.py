"""Health, readiness, the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app
from sqlalchemy import select

from api.store import ALL
from api.store.migrate import current, head
from api.store.models import Bureau
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.tags import tag_text

blp = Blueprint("system", "", "运行状况与文档 health and documentation")
SPEC = "/api/v1/openapi.json"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service can work."""

    status: str = field(metadata={"says": "ok; migrate: tables of another release"})


@blp.get("/healthz")
@audience("public")
@blp.gives(Health)
def healthz() -> Health:
    """存活 The process answers."""
    return Health("ok")


@blp.get("/readyz")
@audience("public")
@blp.gives(Health)
def readyz() -> Any:
    """就绪 The database answers and has this program's tables."""
    site = the_site()
    with site.store.reading(ALL) as db:
        db.scalar(select(Bureau.id).limit(1))
    if current(site.store) != head():
        return Health("migrate"), 503
    return Health("ok")


@blp.get(SPEC)
@audience("public")
@blp.gives(media="application/json")
def openapi_json() -> Response:
    """接口描述 The OpenAPI 3.1 document."""
    text: bytes = current_app.extensions["openapi"]
    tag_text(text.decode())
    return Response(text, mimetype="application/json")
