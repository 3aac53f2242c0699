"""/api/v1/public: what anybody may read, without an account."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy import select

from api.schemas import Moment, PageArgs, page_of
from api.services import published
from api.store import ALL
from api.store.models import Bureau, Document, Month
from api.web import pages
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk

FOREVER = "public, max-age=31536000, immutable"
blp = Blueprint("public", "/api/v1/public", "公示 open to everybody")


class BureauSchema(Schema):
    code = fields.String()
    name = fields.String()
    demo = fields.Boolean()


class MonthSchema(Schema):
    id = fields.String()
    month = fields.String()
    title = fields.String()
    stage = fields.String()
    commitment = fields.String()
    seal_commitment = fields.String()
    demonstration = fields.Boolean()


class DocumentSchema(Schema):
    name = fields.String()
    version = fields.Integer()
    sha256 = fields.String()
    at = Moment()


@blp.get("/bureaus")
@audience("public")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(BureauSchema))
def list_bureaus(args: dict[str, Any]) -> pages.Page:
    """机构 The bureaus that publish here."""
    with the_site().store.reading(ALL) as db:
        return pages.paged(select(Bureau), (Bureau.code,), db, args)


@blp.get("/<bureau>/months")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(page_of(MonthSchema))
def list_months(args: dict[str, Any], bureau: str) -> pages.Page:
    """月度计划 The frozen months and their commitments."""
    frozen = select(Month).where(Month.head != "")
    keys = (Month.month, Month.id)
    return pages.paged(frozen, keys, desk().db, args, descending=True)


@blp.get("/<bureau>/months/<month_id>/documents")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(page_of(DocumentSchema))
def list_documents(args: dict[str, Any], bureau: str, month_id: str) -> pages.Page:
    """公示文件 Every version of every published file, with its SHA-256."""
    rows = select(Document).where(Document.month_id == month_id)
    keys = (Document.name, Document.version)
    return pages.paged(rows, keys, desk().db, args)


@blp.get("/<bureau>/months/<month_id>/documents/<name>/<sha256>")
@audience("public")
@blp.gives(media="application/json")
def show_document(bureau: str, month_id: str, name: str, sha256: str) -> Response:
    """公示文件 One published file; its address names its hash, so it never changes."""
    row = published.document(desk(), month_id, name, sha256)
    headers = {"Cache-Control": FOREVER}
    return Response(row.data, mimetype="application/json", headers=headers)
