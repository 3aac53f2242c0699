"""A docket case (台账事项) as the fold of its moves.

Moves in order → `CaseFile`.

Folding never judges. The case that a month's freeze takes is `to_case`; it says the
same as the logs alone (`inspector.month.docket`, `inspector.docket.visits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inspector.docket.entry import Reason, Why
from inspector.docket.moves import (
    AcceptanceLapsed,
    CaseAdopted,
    CaseOpened,
    Closed,
    CompanyChanged,
    DeadlineMissed,
    Escalated,
    Extended,
    Failure,
    LookBackDrawn,
    LookBackLapsed,
    MeasureTaken,
    Move,
    Ordered,
    Problem,
    ProblemsFound,
    ProblemsSolved,
    ReasonAdded,
    Reopened,
    ResponsibleNamed,
    Supervised,
    Verdict,
    VerdictGiven,
    Visited,
    Window,
)
from inspector.docket.terms import Responsible
from inspector.docket.visits import soon
from inspector.domain import Case, CaseState, VisitKind
from inspector.errors import InspectorError, messages

messages(
    {
        "docket.no_case": (
            "台账事项须从列入开始：{move}",
            "a docket case begins with its opening, not with {move}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything the docket knows of one case.

    `failures` and `rungs` are those of the present company; `accepted_on` is the day of
    an acceptance visit whose verdicts are not complete.
    """

    id: str
    compound: str
    company: str
    street: str
    opened: date
    reasons: tuple[Reason, ...]
    state: CaseState = CaseState.WAITING
    steps: int = 0
    last_visit: date | None = None
    next: Window | None = None
    unit: str = ""
    office: Responsible | None = None
    measures: tuple[MeasureTaken, ...] = ()
    problems: tuple[Problem, ...] = ()
    orders: tuple[str, ...] = ()
    accepted_on: date | None = None
    verdicts: tuple[Verdict, ...] = ()
    failures: tuple[Failure, ...] = ()
    rungs: tuple[str, ...] = ()
    closed_on: date | None = None
    look_back: str = ""  # "", due, chosen, spared, done, lapsed
    reopened: int = 0
    moves: tuple[Move, ...] = field(default=(), repr=False)

    @property
    def unsolved(self) -> tuple[Problem, ...]:
        """Problems that are still there."""
        return tuple(p for p in self.problems if p.solved is None)

    @property
    def deadline(self) -> date | None:
        """The next deadline of an unsolved problem."""
        return min((p.deadline for p in self.unsolved if p.deadline), default=None)

    @property
    def unordered(self) -> tuple[Problem, ...]:
        """Problems that are still there and have no deadline."""
        return tuple(p for p in self.unsolved if p.deadline is None)

    @property
    def apart(self) -> bool:
        """Whether this is a result's order, followed beside the docket of a month: no
        freeze takes it, nobody accepts it; it ends when its problems are solved."""
        return any(r.why is Why.RESULT for r in self.reasons)

    @property
    def vetoed(self) -> bool:
        """Whether a veto is among the reasons."""
        return any(r.why is Why.VETO for r in self.reasons)

    @property
    def passed(self) -> bool:
        """Outcome of the last re-check or acceptance, as `following` asks for it."""
        accepting = self.state is CaseState.ACCEPTING and self.accepted_on is None
        return accepting or self.state is CaseState.CLOSED


def to_case(case: CaseFile, ended: date | None = None) -> Case:
    """The case as a row of the registry's docket: what a month's freeze takes.

    An acceptance whose verdicts are incomplete counts as not passed; a look-back whose
    window is over by `ended` is not made any more, nor one the seed spared.
    """
    state, window = case.state, case.next
    if state is CaseState.ACCEPTING and case.accepted_on is not None:
        state, window = CaseState.RECTIFYING, soon(case.accepted_on)
    if state is CaseState.CLOSED and window is not None and ended is not None:
        window = None if window[1] <= ended else window
    first, last = window or (None, None)
    return Case(
        case.id, case.compound, state, case.opened, case.last_visit, first, last
    )


def fold(moves: Iterable[Move]) -> CaseFile:
    """The case after all its moves. Raises InspectorError when it has no opening."""
    case: CaseFile | None = None
    for move in moves:
        case = apply(case, move)
    if case is None:
        raise InspectorError("docket.no_case", move="-")
    return case


def apply(case: CaseFile | None, move: Move) -> CaseFile:
    """The case after one more move; nothing is judged here."""
    if isinstance(move, CaseOpened | CaseAdopted):
        after = _begun(move)
    elif case is None:
        raise InspectorError("docket.no_case", move=type(move).__name__)
    else:
        after = _EFFECTS[type(move)](case, move)
    return replace(after, moves=(*(case.moves if case else ()), move))


def _begun(m: CaseOpened | CaseAdopted) -> CaseFile:
    begun = CaseFile(m.case, m.compound, m.company, m.street, m.day, m.reasons)
    if isinstance(m, CaseOpened):
        return begun
    closed = m.state is CaseState.CLOSED
    return replace(
        begun,
        opened=m.opened,
        state=m.state,
        steps=m.steps,
        last_visit=m.last_visit,
        next=m.next,
        closed_on=m.last_visit if closed else None,
        look_back="due" if closed and m.next else "",
    )


def _changed(
    problems: tuple[Problem, ...], new: Mapping[int, dict[str, Any]]
) -> tuple[Problem, ...]:
    return tuple(replace(p, **new.get(p.number, {})) for p in problems)


def _solved(
    problems: tuple[Problem, ...], numbers: Iterable[int], day: date
) -> tuple[Problem, ...]:
    return _changed(problems, {n: {"solved": day} for n in numbers})


def _ordered(c: CaseFile, m: Ordered) -> CaseFile:
    new = {n: {"deadline": day} for n, _, day in m.deadlines}
    return replace(
        c,
        problems=_changed(c.problems, new),
        orders=(*c.orders, m.number),
        state=m.state,
        next=m.next,
    )


def _visited(c: CaseFile, m: Visited) -> CaseFile:
    failed = (Failure(m.kind.value, m.day),) if m.failed else ()
    accepting = m.kind is VisitKind.ACCEPTANCE
    ends = m.state is CaseState.CLOSED and c.state is not CaseState.CLOSED
    return replace(
        c,
        closed_on=m.day if ends else c.closed_on,
        state=m.state,
        next=m.next,
        last_visit=m.day,
        steps=c.steps + (m.kind is VisitKind.REMEDIATION),
        problems=_solved(c.problems, m.solved, m.day),
        failures=(*c.failures, *failed),
        accepted_on=m.day if accepting else None,
        verdicts=(),
        look_back="done" if m.kind is VisitKind.LOOKBACK else c.look_back,
    )


def _verdict(c: CaseFile, m: VerdictGiven) -> CaseFile:
    given = Verdict(m.party, m.day, m.passed, m.number)
    if m.passed:
        return replace(c, verdicts=(*c.verdicts, given))
    return replace(
        c,
        verdicts=(),
        accepted_on=None,
        state=CaseState.RECTIFYING,
        next=m.next,
        failures=(*c.failures, Failure(VisitKind.ACCEPTANCE.value, m.day)),
    )


def _back(c: CaseFile, m: AcceptanceLapsed | Reopened) -> CaseFile:
    return replace(
        c,
        state=CaseState.RECTIFYING,
        next=m.next,
        verdicts=(),
        accepted_on=None,
        closed_on=None,
        look_back="",
        reopened=c.reopened + isinstance(m, Reopened),
    )


def _closed(c: CaseFile, m: Closed) -> CaseFile:
    return replace(
        c,
        state=CaseState.CLOSED,
        next=m.next,
        accepted_on=None,
        closed_on=m.day,
        look_back="due" if m.next else "",
    )


def _drawn(c: CaseFile, m: LookBackDrawn) -> CaseFile:
    if m.chosen:
        return replace(c, look_back="chosen")
    return replace(c, look_back="spared", next=None)


def _company(c: CaseFile, m: CompanyChanged) -> CaseFile:
    moved = replace(
        c, company=m.new, unit="", office=None, failures=(), rungs=(), verdicts=()
    )
    if not m.closed:
        return moved
    return replace(
        moved,
        state=CaseState.CLOSED,
        next=None,
        accepted_on=None,
        closed_on=m.day,
        look_back="",
    )


_EFFECTS: Mapping[type, Callable[[CaseFile, Any], CaseFile]] = {
    ReasonAdded: lambda c, m: replace(c, reasons=(*c.reasons, *m.reasons)),
    ResponsibleNamed: lambda c, m: replace(c, unit=m.unit, office=m.office),
    MeasureTaken: lambda c, m: replace(c, measures=(*c.measures, m)),
    ProblemsFound: lambda c, m: replace(c, problems=(*c.problems, *m.problems)),
    Ordered: _ordered,
    Supervised: _ordered,
    Extended: lambda c, m: replace(
        c,
        problems=_changed(c.problems, {n: {"deadline": d} for n, d in m.deadlines}),
        next=m.next,
    ),
    ProblemsSolved: lambda c, m: replace(
        c, problems=_solved(c.problems, m.numbers, m.day)
    ),
    DeadlineMissed: lambda c, m: replace(
        c, failures=(*c.failures, Failure("deadline", m.day))
    ),
    Visited: _visited,
    VerdictGiven: _verdict,
    AcceptanceLapsed: _back,
    Closed: _closed,
    LookBackDrawn: _drawn,
    LookBackLapsed: lambda c, m: replace(c, look_back="lapsed", next=None),
    Reopened: _back,
    Escalated: lambda c, m: replace(c, rungs=(*c.rungs, m.rung)),
    CompanyChanged: _company,
}
