"""/api/v1/my: an officer's duty dates as .ics, and the papers of his own package."""

from __future__ import annotations

from flask import Response

from api.routes.closing import sent
from api.routes.documents import address
from api.services import documents
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("calendar", "/api/v1/my", "我的日历与文书 dates and papers")
VISIT = "/months/<month_id>/visits/<visit_id>"


@blp.get("/calendar.ics")
@audience("inspector")
@blp.gives(media="text/calendar")
def show_calendar() -> Response:
    """执法日历 Duty dates as far ahead as they may be known; no place, no partner."""
    return sent(documents.duty_calendar(desk()))


@blp.get(f"{VISIT}/notice.docx")
@audience("inspector")
@blp.gives(media=documents.DOCX)
def show_own_notice(month_id: str, visit_id: str) -> Response:
    """检查通知书 The notice of a visit of one's own open package."""
    work = documents.own(desk(), month_id, visit_id, "notice")
    return sent(documents.notice(desk(), work, address()))


@blp.get(f"{VISIT}/record.docx")
@audience("inspector")
@blp.gives(media=documents.DOCX)
def show_own_record(month_id: str, visit_id: str) -> Response:
    """现场检查笔录 The record of a visit of one's own open package."""
    work = documents.own(desk(), month_id, visit_id, "record")
    return sent(documents.record(desk(), work))
