"""红黑名单: entries and their steps, and who should be on the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.errors import Problem
from api.services import (
    credit,
    credit_compare,
    credit_files,
    credit_rules,
    registries,
)
from api.site import Desk
from api.store import fresh_id
from api.store.oversight import DocketCase, RollProposal, RollStep
from inspector.domain import CaseState, Registry
from inspector.errors import messages
from inspector.oversight import lists
from inspector.oversight.credit import CreditEvent, Subject
from inspector.oversight.evaluate import rounded
from inspector.oversight.listing import (
    Circumstances,
    ListCandidate,
    Recomputed,
    recompute,
)
from inspector.oversight.lists import EntryStep, Roll, RollEntry, StepKind
from inspector.oversight.rules import RuleSet, SubjectKind
from inspector.oversight.satisfaction import OWNERS
from inspector.oversight.score import Scorer
from inspector.words import word

Doc = dict[str, Any]

messages(
    {
        "roll.twice": (
            "该主体已在此名单或正在办理：{entry}",
            "this subject is on the list, or on its way there: {entry}",
        ),
    }
)


# --- reading ---------------------------------------------------------------------


def find(desk: Desk, entry_id: str) -> RollProposal:
    """An entry as proposed. Raises Problem 404."""
    return desk.row(RollProposal, entry_id)


def query(args: Mapping[str, Any]) -> Select[Any]:
    """The entries of a list, a subject, or all."""
    found = select(RollProposal)
    for name in ("roll", "kind", "subject"):
        if args.get(name):
            found = found.where(getattr(RollProposal, name) == args[name])
    return found


def entries(
    desk: Desk, rows: Sequence[RollProposal], day: date | None = None
) -> list[RollEntry]:
    """Where these entries stand after all their steps, or those up to `day`."""
    ids = [r.id for r in rows]
    made: dict[str, list[RollStep]] = {}
    if ids:
        fits = select(RollStep).where(RollStep.entry_id.in_(ids))
        if day is not None:
            fits = fits.where(RollStep.day <= day.isoformat())
        for one in desk.db.scalars(fits.order_by(RollStep.seq)):
            made.setdefault(one.entry_id, []).append(one)
    return [_folded(r, made.get(r.id, [])) for r in rows]


def entry(desk: Desk, row: RollProposal) -> RollEntry:
    """Where one entry stands."""
    return entries(desk, [row])[0]


def _folded(row: RollProposal, made: Sequence[RollStep]) -> RollEntry:
    proposed = RollEntry(
        row.id,
        Roll(row.roll),
        Subject(SubjectKind(row.kind), row.subject),
        row.reason,
        row.document,
        date.fromisoformat(row.proposed),
        row.rules,
        row.hearing_days,
        row.months,
    )
    steps = [
        EntryStep(StepKind(s.kind), date.fromisoformat(s.day), s.document) for s in made
    ]
    return lists.replay(proposed, steps)


# --- moving ----------------------------------------------------------------------


def propose(desk: Desk, values: dict[str, str]) -> RollProposal:
    """拟列入. Raises Faults, Problem roll.twice, InspectorError roll.document."""
    subject = Subject(SubjectKind(values["kind"]), values["subject"])
    rules = credit_rules.settled(desk)
    credit.known(desk, subject, Scorer(rules))
    roll = Roll(values["roll"])
    _not_there(desk, roll, subject)
    made = lists.propose(
        *(fresh_id(), roll, subject, values["reason"], values["document"]),
        *(desk.today, rules),
    )
    row = _stored(desk, made)
    desk.db.add(row)
    desk.db.flush()
    desk.event("roll_proposed", f"roll:{row.id}", roll=row.roll, kind=row.kind)
    return row


def _not_there(desk: Desk, roll: Roll, subject: Subject) -> None:
    args = {"roll": roll.value, "kind": subject.kind.value, "subject": subject.id}
    for one in entries(desk, list(desk.db.scalars(query(args)))):
        if one.live or one.pending:
            raise Problem("roll.twice", entry=one.id)


def _stored(desk: Desk, made: RollEntry) -> RollProposal:
    return RollProposal(
        id=made.id,
        roll=made.roll.value,
        kind=made.subject.kind.value,
        subject=made.subject.id,
        reason=made.reason,
        document=made.document,
        proposed=made.proposed.isoformat(),
        rules=made.rules,
        hearing_days=made.hearing_days,
        months=made.months,
        by=desk.actor.id,
        at=desk.now,
    )


def step(desk: Desk, row: RollProposal, values: dict[str, str]) -> RollProposal:
    """One step more, today. Raises InspectorError roll.*; then nothing changed."""
    kind, document = StepKind(values["step"]), values.get("document", "")
    after = lists.step(entry(desk, row), EntryStep(kind, desk.today, document))
    step_id, note = fresh_id(), values.get("note", "")
    made = RollStep(
        id=step_id,
        entry_id=row.id,
        seq=len(after.steps),
        kind=kind.value,
        day=desk.today.isoformat(),
        document=document,
        sealed=desk.seal(f"roll_step:{step_id}", note.encode()) if note else None,
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(made)
    desk.db.flush()
    desk.published()
    desk.event(f"roll_{kind.value}", f"roll:{row.id}", roll=row.roll)
    return row


# --- showing ---------------------------------------------------------------------


def body(desk: Desk, found: RollEntry) -> Doc:
    """An entry with its dates and steps; notes of hearings stay inside."""
    return {
        "id": found.id,
        "roll": word("roll", found.roll.value),
        "kind": found.subject.kind.value,
        "subject": found.subject.id,
        "name": credit_files.name_of(desk, found.subject) or "",
        "reason": found.reason,
        "document": found.document,
        "rules": found.rules,
        "state": word("roll_state", found.state.value),
        "proposed": found.proposed.isoformat(),
        "hearing_until": _text(found.hearing_until),
        "listed": _text(found.listed),
        "until": _text(found.until),
        "removed": _text(found.removed),
        "steps": [_step_body(s) for s in found.steps],
        "possible": [word("roll_step", k.value) for k in lists.possible(found)],
    }


def _step_body(made: EntryStep) -> Doc:
    return {
        "step": word("roll_step", made.kind.value),
        "on": made.on.isoformat(),
        "document": made.document,
    }


def _text(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def notes(desk: Desk, row: RollProposal) -> list[Doc]:
    """What was noted at each step; the reading is recorded."""
    fits = select(RollStep).where(RollStep.entry_id == row.id).order_by(RollStep.seq)
    rows = [s for s in desk.db.scalars(fits) if s.sealed is not None]
    if rows:
        desk.disclosed(f"roll:{row.id}", notes=len(rows))
    return [
        {"seq": s.seq, "note": desk.open(f"roll_step:{s.id}", s.sealed).decode()}
        for s in rows
        if s.sealed is not None
    ]


def public(desk: Desk, roll: str, on: date | None) -> list[Doc]:
    """The list as it stood on a day, by subject, without any later step.

    Who was taken off by then is not on it.
    """
    day = credit_files.day_of(desk, on)
    if roll not in list(Roll):
        raise Problem("http.not_found")
    found = entries(desk, list(desk.db.scalars(query({"roll": roll}))), day)
    shown = [body(desk, e) for e in found if e.on_roll(day)]
    hidden = ("possible",)
    rows = [{k: v for k, v in doc.items() if k not in hidden} for doc in shown]
    return sorted(rows, key=lambda doc: (doc["subject"], doc["id"]))


def page(desk: Desk, kind: SubjectKind, subject: str, on: date | None) -> Doc:
    """信用公示页: a subject's credit file on a day, and the lists it stood on."""
    who = Subject(kind, subject)
    found = credit_files.file(desk, who, on)
    day = date.fromisoformat(found["on"])
    args = {"kind": kind.value, "subject": subject}
    rows = entries(desk, list(desk.db.scalars(query(args))), day)
    return found | {"rolls": [body(desk, e) for e in rows if e.on_roll(day)]}


# --- computing again -------------------------------------------------------------


def recomputed(desk: Desk, rules: str) -> Doc:
    """名单测算: who belongs on each list under a version; nobody is listed by it.

    Raises Faults when the registries are not sound.
    """
    value = credit_rules.named(desk, rules, desk.today)
    scorer, registry = Scorer(value), registries.scenario(desk).registry
    facts = credit_files.grouped(desk, SubjectKind.COMPANY)
    files = {
        Subject(SubjectKind.COMPANY, c.usc18): [e for _, e in facts.get(c.usc18, ())]
        for c in registry.companies
    }
    about = circumstances(desk, registry, scorer, files)
    known = entries(desk, list(desk.db.scalars(query({}))))
    return _told(recompute(scorer, desk.today, files, about, known))


def _told(found: Recomputed) -> Doc:
    return {
        "rules": found.rules,
        "on": found.day.isoformat(),
        "red": [s.id for s in found.red],
        "black": [s.id for s in found.black],
        "propose": [_candidate(c) for c in found.propose],
        "lapse": [_candidate(c) for c in found.lapse],
    }


def circumstances(
    desk: Desk,
    registry: Registry,
    scorer: Scorer,
    files: Mapping[Subject, Sequence[CreditEvent]],
) -> dict[Subject, Circumstances]:
    """What lists need to know of every company besides its credit file."""
    days = [date.fromisoformat(g.day) for g in credit_compare.gradings(desk)]
    owners, opened = surveyed(registry, scorer.rules), open_cases(desk)
    return {
        subject: Circumstances(
            scorer.filed(events, desk.today),
            owners.get(subject.id),
            opened[subject.id],
            tuple(days),
        )
        for subject, events in files.items()
    }


def surveyed(registry: Registry, rules: RuleSet) -> dict[str, tuple[int, int]]:
    """Satisfaction of every company: score in basis points, and the answers."""
    company = {c.id: c.usc18 for c in registry.compounds}
    samples: Counter[str] = Counter()
    for e in registry.evaluations:
        if e.source == OWNERS:
            samples[company.get(e.compound, "")] += e.sample
    rows = credit_compare.ranked(registry, rules, "company").order
    return {
        s.subject: (rounded(s.owners), samples[s.subject])
        for s in rows
        if s.owners is not None
    }


def open_cases(desk: Desk) -> Counter[str]:
    """Open docket cases by company."""
    fits = DocketCase.state != CaseState.CLOSED.value
    rows = desk.db.execute(select(DocketCase.company, DocketCase.id).where(fits))
    return Counter(company for company, _ in rows)


def _candidate(found: ListCandidate) -> Doc:
    return {
        "roll": word("roll", found.roll.value),
        "subject": found.subject.id,
        "entry": found.entry,
        "grounds": [
            asdict(word("ground", g.code)) | {"facts": list(g.facts)}
            for g in found.grounds
        ],
    }
