"""What comes next in a case, by when, and who does it; and what time does by itself.

A case and a day → its next steps, and the moves that are due because a day has passed.

An open case always has a next step with a day. What people must do is listed
(`next_steps`), what time does is a move that nobody has to make (`due_moves`): the
daily run of a bureau and the simulated year take it alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inspector.docket import ladder
from inspector.docket.cases import CaseFile
from inspector.docket.from_results import LATER_FOUND
from inspector.docket.moves import (
    DeadlineMissed,
    Extended,
    LookBackLapsed,
    Move,
    Ordered,
)
from inspector.docket.terms import DocketRules
from inspector.domain import CaseState
from inspector.months import month_of, month_span


class Next(StrEnum):
    """What comes next in a case."""

    START = "start"
    VISIT = "visit"
    ORDER = "order"
    RECTIFY = "rectify"
    RECHECK = "recheck"
    ACCEPTANCE = "acceptance"
    VERDICT = "verdict"
    CLOSE = "close"
    LOOK_BACK_DRAW = "look_back_draw"
    LOOK_BACK = "look_back"


class Doer(StrEnum):
    """Who has to do it."""

    BUREAU = "bureau"
    COMPANY = "company"
    RESPONSIBLE = "responsible"  # who answers where no company does
    PARTIES = "parties"  # of the acceptance


# A visit that lies ahead: its day is nobody's business outside the bureau.
VISITS = frozenset({Next.START, Next.VISIT, Next.RECHECK, Next.ACCEPTANCE})
_WINDOWS = {
    CaseState.LISTED: Next.VISIT,
    CaseState.RECTIFYING: Next.RECHECK,
    CaseState.ACCEPTING: Next.ACCEPTANCE,
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do by a day."""

    what: Next
    by: date
    who: Doer


def next_steps(case: CaseFile, rules: DocketRules) -> tuple[NextStep, ...]:
    """What is to be done in the case, the first by its day at the front.

    At least one while the case is open; of a closed case only its look-back is left.
    """
    closed = case.state is CaseState.CLOSED
    found = _closed_step(case) if closed else _open(case, rules)
    return tuple(sorted(found, key=lambda s: (s.by, s.what)))


def _closed_step(case: CaseFile) -> tuple[NextStep, ...]:
    if case.next is None or case.look_back not in ("due", "chosen"):
        return ()
    drawn = case.look_back == "chosen"
    what = Next.LOOK_BACK if drawn else Next.LOOK_BACK_DRAW
    return (NextStep(what, case.next[1], Doer.BUREAU),)


def _open(case: CaseFile, rules: DocketRules) -> Iterator[NextStep]:
    answers = Doer.COMPANY if case.company else Doer.RESPONSIBLE
    if case.unordered:
        found = min(p.found for p in case.unordered)
        yield NextStep(Next.ORDER, found, Doer.BUREAU)
    if case.deadline is not None:
        yield NextStep(Next.RECTIFY, case.deadline, answers)
    if case.accepted_on is not None:
        yield _accepting(case, case.accepted_on, rules)
    elif case.next is not None and case.state in _WINDOWS:
        yield NextStep(_WINDOWS[case.state], case.next[1], Doer.BUREAU)
    else:
        # Waiting, or (from an earlier docket) in a state without a window.
        begun = case.last_visit or case.opened
        what = _WINDOWS.get(case.state, Next.START)
        yield NextStep(what, begun + timedelta(days=rules.start_days), Doer.BUREAU)


def _accepting(case: CaseFile, visited: date, rules: DocketRules) -> NextStep:
    by = visited + timedelta(days=rules.verdict_days)
    said = {v.party for v in case.verdicts}
    if set(rules.parties) - said or case.unsolved:
        return NextStep(Next.VERDICT, by, Doer.PARTIES)
    return NextStep(Next.CLOSE, by, Doer.BUREAU)


def due_moves(case: CaseFile, day: date, rules: DocketRules) -> tuple[Move, ...]:
    """What has happened to the case by `day` because time went on; () when nothing.

    Asked again on the same day there is nothing left: each move ends its own cause.
    """
    return tuple(_by_time(case, day, rules))


def _by_time(case: CaseFile, day: date, rules: DocketRules) -> Iterator[Move]:
    if case.state is CaseState.CLOSED:
        if case.unsolved:  # as dockets before this rule may have left it
            since = max(day, case.closed_on or day)
            yield ladder.reopen(case, since, LATER_FOUND, rules)
        elif _closed_step(case) and case.next and day > _month_end(case.next[1]):
            yield LookBackLapsed(day)
        return
    missed = missed_now(case, day)
    if missed:
        yield ladder.miss(case, day, missed)
    if case.accepted_on is not None:
        step = _accepting(case, case.accepted_on, rules)
        if step.what is Next.VERDICT and day > step.by:
            yield ladder.lapse(case, day, rules)


def _month_end(day: date) -> date:
    """A look-back is made until the month of its window is over (PROTOCOL.md §6)."""
    return month_span(month_of(day))[1]


def missed_now(case: CaseFile, day: date) -> list[int]:
    """Unsolved problems whose deadline has passed and of which no move says so yet."""
    told: set[int] = set()
    for move in case.moves:
        if isinstance(move, DeadlineMissed):
            told |= set(move.numbers)
        elif isinstance(move, Ordered | Extended):
            told -= {row[0] for row in move.deadlines}
    return [
        p.number
        for p in case.unsolved
        if p.deadline is not None and p.deadline < day and p.number not in told
    ]
