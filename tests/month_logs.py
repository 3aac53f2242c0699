"""What a month alone leaves to the next one, and who goes in it, for tests of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspector.domain import Registry, VisitKind
from inspector.month.assigned import Assigned
from inspector.month.following import following, next_policy
from inspector.month.stages import Route
from inspector.month.standing import Stood, stood
from inspector.policy import Policy


def log_of(assigned: Assigned) -> Stood:
    """The log of a month after its lottery."""
    route = Route(frozen=assigned.frozen, sealed=assigned.sealed, assigned=assigned)
    log = stood(route)
    assert log is not None
    return log


def after_close(
    assigned: Assigned, passed: Mapping[str, bool] | None = None
) -> tuple[Registry, Policy]:
    """Registry and policy of the month after one that is over; `passed`: the outcome of
    a case's visits where it is not that of their results."""
    log, frozen = log_of(assigned), assigned.frozen
    policy, told = next_policy(frozen.policy), passed or {}
    case_of = {v.compound: v.case for v in frozen.intake.visits}
    results = tuple(
        replace(p, good=told.get(case_of.get(p.compound, ""), p.good))
        for p in log.results
    )
    log = replace(log, results=results)
    return following([log], frozen.registry, policy, log.last), policy


def officers(assigned: Assigned) -> dict[str, tuple[str, str]]:
    """Package -> staff numbers of its lead and second who go, "" for nobody."""
    real = {name: i for i, name in assigned.frozen.names.items()} | {"": ""}
    out: dict[str, dict[str, str]] = {}
    holders = assigned.going()
    for seat in assigned.sealed.packed.seats:
        name = seat.id.rsplit("/", 1)[1]
        out.setdefault(seat.package, {})[name] = real[holders[seat.id]]
    return {p: (s["lead"], s["second"]) for p, s in out.items()}


def passed(assigned: Assigned) -> dict[str, bool]:
    """Whether the last re-check or acceptance of each docket case went well."""
    good = {r.visit: r.outcome == "no_problem" for r in assigned.results}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    cases = {v.compound: v.case for v in assigned.frozen.intake.visits}
    return {
        cases[visits[v].compound]: ok
        for v, ok in good.items()
        if visits[v].compound in cases and VisitKind.REMEDIATION not in visits[v].kinds
    }
