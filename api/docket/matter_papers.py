"""联席会月报: what a month's joint meetings need on the table, and what became of it.

Matters and a month → a paper and a workbook. For the bureau and those who sit at the
meeting; what callers said is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.docket import matter_views as views
from api.docket import matters
from api.docket.matter_views import MatterFigures
from api.docket.views import labels
from api.papers import meetings
from api.papers.named import DOCX, XLSX, File
from api.registry.letterhead import head
from api.site import Desk
from api.store.models import Month
from inspector.docket.meeting import Meeting
from inspector.docket.study import Study
from inspector.docket.whistle import Whistle
from inspector.months import month_span
from inspector.printable import iso
from inspector.words import word


def monthly(desk: Desk, month: Month, _wanted: object, *, ending: str) -> File:
    """The month's report for the joint meeting; the reading is recorded."""
    said = _report(desk, month.month)
    paper = head(desk, demo=month.demonstration)
    desk.disclosed(f"month:{month.id}", what="joint_meeting")
    make, media = {
        "docx": (meetings.report, DOCX),
        "xlsx": (meetings.report_book, XLSX),
    }[ending]
    return File(f"{month.month}-joint-meeting.{ending}", media, make(said, paper))


def _report(desk: Desk, month: str) -> meetings.MeetingReport:
    first, last = month_span(month)
    rows = [k for k in matters.every(desk) if k.matter.on <= last]
    until, names = min(last, desk.today), labels(desk, "compounds")
    every = [k.matter for k in rows]
    held = [m for m in every if isinstance(m, Meeting)]
    calls = [m for m in every if isinstance(m, Whistle)]
    studies = [m for m in every if isinstance(m, Study)]
    return meetings.MeetingReport(
        month,
        _figures(views.figures(rows, until)),
        [_meeting(m) for m in held if m.on >= first],
        [row for m in held for row in _decisions(m, first, until)],
        [_call(m, names, until) for m in calls if m.deadline or m.on >= first],
        [_study(m, names) for m in studies if m.on >= first],
        until,
    )


def _meeting(m: Meeting) -> meetings.Line:
    agenda = "；".join(item.text for item in m.agenda)
    return m.title, m.on.isoformat(), "、".join(m.units), m.minutes, agenda


def _decisions(m: Meeting, first: date, until: date) -> list[meetings.Line]:
    """Those open, and those followed up since the month began."""
    return [
        (
            *(m.title, str(d.number), d.text, d.unit, d.due.isoformat()),
            word("decision", d.state(until).value).zh,
            d.document,
        )
        for d in m.decisions
        if d.done is None or d.done >= first
    ]


def _study(m: Study, names: dict[str, str]) -> meetings.Line:
    place, state = names.get(m.compound, m.compound), views.state_of(m).zh
    return place, m.on.isoformat(), m.theme, state, m.report


def _call(m: Whistle, names: dict[str, str], until: date) -> meetings.Line:
    late = "逾期" if m.late(until) else ""
    level = views.state_of(m).zh
    kind = word("topic", m.topic.value).zh
    about = (m.on.isoformat(), m.caller, names.get(m.compound, ""), kind, level)
    return *about, iso(m.deadline), late


def _figures(f: MatterFigures) -> Sequence[tuple[str, str, str]]:
    rows = [
        ("吹哨受理", "Calls received", f.whistles),
        ("其中已办结", "of them settled", f.whistles_settled),
        ("其中部门报到", "of them visited", f.whistles_visited),
        ("逾期未办", "Calls overdue", f.whistles_late),
        ("矛盾纠纷", "Disputes", f.disputes),
        *(
            (f"{m.level.zh}办结", f"settled: {m.level.en}", m.settled)
            for m in f.mediated
        ),
        ("召开联席会", "Joint meetings", f.meetings),
        ("议定事项", "Decisions", f.decisions),
        ("其中已落实", "of them followed up", f.decisions_followed),
        ("逾期未落实", "Decisions overdue", f.decisions_late),
        ("蹲点调研", "Studies", f.studies),
        ("其中已报告", "of them reported", f.studies_reported),
    ]
    return [(zh, en, str(n)) for zh, en, n in rows]
