"""/api/v1/bureau/months: the oversight months, from opening to the next one."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api.months import steps
from api.schemas import Moment, PageArgs, Text, page_of
from api.services import anchors, ceremony, months, overview, sources
from api.services.anchors import Anchor
from api.services.overview import Overview
from api.store.models import Month
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.shape import shape
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("months", "/api/v1/bureau/months", "月度计划 months")
READERS = ("planner", "head", "leader", "auditor")


class Id(fields.String):
    """The id of a row of ours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(1, 40), **kwargs)


class BureauMonthRowSchema(Schema):
    id = fields.String()
    month = fields.String()
    title = fields.String()
    stage = fields.String()
    demonstration = fields.Boolean()
    commitment = fields.String()
    seal_commitment = fields.String()
    created = Moment()
    version = fields.Integer()


class NewMonthSchema(Schema):
    policy = Id(metadata={"description": "policy version; the newest if left out"})
    title = Text(120, least=0, load_default="")


class MonthChangeSchema(Schema):
    policy = Id()
    title = Text(120, least=0)


class MissingItemSchema(Schema):
    code = fields.String()
    params = fields.Dict()
    zh = fields.String()
    en = fields.String()


class NextStepSchema(Schema):
    action = fields.String()
    role = fields.String()
    after = fields.String(metadata={"description": "not before this moment; or empty"})
    zh = fields.String()
    en = fields.String()


class EntropySourceSchema(Schema):
    id = Text(64, required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(("lottery", "dice", "reveal", "drand"))
    )
    name = Text(100, least=0, load_default="")
    issue = Text(100, least=0, load_default="")
    at = Text(20, required=True)
    commit = Text(64, least=0, load_default="")


class EntropyLineSchema(Schema):
    """A source and the leaf that counts for it. An inside value counts if it was
    entered before `until`; the outside one needs a second person (`confirmed`)."""

    stage = fields.String(attribute="stage.name")
    attempt = fields.Integer(attribute="stage.attempt")
    cancelled = fields.Boolean(attribute="stage.cancelled")
    until = fields.String(attribute="stage.until")
    source = fields.Nested(EntropySourceSchema)
    outside = fields.Boolean()
    recorded = fields.Boolean()
    confirmed = fields.Boolean()
    fits = fields.Boolean(
        metadata={"description": "false: not of the announced hash, counts as empty"}
    )
    corrections = fields.Integer()
    value = fields.String(attribute="leaf.value", dump_default="")
    issue = fields.String(attribute="leaf.issue", dump_default="")
    at = fields.String(attribute="leaf.at", dump_default="")
    fallback = fields.Boolean(attribute="leaf.fallback", dump_default=False)


class SealingSchema(Schema):
    """The sources of the next seal. `reason` empty: the policy's plan, until `seal_by`;
    else (wait, used, cancelled) the seal names later ones, T not before `earliest`."""

    reason = fields.String()
    lottery_at = fields.String()
    seal_by = fields.String()
    earliest = fields.String()
    sources = fields.List(fields.Nested(EntropySourceSchema))


class PlanApprovalSchema(Schema):
    number = fields.String()
    by = fields.String()
    at = fields.String()


class PlanFiguresSchema(Schema):
    packages = fields.Integer()
    unplaced = fields.Integer()
    travel_minutes = fields.Integer()
    bound_minutes = fields.Integer()
    gap = fields.List(fields.Integer(), allow_none=True)
    runs = fields.Integer()
    reproducible = fields.Boolean()
    seats = fields.Integer()
    min_chance = fields.List(fields.Integer())
    max_chance = fields.List(fields.Integer())


class BureauMonthSchema(Schema):
    """A month at a glance. Rates and chances are [numerator, denominator]."""

    id = fields.String(attribute="month.id")
    month = fields.String(attribute="month.month")
    title = fields.String(attribute="month.title")
    stage = fields.String(attribute="route.stage")
    demonstration = fields.Boolean(attribute="month.demonstration")
    commitment = fields.String(attribute="month.commitment")
    seal_commitment = fields.String(attribute="month.seal_commitment")
    created = Moment(attribute="month.created")
    version = fields.Integer(attribute="month.version")
    policy = fields.String()
    policy_number = fields.Integer()
    entropy = fields.List(fields.Nested(EntropyLineSchema))
    missing = fields.List(fields.Nested(MissingItemSchema))
    next = fields.Nested(NextStepSchema, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    approval = fields.Nested(
        PlanApprovalSchema, attribute="route.approval", allow_none=True
    )
    plan = fields.Nested(PlanFiguresSchema, allow_none=True)
    sealing = fields.Nested(SealingSchema, allow_none=True)
    anchor = fields.Nested(shape(Anchor), allow_none=True)
    job = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class FreezeMonthSchema(Schema):
    demonstration = fields.Boolean(load_default=False)


class EntropyValueSchema(Schema):
    """What a source gave, entered now. `stage` and `attempt` only for an attempt that
    was cancelled; `reason` for a correction."""

    source = Text(64, required=True)
    issue = Text(100, least=0, load_default="")
    value = Text(2000, required=True)
    fallback = fields.Boolean(load_default=False)
    reason = Text(300, least=0, load_default="")
    stage = fields.String(
        load_default="",
        validate=validate.OneOf(("", "draw", "lottery", "amendment")),
    )
    attempt = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class SealPlanSchema(Schema):
    entropy = fields.List(
        fields.Nested(EntropySourceSchema),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 20),
        metadata={"description": "later sources, when the policy's serve no more"},
    )


class MonthReasonSchema(Schema):
    reason = Text(300, required=True)


def edited(month_id: str) -> Month:
    """The month as the caller read it. Raises Problem: 404, 412."""
    row = steps.find(desk(), month_id)
    match(row)
    tag(row)
    return row


def shown(row: Month) -> Overview:
    """The month after a change."""
    desk().db.flush()
    return overview.shown(desk(), row)


@blp.get("")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(BureauMonthRowSchema))
def list_months(args: dict[str, Any]) -> pages.Page:
    """月度计划列表 The months, newest first."""
    keys = (Month.month, Month.id)
    return pages.paged(select(Month), keys, desk().db, args, descending=True)


@blp.post("")
@audience("planner")
@blp.takes(NewMonthSchema)
@blp.gives(BureauMonthSchema, 201)
def open_month(values: dict[str, Any]) -> Overview:
    """新建月度计划 Open a month from the present registries and a policy version."""
    row = months.open_month(desk(), values)
    tag(row)
    return shown(row)


@blp.get("/<month_id>")
@audience(*READERS)
@blp.gives(BureauMonthSchema)
def show_month(month_id: str) -> Overview:
    """月度计划 A month: its stage, what is next, what is missing."""
    row = steps.find(desk(), month_id)
    tag(row)
    return overview.shown(desk(), row)


@blp.get("/<month_id>/anchor.svg")
@audience(*READERS)
@blp.gives(media="image/svg+xml")
def show_anchor(month_id: str) -> Response:
    """公告锚点二维码 The log's anchor as a QR code, to be published before T."""
    row = steps.find(desk(), month_id)
    tag(row)
    data = anchors.qr(overview.anchor(desk(), row).text)
    return Response(data, content_type="image/svg+xml")


@blp.patch("/<month_id>")
@audience("planner")
@edits
@blp.takes(MonthChangeSchema)
@blp.gives(BureauMonthSchema)
def change_month(values: dict[str, Any], month_id: str) -> Overview:
    """修改 Another title, or another policy version before the freeze."""
    return shown(months.change(desk(), edited(month_id), values))


@blp.post("/<month_id>/freeze")
@audience("planner")
@edits
@blp.takes(FreezeMonthSchema)
@blp.gives(BureauMonthSchema)
def freeze(values: dict[str, Any], month_id: str) -> Overview:
    """名录冻结 Freeze registries and policy; every fault is named at once."""
    row = edited(month_id)
    ceremony.freeze(desk(), row, values["demonstration"])
    return shown(row)


@blp.post("/<month_id>/entropy")
@audience("planner", "head", "leader")
@edits
@blp.takes(EntropyValueSchema)
@blp.gives(BureauMonthSchema)
def record_entropy(values: dict[str, Any], month_id: str) -> Overview:
    """录入随机源 Enter what a source gave: a leaf of the public log at once.

    The outside value is drawn with once a second person has entered the same.
    """
    row = edited(month_id)
    sources.record(desk(), row, values)
    return shown(row)


@blp.post("/<month_id>/draw")
@audience("planner")
@edits
@blp.gives(BureauMonthSchema)
def draw(month_id: str) -> Overview:
    """随机抽取 Draw the compounds with the recorded entropy."""
    row = edited(month_id)
    ceremony.draw(desk(), row)
    return shown(row)


@blp.post("/<month_id>/seal")
@audience("planner")
@edits
@blp.takes(SealPlanSchema)
@blp.gives(BureauMonthSchema)
def seal(values: dict[str, Any], month_id: str) -> Overview:
    """密封 Seal the approved plan and its chance table."""
    row = edited(month_id)
    ceremony.seal(desk(), row, values["entropy"])
    return shown(row)


@blp.post("/<month_id>/lottery")
@audience("planner")
@edits
@blp.gives(BureauMonthSchema)
def lottery(month_id: str) -> Overview:
    """摇号派员 Draw the people with the second entropy."""
    row = edited(month_id)
    ceremony.lottery(desk(), row)
    return shown(row)


@blp.post("/<month_id>/cancel-draw")
@audience("planner")
@edits
@blp.takes(MonthReasonSchema)
@blp.gives(BureauMonthSchema)
def cancel_draw(values: dict[str, Any], month_id: str) -> Overview:
    """作废抽取 Void freeze and draw, in public; freeze again with later entropy."""
    row = edited(month_id)
    ceremony.cancel(desk(), row, "cancel_draw", values["reason"])
    return shown(row)


@blp.post("/<month_id>/cancel-seal")
@audience("planner")
@edits
@blp.takes(MonthReasonSchema)
@blp.gives(BureauMonthSchema)
def cancel_seal(values: dict[str, Any], month_id: str) -> Overview:
    """作废密封 Void seal and lottery, in public; seal again with later entropy."""
    row = edited(month_id)
    ceremony.cancel(desk(), row, "cancel_seal", values["reason"])
    return shown(row)
