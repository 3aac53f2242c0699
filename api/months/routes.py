"""/api/v1/bureau/months: the oversight months, each at a glance. Its steps stand in
`routes_steps`, what changes after the lottery in `routes_amendments`."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import select

from api.months import anchors, basis, overview, steps
from api.months.overview import BureauMonth, BureauMonthLine
from api.site import READERS
from api.store.models import Month
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience, edits
from api.web.forms import PageArgs, Text, one_of, page_of
from api.web.tags import match, tag
from api.web.work import desk

blp = Blueprint("months", "/api/v1/bureau/months", "月度计划 months")


class Id(fields.String):
    """The id of a row of ours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(1, 40), **kwargs)


class NewMonthSchema(Schema):
    """A month, or the one `after` a frozen one: its policy follows from that of the
    month before, its sources still to be named."""

    policy = Id(metadata={"description": "policy version; the newest if left out"})
    title = Text(120, least=0, load_default="")
    after = Id(metadata={"description": "the frozen month that this one follows"})

    @validates_schema
    def belongs(self, data: dict[str, Any], **_: Any) -> None:
        """A month that follows has its policy from that before."""
        if "after" in data and "policy" in data:
            raise ValidationError("不与 not with after", "policy")


class MonthChangeSchema(Schema):
    policy = Id()
    title = Text(120, least=0)


class AnchorArgs(Schema):
    as_ = one_of(
        ("svg", "txt"),
        data_key="as",
        load_default="txt",
        says="二维码或文字 as a QR code, or the three lines",
    )


def edited(month_id: str) -> Month:
    """The month as the caller read it. Raises Problem: 404, 412."""
    row = steps.find(desk(), month_id)
    match(row)
    tag(row)
    return row


def shown(row: Month) -> BureauMonth:
    """The month after a change."""
    desk().db.flush()
    return overview.shown(desk(), row)


@blp.get("")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(page_of(BureauMonthLine))
def list_months(args: dict[str, Any]) -> pages.Page:
    """月度计划列表 The months, newest first."""
    keys = (Month.month, Month.id)
    return pages.paged(select(Month), keys, desk().db, args, descending=True)


@blp.post("")
@audience("planner")
@blp.takes(NewMonthSchema)
@blp.gives(BureauMonth, 201)
def open_month(values: dict[str, Any]) -> BureauMonth:
    """新建月度计划 Open a month from the present registries and a policy version.

    With `after`: the calendar month after a frozen one, which need not be closed: what
    its freeze takes over is what the logs of the bureau hold at that moment.
    """
    if "after" in values:
        earlier = steps.find(desk(), values["after"])
        row = basis.open_next(desk(), earlier, values["title"])
    else:
        row = basis.open_month(desk(), values)
    tag(row)
    return shown(row)


@blp.get("/<month_id>")
@audience(*READERS)
@blp.gives(BureauMonth)
def show_month(month_id: str) -> BureauMonth:
    """月度计划 A month: its stage, what is next, what is missing."""
    row = steps.find(desk(), month_id)
    tag(row)
    return overview.shown(desk(), row)


@blp.patch("/<month_id>")
@audience("planner")
@edits
@blp.takes(MonthChangeSchema)
@blp.gives(BureauMonth)
def change_month(values: dict[str, Any], month_id: str) -> BureauMonth:
    """修改 Another title, or another policy version before the freeze."""
    return shown(basis.change(desk(), edited(month_id), values))


@blp.get("/<month_id>/anchor")
@audience(*READERS)
@blp.takes(AnchorArgs, "query")
@blp.gives_files("image/svg+xml", "text/plain")
def show_anchor(args: dict[str, str], month_id: str) -> Response:
    """公告锚点 The log's anchor, to be published before T."""
    row = steps.find(desk(), month_id)
    tag(row)
    text = overview.anchor(desk(), row).text
    if args["as_"] == "svg":
        return Response(anchors.qr(text), content_type="image/svg+xml")
    return Response(text, content_type="text/plain; charset=utf-8")
