"""信用名单: proposals and steps → entries of the red and the black list.

An entry is the fold (`inspector.credit.lists`) of the steps that followed its
proposal, each a move of `api.store.moves`; what was said in a hearing is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.credit import facts
from api.credit import rules as credit_rules
from api.errors import Problem
from api.site import Desk
from api.store import fresh_id, moves
from api.store.moves import Move
from api.store.oversight import RollProposal
from inspector.credit import lists
from inspector.credit.file import Subject
from inspector.credit.lists import EntryStep, Roll, RollEntry, StepKind
from inspector.credit.rules import SubjectKind
from inspector.credit.score import Scorer
from inspector.errors import messages

THING = "roll"  # in the store of moves

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
    made = moves.by_thing(desk, THING, [r.id for r in rows])
    last = day.isoformat() if day is not None else "9999"
    return [
        _folded(r, [m for m in made.get(r.id, []) if m.body["day"] <= last])
        for r in rows
    ]


def entry(desk: Desk, row: RollProposal) -> RollEntry:
    """Where one entry stands."""
    return entries(desk, [row])[0]


def _folded(row: RollProposal, made: Sequence[Move]) -> RollEntry:
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
    return lists.replay(proposed, map(_step, made))


def _step(made: Move) -> EntryStep:
    day, document = made.body["day"], made.body["document"]
    return EntryStep(StepKind(made.kind), date.fromisoformat(day), document)


# --- moving ----------------------------------------------------------------------


def propose(desk: Desk, values: dict[str, str]) -> RollProposal:
    """拟列入. Raises Faults, Problem roll.twice, InspectorError roll.document."""
    subject = Subject(SubjectKind(values["kind"]), values["subject"])
    rules = credit_rules.settled(desk)
    facts.known(desk, subject, Scorer(rules))
    roll = Roll(values["roll"])
    _not_there(desk, roll, subject)
    made = lists.propose(
        *(fresh_id(), roll, subject, values["reason"], values["document"]),
        *(desk.today, rules),
    )
    about = facts.columns_of(RollProposal, made)
    row = RollProposal(**about, by=desk.actor.id, at=desk.now)
    desk.db.add(row)
    desk.db.flush()
    desk.event("roll_proposed", f"roll:{row.id}", roll=row.roll, kind=row.kind)
    return row


def _not_there(desk: Desk, roll: Roll, subject: Subject) -> None:
    args = {"roll": roll.value, "kind": subject.kind.value, "subject": subject.id}
    for one in entries(desk, list(desk.db.scalars(query(args)))):
        if one.live or one.pending:
            raise Problem("roll.twice", entry=one.id)


def step(
    desk: Desk, row: RollProposal, kind: StepKind, values: Mapping[str, str]
) -> RollProposal:
    """One step more, today. Raises InspectorError roll.*; then nothing changed."""
    made = EntryStep(kind, desk.today, values.get("document", ""))
    lists.step(entry(desk, row), made)
    note = values.get("note", "")
    moves.append(
        desk,
        *(THING, row.id, kind.value),
        {"day": made.on.isoformat(), "document": made.document},
        sealed={"note": note} if note else None,
        event=f"roll_{kind.value}",
        subject=f"roll:{row.id}",
        roll=row.roll,
    )
    desk.published()
    return row
