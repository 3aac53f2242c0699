"""/api/v1/my: an officer's own dates, packages, absences, recusals and results."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas import PageArgs, Text, first_missed, page_of
from api.services import absences, duties, my_results
from api.services.absences import Asked, Freed
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.tags import tag
from api.web.work import desk
from inspector.oversight import checklist

blp = Blueprint("my", "/api/v1/my", "我的检查 one's own field work")


class OwnDutySchema(Schema):
    day = fields.Date()
    month_id = fields.String()


class OwnPackageRowSchema(OwnDutySchema):
    package = fields.String()
    role = fields.String()
    standby = fields.Boolean(metadata={"description": "值班席 stand-by"})


class TeamMemberSchema(Schema):
    role = fields.String()
    name = fields.String()
    cert_no = fields.String()


class OwnStopSchema(Schema):
    """Minutes after midnight; the point in micro-degrees, WGS-84."""

    visit = fields.String()
    arrive = fields.Integer()
    start = fields.Integer()
    end = fields.Integer()
    kinds = fields.List(fields.String())
    compound = fields.String()
    name = fields.String()
    usc18 = fields.String()
    lon_udeg = fields.Integer()
    lat_udeg = fields.Integer()


class OwnPackageSchema(OwnPackageRowSchema):
    depart = fields.Integer()
    back = fields.Integer()
    lunch = fields.Integer(allow_none=True)
    office = fields.String()
    door = fields.String(metadata={"description": "扫码入企 code of the notice's QR"})
    team = fields.List(fields.Nested(TeamMemberSchema))
    stops = fields.List(fields.Nested(OwnStopSchema))


class ChecklistSchema(Schema):
    version = fields.String()
    document = fields.Dict()


class OwnAbsenceSchema(Schema):
    month_id = Text(40, required=True)
    day = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(absences.REASONS))
    note = Text(500, least=0, load_default="")
    since = first_missed("首次不能进行的检查 first visit not made; none: all")


class FreedSchema(Schema):
    id = fields.String()
    day = fields.Date()
    seats = fields.Integer()
    filled = fields.Integer(metadata={"description": "由候补递补 taken by reserves"})
    waits = fields.Boolean(metadata={"description": "待变更摇号 after its lottery"})


class NewRecusalSchema(Schema):
    month_id = Text(40, required=True)
    package = Text(40, required=True)
    whom = fields.String(required=True, validate=validate.OneOf(("self", "partner")))
    behalf = fields.String(required=True, validate=validate.OneOf(("officer", "party")))
    reason = Text(500, required=True)


class RecusalAskedSchema(Schema):
    id = fields.String()
    month_id = fields.String()
    state = fields.String()
    day = fields.String()
    package = fields.String()
    officer = fields.String()
    behalf = fields.String()
    reason = fields.String()
    decision = fields.String()


RecusalPage = page_of(RecusalAskedSchema)


class VisitArgs(PageArgs):
    open = fields.Boolean(load_default=False)


class OwnVisitSchema(OwnDutySchema):
    package = fields.String()
    visit = fields.String()
    state = fields.String(metadata={"description": "none: 未填写 not begun"})


class OwnResultSchema(Schema):
    id = fields.String()
    month_id = fields.String()
    visit = fields.String()
    kind = fields.String()
    number = fields.Integer()
    digest = fields.String()
    record = fields.Dict()


@blp.get("/duties")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(OwnDutySchema))
def list_duties(args: dict[str, Any]) -> pages.Page:
    """执法日期 Duty dates, some working days ahead; no place, no partner."""
    found = duties.dates(desk())
    return pages.cut(found, lambda d: f"{d['day']}/{d['month_id']}", args)


@blp.get("/packages")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(OwnPackageRowSchema))
def list_packages(args: dict[str, Any]) -> pages.Page:
    """今日工作包 Today's packages, from the release minute on."""
    found = duties.packages(desk())
    return pages.cut(found, lambda p: f"{p['month_id']}/{p['package']}", args)


@blp.get("/months/<month_id>/packages/<package_id>")
@audience("inspector")
@blp.gives(OwnPackageSchema)
def show_package(month_id: str, package_id: str) -> dict[str, Any]:
    """工作包 One's own package: team, stops, times, points; another's is not there."""
    return duties.package(desk(), month_id, package_id)


@blp.get("/months/<month_id>/checklist")
@audience("inspector", "planner", "leader", "head", "auditor")
@blp.gives(ChecklistSchema)
def show_checklist(month_id: str) -> dict[str, Any]:
    """抽查事项清单 The month's checklist and its version."""
    found = duties.field_of(desk(), month_id).checklist
    return {"version": found.version, "document": checklist.document(found)}


@blp.post("/absences")
@audience("inspector")
@blp.takes(OwnAbsenceSchema)
@blp.gives(FreedSchema, 201)
def report_absence(values: dict[str, Any]) -> Freed:
    """不能到岗 Cannot attend on a duty date: his visits go to the reserves."""
    return absences.report(desk(), values)


@blp.get("/recusals")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(RecusalPage)
def list_recusals(args: dict[str, Any]) -> pages.Page:
    """回避申请 Recusals asked for that concern oneself."""
    return pages.cut(absences.mine(desk()), lambda r: r.id, args)


@blp.post("/recusals")
@audience("inspector")
@blp.takes(NewRecusalSchema)
@blp.gives(RecusalAskedSchema, 201)
def ask_recusal(values: dict[str, Any]) -> Asked:
    """申请回避 Ask for recusal after the draw, oneself or for the party."""
    row = absences.ask(desk(), values)
    tag(row)
    return row


@blp.get("/visits")
@audience("inspector")
@blp.takes(VisitArgs, "query")
@blp.gives(page_of(OwnVisitSchema))
def list_visits(args: dict[str, Any]) -> pages.Page:
    """我的检查 One's visits so far; `open`: those not passed yet."""
    found = my_results.standing(desk())
    if args["open"]:
        found = [v for v in found if v["state"] != "passed"]
    return pages.cut(found, lambda v: f"{v['day']}/{v['package']}/{v['visit']}", args)


@blp.get("/results")
@audience("inspector")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(OwnResultSchema))
def list_results(args: dict[str, Any]) -> pages.Page:
    """已公示结果 Published records of visits one has signed for."""
    found = my_results.signed_records(desk())
    return pages.cut(found, lambda r: f"{r.month_id}/{r.visit}/{r.number:04}", args)
