"""/api/v1/bureau/months/<id>/changes: what changes after the lottery."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.months import steps
from api.routes.months import (
    READERS,
    BureauMonthSchema,
    EntropySourceSchema,
    MonthReasonSchema,
    edited,
    shown,
)
from api.schemas import Text
from api.services import changes as service
from api.services.changes import Changes, Preview
from api.services.overview import Overview
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.tags import match, tag
from api.web.work import desk, reading

blp = Blueprint("changes", "/api/v1/bureau/months", "变更 changes")

MINUTES = validate.Range(0, 480)
# What each kind of change must say, besides its kind.
NEEDED = {
    "people_away": ("days",),
    "cars_gone": ("office", "days"),
    "compound_shut": ("compound",),
    "company_changed": ("compound",),
    "recheck_failed": ("compound", "first", "last"),
    "whistle_called": ("compound", "first", "last"),
}


class PlanChangeSchema(Schema):
    """One change, by `kind`: people_away (a group, no names), cars_gone, compound_shut,
    company_changed, recheck_failed, whistle_called (吹哨)."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(NEEDED)))
    office = Text(64, least=0, load_default="")
    compound = Text(64, least=0, load_default="")
    days = fields.List(
        fields.Date(), load_default=list, validate=validate.Length(0, 31)
    )
    count = fields.Integer(load_default=1, validate=validate.Range(1, 1000))
    may_lead = fields.Boolean(load_default=False)
    skills = fields.List(Text(64), load_default=list, validate=validate.Length(0, 20))
    why = fields.String(
        load_default="closed", validate=validate.OneOf(("closed", "unreachable"))
    )
    closes = fields.Boolean(load_default=True)
    minutes = fields.Integer(load_default=0, validate=MINUTES)
    window = fields.String(
        load_default="all_day",
        validate=validate.OneOf(("all_day", "morning", "afternoon")),
    )
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
    days = fields.List(fields.Date(), required=True, validate=validate.Length(1, 31))


class PreviewChangesSchema(Schema):
    changes = fields.List(
        fields.Nested(PlanChangeSchema),
        load_default=list,
        validate=validate.Length(0, 200),
    )
    away = fields.List(
        fields.Nested(PersonAwaySchema),
        load_default=list,
        validate=validate.Length(0, 200),
    )


class AmendPlanSchema(Schema):
    changes = fields.List(
        fields.Nested(PlanChangeSchema),
        load_default=list,
        validate=validate.Length(0, 200),
    )
    reason = Text(300, required=True)
    entropy = fields.List(
        fields.Nested(EntropySourceSchema),
        load_default=list,
        validate=validate.Length(0, 20),
    )


class CallStandbySchema(Schema):
    compound = Text(64, required=True)
    day = fields.Date(required=True)
    minutes = fields.Integer(load_default=0, validate=MINUTES)
    window = fields.String(
        load_default="all_day",
        validate=validate.OneOf(("all_day", "morning", "afternoon")),
    )
    skilled = fields.Boolean(load_default=False)
    reason = Text(300, required=True)


class ChangeReasonSchema(Schema):
    visit = fields.String()
    compound = fields.String()
    code = fields.String()
    zh = fields.String()
    en = fields.String()


class ReplannedVisitSchema(ChangeReasonSchema):
    old_day = fields.Date(allow_none=True)
    old_package = fields.String()
    new_day = fields.Date(allow_none=True)
    new_package = fields.String()


class ChangePreviewSchema(Schema):
    """The diff of a change. `chances`: smallest and largest of a person for a new seat,
    [numerator, denominator]; none without one."""

    moves = fields.List(fields.Nested(ReplannedVisitSchema))
    unplaced = fields.List(fields.Nested(ChangeReasonSchema))
    new = fields.List(fields.String())
    shortened = fields.List(fields.String())
    gone = fields.List(fields.String())
    calls = fields.List(fields.String())
    changed = fields.Integer()
    days_changed = fields.Integer()
    travel_before = fields.Integer()
    travel_after = fields.Integer()
    seats = fields.Integer()
    chances = fields.List(fields.List(fields.Integer()))
    unlogged = fields.Integer()
    best = fields.Boolean()


class AmendmentRowSchema(Schema):
    attempt = fields.Integer()
    sealed_at = fields.String()
    reason = fields.String()
    commitment = fields.String()
    waiting = fields.Boolean()
    cancelled = fields.Boolean()
    changed = fields.Dict(keys=fields.String(), values=fields.Integer())
    new_packages = fields.Integer()
    dissolved = fields.Integer()
    seats = fields.Integer()
    travel_minutes = fields.Integer()
    min_chance = fields.List(fields.Integer())
    max_chance = fields.List(fields.Integer())
    entropy = fields.List(fields.Nested(EntropySourceSchema))


class StandbyCallSchema(Schema):
    day = fields.Date()
    package = fields.String()
    reason = fields.String()


class PlanChangesSchema(Schema):
    amendments = fields.List(fields.Nested(AmendmentRowSchema))
    calls = fields.List(fields.Nested(StandbyCallSchema))
    version = fields.Integer()


@blp.get("/<month_id>/changes")
@audience(*READERS)
@blp.gives(PlanChangesSchema)
def list_changes(month_id: str) -> Changes:
    """变更记录 Amendments and stand-by calls so far."""
    row = steps.find(desk(), month_id)
    tag(row)
    return service.shown(desk(), row)


@blp.post("/<month_id>/changes/preview")
@audience("planner")
@blp.takes(PreviewChangesSchema)
@blp.gives(ChangePreviewSchema)
def preview_changes(values: dict[str, Any], month_id: str) -> Preview:
    """预览变更 What the changes would do: diff, reasons, chances of new seats."""
    with reading() as before:
        row = steps.find(before, month_id)
        tag(row)
        return service.preview(before, row, values)


@blp.post("/<month_id>/changes")
@audience("planner")
@edits
@blp.takes(AmendPlanSchema)
@blp.gives(BureauMonthSchema)
def amend_plan(values: dict[str, Any], month_id: str) -> Overview:
    """提交变更 Seal the changes; new packages wait for the entropy named here."""
    with reading() as before:
        seen = steps.find(before, month_id)
        match(seen)
        solved = service.solve(before, seen, values)
    row = edited(month_id)
    service.amend(desk(), row, solved)
    return shown(row)


@blp.post("/<month_id>/changes/lottery")
@audience("planner")
@edits
@blp.gives(BureauMonthSchema)
def draw_amendment(month_id: str) -> Overview:
    """变更摇号 Draw people for the new packages with the recorded entropy."""
    row = edited(month_id)
    service.assign(desk(), row)
    return shown(row)


@blp.post("/<month_id>/changes/cancel")
@audience("planner")
@edits
@blp.takes(MonthReasonSchema)
@blp.gives(BureauMonthSchema)
def cancel_amendment(values: dict[str, Any], month_id: str) -> Overview:
    """作废变更 Void the waiting amendment, in public; its number stays used."""
    row = edited(month_id)
    service.cancel(desk(), row, values["reason"])
    return shown(row)


@blp.post("/<month_id>/changes/call")
@audience("planner")
@edits
@blp.takes(CallStandbySchema)
@blp.gives(BureauMonthSchema)
def call_standby(values: dict[str, Any], month_id: str) -> Overview:
    """吹哨 Call the day's stand-by pair for an urgent visit."""
    row = edited(month_id)
    service.call(desk(), row, values)
    return shown(row)
