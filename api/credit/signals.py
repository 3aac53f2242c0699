"""良好、不良信息 as people read them: facts and decisions → lines and whole facts.

Besides: the signals of the registry's sheet become facts, once each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, select

from api.answers import DayText, grown
from api.credit import facts, files, rules
from api.credit.files import CreditFactLine
from api.registry import entries
from api.registry.sheets import breaches
from api.site import Desk
from api.store import moves
from api.store.moves import Move
from api.store.oversight import CreditFact
from inspector.credit.file import CreditEvent, Decision, EventState, Subject
from inspector.credit.rules import EVENT_SOURCES, Polarity, SubjectKind
from inspector.credit.score import Scorer
from inspector.domain import Signal


@dataclass(frozen=True, slots=True)
class FactDecision:
    """采信、不采信、修复: what was decided on a fact, by whom, and why."""

    state: str
    day: DayText
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CreditFactView(CreditFactLine):
    """A fact with what was written and decided."""

    text: str
    by: str
    at: datetime
    decisions: list[FactDecision]


@dataclass(frozen=True, slots=True)
class SignalsAdopted:
    """What was taken from the registry's sheet of signals."""

    adopted: int
    known: int = field(metadata={"says": "转入过的 adopted before"})
    left_out: int = field(metadata={"says": "来源不明 of another source"})


def query(args: Mapping[str, Any]) -> Select[Any]:
    """The facts of a kind, subject or source, those without any decision, or all."""
    found = select(CreditFact)
    for name in ("kind", "subject", "source"):
        if args.get(name):
            found = found.where(getattr(CreditFact, name) == args[name])
    if args.get("pending"):
        mine = Move.thing == facts.THING, Move.thing_id == CreditFact.id
        found = found.where(~exists().where(*mine))
    return found


def lines(desk: Desk, rows: Sequence[CreditFact]) -> list[CreditFactLine]:
    """Facts as they stand today, without the words of whoever reported them."""
    scorer = Scorer(rules.in_force(desk, desk.today))
    made = moves.by_thing(desk, facts.THING, [r.id for r in rows])
    events = ((r, facts.event_of(r, made.get(r.id, ()))) for r in rows)
    items = breaches(desk)
    return [files.fact_line(scorer, r, e, desk.today, items) for r, e in events]


def view(desk: Desk, row: CreditFact) -> CreditFactView:
    """One fact with words and decisions; reading the words is recorded."""
    return grown(
        CreditFactView,
        lines(desk, [row])[0],
        text=facts.words_of(desk, row),
        by=row.by,
        at=row.at,
        decisions=[_decision(m) for m in moves.of(desk, facts.THING, row.id)],
    )


def _decision(made: Move) -> FactDecision:
    day, reason = made.body["day"], made.body["reason"]
    return FactDecision(made.kind, day, reason, made.by, made.at)


# --- the registry's sheet --------------------------------------------------------

# Sources of the sheet that have another name in a credit file.
_SOURCES = {"housing": "authority", "complaints": "owners", "observers": "owners"}


def adopt(desk: Desk) -> SignalsAdopted:
    """转入 the registry's signals as facts, once each. Raises Faults.

    The sheet says no document: its row stands for one. What was accepted there counts
    from today; what waits there has to be verified here.
    """
    registry = entries.scenario(desk).registry
    kinds = dict.fromkeys((c.usc18 for c in registry.companies), SubjectKind.COMPANY)
    kinds |= dict.fromkeys((c.id for c in registry.compounds), SubjectKind.COMPOUND)
    scorer = Scorer(rules.settled(desk))
    known = set(desk.db.scalars(select(CreditFact.document)))
    made = [_fact(s, kinds[s.subject], desk.today) for s in registry.signals]
    fresh = [e for e in made if e.document not in known]
    fits = [e for e in fresh if e.source in EVENT_SOURCES]
    found = SignalsAdopted(len(fits), len(made) - len(fresh), len(fresh) - len(fits))
    if fits:
        desk.published()
        told = desk.event("signals_adopted", "registry:signals", **asdict(found))
        for one in fits:
            facts.keep(desk, scorer.recorded(one), told=told.seq)
    return found


def _fact(row: Signal, kind: SubjectKind, today: date) -> CreditEvent:
    parts = (row.date.isoformat(), row.subject, row.source, row.polarity, row.state)
    state = EventState(row.state)
    return CreditEvent(
        id="",
        subject=Subject(kind, row.subject),
        source=_SOURCES.get(row.source, row.source),
        polarity=Polarity(row.polarity),
        code="",
        points=0,
        document="signals/" + "/".join(parts),
        recorded=today,
        first=row.date,
        decisions=() if state is EventState.PENDING else (Decision(today, state),),
    )
