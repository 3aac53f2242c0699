"""What a closed month alone leaves to the next one, for tests of that."""

from __future__ import annotations

from collections.abc import Mapping

from inspector.domain import Registry, VisitKind
from inspector.month.assigned import Assigned
from inspector.month.docket import folded
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
    """Registry and policy of the month after one that is over."""
    log, frozen = log_of(assigned), assigned.frozen
    policy = next_policy(frozen.policy)
    cases = folded([log], frozen.registry, policy, passed)
    made = following([log], frozen.registry, policy, log.last, docket=cases)
    return made, policy


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
