"""联席会月报 on paper and as sheets: values → bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.papers.printed import Head, Paper
from api.papers.text import heads
from inspector.command.workbook import PrintSheet, book

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """What the report says.

    `figures`: label in both languages and value; `meetings`: title, day, units,
    minutes, agenda; `decisions`: meeting, number, text, unit, due, state, document;
    `calls`: day, caller, compound, topic, state, due, late; `studies`: compound, day,
    theme, state, report; `as_of`: the day as of which it is told.
    """

    month: str
    figures: Sequence[tuple[str, str, str]]
    meetings: Sequence[Line]
    decisions: Sequence[Line]
    calls: Sequence[Line]
    studies: Sequence[Line]
    as_of: date


MEETING_HEAD = heads(
    "会议 Meeting | 日期 Day | 参会单位 Units | 纪要 Minutes | 议题 Agenda"
)
DECISION_HEAD = heads(
    "会议 Meeting | 序号 No. | 议定事项 Decision | 责任单位 Unit | 期限 Due | "
    "状态 State | 落实文号 Document"
)
CALL_HEAD = heads(
    "日期 Day | 来电单位 Caller | 小区 Compound | 事由 Topic | 状态 State | "
    "期限 Due | 逾期 Late"
)
STUDY_HEAD = heads("小区 Compound | 日期 Day | 主题 Theme | 状态 State | 报告 Report")


def report(r: MeetingReport, head: Head) -> bytes:
    """联席会月报 on paper."""
    paper = Paper(f"{r.month} 物业管理联席会月报", "Joint meeting", head, wide=True)
    paper.heading("一、总体情况", "Figures")
    paper.fields(r.figures)
    paper.heading("二、会议", "Meetings")
    paper.table(MEETING_HEAD, r.meetings, (46, 28, 58, 46, 68))
    paper.heading("三、议定事项落实", "Decisions")
    paper.table(DECISION_HEAD, r.decisions, (38, 12, 66, 42, 28, 26, 34))
    paper.heading("四、吹哨与调解", "Calls and mediation")
    paper.table(CALL_HEAD, r.calls, (28, 58, 48, 30, 34, 28, 20))
    paper.heading("五、蹲点调研", "Studies")
    paper.table(STUDY_HEAD, r.studies, (60, 28, 78, 36, 44))
    paper.seal(r.as_of)
    return paper.data()


def report_book(r: MeetingReport, head: Head) -> bytes:
    """The same as sheets."""
    title = f"{r.month} 物业管理联席会月报"
    both = [(zh, value) for zh, _, value in r.figures]
    sheets = [
        PrintSheet("总体情况", title, heads("项目 Figure | 数值 Value"), both),
        PrintSheet("会议", title, MEETING_HEAD, r.meetings),
        PrintSheet("议定事项", title, DECISION_HEAD, r.decisions),
        PrintSheet("吹哨与调解", title, CALL_HEAD, r.calls),
        PrintSheet("蹲点调研", title, STUDY_HEAD, r.studies),
    ]
    return book(sheets, head.bureau, head.at)
