"""/api/v1/bureau/months/<id>/recusals: recusals asked for after the draw."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.field import absences
from api.field.absences import FieldRequest
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, first_missed, page_of
from api.web.work import desk

blp = Blueprint("recusals", "/api/v1/bureau/months", "回避 recusals after the draw")


class RecusalDecisionSchema(Schema):
    granted = fields.Boolean(required=True)
    reason = Text(500, required=True)
    since = first_missed()


class PartyRecusalSchema(Schema):
    officer = Text(40, required=True, says="工号 staff number")
    package = Text(40, required=True)
    reason = Text(500, required=True)


@blp.get("/<month_id>/recusals")
@audience("planner", "head", "auditor")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(FieldRequest))
def list_recusals(args: dict[str, Any], month_id: str) -> pages.Page:
    """回避申请 All recusals asked for in a month."""
    return pages.cut(absences.listed(desk(), month_id), lambda r: r.id, args)


@blp.post("/<month_id>/recusals")
@audience("planner")
@blp.takes(PartyRecusalSchema)
@blp.gives(FieldRequest, 201)
def ask_for_party(values: dict[str, Any], month_id: str) -> FieldRequest:
    """代当事人登记 The party asks the bureau to recuse an officer drawn for it."""
    return absences.ask_inside(desk(), month_id, values)


@blp.post("/<month_id>/recusals/<request_id>/decision")
@audience("planner")
@blp.takes(RecusalDecisionSchema)
@blp.gives(FieldRequest)
def decide(values: dict[str, Any], month_id: str, request_id: str) -> FieldRequest:
    """决定回避 Granted, his seats of that day go to the reserves, in order."""
    return absences.decide(desk(), month_id, request_id, **values)
