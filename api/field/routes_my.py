"""/api/v1/my: an officer's own dates, packages, requests and results."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.field import absences, duties, my_results
from api.field.absences import FieldRequest, FreedSeats
from api.field.duties import DutyDate, DutyPackage, MonthChecklist, OwnPackage
from api.field.my_results import OwnVisit
from api.field.records import LinkedRecord
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, first_missed, one_of, page_of
from api.web.kinds import Kind, collection
from api.web.tags import tag
from api.web.work import desk
from inspector.month.absence import SAID_REASONS

blp = Blueprint("my", "/api/v1/my", "我的检查 one's own field work")


class OwnAbsenceSchema(Schema):
    month_id = Text(40, required=True)
    day = fields.Date(required=True)
    reason = one_of(SAID_REASONS, required=True)
    note = Text(500, least=0, load_default="")
    since = first_missed("首次不能进行的检查 first visit not made; none: all")


class NewRecusalSchema(Schema):
    month_id = Text(40, required=True)
    package = Text(40, required=True)
    whom = one_of(("self", "partner"), required=True)
    behalf = one_of(("officer", "party"), required=True)
    reason = Text(500, required=True)


class ChecklistArgs(Schema):
    visit = Text(40, least=0, load_default="")


class VisitArgs(PageArgs):
    open = fields.Boolean(load_default=False)


@blp.get("/duties")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(DutyDate))
def list_duties(args: dict[str, Any]) -> pages.Page:
    """执法日期 Duty dates, some working days ahead; no place, no partner."""
    return pages.cut(duties.dates(desk()), lambda d: f"{d.day}/{d.month_id}", args)


@blp.get("/packages")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(DutyPackage))
def list_packages(args: dict[str, Any]) -> pages.Page:
    """今日工作包 Today's packages, from the release minute on."""
    found = duties.packages(desk())
    return pages.cut(found, lambda p: f"{p.month_id}/{p.package}", args)


@blp.get("/months/<month_id>/packages/<package_id>")
@audience("inspector")
@blp.gives(OwnPackage)
def show_package(month_id: str, package_id: str) -> OwnPackage:
    """工作包 One's own package: team, stops, times, points; another's is not there."""
    return duties.package(desk(), month_id, package_id)


@blp.get("/months/<month_id>/checklist")
@audience("inspector", "planner", "leader", "head", "auditor")
@blp.takes(ChecklistArgs, "query")
@blp.gives(MonthChecklist)
def show_checklist(args: dict[str, Any], month_id: str) -> MonthChecklist:
    """抽查事项清单 All items of a month, or those of one's own visit; the version."""
    return duties.checklist(desk(), month_id, args["visit"])


@blp.get("/requests")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(FieldRequest))
def list_requests(args: dict[str, Any]) -> pages.Page:
    """我的申请 One's own absences, and the recusals asked for that concern oneself."""
    return pages.cut(absences.mine(desk()), lambda r: r.id, args)


def _recusal(values: dict[str, Any]) -> FieldRequest:
    found = absences.ask(desk(), values)
    tag(found)
    return found


collection(
    blp,
    "/requests",
    (
        Kind("absence", ("inspector",), OwnAbsenceSchema,
             lambda values: absences.report(desk(), values),
             "不能到岗 Cannot attend on a duty date: his visits go to the reserves.",
             FreedSeats),
        Kind("recusal", ("inspector",), NewRecusalSchema, _recusal,
             "申请回避 Ask for recusal after the draw, oneself or for the party.",
             FieldRequest),
    ),
    name="make_request",
    says="申请 Not to go: on a day, or to one package.",
)  # fmt: skip


@blp.get("/visits")
@audience("inspector")
@blp.takes(VisitArgs, "query")
@blp.gives(page_of(OwnVisit))
def list_visits(args: dict[str, Any]) -> pages.Page:
    """我的检查 One's visits so far; `open`: those not passed yet."""
    found = my_results.standing(desk())
    if args["open"]:
        found = [v for v in found if v.state != "passed"]
    return pages.cut(found, lambda v: f"{v.day}/{v.package}/{v.visit}", args)


@blp.get("/results")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(LinkedRecord))
def list_results(args: dict[str, Any]) -> pages.Page:
    """已公示结果 Published records of visits one has signed for."""
    found = my_results.signed_records(desk())
    return pages.cut(found, lambda r: f"{r.month_id}/{r.visit}/{r.number:04}", args)
