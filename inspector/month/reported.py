"""A published result as the docket takes it.

Freeze, visit and result → the report that moves cases, for the service and for a
simulated year (`inspector.docket.from_results`).
"""

from __future__ import annotations

from inspector.docket.from_results import Report, orders
from inspector.docket.visits import DOCKET_KINDS
from inspector.domain import Visit, VisitKind
from inspector.month.assigned import Assigned, Result
from inspector.month.checklist import visit_items
from inspector.policy import Scope
from inspector.workdays import local_day


def report_of(
    assigned: Assigned, visit: Visit, result: Result, log: str = ""
) -> Report:
    """What a result tells its cases; `random` when no docket visit was made.

    `log`: the origin of the log that holds it. What is not on the list of the visit, or
    was not checked, is `unseen`.
    """
    frozen = assigned.frozen
    listed = {i.code for i in visit_items(assigned, visit.id)}
    unseen = {i.code for i in frozen.registry.items} - listed
    severity = {i.code: i.severity for i in frozen.registry.items}
    kinds = [k for k in result.made_as(visit.kinds) if k in DOCKET_KINDS]
    where = next(c for c in frozen.registry.compounds if c.id == visit.compound)
    bound = orders(result.outcome, result.follow_up, where.usc18)
    whole = frozen.policy.scope == Scope()
    return Report(
        f"{frozen.policy.month}/{visit.id}",
        result.date,
        kinds[0] if kinds else VisitKind.RANDOM,
        result.outcome == "no_problem",
        tuple((code, severity.get(code, "")) for code in result.findings),
        log,
        unseen=frozenset({*unseen, *result.unchecked}),
        ordered=local_day(result.published_at) if bound else None,
        party=where.responsible,
        scope="" if whole else log.rsplit("/", 1)[-1][:4],
    )
