"""/api/v1/bureau/matters: 协同事项, calls of streets, joint meetings, studies.

Requests → `api.docket.matters` → answers of `api.docket.matter_views`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from api.docket import matter_views as views
from api.docket import matters
from api.docket.matter_views import MatterLine, MatterView
from api.site import READERS
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, many, one_of, page_of
from api.web.kinds import Kind, collection
from api.web.work import desk
from inspector.docket.whistle import Referral, Topic

blp = Blueprint("matters", "/api/v1/bureau/matters", "协同事项 matters")
PLANNER, PLANNER_HEAD = ("planner",), ("planner", "head")
TO = [r for r in Referral if r not in (Referral.RECEIVED, Referral.VISIT)]


class MatterArgs(PageArgs):
    matter = one_of(matters.TYPES)
    compound = Text(64)
    late = fields.Boolean()


class NewWhistle(Schema):
    compound = Text(64, required=True)
    caller = Text(120, required=True)
    topic = one_of(Topic, required=True)
    text = Text(2000, required=True, metadata={"lines": True})
    day = fields.Date()
    due = fields.Date(required=True)


class NewAgendaItem(Schema):
    text = Text(300, required=True)
    matter = Text(64, least=0, load_default="")


class NewMeeting(Schema):
    title = Text(120, required=True)
    day = fields.Date(required=True)
    units = many(Text(120), 60, least=1, required=True)
    agenda = many(NewAgendaItem, 60, least=1, required=True)


class NewStudy(Schema):
    compound = Text(64, required=True)
    day = fields.Date(required=True)
    theme = Text(200, required=True)
    members = many(Text(64), 20)


class DocumentedStep(Schema):
    document = Text(80, required=True)
    day = fields.Date()


class ReferStep(DocumentedStep):
    to = one_of(TO, required=True)
    units = many(Text(120), 20)
    due = fields.Date(load_default=None, allow_none=True)


class OfPlanStep(Schema):
    month_id = Text(64, required=True)


class AnswerByVisitStep(OfPlanStep):
    document = Text(80, required=True)
    due = fields.Date(required=True)


class CallStep(AnswerByVisitStep):
    day = fields.Date(required=True)
    minutes = fields.Integer(load_default=0, validate=validate.Range(0, 480))
    window = one_of(("all_day", "morning", "afternoon"), load_default="all_day")
    excess = Text(300, least=0, load_default="")


class VisitStep(AnswerByVisitStep):
    visit = Text(40, required=True)


class NewDecision(Schema):
    text = Text(500, required=True)
    unit = Text(120, required=True)
    due = fields.Date(required=True)


class MinutesStep(DocumentedStep):
    decisions = many(NewDecision, 60)


class FollowedStep(DocumentedStep):
    decision = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 1000)
    )


class NewCause(Schema):
    cause = Text(500, required=True)
    measure = Text(500, required=True)


class StudyReportStep(DocumentedStep):
    findings = many(NewCause, 60, least=1, required=True)


@blp.get("")
@audience(*READERS)
@blp.takes(MatterArgs, "query")
@blp.gives(page_of(MatterLine))
def list_matters(args: dict[str, Any]) -> pages.Page:
    """协同事项 Calls, meetings and studies, newest first; late ones alone if asked."""
    rows = views.found(desk(), args)
    return pages.cut(rows, views.position, args, descending=True)


@blp.get("/<matter_id>")
@audience(*READERS)
@blp.gives(MatterView)
def show_matter(matter_id: str) -> MatterView:
    """一个事项 One matter with its course; reading what a caller said is recorded."""
    return views.view(desk(), matters.find(desk(), matter_id))


def _kind(
    name: str,
    takes: type[Schema],
    does: Callable[..., matters.Kept],
    says: str,
    who: tuple[str, ...] = PLANNER,
) -> Kind:
    """`does` opens a matter, or moves the one of the address."""

    def done(values: dict[str, Any], matter_id: str = "") -> MatterLine:
        known = [matters.find(desk(), matter_id)] if matter_id else []
        return views.lines(desk(), [does(desk(), *known, values)])[0]

    return Kind(name, who, takes, done, says)


OPENINGS = (
    _kind("whistle", NewWhistle, matters.open_whistle,
          "受理吹哨 A call of a street or community; never a person's name."),
    _kind("meeting", NewMeeting, matters.open_meeting,
          "召集联席会 A joint meeting with its agenda.", PLANNER_HEAD),
    _kind("study", NewStudy, matters.open_study,
          "蹲点立项 A stay-on-site study, with experts of the pool."),
)  # fmt: skip

MOVES = (
    _kind("refer", ReferStep, matters.refer,
          "转办、调解、答复、办结 A call one step further, with a document."),
    _kind("call", CallStep, matters.call,
          "值班席报到 Call the stand-by pair of a day for this matter."),
    _kind("visit", VisitStep, matters.visit,
          "检查报到 A visit of a month's plan answers the call."),
    _kind("minutes", MinutesStep, matters.minute,
          "会议纪要 Minutes: what was decided, who follows up by when.",
          PLANNER_HEAD),
    _kind("followed", FollowedStep, matters.follow,
          "落实 A decision is followed up, as a document says."),
    _kind("place", OfPlanStep, matters.place,
          "蹲点排期 The two visits that the month's plan has of this study."),
    _kind("report", StudyReportStep, matters.report,
          "调研报告 The report of a study: causes and measures."),
)  # fmt: skip

collection(
    blp,
    "",
    OPENINGS,
    name="open_matter",
    says="新增事项 A call, a meeting or a study.",
    gives=MatterLine,
)

collection(
    blp,
    "/<matter_id>/moves",
    MOVES,
    name="move_matter",
    says="办理事项 One step of a call, a meeting or a study.",
    gives=MatterLine,
)
