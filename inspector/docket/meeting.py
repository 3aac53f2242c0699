"""联席会: a joint meeting with its agenda, what it decides, and who follows up by when.

A meeting and its moves → the meeting as it stands, and figures of several.

Source articles 昆明 (joint meeting) and 梧州 (every month): what was decided is worth
what becomes of it, so each decision names a unit and a day, and is open until the unit
reports with a document that it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.errors import InspectorError, messages

messages(
    {
        "meeting.before": (
            "日期 {day} 早于 {last}",
            "{day} is before {last}",
        ),
        "meeting.document": ("须写明纪要文号", "the minutes need a document number"),
        "meeting.due": (
            "第 {number} 项议定事项的期限 {due} 早于会议日期 {day}",
            "decision {number} is due on {due}, before the meeting of {day}",
        ),
        "meeting.decision": (
            "没有第 {number} 项议定事项",
            "the meeting has no decision {number}",
        ),
        "meeting.followed": (
            "第 {number} 项议定事项已落实",
            "decision {number} is followed up already",
        ),
    }
)


class MeetingState(StrEnum):
    """Where a meeting stands."""

    CALLED = "called"  # 已召集
    HELD = "held"  # 已召开
    FOLLOWED = "followed"  # 全部落实


class DecisionState(StrEnum):
    """Where a decision stands on a day."""

    OPEN = "open"  # 待落实
    LATE = "late"  # 逾期未落实
    FOLLOWED = "followed"  # 已落实


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """议题. `matter`: the call or case that it is about, "" for none."""

    text: str
    matter: str = ""


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """议定事项: `unit` follows up by `due`; `done`, `document`: when it reported."""

    number: int
    text: str
    unit: str
    due: date
    done: date | None = None
    document: str = ""

    def state(self, today: date) -> DecisionState:
        """Where it stands on a day."""
        if self.done is not None:
            return DecisionState.FOLLOWED
        return DecisionState.LATE if self.due < today else DecisionState.OPEN


@dataclass(frozen=True, slots=True)
class Meeting:
    """A joint meeting on a day. `units` take part; `minutes`: number of the 纪要."""

    title: str
    on: date
    units: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    minutes: str = ""
    decisions: tuple[MeetingDecision, ...] = ()

    @property
    def state(self) -> MeetingState:
        """Whether it was held, and all of it followed up."""
        if not self.minutes:
            return MeetingState.CALLED
        done = all(d.done is not None for d in self.decisions)
        return MeetingState.FOLLOWED if done else MeetingState.HELD


def minute(
    meeting: Meeting,
    on: date,
    document: str,
    decided: Sequence[tuple[str, str, date]],
) -> Meeting:
    """The meeting with its minutes and decisions (text, unit, due), numbered on.

    Raises InspectorError meeting.before, meeting.document, meeting.due.
    """
    if on < meeting.on:
        raise InspectorError("meeting.before", day=on, last=meeting.on)
    if not document:
        raise InspectorError("meeting.document")
    first = len(meeting.decisions) + 1
    made = [MeetingDecision(n, *row) for n, row in enumerate(decided, first)]
    for d in made:
        if d.due < meeting.on:
            about = {"number": d.number, "due": d.due, "day": meeting.on}
            raise InspectorError("meeting.due", **about)
    return replace(meeting, minutes=document, decisions=(*meeting.decisions, *made))


def follow(meeting: Meeting, number: int, on: date, document: str) -> Meeting:
    """A decision is followed up, as the unit's document says.

    Raises InspectorError meeting.decision, meeting.followed, meeting.before,
    meeting.document.
    """
    found = next((d for d in meeting.decisions if d.number == number), None)
    if found is None:
        raise InspectorError("meeting.decision", number=number)
    if found.done is not None:
        raise InspectorError("meeting.followed", number=number)
    if on < meeting.on:
        raise InspectorError("meeting.before", day=on, last=meeting.on)
    if not document:
        raise InspectorError("meeting.document")
    done = replace(found, done=on, document=document)
    rows = tuple(done if d is found else d for d in meeting.decisions)
    return replace(meeting, decisions=rows)


@dataclass(frozen=True, slots=True)
class MeetingTally:
    """How many were held, and what became of what they decided."""

    held: int
    decided: int
    followed: int
    late: int


def tally(meetings: Sequence[Meeting], today: date) -> MeetingTally:
    """The figures of some meetings on a day."""
    rows = [d.state(today) for m in meetings for d in m.decisions]
    return MeetingTally(
        sum(m.state is not MeetingState.CALLED for m in meetings),
        len(rows),
        rows.count(DecisionState.FOLLOWED),
        rows.count(DecisionState.LATE),
    )
