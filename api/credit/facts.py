"""Credit facts: reports and published results → facts, decided on by another person.

A fact is never changed; its state is the fold of what was decided on it, each decision
a move of `api.store.moves`. Files and scores: `api.credit.files`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.credit import rules
from api.errors import Problem, field_fault, invalid
from api.months import steps
from api.registry.sheets import present
from api.site import Desk
from api.store import events as record
from api.store import fresh_id, moves
from api.store.models import Base, Entry, Month
from api.store.moves import Move
from api.store.oversight import CreditFact
from inspector.codec import Form, dump
from inspector.credit import file as core
from inspector.credit.file import CreditEvent, Decision, EventState, Subject
from inspector.credit.from_results import Inspected, events_of
from inspector.credit.lists import RollEntry
from inspector.credit.rule_checks import VISIT_CODES
from inspector.credit.rules import Polarity, SubjectKind
from inspector.credit.score import Scorer
from inspector.errors import messages
from inspector.month.assigned import Result
from inspector.month.field import result_entry
from inspector.registry.cells import is_ident
from inspector.results.outcomes import Outcome
from inspector.words import Word, several

SHEETS = {SubjectKind.COMPANY: "companies", SubjectKind.COMPOUND: "compounds"}
THING = "credit_fact"  # in the store of moves
# How a fact, or an entry of a list, stands in its table.
STORED = Form(none="", flat={Subject: {"kind": "kind", "id": "subject"}})
# Columns of a fact that its value has as they are.
_PLAIN = ("id", "source", "code", "points", "document", "stated", "level", "rules")
# A mobile or identity number is no role id.
_PRIVATE = re.compile(r"1\d{10}|\d{17}[\dXx]|\d{15}", re.ASCII)

messages(
    {
        "credit.four_eyes": (
            "报送人不得核实自己报送的信息",
            "who reported a signal does not verify it",
        ),
    }
)


# --- reading ---------------------------------------------------------------------


def find(desk: Desk, fact_id: str) -> CreditFact:
    """A fact. Raises Problem 404."""
    return desk.row(CreditFact, fact_id)


def event_of(row: CreditFact, made: Iterable[Move]) -> CreditEvent:
    """A fact as the core sees it."""
    day = date.fromisoformat
    return CreditEvent(
        subject=Subject(SubjectKind(row.kind), row.subject),
        polarity=Polarity(row.polarity),
        recorded=day(row.recorded),
        first=day(row.first),
        last=day(row.last) if row.last else None,
        decisions=tuple(Decision(day(d.body["day"]), EventState(d.kind)) for d in made),
        **{name: getattr(row, name) for name in _PLAIN},
    )


def columns_of(table: type[Base], value: CreditEvent | RollEntry) -> dict[str, Any]:
    """The members of a value that the table has columns for."""
    said, columns = dump(value, STORED), table.__table__.columns.keys()
    return {name: said[name] for name in columns if name in said}


def events(
    desk: Desk, query: Select[Any], *, every: bool = False
) -> list[tuple[CreditFact, CreditEvent]]:
    """The facts of a query, oldest first. `every`: of most subjects, not of a few."""
    rows = list(desk.db.scalars(query.order_by(CreditFact.at, CreditFact.id)))
    made = moves.by_thing(desk, THING, None if every else [r.id for r in rows])
    return [(row, event_of(row, made.get(row.id, ()))) for row in rows]


def event(desk: Desk, row: CreditFact) -> CreditEvent:
    """One fact with its decisions."""
    return event_of(row, moves.of(desk, THING, row.id))


def of_subject(
    desk: Desk, kind: str, subject: str
) -> list[tuple[CreditFact, CreditEvent]]:
    """A credit file's facts."""
    fits = CreditFact.kind == kind, CreditFact.subject == subject
    return events(desk, select(CreditFact).where(*fits))


def words_of(desk: Desk, row: CreditFact) -> str:
    """What the reporter wrote; the reading is recorded."""
    if row.sealed is None:
        return ""
    desk.disclosed(f"credit_fact:{row.id}")
    return desk.open(f"credit_fact:{row.id}", row.sealed).decode()


# --- reporting -------------------------------------------------------------------


def report(desk: Desk, values: dict[str, Any]) -> CreditFact:
    """良好、不良信息: a signal, to be verified. Raises Faults, InspectorError.

    The same fact twice is refused, whoever reports it (credit.twice).
    """
    subject = Subject(SubjectKind(values["kind"]), values["subject"])
    scorer = Scorer(rules.settled(desk))
    known(desk, subject, scorer)
    _sound(values, scorer, desk.today)
    made = scorer.recorded(_drafted(values, subject, desk.today))
    return _begin(desk, made, values.get("text", ""))


def _drafted(values: dict[str, Any], subject: Subject, today: date) -> CreditEvent:
    """The reported fact; points that a document states stay under any rules."""
    points = values.get("points")
    return CreditEvent(
        fresh_id(),
        subject,
        values["source"],
        Polarity(values["polarity"]),
        values.get("code", ""),
        points or 0,
        values["document"],
        today,
        values.get("first") or today,
        values.get("last"),
        points is not None,
        values.get("level", ""),
    )


def _begin(desk: Desk, made: CreditEvent, text: str) -> CreditFact:
    """Keep a reported fact, unless the file has it already."""
    core.valid(made)
    same = [e for _, e in of_subject(desk, made.subject.kind, made.subject.id)]
    core.files([*same, made])
    row = keep(desk, made, text=text)
    about = {"kind": row.kind, "source": row.source, "polarity": row.polarity}
    desk.event("signal_reported", f"credit_fact:{row.id}", **about)
    return row


def known(desk: Desk, subject: Subject, scorer: Scorer) -> None:
    """Raise Faults for a subject that has no file here."""
    if subject.kind not in scorer.rules.subjects:
        raise invalid(field_fault("kind", "本规则不评 these rules do not score this"))
    if subject.kind is SubjectKind.MANAGER:
        if not is_ident(subject.id) or _PRIVATE.fullmatch(subject.id):
            why = "须为岗位编号 must be a role id, not a name or number of a person"
            raise invalid(field_fault("subject", why))
        return
    if not entry_of(desk, subject):
        raise invalid(field_fault("subject", "名录中没有 not in the registry"))


def entry_of(desk: Desk, subject: Subject) -> Entry | None:
    """The registry's row of a company or compound."""
    return present(desk, SHEETS.get(subject.kind, ""), subject.id)


def _sound(values: dict[str, Any], scorer: Scorer, today: date) -> None:
    """Raise Faults for what the rules do not know."""
    faults, code = [], values.get("code", "")
    entry = scorer.entries.get(code)
    if code in VISIT_CODES or (code and entry is None):
        faults.append(field_fault("code", "不在记分标准中 not in the catalogue"))
    if entry is not None and entry.polarity != values["polarity"]:
        faults.append(
            field_fault("polarity", _only("polarity", code, [entry.polarity]))
        )
    if entry is not None and entry.sources and values["source"] not in entry.sources:
        faults.append(field_fault("source", _only("party", code, entry.sources)))
    if not code and values["polarity"] == Polarity.BASE:
        faults.append(field_fault("code", "基础信息须写明编号 base needs a code"))
    if values.get("first") and values["first"] > today:
        faults.append(field_fault("first", "晚于今天 after today"))
    if values.get("level") and values["level"] not in {s.id for s in scorer.levels}:
        faults.append(field_fault("level", "没有此级 no such level"))
    if faults:
        raise invalid(*faults)


def _only(kind: str, code: str, wanted: Iterable[str]) -> Word:
    """What a line of the catalogue takes alone."""
    some = several(kind, wanted)
    return Word("", f"{code}：限{some.zh}", f"{code}: {some.en} only")


def keep(
    desk: Desk, made: CreditEvent, *, text: str = "", told: int = 0, **where: str
) -> CreditFact:
    """Add a fact and the decisions it comes with, told by the event at `told`."""
    row_id = fresh_id()
    row = CreditFact(
        **columns_of(CreditFact, made) | {"id": row_id},
        month_id=where.get("month_id"),
        visit=where.get("visit", ""),
        sealed=desk.seal(f"credit_fact:{row_id}", text.encode()) if text else None,
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(row)
    desk.db.flush()
    for decision in made.decisions:
        body = _decided(desk, "")
        moves.add(desk, THING, row.id, decision.state.value, body, position=told)
    return row


def _decided(desk: Desk, reason: str) -> dict[str, str]:
    return {"day": desk.today.isoformat(), "reason": reason}


# --- verifying -------------------------------------------------------------------


def decide(desk: Desk, row: CreditFact, state: EventState, reason: str) -> CreditFact:
    """采信、不采信、修复. Raises credit.move, credit.before, credit.four_eyes."""
    if row.by == desk.actor.id:
        raise Problem("credit.four_eyes")
    core.decide(event(desk, row), state, desk.today)
    what = {"subject": row.subject} if row.kind != SubjectKind.MANAGER else {}
    told = desk.event(f"credit_{state.value}", f"credit_fact:{row.id}", **what)
    body = _decided(desk, reason)
    moves.add(desk, THING, row.id, state.value, body, position=told.seq)
    desk.published()
    return row


# --- inspection results ----------------------------------------------------------


def result_published(desk: Desk, month: Month, result: Result) -> list[CreditFact]:
    """The credit facts of a published result, accepted as of today.

    Those of an earlier record of the same visit no longer count: call it for a
    correction too. Both happen in the publication's own transaction.
    """
    _undo(desk, month.id, result.visit, "更正")
    assigned = steps.load(desk, month).assigned
    if assigned is None or result.outcome not in list(Outcome):
        return []
    entry = result_entry(assigned, result)
    items = {i.code: i.severity for i in assigned.frozen.registry.items}
    seen = Inspected(
        f"{month.month}/{month.id}/{result.visit}",
        entry["compound"],
        entry["usc18"],
        result.date,
        desk.today,
        Outcome(result.outcome),
        {code: items.get(code, "") for code in result.findings},
    )
    return _record(desk, month, result.visit, seen)


def _record(desk: Desk, month: Month, visit: str, seen: Inspected) -> list[CreditFact]:
    scorer = Scorer(rules.settled(desk))
    where = {"month_id": month.id, "visit": visit}
    made = events_of(seen, scorer)
    if not made:
        return []
    desk.published()
    about = {"visit": visit, "facts": len(made), "rules": scorer.rules.key}
    told = desk.event("result_credited", f"month:{month.id}", **about).seq
    return [keep(desk, e, told=told, **where) for e in made]


def result_withdrawn(desk: Desk, month_id: str, visit: str) -> None:
    """The facts of a withdrawn result no longer count."""
    _undo(desk, month_id, visit, "撤回")


def _undo(desk: Desk, month_id: str, visit: str, reason: str) -> None:
    fits = CreditFact.month_id == month_id, CreditFact.visit == visit
    for row, made in events(desk, select(CreditFact).where(*fits)):
        if made.state is EventState.ACCEPTED:
            core.decide(made, EventState.REJECTED, desk.today)
            newest = record.newest(desk.db)
            position, body = newest.seq if newest else 0, _decided(desk, reason)
            moves.add(desk, THING, row.id, "rejected", body, position=position)
            desk.published()
