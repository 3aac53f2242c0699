"""/api/v1/audit: the record of what happened, for 纪检 and 审计."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields
from sqlalchemy import select

from api.store.models import Event
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, page_of
from api.web.work import desk

blp = Blueprint("audit", "/api/v1/audit", "审计 audit")


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened, bound to the one before."""

    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    body: dict[str, Any]
    digest: str


class EventArgs(PageArgs):
    kind = fields.String(metadata={"description": "只看一种事件 one kind only"})


@blp.get("/events")
@audience("auditor", "admin")
@blp.takes(EventArgs, "query")
@blp.gives(page_of(EventLine))
def list_events(args: dict[str, Any]) -> pages.Page:
    """事件记录 Everything that happened, oldest first; each event bound to the last."""
    rows = select(Event)
    if "kind" in args:
        rows = rows.where(Event.kind == args["kind"])
    return pages.paged(rows, (Event.seq,), desk().db, args)
