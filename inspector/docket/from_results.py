"""From the result of a docket visit to the moves of its case.

A case and what its visit found → moves of the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from inspector.docket.cases import CaseFile, apply
from inspector.docket.entry import Reason, Why
from inspector.docket.ladder import find_problems, visit
from inspector.docket.moves import CaseAdopted, Move, Visited
from inspector.docket.terms import DocketRules
from inspector.domain import Case, VisitKind
from inspector.policy import VisitRules


@dataclass(frozen=True, slots=True)
class Report:
    """What a docket visit found. `good`: its result was 未发现问题.

    `name`: the visit as documents call it, `month/visit`; `findings`: item code and
    severity; `log`: the log that holds the result, by origin.
    """

    name: str
    day: date
    kind: VisitKind
    good: bool
    findings: tuple[tuple[str, str], ...] = ()
    log: str = ""


def moves_of(
    case: CaseFile, report: Report, visits: VisitRules, rules: DocketRules
) -> tuple[Move, ...]:
    """The visit and its findings as moves of the case.

    A good re-check solves every problem, another one those it no longer found (none
    when it lists no finding). Raises InspectorError when the visit does not fit.
    """
    found = {item for item, _ in report.findings}
    solved: list[int] = []
    if report.kind is VisitKind.RECHECK and (report.good or found):
        solved = [p.number for p in case.unsolved if p.item not in found]
    made = visit(
        case,
        report.day,
        report.kind,
        report.name,
        visits,
        rules,
        passed=report.good,
        solved=solved,
    )
    moves: list[Move] = [replace(made, log=report.log)]
    after = apply(case, moves[0])
    fresh = [f for f in report.findings if f[0] not in {p.item for p in after.unsolved}]
    if fresh:
        moves.append(find_problems(after, report.day, fresh, report.name))
    return tuple(moves)


def reported(case: CaseFile, report: Report) -> bool:
    """Whether this visit is in the case already: two logs of a month may have visits of
    one name; a move that names no log is told by its day."""
    return any(
        isinstance(m, Visited)
        and m.visit == report.name
        and (m.log == report.log or (not m.log and m.day == report.day))
        for m in case.moves
    )


def adopt(row: Case, company: str, street: str, steps: int, day: date) -> CaseAdopted:
    """A row of the registry's docket as the first move of its case.

    `steps`: remediation visits made so far (`inspector.docket.visits.steps_done`).
    """
    window = None
    if row.next_first is not None and row.next_last is not None:
        window = (row.next_first, row.next_last)
    return CaseAdopted(
        day,
        row.id,
        row.compound,
        company,
        street,
        (Reason(Why.EARLIER),),
        row.state,
        row.opened,
        steps,
        row.last_visit,
        window,
    )
