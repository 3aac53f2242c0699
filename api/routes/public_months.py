"""/api/v1/public/<bureau>/months: announcements, rankings."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.routes.public import MonthSchema
from api.routes.public_args import AnchorSchema, PublicFileSchema
from api.schemas import PageArgs, page_of
from api.services import public_months
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("public_months", "/api/v1/public", "月度公告 announcements")

CHANCE = "[分子, 分母] [numerator, denominator]"


def a_chance() -> fields.List[int]:
    """A rational chance."""
    return fields.List(fields.Integer(), metadata={"description": CHANCE})


def some_counts() -> fields.Dict:
    """Code -> number."""
    return fields.Dict(fields.String(), fields.Integer())


class PublicStratumSchema(Schema):
    id = fields.String()
    street = fields.String()
    street_name = fields.String()
    risk_class = fields.String()
    type = fields.String()
    size = fields.Integer()
    chance = a_chance()
    expected = a_chance()


class PublicFreezeSchema(Schema):
    attempt = fields.Integer()
    frozen_at = fields.String()
    provisional = fields.Boolean()
    working_days = fields.Integer()
    method = fields.String()
    counts = some_counts()
    excluded = some_counts()
    strata = fields.List(fields.Nested(PublicStratumSchema))
    publish_workdays = fields.Integer()
    results_by = fields.String()
    close_by = fields.String()
    blind_hash = fields.String()
    private_root = fields.String()


class PublicRecordSchema(Schema):
    issue = fields.String()
    value = fields.String()
    at = fields.String()
    fallback = fields.Boolean()


class PublicLeafSchema(PublicRecordSchema):
    source = fields.String()


class PublicSourceSchema(Schema):
    """A source: `leaves` as they were entered (an inside one counts `until` T), and
    `record`, what the seed was made of; an inside one that gave nothing is empty."""

    stage = fields.String()
    attempt = fields.Integer()
    outside = fields.Boolean()
    until = fields.String()
    leaves = fields.List(fields.Nested(PublicLeafSchema))
    id = fields.String()
    kind = fields.String()
    name = fields.String()
    issue = fields.String()
    at = fields.String()
    commit = fields.String()
    record = fields.Nested(PublicRecordSchema, allow_none=True)


class PublicDrawSchema(Schema):
    at = fields.String()
    attempt = fields.Integer()
    total = fields.Integer()
    classes = some_counts()


class PublicPlanSchema(Schema):
    """From planning on: the first five; the others once it is sealed."""

    travel_minutes = fields.Integer()
    bound_minutes = fields.Integer()
    gap_bp = fields.Integer(allow_none=True)
    unplaced = fields.Integer()
    unplaced_reasons = some_counts()
    attempt = fields.Integer()
    sealed_at = fields.String()
    packages = fields.Integer()
    seats = fields.Integer()
    levels = fields.Integer()
    exceptions = fields.Integer()
    listed = fields.Integer()
    load_slack = fields.Integer()
    changes = fields.Integer()
    q_star = a_chance()
    t_star = a_chance()
    min_chance = a_chance()
    max_chance = a_chance()


class PublicCancelledSchema(Schema):
    stage = fields.String()
    attempt = fields.Integer()
    at = fields.String()
    reason = fields.String()
    commitment = fields.String()
    leaves = fields.List(fields.Nested(PublicLeafSchema))


class PublicChangeSchema(Schema):
    at = fields.String()
    reason = fields.String()
    approver = fields.String()


class PublicAmendmentSchema(Schema):
    attempt = fields.Integer()
    sealed_at = fields.String()
    reason = fields.String()
    changed = some_counts()
    new_packages = fields.Integer()
    dissolved = fields.Integer()


class PublicProgressSchema(Schema):
    published = fields.Integer()
    late = fields.Integer()
    results_by = fields.String()
    carried = fields.Integer()
    carried_reasons = some_counts()


class PublicAnnouncementSchema(Schema):
    month = fields.Nested(MonthSchema)
    files = fields.List(fields.Nested(PublicFileSchema))
    log_root = fields.String()
    anchor = fields.Nested(AnchorSchema, allow_none=True)
    freeze = fields.Nested(PublicFreezeSchema, allow_none=True)
    entropy = fields.List(fields.Nested(PublicSourceSchema))
    draw = fields.Nested(PublicDrawSchema, allow_none=True)
    plan = fields.Nested(PublicPlanSchema, allow_none=True)
    amendments = fields.List(fields.Nested(PublicAmendmentSchema))
    calls = fields.Integer()
    cancelled = fields.List(fields.Nested(PublicCancelledSchema))
    people_changes = fields.List(fields.Nested(PublicChangeSchema))
    absences = fields.Integer()
    substitutions = fields.Integer()
    results = fields.Nested(PublicProgressSchema, allow_none=True)
    closed_at = fields.String()


class PublicRankedSchema(Schema):
    place = fields.Integer()
    compound = fields.String()
    compound_name = fields.String()
    street_name = fields.String()
    usc18 = fields.String()
    score = a_chance()
    score_text = fields.String()
    listed = fields.Boolean()


RankedPage = page_of(PublicRankedSchema)


@blp.get("/<bureau>/months/<month_id>")
@audience("public")
@cached
@blp.gives(PublicAnnouncementSchema)
def show_month(bureau: str, month_id: str) -> dict[str, Any]:
    """月度公告 What is public about a month at its stage."""
    return public_months.announcement(desk(), month_id)


@blp.get("/<bureau>/months/<month_id>/ranking")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(RankedPage)
def list_ranking(args: dict[str, Any], bureau: str, month_id: str) -> pages.Page:
    """考评排名 All ranked compounds from the worst up."""
    rows = public_months.ranking(desk(), month_id, bottom=False)
    return pages.cut(rows, lambda r: f"{r['place']:07d}", args)


@blp.get("/<bureau>/months/<month_id>/bottom")
@audience("public")
@cached
@blp.takes(PageArgs, "query")
@blp.gives(RankedPage)
def list_bottom(args: dict[str, Any], bureau: str, month_id: str) -> pages.Page:
    """倒排名单 The listed compounds."""
    rows = public_months.ranking(desk(), month_id, bottom=True)
    return pages.cut(rows, lambda r: f"{r['place']:07d}", args)
