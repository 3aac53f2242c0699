"""信用名单 as people read them: entries → what the bureau and everybody see of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from api.answers import DayText, OwnWord, grown
from api.credit import files, rolls
from api.credit import rules as credit_rules
from api.credit.files import CreditFile
from api.errors import Problem
from api.site import Desk
from api.store import moves
from api.store.oversight import RollProposal
from inspector.credit import lists
from inspector.credit.file import Subject
from inspector.credit.lists import Roll, RollEntry
from inspector.credit.rules import RuleSet, SubjectKind
from inspector.words import Word, word

NOTED = frozenset({"head", "auditor"})  # who reads what was said in a hearing


@dataclass(frozen=True, slots=True)
class RollStepLine:
    """One step of an entry."""

    step: Word
    on: DayText
    document: str


@dataclass(frozen=True, slots=True)
class PublicRollEntry:
    """An entry of a list with its dates and steps, as everybody sees it."""

    id: str
    roll: OwnWord
    basis: str = field(metadata={"says": "名单的法规依据，空为无 its regulation"})
    kind: str
    subject: str
    name: str
    reason: str
    document: str
    rules: str
    state: Word
    proposed: DayText
    hearing_until: DayText
    listed: DayText
    until: DayText
    removed: DayText
    steps: list[RollStepLine]


@dataclass(frozen=True, slots=True)
class RollLine(PublicRollEntry):
    """An entry and what may come next."""

    possible: list[Word]


@dataclass(frozen=True, slots=True)
class RollNote:
    """What was noted at a step; `seq` counts the steps from 1."""

    seq: int
    note: str


@dataclass(frozen=True, slots=True)
class RollView(RollLine):
    """An entry with the notes of its hearings, null for who may not read them."""

    notes: list[RollNote] | None


@dataclass(frozen=True, slots=True)
class CreditFilePage(CreditFile):
    """A public credit file, with the lists that the subject stands on."""

    rolls: list[PublicRollEntry]


def lines(desk: Desk, found: Iterable[RollEntry]) -> list[RollLine]:
    """Entries with their dates and steps; notes of hearings stay inside."""
    rules = credit_rules.in_force(desk, desk.today)
    return [
        grown(
            RollLine,
            entry_of(desk, one, rules),
            possible=[word("roll_step", k.value) for k in lists.possible(one)],
        )
        for one in found
    ]


def entry_of(desk: Desk, found: RollEntry, rules: RuleSet) -> PublicRollEntry:
    """An entry for everybody; the rules of the day say what its list is called."""
    return grown(
        PublicRollEntry,
        found,
        roll=lists.list_name(rules, found.roll),
        basis=lists.list_basis(rules, found.roll),
        kind=found.subject.kind.value,
        subject=found.subject.id,
        name=files.name_of(desk, found.subject) or "",
        state=word("roll_state", found.state.value),
        steps=[
            grown(RollStepLine, s, step=word("roll_step", s.kind.value))
            for s in found.steps
        ],
    )


def line_of(desk: Desk, row: RollProposal) -> RollLine:
    """An entry as it stands now."""
    return lines(desk, [rolls.entry(desk, row)])[0]


def view(desk: Desk, row: RollProposal) -> RollView:
    """An entry with its notes, if the actor may read them; that is recorded."""
    notes = _notes(desk, row) if desk.actor.roles & NOTED else None
    return grown(RollView, line_of(desk, row), notes=notes)


def _notes(desk: Desk, row: RollProposal) -> list[RollNote]:
    made = [m for m in moves.of(desk, rolls.THING, row.id) if m.sealed is not None]
    if made:
        desk.disclosed(f"roll:{row.id}", notes=len(made))
    return [RollNote(m.seq, moves.secret(desk, m)["note"]) for m in made]


def public(desk: Desk, roll: str, on: date | None) -> list[PublicRollEntry]:
    """The list as it stood on a day, by subject, without any later step.

    Who was taken off by then is not on it. Raises Problem 404, Faults.
    """
    day = files.day_of(desk, on)
    if roll not in list(Roll):
        raise Problem("http.not_found")
    shown = _on_roll(desk, {"roll": roll}, day)
    return sorted(shown, key=lambda e: (e.subject, e.id))


def page(
    desk: Desk, kind: SubjectKind, subject: str, on: date | None
) -> CreditFilePage:
    """信用公示页: a subject's credit file on a day, and the lists it stood on."""
    found = files.file(desk, Subject(kind, subject), on)
    args = {"kind": kind.value, "subject": subject}
    listed = _on_roll(desk, args, date.fromisoformat(found.on))
    return grown(CreditFilePage, found, rolls=listed)


def _on_roll(desk: Desk, args: dict[str, str], day: date) -> list[PublicRollEntry]:
    """The entries of a query that stood on a list on `day`, as they stood."""
    rows = list(desk.db.scalars(rolls.query(args)))
    found, rules = rolls.entries(desk, rows, day), credit_rules.in_force(desk, day)
    return [entry_of(desk, e, rules) for e in found if e.on_roll(day)]
