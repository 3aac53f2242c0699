"""What a published result rests on, and what it does in the same transaction.

A month's step `publish` that was just taken → facts in credit files, moves of its
docket case. Whoever takes the step calls `follow`: the leader's review, a month that
comes back from elsewhere, the demonstration.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.credit import facts
from api.docket import visited
from api.field.duties import Work
from api.months import standing, steps
from api.site import Desk
from api.store.models import Month
from inspector.month import following
from inspector.month.assigned import Assigned, Result
from inspector.month.documents import entry
from inspector.results.outcomes import Outcome
from inspector.results.raw import RawResult


def rests_on(desk: Desk, work: Work, raw: RawResult | Result) -> dict[str, Any]:
    """What the result says of the bureau's other logs (`following.rests_on`).

    Raises Problem logs.awaited (`standing.beside`). A correction keeps what was said.
    """
    month, assigned = work.field.month, work.field.assigned
    known = next((r for r in assigned.results if r.visit == raw.visit), None)
    if known is not None:
        told = entry(known)
        return {name: told[name] for name in ("again", "purpose", "elsewhere")}
    return following.rests_on(
        standing.beside(desk, month, assigned.frozen, work.visit),
        assigned.frozen,
        work.visit,
        raw.date,
        desk.stamp,
        inspected=Outcome(raw.outcome).inspected,
    )


def corrected(desk: Desk, month: Month, result: Result) -> None:
    """What a corrected result does to its case."""
    visited.corrected(desk, month, result)


def withdrawn(desk: Desk, work: Work) -> None:
    """What the withdrawal of a result does to its case: nothing was found."""
    known = work.field.assigned.results
    result = next((r for r in known if r.visit == work.visit.id), None)
    if result is not None:
        nothing = replace(result, outcome="withdrawn", follow_up="", findings=())
        visited.corrected(desk, work.field.month, nothing)


def follow(desk: Desk, month: Month) -> None:
    """What the last published result of the month does."""
    assigned: Assigned = steps.load(desk, month).need("assigned", "publish")
    result = assigned.results[-1]
    facts.result_published(desk, month, result)
    visited.published(desk, month, assigned, result)
