"""/api/v1/bureau/months/<id>/results: review, publication, correction, deadlines."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from api.routes.my_visits import RawSheetSchema
from api.schemas import Moment, PageArgs, Text, page_of
from api.services import field_reviews, fieldwork, my_results, photos
from api.services.field_reviews import Queued
from api.store.fieldwork import PublicResult
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.tags import tag
from api.web.work import desk
from inspector.oversight.review import STATES

RESULTS = "/<month_id>/results"
READERS = ("leader", "planner", "head", "auditor")
blp = Blueprint("results", "/api/v1/bureau/months", "抽查结果 results and review")


class QueueArgs(PageArgs):
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES)))
    inspected = fields.Boolean(
        metadata={"description": "false: 未实施检查的 outcomes without inspection"}
    )


class RawRowSchema(RawSheetSchema):
    visit = fields.String()
    package = fields.String()
    day = fields.Date()
    compound = fields.String()
    officers = fields.List(fields.String())
    score_bp = fields.Integer(allow_none=True)
    inspected = fields.Boolean()


class ArrivalRowSchema(Schema):
    """An arrival, opened."""

    id = fields.String()
    officer = fields.String()
    code = fields.String()
    recorded = fields.String()
    phone = fields.String()
    lon_udeg = fields.Integer()
    lat_udeg = fields.Integer()


class RawDetailSchema(RawRowSchema):
    arrivals = fields.List(fields.Nested(ArrivalRowSchema))


class WhySchema(Schema):
    """The reason of a correction or withdrawal is published with its record."""

    reason = Text(500, required=True)


class LinkedRecordSchema(Schema):
    id = fields.String()
    month_id = fields.String()
    visit = fields.String()
    number = fields.Integer()
    kind = fields.String()
    digest = fields.String()
    record = fields.Dict()
    leaf = fields.Dict()
    at = Moment()


class DueArgs(PageArgs):
    overdue = fields.Boolean(load_default=False)


class PublishDueSchema(Schema):
    visit = fields.String()
    day = fields.String()
    due = fields.String()
    provisional = fields.Boolean(
        metadata={"description": "该年放假安排未公布 the calendar may still change"}
    )
    state = fields.String()
    result = fields.String()


class UninspectedSchema(Schema):
    visit = fields.String()
    day = fields.String()
    why = fields.String(metadata={"description": "category, or carried 结转"})
    reason = fields.String()


def _shown(found: Queued) -> dict[str, Any]:
    raw = found.sheet.stage.raw
    return my_results.shown(found.sheet) | {
        "visit": raw.visit,
        "package": found.work.package.id,
        "day": found.work.package.day,
        "compound": found.work.compound.id,
        "officers": found.work.officers,
        "score_bp": found.score,
        "inspected": found.inspected,
    }


@blp.get(RESULTS)
@audience(*READERS)
@blp.takes(QueueArgs, "query")
@blp.gives(page_of(RawRowSchema))
def list_raw(args: dict[str, Any], month_id: str) -> pages.Page:
    """待审结果 Raw results with signatures; the leader's queue is state=signed."""
    found = [_shown(q) for q in field_reviews.queue(desk(), month_id, args["state"])]
    if "inspected" in args:
        found = [f for f in found if f["inspected"] == args["inspected"]]
    return pages.cut(found, lambda f: f"{f['visit']}/{f['number']:04}", args)


@blp.get(RESULTS + "/deadlines")
@audience(*READERS)
@blp.takes(DueArgs, "query")
@blp.gives(page_of(PublishDueSchema))
def list_deadlines(args: dict[str, Any], month_id: str) -> pages.Page:
    """公示期限 Publish-by dates of all visits made; `overdue`: only those past it."""
    found = field_reviews.deadlines(desk(), month_id)
    if args["overdue"]:
        found = [d for d in found if d.state == "overdue"]
    return pages.cut(found, lambda d: f"{d.due}/{d.visit}", args)


@blp.get(RESULTS + "/uninspected")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(UninspectedSchema))
def list_uninspected(args: dict[str, Any], month_id: str) -> pages.Page:
    """未实施检查 Visits without a grade: categories 4, 7, 9, 10, and carried ones."""
    found = field_reviews.uninspected(desk(), month_id)
    return pages.cut(found, lambda u: u.visit, args)


@blp.get(RESULTS + "/<result_id>")
@audience(*READERS)
@blp.gives(RawDetailSchema)
def show_raw(month_id: str, result_id: str) -> dict[str, Any]:
    """检查记录 One raw result with its arrivals."""
    found = field_reviews.show(desk(), month_id, result_id)
    tag(found.sheet)
    came = fieldwork.arrivals(desk(), month_id, found.work.mark)
    return _shown(found) | {"arrivals": came}


@blp.get(RESULTS + "/<result_id>/photos/<sha256>")
@audience(*READERS)
@blp.gives(media="image/*")
def show_evidence(month_id: str, result_id: str, sha256: str) -> Response:
    """照片 A photo as it was uploaded."""
    found = field_reviews.show(desk(), month_id, result_id)
    mark = found.work.mark
    media, data = photos.file(desk(), month_id, mark, sha256, bare=False)
    return Response(data, mimetype=media, headers={"Cache-Control": "no-store"})


@blp.get(RESULTS + "/<result_id>/photos/<sha256>/copy")
@audience(*READERS)
@blp.gives(media="image/*")
def show_copy(month_id: str, result_id: str, sha256: str) -> Response:
    """照片副本 The same without EXIF, for use outside."""
    mark = field_reviews.find(desk(), month_id, result_id).work.mark
    media, data = photos.file(desk(), month_id, mark, sha256, bare=True)
    return Response(data, mimetype=media, headers={"Cache-Control": "no-store"})


@blp.post(RESULTS + "/<result_id>/return")
@audience("leader")
@blp.takes(WhySchema)
@blp.gives(RawRowSchema)
def send_back(values: dict[str, str], month_id: str, result_id: str) -> dict[str, Any]:
    """退回 Back to the officers, with a reason; the signatures are void."""
    found = field_reviews.find(desk(), month_id, result_id)
    return _shown(field_reviews.send_back(desk(), found, values["reason"]))


@blp.post(RESULTS + "/<result_id>/pass")
@audience("leader")
@blp.gives(LinkedRecordSchema, 201)
def let_pass(month_id: str, result_id: str) -> PublicResult:
    """审核通过 Pass and publish, with the opened leaf of the visit."""
    found = field_reviews.find(desk(), month_id, result_id)
    return field_reviews.let_pass(desk(), found)


@blp.post("/<month_id>/records/<record_id>/correction")
@audience("leader", "planner")
@blp.takes(WhySchema)
@blp.gives(RawSheetSchema, 201)
def correct(values: dict[str, str], month_id: str, record_id: str) -> dict[str, Any]:
    """更正 Open a correction: the two officers write, sign, and it is reviewed."""
    sheet = field_reviews.correct(desk(), month_id, record_id, values["reason"])
    return my_results.shown(sheet)


@blp.post("/<month_id>/records/<record_id>/withdrawal")
@audience("leader", "planner")
@blp.takes(WhySchema)
@blp.gives(LinkedRecordSchema, 201)
def withdraw(values: dict[str, str], month_id: str, record_id: str) -> PublicResult:
    """撤回 A record that says the published one no longer holds."""
    return field_reviews.withdraw(desk(), month_id, record_id, values["reason"])
