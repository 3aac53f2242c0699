"""Matters as the bureau reads them, and as figures that everybody may read.

Folded matters → lines, one matter with its course, counts. Nothing public tells whose
a call was, or which compound it was about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.answers import grown
from api.docket import matters
from api.docket.matters import Kept
from api.docket.views import labels
from api.site import Desk
from inspector.docket import meeting, whistle
from inspector.docket.meeting import Meeting
from inspector.docket.study import Study, StudyState
from inspector.docket.whistle import Whistle
from inspector.words import Word, word


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One matter in the list. `due`: by when the next thing has to come; `late`:
    whether that day has passed."""

    id: str
    matter: Word
    title: str
    compound: str
    compound_name: str
    day: date
    state: Word
    due: date | None
    late: bool
    count: int


@dataclass(frozen=True, slots=True)
class ReferralStep:
    """One step of a call. `visit`: month and number of the visit made."""

    state: Word
    day: date
    document: str
    units: list[str]
    due: date | None
    visit: str


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """议题; `matter`: the id of what it is about, "" for none."""

    text: str
    matter: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """议定事项: who follows it up by when, and what became of it."""

    number: int
    text: str
    unit: str
    due: date
    state: Word
    done: date | None
    document: str


@dataclass(frozen=True, slots=True)
class StudyCause:
    """What a study found to be the cause, and what is to be done about it."""

    cause: str
    measure: str


@dataclass(frozen=True, slots=True)
class MatterMove:
    """Who did what, when."""

    seq: int
    move: Word
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MatterView(MatterLine):
    """One matter whole. Of a call: caller, topic, what was said, where it may go next;
    of a meeting: units, agenda, minutes, decisions; of a study: theme, members, its
    visits, report and causes."""

    caller: str
    topic: Word
    text: str
    steps: list[ReferralStep]
    possible: list[Word]
    units: list[str]
    agenda: list[AgendaLine]
    document: str
    decisions: list[DecisionLine]
    members: list[str]
    visits: list[str]
    causes: list[StudyCause]
    timeline: list[MatterMove]


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Disputes settled on a level of mediation."""

    level: Word
    settled: int


@dataclass(frozen=True, slots=True)
class MatterFigures:
    """Counts of all matters so far: calls of streets and communities, disputes settled
    on each level, joint meetings with what they decided, studies."""

    whistles: int
    whistles_settled: int
    whistles_late: int
    whistles_visited: int
    disputes: int
    mediated: list[LevelCount]
    meetings: int
    decisions: int
    decisions_followed: int
    decisions_late: int
    studies: int
    studies_reported: int


def found(desk: Desk, args: Mapping[str, Any]) -> list[MatterLine]:
    """The lines that fit, newest first: of a kind, a compound, or late ones."""
    rows = lines(desk, matters.every(desk))
    if args.get("matter"):
        rows = [r for r in rows if r.matter.code == args["matter"]]
    if args.get("compound"):
        rows = [r for r in rows if r.compound == args["compound"]]
    if args.get("late"):
        rows = [r for r in rows if r.late]
    return sorted(rows, key=position, reverse=True)


def position(row: MatterLine) -> str:
    """Where a line stands in lists."""
    return f"{row.day.isoformat()}/{row.id}"


def lines(desk: Desk, rows: Sequence[Kept]) -> list[MatterLine]:
    """Lines of the bureau's list."""
    names = labels(desk, "compounds")
    return [_line(kept, names, desk.today) for kept in rows]


def _line(kept: Kept, names: Mapping[str, str], today: date) -> MatterLine:
    m = kept.matter
    due = due_of(m)
    compound = "" if isinstance(m, Meeting) else m.compound
    return MatterLine(
        kept.id,
        word("matter", kept.kind),
        title_of(m),
        compound,
        names.get(compound, ""),
        m.on,
        state_of(m),
        due,
        due is not None and due < today,
        len(kept.moves),
    )


def title_of(m: matters.Matter) -> str:
    """What a list calls it; never what a caller said."""
    if isinstance(m, Whistle):
        return m.caller
    return m.title if isinstance(m, Meeting) else m.theme


def state_of(m: matters.Matter) -> Word:
    """Where it stands."""
    if isinstance(m, Whistle):
        return word("referral", m.referral.value)
    kind = "meeting" if isinstance(m, Meeting) else "study"
    return word(kind, m.state.value)


def due_of(m: matters.Matter) -> date | None:
    """By when the next thing has to come."""
    if isinstance(m, Whistle):
        return m.deadline
    if isinstance(m, Meeting):
        return min((d.due for d in m.decisions if d.done is None), default=None)
    return m.on if m.state is StudyState.PLANNED else None


def view(desk: Desk, kept: Kept) -> MatterView:
    """One matter whole; the reading of what was said is recorded."""
    m = kept.matter
    if isinstance(m, Whistle):
        more = _of_whistle(m) | {"text": matters.words_of(desk, kept)}
    elif isinstance(m, Meeting):
        more = _of_meeting(m, desk.today)
    else:
        more = _of_study(m)
    timeline = [
        MatterMove(x.seq, word("matter_move", x.kind), x.by, x.at) for x in kept.moves
    ]
    line = lines(desk, [kept])[0]
    return grown(MatterView, line, **{**_NOTHING, **more}, timeline=timeline)


_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("caller", "text", "document"), ""),
    "topic": Word("", "", ""),
    **{name: [] for name in ("steps", "possible", "units", "agenda", "decisions")},
    **{name: [] for name in ("members", "visits", "causes")},
}


def _of_whistle(m: Whistle) -> dict[str, Any]:
    return {
        "caller": m.caller,
        "topic": word("topic", m.topic.value),
        "possible": [word("referral", r.value) for r in m.possible],
        "steps": [
            ReferralStep(
                word("referral", s.to.value),
                *(s.on, s.document, list(s.units), s.due, s.visit),
            )
            for s in m.steps
        ],
    }


def _of_meeting(m: Meeting, today: date) -> dict[str, Any]:
    return {
        "units": list(m.units),
        "agenda": [AgendaLine(a.text, a.matter) for a in m.agenda],
        "document": m.minutes,
        "decisions": decisions_of(m, today),
    }


def _of_study(m: Study) -> dict[str, Any]:
    return {
        "members": list(m.members),
        "visits": list(m.visits),
        "document": m.report,
        "causes": [StudyCause(f.cause, f.measure) for f in m.findings],
    }


def decisions_of(m: Meeting, today: date) -> list[DecisionLine]:
    """What a meeting decided, as it stands on a day."""
    return [
        DecisionLine(
            *(d.number, d.text, d.unit, d.due),
            word("decision", d.state(today).value),
            *(d.done, d.document),
        )
        for d in m.decisions
    ]


def figures(rows: Sequence[Kept], today: date) -> MatterFigures:
    """The counts of some matters."""
    every = [kept.matter for kept in rows]
    calls = whistle.tally([m for m in every if isinstance(m, Whistle)], today)
    held = meeting.tally([m for m in every if isinstance(m, Meeting)], today)
    studies = [m for m in every if isinstance(m, Study)]
    return MatterFigures(
        *(calls.received, calls.settled, calls.late, calls.visited, calls.disputes),
        [LevelCount(word("referral", k.value), n) for k, n in calls.mediated],
        *(held.held, held.decided, held.followed, held.late),
        len(studies),
        sum(m.state is StudyState.REPORTED for m in studies),
    )


def public(desk: Desk) -> MatterFigures:
    """What everybody may read: counts."""
    return figures(matters.every(desk), desk.today)
