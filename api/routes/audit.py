"""/api/v1/audit: the record of what happened, for 纪检 and 审计."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select

from api.schemas import Moment, PageArgs, page_of
from api.store.models import Event
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("audit", "/api/v1/audit", "审计 audit")


class EventSchema(Schema):
    seq = fields.Integer()
    at = Moment()
    kind = fields.String()
    actor = fields.String()
    subject = fields.String()
    body = fields.Dict()
    digest = fields.String()


class EventArgs(PageArgs):
    kind = fields.String(metadata={"description": "只看一种事件 one kind only"})


@blp.get("/events")
@audience("auditor", "admin")
@blp.takes(EventArgs, "query")
@blp.gives(page_of(EventSchema))
def list_events(args: dict[str, Any]) -> pages.Page:
    """事件记录 Everything that happened, oldest first; each event bound to the last."""
    rows = select(Event)
    if "kind" in args:
        rows = rows.where(Event.kind == args["kind"])
    return pages.paged(rows, (Event.seq,), desk().db, args)
