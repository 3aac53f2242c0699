"""/api/v1/bureau/months/<id>/changes: what changes after freeze and lottery."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.months import amendments as service
from api.months import closing, planning, steps
from api.months.amendments import ChangePreview, PlanChanges
from api.months.overview import BureauMonth
from api.months.routes import Id, blp, edited, shown
from api.months.routes_steps import (
    PLANNER,
    EntropySourceSchema,
    MonthReasonSchema,
    step,
)
from api.site import READERS
from api.web.declare import audience
from api.web.forms import Text, first_missed, many, one_of
from api.web.kinds import Kind, collection
from api.web.tags import match, tag
from api.web.work import desk, reading
from inspector.month.absence import SAID_REASONS

MINUTES = validate.Range(0, 480)
EXCESS = "超限理由 the head's, should a visit added go over its firm's yearly limit"
# What each kind of change must say, besides its kind.
NEEDED = {
    "people_away": ("days",),
    "cars_gone": ("office", "days"),
    "compound_shut": ("compound",),
    "company_changed": ("compound",),
    "recheck_failed": ("compound", "first", "last"),
    "whistle_called": ("compound", "first", "last"),
    "study_planned": ("compound", "first"),
}


class PlanChangeSchema(Schema):
    """One change, by `kind`: people_away (a group, no names), cars_gone, compound_shut,
    company_changed, recheck_failed, whistle_called (吹哨), study_planned (蹲点)."""

    kind = one_of(NEEDED, required=True)
    office = Text(64, least=0, load_default="")
    compound = Text(64, least=0, load_default="")
    days = many(fields.Date(), 31)
    count = fields.Integer(load_default=1, validate=validate.Range(1, 1000))
    may_lead = fields.Boolean(load_default=False)
    skills = many(Text(64), 20)
    why = one_of(("closed", "unreachable"), load_default="closed")
    closes = fields.Boolean(load_default=True)
    minutes = fields.Integer(load_default=0, validate=MINUTES)
    window = one_of(("all_day", "morning", "afternoon"), load_default="all_day")
    skilled = fields.Boolean(load_default=False)
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Each kind has what it needs."""
        for name in NEEDED.get(data.get("kind", ""), ()):
            if not data[name]:
                raise ValidationError("必填 required for this kind", name)


class PersonAwaySchema(Schema):
    inspector = Text(64, required=True)
    days = many(fields.Date(), 31, least=1, required=True)


class PreviewChangesSchema(Schema):
    changes = many(PlanChangeSchema, 200)
    away = many(PersonAwaySchema, 200)


class AmendPlanSchema(Schema):
    changes = many(PlanChangeSchema, 200)
    reason = Text(300, required=True)
    excess = Text(300, least=0, load_default="", says=EXCESS)
    entropy = many(EntropySourceSchema, 20)


class CallStandbySchema(Schema):
    compound = Text(64, required=True)
    day = fields.Date(required=True)
    minutes = fields.Integer(load_default=0, validate=MINUTES)
    window = one_of(("all_day", "morning", "afternoon"), load_default="all_day")
    skilled = fields.Boolean(load_default=False)
    reason = Text(300, required=True)
    excess = Text(300, least=0, load_default="", says=EXCESS)


class TryChangesSchema(PreviewChangesSchema):
    month = Id(required=True)


class LeaveChangeSchema(Schema):
    inspector = Text(64, required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    half = one_of(("", "am", "pm"), load_default="")


class RecusalChangeSchema(Schema):
    inspector = Text(64, required=True)
    subject = Text(64, required=True)
    reason = Text(300, required=True)
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)


class PeopleChangeSchema(Schema):
    reason = Text(300, required=True)
    approver = Text(80, required=True)
    leave = many(LeaveChangeSchema, 200)
    recusals = many(RecusalChangeSchema, 200)


class LoggedAbsenceSchema(Schema):
    inspector = Text(64, required=True, says="staff number")
    day = fields.Date(required=True)
    reason = one_of(SAID_REASONS, required=True)
    since = first_missed()


@blp.get("/<month_id>/changes")
@audience(*READERS)
@blp.gives(PlanChanges)
def list_changes(month_id: str) -> PlanChanges:
    """变更记录 Amendments and stand-by calls so far."""
    row = steps.find(desk(), month_id)
    tag(row)
    return service.shown(desk(), row)


def _preview(values: dict[str, Any]) -> ChangePreview:
    with reading() as before:
        row = steps.find(before, values["month"])
        return service.preview(before, row, values)


def _amend(values: dict[str, Any], month_id: str) -> BureauMonth:
    with reading() as before:
        seen = steps.find(before, month_id)
        match(seen)
        solved = service.solve(before, seen, values)
    row = edited(month_id)
    service.amend(desk(), row, solved)
    return shown(row)


CHANGES = (
    step("people", PLANNER, PeopleChangeSchema, planning.change_people,
         "人员变更 Leave and recusals after the freeze, counted in public."),
    step("absence", PLANNER, LoggedAbsenceSchema,
         lambda d, m, v: closing.absent(d, m, **v),
         "缺勤 A person's day, or from a visit on; the next reserves take his seats."),
    Kind("amend", PLANNER, AmendPlanSchema, _amend,
         "提交变更 Seal the changes; new packages wait for the entropy named here."),
    step("amend_lottery", PLANNER, Schema, lambda d, m, _: service.assign(d, m),
         "变更摇号 Draw people for the new packages with the recorded entropy."),
    step("amend_cancel", PLANNER, MonthReasonSchema,
         lambda d, m, v: service.cancel(d, m, v["reason"]),
         "作废变更 Void the waiting amendment, in public; its number stays used."),
    step("call", PLANNER, CallStandbySchema, service.call,
         "吹哨 Call the day's stand-by pair for an urgent visit."),
)  # fmt: skip

TRIALS = (
    Kind("plan_change", PLANNER, TryChangesSchema, _preview,
         "预览变更 What changes of a plan would do: diff, reasons, chances of seats.",
         ChangePreview, 200),
)  # fmt: skip

collection(
    blp,
    "/<month_id>/changes",
    CHANGES,
    name="change_month_plan",
    says="变更 What has changed since the freeze, or since the lottery.",
    gives=BureauMonth,
    edits=True,
)
