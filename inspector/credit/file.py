"""信用档案: facts about a company, manager or compound, and what was decided on them.

Events and decisions → what counts on a day. Below score, lists and evaluation.

An event counts once, and only once it is accepted (采信). Decisions are dated facts and
never overwrite each other, so what counted on any past day stays known.
Points are integers in hundredths of a point. Scores: `inspector.credit.score`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.credit.rules import EVENT_SOURCES, Polarity, SubjectKind
from inspector.errors import InspectorError, messages
from inspector.words import word

messages(
    {
        "credit.event": (
            "信用信息 {event} 有误：{zh}",
            "credit event {event} is not valid: {en}",
        ),
        "credit.twice": (
            "同一主体、同一事实（{document}）已记入，不得重复计分",
            "this fact ({document}) is in the subject's file already; it counts once",
        ),
        "credit.move": (
            "信用信息 {event} 为“{old}”状态，不能改为“{new}”",
            'credit event {event} is "{old}" and cannot become "{new}"',
        ),
        "credit.before": (
            "认定日期 {day} 早于已有日期 {last}",
            "the decision of {day} is dated before {last}",
        ),
    }
)


class EventState(StrEnum):
    """核实状态: only `ACCEPTED` counts."""

    PENDING = "pending"  # 待核实
    ACCEPTED = "accepted"  # 采信
    REJECTED = "rejected"  # 不采信
    REPAIRED = "repaired"  # 信用修复


# An accepted event may be rejected on review (复核); the last two are final.
_MOVES = {
    EventState.PENDING: (EventState.ACCEPTED, EventState.REJECTED),
    EventState.ACCEPTED: (EventState.REJECTED, EventState.REPAIRED),
    EventState.REJECTED: (),
    EventState.REPAIRED: (),
}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whose file it is: a credit code, a compound id, or a manager's role id."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class Decision:
    on: date
    state: EventState


@dataclass(frozen=True, slots=True)
class CreditEvent:
    """One fact of a credit file.

    `code`: line of the catalogue, "" for a plain signal. `points`: as recorded, never
    negative; `stated`: a document fixes them, so no rule set changes them. `document`:
    number of document or evidence. `first`..`last`: its term; `last` None: by the
    rules. `rules`: version it was recorded under. `level`: who scores it, "" by source.
    """

    id: str
    subject: Subject
    source: str
    polarity: Polarity
    code: str
    points: int
    document: str
    recorded: date
    first: date
    last: date | None = None
    stated: bool = False
    level: str = ""
    rules: str = ""
    decisions: tuple[Decision, ...] = ()

    def state_on(self, day: date) -> EventState:
        """Its state at the end of `day`."""
        state = EventState.PENDING
        for decision in self.decisions:
            if decision.on <= day:
                state = decision.state
        return state

    @property
    def state(self) -> EventState:
        """Its present state."""
        return self.decisions[-1].state if self.decisions else EventState.PENDING

    @property
    def fact(self) -> tuple[object, ...]:
        """What may be in a file once only, whoever reports it."""
        return (self.subject, self.polarity, self.code, self.document)


def decide(event: CreditEvent, state: EventState, on: date) -> CreditEvent:
    """A decision more. Raises credit.move, credit.before."""
    if state not in _MOVES[event.state]:
        was, will = (word("signal", s.value) for s in (event.state, state))
        raise InspectorError("credit.move", event=event.id, old=was, new=will)
    last = event.decisions[-1].on if event.decisions else event.recorded
    if on < last:
        raise InspectorError("credit.before", day=on, last=last)
    return replace(event, decisions=(*event.decisions, Decision(on, state)))


def valid(event: CreditEvent) -> CreditEvent:
    """The event itself. Raises credit.event for one that can stand in no file."""
    wrong = {
        ("没有文号或证据号", "no document or evidence number"): not event.document,
        ("来源不明", "unknown source"): event.source not in EVENT_SOURCES,
        ("分值为负", "negative points"): event.points < 0,
        ("期限倒置", "its term ends before it begins"): (
            event.last is not None and event.last < event.first
        ),
    }
    for (zh, en), so in wrong.items():
        if so:
            raise InspectorError("credit.event", event=event.id, zh=zh, en=en)
    return event


def files(events: Iterable[CreditEvent]) -> dict[Subject, tuple[CreditEvent, ...]]:
    """Credit files by subject. Raises credit.event, credit.twice.

    A rejected event does not stand in the way of the same fact reported properly.
    """
    facts: set[tuple[object, ...]] = set()
    ids: set[str] = set()
    found: dict[Subject, list[CreditEvent]] = {}
    for event in events:
        valid(event)
        again = event.state is not EventState.REJECTED and event.fact in facts
        if again or event.id in ids:
            raise InspectorError("credit.twice", document=event.document)
        ids.add(event.id)
        if event.state is not EventState.REJECTED:
            facts.add(event.fact)
        found.setdefault(event.subject, []).append(event)
    return {s: tuple(found[s]) for s in sorted(found)}


def points_text(points: int) -> str:
    """Hundredths as people write them.

    >>> points_text(8550), points_text(-5), points_text(100)
    ('85.5', '-0.05', '1')
    """
    whole, rest = divmod(abs(points), 100)
    shown = f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
    return f"-{shown}" if points < 0 else shown
