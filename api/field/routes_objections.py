"""Objections (异议): read and answered by the bureau, counted in public."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.field import objections
from api.field.objections import ObjectionView
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.forms import PageArgs, Text, one_of, page_of
from api.web.tags import match, tag
from api.web.work import desk
from inspector.results.objections import Ruling
from inspector.results.outcomes import codes

blp = Blueprint("objections", "/api/v1", "异议 objections")


class ObjectionReplySchema(Schema):
    replied = fields.Date(required=True)
    ruling = one_of(codes(Ruling), required=True)
    reply = Text(4000, required=True, metadata={"lines": True})


@blp.get("/bureau/months/<month_id>/objections")
@audience("planner", "leader", "head", "auditor")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(ObjectionView))
def list_objections(args: dict[str, Any], month_id: str) -> pages.Page:
    """异议列表 The objections of a month, with texts."""
    return pages.cut(objections.listed(desk(), month_id), lambda f: f.number, args)


@blp.put("/bureau/months/<month_id>/objections/<objection_id>/reply")
@audience("planner")
@edits
@blp.takes(ObjectionReplySchema)
@blp.gives(ObjectionView)
def reply(values: dict[str, Any], month_id: str, objection_id: str) -> ObjectionView:
    """答复异议 The bureau's reply; there is one."""
    match(objections.find(desk(), month_id, objection_id))
    done = objections.reply(desk(), month_id, objection_id, values)
    tag(done)
    return done
