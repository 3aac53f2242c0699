"""/api/v1/bureau/documents: papers to print and sheets to keep."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from api.months import steps
from api.routes.closing import sent
from api.services import docket_papers, documents
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("documents", "/api/v1/bureau/documents", "文书 documents")
READERS = ("planner", "head", "leader", "auditor")
DOCX, XLSX = documents.DOCX, documents.XLSX
VISIT = "/months/<month_id>/visits/<visit_id>"
CASE = "/docket/<number>"


class DayArgs(Schema):
    day = fields.Date(required=True)


def address() -> str:
    """The public address of this service, for QR codes."""
    return (the_site().settings.public_url or request.host_url).rstrip("/")


@blp.get(f"{VISIT}/notice.docx")
@audience("planner")
@blp.gives(media=DOCX)
def show_notice(month_id: str, visit_id: str) -> Response:
    """检查通知书 Notice of one visit, with the QR code of the door; recorded."""
    work = documents.found(desk(), month_id, visit_id, "notice")
    return sent(documents.notice(desk(), work, address()))


@blp.get(f"{VISIT}/record.docx")
@audience("planner", "leader")
@blp.gives(media=DOCX)
def show_record(month_id: str, visit_id: str) -> Response:
    """现场检查笔录 The record of one visit, blank before it is written; recorded."""
    work = documents.found(desk(), month_id, visit_id, "record")
    return sent(documents.record(desk(), work))


@blp.get("/months/<month_id>/approval.docx")
@audience("planner", "head", "auditor")
@blp.gives(media=DOCX)
def show_approval(month_id: str) -> Response:
    """审批表 The approval form of a month's plan."""
    month = steps.find(desk(), month_id)
    return sent(documents.approval(desk(), month))


@blp.get("/months/<month_id>/report.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_report(month_id: str) -> Response:
    """月度通报 The monthly report on paper, from what was published."""
    month = steps.find(desk(), month_id)
    return sent(documents.report(desk(), month, "docx"))


@blp.get("/months/<month_id>/report.xlsx")
@audience(*READERS)
@blp.gives(media=XLSX)
def show_report_sheets(month_id: str) -> Response:
    """月度通报 The monthly report as sheets."""
    month = steps.find(desk(), month_id)
    return sent(documents.report(desk(), month, "xlsx"))


@blp.get("/months/<month_id>/bottom.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_bottom(month_id: str) -> Response:
    """倒排名单 The bottom of the ranking on paper."""
    month = steps.find(desk(), month_id)
    return sent(documents.bottom(desk(), month, "docx"))


@blp.get("/months/<month_id>/bottom.xlsx")
@audience(*READERS)
@blp.gives(media=XLSX)
def show_bottom_sheet(month_id: str) -> Response:
    """倒排名单 The bottom of the ranking as a sheet."""
    month = steps.find(desk(), month_id)
    return sent(documents.bottom(desk(), month, "xlsx"))


@blp.get("/months/<month_id>/notices.zip")
@audience("planner")
@blp.takes(DayArgs, "query")
@blp.gives(media="application/zip")
def show_notices(args: dict[str, Any], month_id: str) -> Response:
    """检查通知书 All notices of one day; recorded."""
    return sent(documents.notices(desk(), month_id, args["day"], address()))


@blp.get("/docket.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_docket() -> Response:
    """后进小区台账 The docket on paper."""
    return sent(docket_papers.ledger(desk(), "docx"))


@blp.get("/docket.xlsx")
@audience(*READERS)
@blp.gives(media=XLSX)
def show_docket_sheet() -> Response:
    """后进小区台账 The docket as a sheet."""
    return sent(docket_papers.ledger(desk(), "xlsx"))


@blp.get(f"{CASE}/case.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_case_paper(number: str) -> Response:
    """台账事项 One case with its whole course."""
    return sent(docket_papers.case(desk(), number))


@blp.get(f"{CASE}/order.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_order(number: str) -> Response:
    """责令整改通知书 The last order to rectify of a case."""
    return sent(docket_papers.order(desk(), number))


@blp.get(f"{CASE}/recheck.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_recheck(number: str) -> Response:
    """整改复查记录 The record of the last re-check, blank before one."""
    return sent(docket_papers.recheck(desk(), number))


@blp.get(f"{CASE}/exit.docx")
@audience(*READERS)
@blp.gives(media=DOCX)
def show_exit_paper(number: str) -> Response:
    """清退建议书 The exit proposal with its evidence."""
    return sent(docket_papers.exit_proposal(desk(), number))
