"""Papers to print and files to keep: by place and name, /…/documents/<name>.

Each place has its shelf (`visit_papers`, `api.docket.documents`, `routes_documents`): a
name says for whom it is; an unknown name is answered with those there are.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from api.docket import documents as docket_papers
from api.field import documents, visit_papers
from api.field.documents import DocumentNames, Wanted
from api.papers.named import CSV, DOCX, HTML, JSON, XLSX, ZIP
from api.site import READERS
from api.web.access import the_site
from api.web.blueprint import Blueprint
from api.web.declare import audience, keyed
from api.web.files import sent
from api.web.forms import Text
from api.web.work import desk

blp = Blueprint("documents", "/api/v1", "文书 documents")
MONTH = "/bureau/months/<month_id>/documents"
VISIT = "/months/<month_id>/visits/<visit_id>/documents/<name>"


class DayArgs(Schema):
    day = fields.Date(
        load_default=None, metadata={"description": "notices.zip: of which day"}
    )


def address() -> str:
    """The public address of this service, for QR codes."""
    return (the_site().settings.public_url or request.host_url).rstrip("/")


@blp.get(MONTH)
@audience(*READERS)
@blp.gives(DocumentNames)
def list_documents(month_id: str) -> DocumentNames:
    """可取文书 What one can have of a month at its present stage."""
    return documents.names(desk(), month_id)


@blp.get(f"{MONTH}/<path:name>")
@audience(*READERS)
@blp.takes(DayArgs, "query")
@blp.gives_files(DOCX, XLSX, CSV, ZIP, JSON, HTML)
def show_document(args: dict[str, Any], month_id: str, name: str) -> Response:
    """月度文书与导出 Approval, report, bottom list, notices; platform columns, ledgers,
    route and car sheets, plan.json."""
    wanted = Wanted(name, args["day"], address())
    return sent(documents.of_month(desk(), month_id, wanted))


@blp.get(f"/bureau{VISIT}")
@audience("planner", "leader")
@blp.gives_files(DOCX)
def show_visit_document(month_id: str, visit_id: str, name: str) -> Response:
    """检查通知书、现场检查笔录 Notice and record of one visit; recorded."""
    return sent(visit_papers.of_visit(desk(), month_id, visit_id, name, address()))


@blp.get(f"/my{VISIT}")
@audience("inspector")
@blp.gives_files(DOCX)
def show_own_document(month_id: str, visit_id: str, name: str) -> Response:
    """检查通知书、现场检查笔录 The same of a visit of one's own open package."""
    return sent(visit_papers.of_own(desk(), month_id, visit_id, name, address()))


class CalendarKey(Schema):
    key = Text(
        100,
        says="令牌（范围 calendar），供日历程序订阅；登录后不需要 a token of scope"
        " calendar, for programs that subscribe; not needed when signed in",
    )


@blp.get("/my/calendar.ics")
@audience("inspector")
@keyed
@blp.takes(CalendarKey, "query")
@blp.gives(media="text/calendar")
def show_calendar(args: dict[str, str]) -> Response:
    """执法日历 Duty dates as far ahead as they may be known; no place, no partner."""
    return sent(documents.duty_calendar(desk()))


@blp.get("/bureau/docket/documents/<name>")
@audience(*READERS)
@blp.gives_files(DOCX, XLSX)
def show_docket(name: str) -> Response:
    """后进小区台账 The docket on paper and as a sheet."""
    return sent(docket_papers.of_docket(desk(), name))


@blp.get("/bureau/docket/<number>/documents/<name>")
@audience(*READERS)
@blp.gives_files(DOCX)
def show_case_document(number: str, name: str) -> Response:
    """台账文书 A case with its course, the last order, re-check, exit proposal."""
    return sent(docket_papers.of_case(desk(), number, name))
