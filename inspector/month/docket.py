"""The docket as the logs leave it: cases of the newest freezes, moved by results since.

Logs as they stand (`Stood`) → the cases of the next freeze, for a bureau that keeps no
docket of its own beside them. The rules of a move are `inspector.docket.visits`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from inspector.docket.visits import DOCKET_KINDS, after_visit, steps_done
from inspector.domain import Case, CaseState, Registry, VisitKind
from inspector.month.freeze import Frozen
from inspector.month.standing import LoggedResult, Stood, first_named, freezes
from inspector.months import month_span
from inspector.policy import Policy, VisitRules


def folded(logs: Sequence[Stood], base: Registry, policy: Policy) -> list[Case]:
    """The docket of the policy's month, from these logs alone: each case as the newest
    freeze in force holds it, moved by every result published since, in order. Logs of
    later months do not count.

    Cases that no freeze knows are those of `base`; a look-back whose window was
    over before the month is not due any more.
    """
    start = month_span(policy.month)[0]
    logs = [s for s in logs if s.month <= policy.month]
    cases, homes = {c.id: c for c in base.docket}, dict[str, tuple[Stood, Frozen]]()
    for log, frozen in freezes(logs):
        for case in frozen.intake.cases:
            cases[case.id], homes[case.id] = case, (log, frozen)
    done = {
        name: steps_done(cases[name], frozen.registry.history)
        for name, (_, frozen) in homes.items()
    }
    for log, p in in_order(logs):
        name, kind = _case_of(log, p)
        if name not in homes or kind is None or _holds(homes[name], log, p):
            continue
        assert log.frozen is not None
        case, rules = cases[name], log.frozen.policy.visits
        # A closed case takes nothing beside an open one of its compound.
        taken = p.good or _beside(case, cases.values())
        cases[name] = _moved(case, kind, p.day, taken, rules, done[name])
        done[name] += kind is VisitKind.REMEDIATION
    return [_timely(c, start) for c in cases.values()]


def in_order(logs: Iterable[Stood]) -> list[tuple[Stood, LoggedResult]]:
    """Every result in order of publication."""
    found = [(s, p) for s in logs for p in s.results]
    return sorted(found, key=lambda f: (f[1].at, f[0].origin, f[1].index))


def _case_of(log: Stood, p: LoggedResult) -> tuple[str, VisitKind | None]:
    """The case that an inspection was for, and what for."""
    kinds = [k for k in p.kinds if k in DOCKET_KINDS]
    visits = log.frozen.intake.visits if log.frozen is not None else ()
    case = next((v.case for v in visits if v.compound == p.compound), "")
    return case, kinds[0] if kinds and case else None


def _holds(home: tuple[Stood, Frozen], log: Stood, p: LoggedResult) -> bool:
    """Whether a freeze stands on the result already."""
    own, frozen = home
    if log.origin == own.origin:
        return False
    sizes = {e.origin: e.size for e in frozen.registry.logs}
    if log.origin in sizes:
        return p.index < sizes[log.origin]
    # A log too old to be named by it, or one that began later.
    return log.month < first_named(frozen.policy.month) and p.at <= frozen.at


def _beside(case: Case, cases: Iterable[Case]) -> bool:
    """Whether a case is closed while another one of its compound is open: that one
    takes what is found there (`inspector.docket.homes.shares`)."""
    return case.state is CaseState.CLOSED and any(
        c.compound == case.compound and c.state is not CaseState.CLOSED for c in cases
    )


def _moved(
    case: Case, kind: VisitKind, day: date, good: bool, rules: VisitRules, done: int
) -> Case:
    """A case after one result; `done`: remediation visits before it.

    Published after the result of a later visit, it only counts as a step of a series.
    What was sealed when the case was closed finds it closed, and opens it again as a
    look-back does when it is not good.
    """
    if case.state is CaseState.CLOSED and kind is not VisitKind.LOOKBACK:
        if good:
            return case
        kind = VisitKind.LOOKBACK
    if case.last_visit is not None and day < case.last_visit:
        if kind is not VisitKind.REMEDIATION or case.state is not CaseState.LISTED:
            return case
        day = case.last_visit
    return after_visit(case, kind, day, rules, done, passed=good)


def _timely(case: Case, start: date) -> Case:
    last = case.next_last
    if case.state is CaseState.CLOSED and last is not None and last < start:
        return replace(case, next_first=None, next_last=None)
    return case
