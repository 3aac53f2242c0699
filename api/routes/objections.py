"""Objections (异议): recorded and answered by the planner, counted in public."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas import PageArgs, Text, page_of
from api.services import objections
from api.services.objections import Filed
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached_today
from api.web.declare import audience, edits
from api.web.tags import match, tag
from api.web.work import desk
from inspector.oversight.objections import Ruling
from inspector.oversight.outcomes import codes

blp = Blueprint("objections", "/api/v1", "异议 objections")
LONG: dict[str, Any] = {"metadata": {"lines": True}}


class NewObjectionSchema(Schema):
    number = Text(80, required=True)
    received = fields.Date(required=True)
    text = Text(4000, required=True, **LONG)


class ObjectionReplySchema(Schema):
    replied = fields.Date(required=True)
    ruling = fields.String(required=True, validate=validate.OneOf(codes(Ruling)))
    reply = Text(4000, required=True, **LONG)


class PublicObjectionSchema(Schema):
    """What everybody may read of an objection; `result_id` names the record."""

    id = fields.String()
    month_id = fields.String()
    result_id = fields.String()
    number = fields.String()
    received = fields.String()
    due = fields.String()
    provisional = fields.Boolean()
    replied = fields.String()
    ruling = fields.String()


class ObjectionFiledSchema(Schema):
    id = fields.String()
    version = fields.Integer()
    result_id = fields.String()
    record = fields.String()
    number = fields.String()
    received = fields.Date()
    due = fields.Date()
    provisional = fields.Boolean()
    text = fields.String()
    replied = fields.Date(allow_none=True)
    ruling = fields.String()
    reply = fields.String()
    late = fields.Boolean()


class ObjectionCountsSchema(Schema):
    received = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    late = fields.Integer()
    upheld = fields.Integer()
    partly = fields.Integer()
    dismissed = fields.Integer()


@blp.post("/bureau/months/<month_id>/records/<record_id>/objections")
@audience("planner")
@blp.takes(NewObjectionSchema)
@blp.gives(ObjectionFiledSchema, 201)
def receive(values: dict[str, Any], month_id: str, record_id: str) -> Filed:
    """登记异议 Record an objection to a published record."""
    found = objections.receive(desk(), month_id, record_id, values)
    tag(found)
    return found


@blp.get("/bureau/months/<month_id>/objections")
@audience("planner", "leader", "head", "auditor")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(ObjectionFiledSchema))
def list_objections(args: dict[str, Any], month_id: str) -> pages.Page:
    """异议列表 The objections of a month, with texts."""
    return pages.cut(objections.listed(desk(), month_id), lambda f: f.number, args)


@blp.put("/bureau/months/<month_id>/objections/<objection_id>/reply")
@audience("planner")
@edits
@blp.takes(ObjectionReplySchema)
@blp.gives(ObjectionFiledSchema)
def reply(values: dict[str, Any], month_id: str, objection_id: str) -> Filed:
    """答复异议 The bureau's reply; there is one."""
    row = objections.find(desk(), month_id, objection_id)
    match(row)
    tag(row)
    return objections.reply(desk(), row, values)


@blp.get("/public/<bureau>/objections")
@audience("public")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(PublicObjectionSchema))
def list_public(args: dict[str, Any], bureau: str) -> pages.Page:
    """异议公示 Number, dates and ruling of every objection; no texts."""
    rows = objections.public_rows(desk())
    return pages.cut(rows, lambda r: f"{r.received}/{r.id}", args, descending=True)


@blp.get("/public/<bureau>/objections/counts")
@audience("public")
@cached_today
@blp.gives(ObjectionCountsSchema)
def count_public(bureau: str) -> dict[str, int]:
    """异议统计 How many came, are open, are late, and how they were decided."""
    return objections.public_counts(desk())
