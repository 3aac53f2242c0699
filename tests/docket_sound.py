"""What must hold of every case on every day: the contradictions that a reader finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from inspector.docket.cases import CaseFile, to_case
from inspector.docket.moves import Ordered, Problem, Reopened
from inspector.docket.next_steps import Doer, Next, due_moves, next_steps
from inspector.docket.terms import DocketRules, Term
from inspector.domain import CaseState


def contradictions(case: CaseFile, day: date, rules: DocketRules) -> list[str]:
    """What a reader of the case would find wrong on a day whose daily run was made."""
    bad = []
    closed = case.state is CaseState.CLOSED
    if closed and case.unsolved:
        bad.append("closed with unsolved problems")
    if closed != (case.closed_on is not None) and case.moves:
        bad.append("closed without a day, or open with one")
    if closed and case.deadline:
        bad.append("closed with a deadline")
    if isinstance(case.moves[-1], Reopened) and closed:
        bad.append("opened again, and closed")
    steps = next_steps(case, rules)
    if not closed and not steps:
        bad.append("nothing is next")
    if case.unordered and Next.ORDER not in {s.what for s in steps}:
        bad.append("a problem without deadline that nobody has to order")
    answers = Doer.COMPANY if case.company else Doer.RESPONSIBLE
    if case.deadline and not any(
        (s.what, s.who, s.by) == (Next.RECTIFY, answers, case.deadline) for s in steps
    ):
        bad.append("a deadline that nobody has to keep")
    if due_moves(case, day, rules):
        bad.append("a day has passed and nothing said so")
    row = to_case(case)
    if row.state not in (CaseState.WAITING, CaseState.CLOSED) and not row.next_first:
        bad.append("an open case that no month would visit again")
    return [*bad, *_orders(case)]


def _orders(case: CaseFile) -> list[str]:
    """Orders: a red line at once, an order to a firm only where one is."""
    bad = []
    severity = {p.number: p.severity for p in case.problems}
    for m in case.moves:
        if not isinstance(m, Ordered):
            continue
        for number, term, day in m.deadlines:
            if day < m.day:
                bad.append("a deadline before its order")
            at_once = term is Term.AT_ONCE and day == m.day
            if severity[number] == "redline" and not at_once:
                bad.append("a red line that may wait")
        if m.number.startswith("责改") != (type(m) is Ordered) and "〔" in m.number:
            bad.append("an order to a firm where there is none, or a letter to one")
    return bad


def told_wrong(
    outcome: str, findings: int, held: Sequence[tuple[CaseFile, Problem]]
) -> list[str]:
    """What a published result says against its cases; `held`: where they have it."""
    bad = []
    if outcome == "ordered" and len(held) != findings:
        bad.append("已责令改正 without an order and a deadline for each finding")
    for case, problem in held:
        if not any(
            isinstance(m, Ordered) and problem.number in {n for n, _, _ in m.deadlines}
            for m in case.moves
        ):
            bad.append("a deadline that no order names")
    return bad
