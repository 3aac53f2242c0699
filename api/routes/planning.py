"""/api/v1/bureau/months/<id>/…: preview, ranking, plan, why, approval."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.jobs import preview, schedule
from api.months import steps
from api.routes.jobs import JobLine
from api.routes.months import READERS, BureauMonthSchema, edited, shown
from api.schemas import PageArgs, Text, page_of
from api.services import planning
from api.services.overview import Overview
from api.store.models import Job
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.work import desk

blp = Blueprint("planning", "/api/v1/bureau/months", "计划编排 planning")

LEAST, MOST = 1, 600  # seconds of a schedule's work budget


class RankedCompoundSchema(Schema):
    rank = fields.Integer()
    compound = fields.String()
    name = fields.String()
    score = fields.List(fields.Integer())
    listed = fields.Boolean()


class BottomListSchema(Schema):
    ranked = fields.Integer()
    listed = fields.Integer()
    cases = fields.Integer()
    visits = fields.Integer()
    bottom = fields.List(fields.Nested(RankedCompoundSchema))


class AskScheduleSchema(Schema):
    seconds = fields.Integer(validate=validate.Range(LEAST, MOST))


class LeaveChangeSchema(Schema):
    inspector = Text(64, required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    half = fields.String(load_default="", validate=validate.OneOf(("", "am", "pm")))


class RecusalChangeSchema(Schema):
    inspector = Text(64, required=True)
    subject = Text(64, required=True)
    reason = Text(300, required=True)
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)


class PeopleChangeSchema(Schema):
    reason = Text(300, required=True)
    approver = Text(80, required=True)
    leave = fields.List(
        fields.Nested(LeaveChangeSchema),
        load_default=list,
        validate=validate.Length(0, 200),
    )
    recusals = fields.List(
        fields.Nested(RecusalChangeSchema),
        load_default=list,
        validate=validate.Length(0, 200),
    )


class PlanPackagesSchema(Schema):
    month = fields.String()
    figures = fields.Dict(allow_none=True)
    packages = fields.List(fields.Dict())
    standby = fields.List(fields.Dict())
    unplaced = fields.List(fields.Dict())


class WhatArgs(Schema):
    what = Text(
        64,
        required=True,
        metadata={"description": "visit, compound, day or staff number"},
    )


class ExplainedSchema(Schema):
    answers = fields.List(fields.Dict())


class ApprovePlanSchema(Schema):
    number = Text(80, required=True, metadata={"description": "审批文号"})


@blp.get("/<month_id>/ranking")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(RankedCompoundSchema))
def list_ranking(args: dict[str, Any], month_id: str) -> pages.Page:
    """考评排名 The ranking as the freeze takes it, worst first."""
    row = steps.find(desk(), month_id)
    registry, order, _ = planning.ranking(desk(), row)
    found = planning.ranked_rows(registry, order)
    return pages.cut(found, lambda r: r["position"], args)


@blp.get("/<month_id>/bottom")
@audience(*READERS)
@blp.gives(BottomListSchema)
def show_bottom(month_id: str) -> dict[str, Any]:
    """倒排名单 The bottom list, and the docket it leads to."""
    return planning.bottom(desk(), steps.find(desk(), month_id))


@blp.post("/<month_id>/preview")
@audience("planner")
@blp.gives(JobLine, 202)
def ask_preview(month_id: str) -> Job:
    """试算 What the month could carry, by a test seed; a job with a result."""
    return preview.ask(desk(), steps.find(desk(), month_id))


@blp.post("/<month_id>/people")
@audience("planner")
@edits
@blp.takes(PeopleChangeSchema)
@blp.gives(BureauMonthSchema)
def change_people(values: dict[str, Any], month_id: str) -> Overview:
    """人员变更 Leave and recusals after the draw, counted in public."""
    row = edited(month_id)
    planning.change_people(desk(), row, values)
    return shown(row)


@blp.post("/<month_id>/schedule")
@audience("planner")
@edits
@blp.takes(AskScheduleSchema)
@blp.gives(JobLine, 202)
def ask_schedule(values: dict[str, int], month_id: str) -> Job:
    """编排日程 Make the plan: a job with progress; stop it for the best so far."""
    seconds = values.get("seconds", desk().site.settings.solve_seconds)
    return schedule.ask(desk(), edited(month_id), seconds)


@blp.get("/<month_id>/plan")
@audience("planner", "head")
@blp.gives(PlanPackagesSchema)
def show_plan(month_id: str) -> dict[str, Any]:
    """计划 The plan with places, unplaced visits and what would place them."""
    return planning.plan(desk(), steps.find(desk(), month_id))


@blp.get("/<month_id>/explain")
@audience("planner")
@blp.takes(WhatArgs, "query")
@blp.gives(ExplainedSchema)
def explain(args: dict[str, str], month_id: str) -> dict[str, Any]:
    """说明原因 Why a visit, a day or a person is as it is."""
    row = steps.find(desk(), month_id)
    return {"answers": planning.explain(desk(), row, args["what"])}


@blp.post("/<month_id>/approve")
@audience("head")
@edits
@blp.takes(ApprovePlanSchema)
@blp.gives(BureauMonthSchema)
def approve(values: dict[str, str], month_id: str) -> Overview:
    """审批 The head approves the plan; not whoever made it."""
    row = edited(month_id)
    planning.approve(desk(), row, values["number"])
    return shown(row)
