"""/api/v1/bureau/months/<id>/…: absences, close, the next month."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.months import steps
from api.routes.months import BureauMonthSchema, Id, edited, shown
from api.schemas import Text, first_missed
from api.services import closing
from api.services.absences import REASONS
from api.services.overview import Overview
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.work import desk

blp = Blueprint("closing", "/api/v1/bureau/months", "月末 close")


class LoggedAbsenceSchema(Schema):
    inspector = Text(64, required=True, metadata={"description": "staff number"})
    day = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    since = first_missed()


class CloseMonthSchema(Schema):
    carried = fields.Dict(
        keys=Id(),
        values=Text(200),
        load_default=dict,
        validate=validate.Length(0, 5000),
        metadata={"description": "visit -> why it was not made"},
    )


class NextMonthSchema(Schema):
    title = Text(120, least=0, load_default="")
    passed = fields.Dict(
        keys=Id(),
        values=fields.Boolean(),
        load_default=dict,
        validate=validate.Length(0, 5000),
        metadata={"description": "docket case -> re-check or acceptance passed"},
    )


class PendingVisitsSchema(Schema):
    visits = fields.List(fields.String())


@blp.post("/<month_id>/absences")
@audience("planner")
@edits
@blp.takes(LoggedAbsenceSchema)
@blp.gives(BureauMonthSchema)
def log_absence(values: dict[str, Any], month_id: str) -> Overview:
    """缺勤 A person's day, or from a visit on; the next reserves take his seats."""
    row = edited(month_id)
    closing.absent(desk(), row, **values)
    return shown(row)


@blp.get("/<month_id>/pending")
@audience("planner", "head")
@blp.gives(PendingVisitsSchema)
def list_pending(month_id: str) -> dict[str, Any]:
    """未公示 Placed visits that have no result yet."""
    return {"visits": closing.open_visits(desk(), steps.find(desk(), month_id))}


@blp.post("/<month_id>/close")
@audience("planner")
@edits
@blp.takes(CloseMonthSchema)
@blp.gives(BureauMonthSchema)
def close_month(values: dict[str, Any], month_id: str) -> Overview:
    """关账 Open the month for everybody; visits not made carry a reason."""
    row = edited(month_id)
    closing.close(desk(), row, values["carried"])
    return shown(row)


@blp.post("/<month_id>/next")
@audience("planner")
@edits
@blp.takes(NextMonthSchema)
@blp.gives(BureauMonthSchema, 201)
def start_next(values: dict[str, Any], month_id: str) -> Overview:
    """下月 Bring the registries forward and open the next month."""
    return shown(closing.start_next(desk(), edited(month_id), values))
