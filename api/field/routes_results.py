"""/api/v1/bureau/months/<id>/results: review, publication, correction, deadlines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.field import my_results, objections, photos, reviews
from api.field.my_results import RawSheet
from api.field.objections import ObjectionView
from api.field.records import LinkedRecord
from api.field.reviews import PublishDue, RawDetail, RawRow, UninspectedVisit
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, one_of, page_of
from api.web.kinds import Kind, collection
from api.web.tags import tag
from api.web.work import desk
from inspector.results.review import STATES

RESULTS = "/<month_id>/results"
READERS = ("leader", "planner", "head", "auditor")
blp = Blueprint("results", "/api/v1/bureau/months", "抽查结果 results and review")
everywhere = Blueprint("review", "/api/v1/bureau/results", "抽查结果 results of months")


class PhotoArgs(Schema):
    copy = fields.Boolean(
        load_default=False,
        metadata={"description": "照片副本 the same without EXIF, for use outside"},
    )


class WhySchema(Schema):
    """The reason of a correction or withdrawal is published with its record."""

    reason = Text(500, required=True)


class NewObjectionSchema(Schema):
    number = Text(80, required=True)
    received = fields.Date(required=True)
    text = Text(4000, required=True, metadata={"lines": True})


def _raw(args: dict[str, Any], month_id: str) -> pages.Page:
    queue = reviews.queue(desk(), month_id, args["state"])
    found = [reviews.row_of(q) for q in queue]
    if "inspected" in args:
        found = [f for f in found if f.inspected == args["inspected"]]
    return pages.cut(found, lambda f: f"{f.visit}/{f.number:04}", args)


def _deadlines(args: dict[str, Any], month_id: str) -> pages.Page:
    found = reviews.deadlines(desk(), month_id)
    if args["overdue"]:
        found = [d for d in found if d.state == "overdue"]
    return pages.cut(found, lambda d: f"{d.due}/{d.visit}", args)


def _uninspected(args: dict[str, Any], month_id: str) -> pages.Page:
    found = reviews.uninspected(desk(), month_id)
    return pages.cut(found, lambda u: u.visit, args)


VIEWS = {"raw": _raw, "deadlines": _deadlines, "uninspected": _uninspected}


class ResultArgs(PageArgs):
    """`state`, `inspected`: of raw results; `overdue`: of deadlines."""

    view = one_of(VIEWS, load_default="raw")
    state = one_of(("", *STATES), load_default="")
    inspected = fields.Boolean(
        metadata={"description": "false: 未实施检查的 outcomes without inspection"}
    )
    overdue = fields.Boolean(load_default=False)


@blp.get(RESULTS)
@audience(*READERS)
@blp.takes(ResultArgs, "query")
@blp.gives_one_of(
    raw=page_of(RawRow),
    deadlines=page_of(PublishDue),
    uninspected=page_of(UninspectedVisit),
)
def list_results(args: dict[str, Any], month_id: str) -> tuple[str, pages.Page]:
    """抽查结果 Raw results with signatures (the leader's queue is state=signed).

    `view=deadlines`: 公示期限 publish-by dates of all visits made;
    `view=uninspected`: 未实施检查 visits without a grade, and carried ones.
    """
    return args["view"], VIEWS[args["view"]](args, month_id)


class QueueArgs(PageArgs):
    state = one_of(STATES, load_default="signed")


@everywhere.get("")
@audience(*READERS)
@everywhere.takes(QueueArgs, "query")
@everywhere.gives(page_of(RawRow))
def list_waiting(args: dict[str, Any]) -> pages.Page:
    """待审结果 Raw results of all months in the field, the earliest days first; each
    names its month."""
    found = reviews.waiting(desk(), args["state"])
    cut = pages.cut(found, reviews.place, args)
    return replace(cut, items=[reviews.row_of(q) for q in cut.items])


@blp.get(RESULTS + "/<result_id>")
@audience(*READERS)
@blp.gives(RawDetail)
def show_raw(month_id: str, result_id: str) -> RawDetail:
    """检查记录 One raw result with its arrivals."""
    found = reviews.show(desk(), month_id, result_id)
    tag(found.sheet)
    return reviews.detail_of(desk(), found)


@blp.get(RESULTS + "/<result_id>/photos/<sha256>")
@audience(*READERS)
@blp.takes(PhotoArgs, "query")
@blp.gives(media="image/*")
def show_evidence(
    args: dict[str, bool], month_id: str, result_id: str, sha256: str
) -> Response:
    """照片 A photo as it was uploaded, or its copy without EXIF."""
    find = reviews.find if args["copy"] else reviews.show
    mark = find(desk(), month_id, result_id).work.mark
    media, data = photos.file(desk(), month_id, mark, sha256, bare=args["copy"])
    return Response(data, mimetype=media, headers={"Cache-Control": "no-store"})


def _send_back(values: dict[str, str], month_id: str, result_id: str) -> RawRow:
    found = reviews.find(desk(), month_id, result_id)
    back = reviews.send_back(desk(), found, values["reason"])
    return reviews.row_of(back)


def _let_pass(_values: dict[str, str], month_id: str, result_id: str) -> LinkedRecord:
    found = reviews.find(desk(), month_id, result_id)
    return reviews.let_pass(desk(), found)


collection(
    blp,
    RESULTS + "/<result_id>/moves",
    (
        Kind("pass", ("leader",), Schema, _let_pass, "审核通过 Pass and publish.",
             LinkedRecord),
        Kind("return", ("leader",), WhySchema, _send_back,
             "退回 Back to the officers, with a reason; the signatures are void.",
             RawRow),
    ),
    name="review_result",
    says="审核 The leader's review of a raw result.",
)  # fmt: skip


def _correct(values: dict[str, str], month_id: str, record_id: str) -> RawSheet:
    sheet = reviews.correct(desk(), month_id, record_id, values["reason"])
    return my_results.shown(sheet)


def _withdraw(values: dict[str, str], month_id: str, record_id: str) -> LinkedRecord:
    return reviews.withdraw(desk(), month_id, record_id, values["reason"])


def _object(values: dict[str, Any], month_id: str, record_id: str) -> ObjectionView:
    found = objections.receive(desk(), month_id, record_id, values)
    tag(found)
    return found


collection(
    blp,
    "/<month_id>/records/<record_id>/moves",
    (
        Kind("correction", ("leader", "planner"), WhySchema, _correct,
             "更正 Open a correction: the two officers write, sign, it is reviewed.",
             RawSheet),
        Kind("withdrawal", ("leader", "planner"), WhySchema, _withdraw,
             "撤回 A record that says the published one no longer holds.",
             LinkedRecord),
        Kind("objection", ("planner",), NewObjectionSchema, _object,
             "登记异议 Record an objection to a published record.", ObjectionView),
    ),
    name="move_record",
    says="公示之后 What follows the publication of a record.",
)  # fmt: skip
