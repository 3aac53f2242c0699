"""Credit facts: reported, verified, and made from published inspection results.

A fact is never changed; what was decided on it is told by its decisions. Files and
scores: `api.services.credit_files`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.errors import Problem, field_fault, invalid
from api.months import steps
from api.services import credit_rules
from api.site import Desk
from api.store import fresh_id
from api.store.models import Entry, Month
from api.store.oversight import CreditDecision, CreditFact
from inspector.errors import messages
from inspector.month.field import Result, result_entry
from inspector.oversight import credit as core
from inspector.oversight.credit import CreditEvent, Decision, EventState, Subject
from inspector.oversight.inspected import Inspected, events_of
from inspector.oversight.outcomes import Outcome
from inspector.oversight.rule_checks import VISIT_CODES
from inspector.oversight.rules import Polarity, SubjectKind
from inspector.oversight.score import Scorer
from inspector.registry.cells import is_ident

SHEETS = {SubjectKind.COMPANY: "companies", SubjectKind.COMPOUND: "compounds"}
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


def decisions(desk: Desk, ids: Iterable[str]) -> dict[str, list[CreditDecision]]:
    """The decisions of these facts in order; of all facts for no ids at all."""
    query, wanted = select(CreditDecision), list(ids)
    if wanted:
        query = query.where(CreditDecision.fact_id.in_(wanted))
    found: dict[str, list[CreditDecision]] = {}
    for row in desk.db.scalars(query.order_by(CreditDecision.seq)):
        found.setdefault(row.fact_id, []).append(row)
    return found


def event_of(row: CreditFact, made: Iterable[CreditDecision]) -> CreditEvent:
    """A fact as the core sees it."""
    day = date.fromisoformat
    return CreditEvent(
        row.id,
        Subject(SubjectKind(row.kind), row.subject),
        row.source,
        Polarity(row.polarity),
        row.code,
        row.points,
        row.document,
        day(row.recorded),
        day(row.first),
        day(row.last) if row.last else None,
        row.stated,
        row.level,
        row.rules,
        tuple(Decision(day(d.day), EventState(d.state)) for d in made),
    )


def events(
    desk: Desk, query: Select[Any], *, every: bool = False
) -> list[tuple[CreditFact, CreditEvent]]:
    """The facts of a query, oldest first. `every`: of most subjects, not of a few."""
    rows = list(desk.db.scalars(query.order_by(CreditFact.at, CreditFact.id)))
    made = decisions(desk, () if every else (r.id for r in rows)) if rows else {}
    return [(row, event_of(row, made.get(row.id, ()))) for row in rows]


def event(desk: Desk, row: CreditFact) -> CreditEvent:
    """One fact with its decisions."""
    return event_of(row, decisions(desk, [row.id]).get(row.id, ()))


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
    """褒贬信息: a signal, to be verified. Raises Faults, InspectorError.

    The same fact twice is refused, whoever reports it (credit.twice).
    """
    subject = Subject(SubjectKind(values["kind"]), values["subject"])
    scorer = Scorer(credit_rules.settled(desk))
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
    return desk.db.scalar(
        select(Entry).where(
            Entry.sheet == SHEETS.get(subject.kind, ""),
            Entry.name == subject.id,
            Entry.live.is_(True),
            Entry.gone.is_(False),
        )
    )


def _sound(values: dict[str, Any], scorer: Scorer, today: date) -> None:
    """Raise Faults for what the rules do not know."""
    faults, code = [], values.get("code", "")
    entry = scorer.entries.get(code)
    if code in VISIT_CODES or (code and entry is None):
        faults.append(field_fault("code", "不在记分标准中 not in the catalogue"))
    if entry is not None and entry.polarity != values["polarity"]:
        faults.append(field_fault("polarity", f"{code}: {entry.polarity.value}"))
    if entry is not None and entry.sources and values["source"] not in entry.sources:
        faults.append(field_fault("source", f"{code}: {'、'.join(entry.sources)}"))
    if not code and values["polarity"] == Polarity.BASE:
        faults.append(field_fault("code", "基础信息须写明编号 base needs a code"))
    if values.get("first") and values["first"] > today:
        faults.append(field_fault("first", "晚于今天 after today"))
    if values.get("level") and values["level"] not in {s.id for s in scorer.levels}:
        faults.append(field_fault("level", "没有此级 no such level"))
    if faults:
        raise invalid(*faults)


def keep(desk: Desk, made: CreditEvent, *, text: str = "", **where: str) -> CreditFact:
    """Add a fact and the decisions it comes with."""
    row_id = fresh_id()
    row = CreditFact(
        id=row_id,
        **_columns(made),
        month_id=where.get("month_id"),
        visit=where.get("visit", ""),
        sealed=desk.seal(f"credit_fact:{row_id}", text.encode()) if text else None,
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(row)
    desk.db.flush()
    for seq, decision in enumerate(made.decisions, 1):
        desk.db.add(_decision(desk, row.id, seq, decision.state, ""))
    return row


def _columns(made: CreditEvent) -> dict[str, Any]:
    """Inverse of `event_of`, without id and decisions."""
    return {
        "kind": made.subject.kind.value,
        "subject": made.subject.id,
        "source": made.source,
        "polarity": made.polarity.value,
        "code": made.code,
        "points": made.points,
        "stated": made.stated,
        "level": made.level,
        "document": made.document,
        "recorded": made.recorded.isoformat(),
        "first": made.first.isoformat(),
        "last": made.last.isoformat() if made.last else "",
        "rules": made.rules,
    }


def _decision(
    desk: Desk, fact_id: str, seq: int, state: EventState, reason: str
) -> CreditDecision:
    return CreditDecision(
        id=fresh_id(),
        fact_id=fact_id,
        seq=seq,
        state=state.value,
        day=desk.today.isoformat(),
        reason=reason,
        by=desk.actor.id,
        at=desk.now,
    )


# --- verifying -------------------------------------------------------------------


def decide(desk: Desk, row: CreditFact, state: EventState, reason: str) -> CreditFact:
    """采信、不采信、修复. Raises credit.move, credit.before, credit.four_eyes."""
    if row.by == desk.actor.id:
        raise Problem("credit.four_eyes")
    made = core.decide(event(desk, row), state, desk.today)
    desk.db.add(_decision(desk, row.id, len(made.decisions), state, reason))
    desk.db.flush()
    desk.published()
    what = {"subject": row.subject} if row.kind != SubjectKind.MANAGER else {}
    desk.event(f"credit_{state.value}", f"credit_fact:{row.id}", **what)
    return row


# --- inspection results ----------------------------------------------------------


def result_published(desk: Desk, month: Month, result: Result) -> list[CreditFact]:
    """The credit facts of a published result, accepted as of today.

    Those of an earlier record of the same visit no longer count: call it for a
    correction too. Both happen in the publication's own transaction.
    """
    _undo(desk, month.id, result.visit, "更正 corrected")
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
    scorer = Scorer(credit_rules.settled(desk))
    where = {"month_id": month.id, "visit": visit}
    rows = [keep(desk, e, **where) for e in events_of(seen, scorer)]
    desk.db.flush()
    if rows:
        desk.published()
        about = {"visit": visit, "facts": len(rows), "rules": scorer.rules.key}
        desk.event("result_credited", f"month:{month.id}", **about)
    return rows


def result_withdrawn(desk: Desk, month_id: str, visit: str) -> None:
    """The facts of a withdrawn result no longer count."""
    _undo(desk, month_id, visit, "撤回 withdrawn")


def _undo(desk: Desk, month_id: str, visit: str, reason: str) -> None:
    fits = CreditFact.month_id == month_id, CreditFact.visit == visit
    for row, made in events(desk, select(CreditFact).where(*fits)):
        if made.state is EventState.ACCEPTED:
            after = core.decide(made, EventState.REJECTED, desk.today)
            seq = len(after.decisions)
            desk.db.add(_decision(desk, row.id, seq, EventState.REJECTED, reason))
            desk.published()
    desk.db.flush()
