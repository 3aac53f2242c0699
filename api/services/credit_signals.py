"""Signals as people read them, and those of the registry made facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, select

from api.services import credit, credit_files, credit_rules, registries
from api.site import Desk
from api.store.oversight import CreditDecision, CreditFact
from inspector.domain import Signal
from inspector.oversight.credit import CreditEvent, Decision, EventState, Subject
from inspector.oversight.rules import EVENT_SOURCES, Polarity, SubjectKind
from inspector.oversight.score import Scorer

Doc = dict[str, Any]


def query(args: Mapping[str, Any]) -> Select[Any]:
    """The facts of a kind, subject or source, or all."""
    found = select(CreditFact)
    for name in ("kind", "subject", "source"):
        if args.get(name):
            found = found.where(getattr(CreditFact, name) == args[name])
    return found


def pending() -> Select[Any]:
    """The facts without any decision."""
    decided = exists().where(CreditDecision.fact_id == CreditFact.id)
    return select(CreditFact).where(~decided)


def bodies(desk: Desk, rows: Sequence[CreditFact]) -> list[Doc]:
    """Facts as they stand today, without the words of whoever reported them."""
    scorer = Scorer(credit_rules.in_force(desk, desk.today))
    made = credit.decisions(desk, [r.id for r in rows]) if rows else {}
    return [
        credit_files.fact_body(
            scorer, r, credit.event_of(r, made.get(r.id, ())), desk.today
        )
        for r in rows
    ]


def full(desk: Desk, row: CreditFact) -> Doc:
    """One fact with words and decisions; reading the words is recorded."""
    made = credit.decisions(desk, [row.id]).get(row.id, [])
    return bodies(desk, [row])[0] | {
        "text": credit.words_of(desk, row),
        "by": row.by,
        "at": row.at,
        "decisions": made,
    }


# --- the registry's sheet --------------------------------------------------------

# Sources of the sheet that have another name in a credit file.
_SOURCES = {"housing": "authority", "complaints": "owners", "observers": "owners"}


def adopt(desk: Desk) -> Doc:
    """转入 the registry's signals as facts, once each. Raises Faults.

    The sheet says no document: its row stands for one. What was accepted there counts
    from today; what waits there has to be verified here.
    """
    registry = registries.scenario(desk).registry
    kinds = dict.fromkeys((c.usc18 for c in registry.companies), SubjectKind.COMPANY)
    kinds |= dict.fromkeys((c.id for c in registry.compounds), SubjectKind.COMPOUND)
    scorer = Scorer(credit_rules.settled(desk))
    known = set(desk.db.scalars(select(CreditFact.document)))
    made = [_fact(s, kinds[s.subject], desk.today) for s in registry.signals]
    fresh = [e for e in made if e.document not in known]
    fits = [e for e in fresh if e.source in EVENT_SOURCES]
    for one in fits:
        credit.keep(desk, scorer.recorded(one))
    counts = {"adopted": len(fits), "known": len(made) - len(fresh)}
    counts["left_out"] = len(fresh) - len(fits)
    if fits:
        desk.published()
        desk.event("signals_adopted", "registry:signals", **counts)
    return counts


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
