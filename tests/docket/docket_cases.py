"""Builders of docket cases for tests."""

from __future__ import annotations

from datetime import date, timedelta

from inspector.docket import ladder
from inspector.docket.cases import CaseFile, apply, fold
from inspector.docket.entry import Reason, Why
from inspector.docket.moves import CaseOpened, Move
from inspector.docket.terms import DocketRules, Party
from inspector.domain import VisitKind
from inspector.policy import VisitRules

RULES = DocketRules()
VISITS = VisitRules()
DAY = date(2026, 12, 1)
REASON = Reason(Why.TAIL, (("place", 3), ("listed", 18), ("ranked", 173)))


def on(day: int) -> date:
    """The `day`-th day after the first of December 2026."""
    return DAY + timedelta(days=day)


def a_case(*reasons: Reason) -> CaseFile:
    """A case just opened."""
    opened = CaseOpened(
        DAY, "2026-12-C0001", "C0001", "OLD", "S01", reasons or (REASON,)
    )
    return fold([opened])


def then(case: CaseFile, *moves: Move) -> CaseFile:
    for move in moves:
        case = apply(case, move)
    return case


def visited(case: CaseFile, day: int, kind: VisitKind, passed: bool = True) -> CaseFile:
    name = f"2026-12/V{day:04d}"
    move = ladder.visit(case, on(day), kind, name, VISITS, RULES, passed=passed)
    return apply(case, move)


def with_problems(case: CaseFile, day: int = 1) -> CaseFile:
    """A minor, a major and a redline problem."""
    found = [("G1-01", "minor"), ("G4-18", "major"), ("G5-22", "redline")]
    return apply(case, ladder.find_problems(case, on(day), found, "2026-12/V0001"))


def ordered(case: CaseFile, day: int = 2, **more: object) -> CaseFile:
    move = ladder.order(case, on(day), "责改1号", RULES, **more)  # type: ignore[arg-type]
    return apply(case, move)


def rectifying(failures: int = 0) -> CaseFile:
    """A case whose order is out, after so many failed re-checks."""
    case = ordered(with_problems(a_case()), straight=True)
    for k in range(failures):
        case = visited(case, 40 + k, VisitKind.RECHECK, passed=False)
    return case


def accepting() -> CaseFile:
    """A case whose acceptance visit was made on day 20; no verdict yet."""
    case = a_case()
    for day in (1, 8, 15):
        case = visited(case, day, VisitKind.REMEDIATION)
    case = visited(case, 18, VisitKind.RECHECK)
    return visited(case, 20, VisitKind.ACCEPTANCE)


def accepted(case: CaseFile, day: int = 21) -> CaseFile:
    for party in Party:
        case = apply(case, ladder.judge(case, on(day), party, True, "验1", RULES))
    return case


def closed() -> CaseFile:
    case = accepted(accepting())
    return apply(case, ladder.close(case, on(22), "销号1号", RULES))
