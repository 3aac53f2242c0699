"""The order that a published result made: number, deadlines, what came of it.

A row of a result and the files of its compound → its order, for JSON and pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from api.docket import cases
from api.public.results import ResultRow
from api.site import Desk
from inspector.docket.cases import CaseFile
from inspector.docket.from_results import Report, orders
from inspector.docket.homes import ordered_in
from inspector.docket.moves import Ordered, Problem
from inspector.domain import VisitKind
from inspector.words import Word, word


@dataclass(frozen=True, slots=True)
class ResultOrder:
    """责令整改 of a result, or the letter where no company runs the compound.

    `first`, `last`: the earliest and the latest deadline of its problems.
    """

    case: str = field(metadata={"says": "number of the case that follows it"})
    what: Word
    number: str
    day: date
    first: date
    last: date
    found: int
    solved: int


def order_of(desk: Desk, row: ResultRow) -> ResultOrder | None:
    """The order that a result made, None when it ordered nothing."""
    if not orders(row.outcome, row.follow_up, row.usc18):
        return None
    found = tuple((item, "") for item in row.findings)
    name, day = f"{row.month}/{row.visit}", date.fromisoformat(row.date)
    report = Report(name, day, VisitKind.RANDOM, False, found)
    held = ordered_in(cases.of_compound(desk, row.compound), report)
    if not held:
        return None
    return _told(held[0][0], [p for _, p in held], bool(row.usc18))


def _told(file: CaseFile, problems: Sequence[Problem], firm: bool) -> ResultOrder:
    numbers = {p.number for p in problems}
    made = [
        m
        for m in file.moves
        if isinstance(m, Ordered) and numbers & {n for n, _, _ in m.deadlines}
    ]
    due = [p.deadline for p in problems if p.deadline is not None]
    what = word("move", "ordered" if firm else "supervised")
    solved = sum(p.solved is not None for p in problems)
    number, day = made[-1].number, made[-1].day
    return ResultOrder(file.id, what, number, day, min(due), max(due), len(due), solved)
