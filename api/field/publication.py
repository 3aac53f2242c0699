"""What a published result does at once, in the transaction of its publication.

A month's step `publish` that was just taken → facts in credit files, moves of its
docket case. Whoever takes the step calls this: the leader's review, a month that comes
back from elsewhere, the demonstration.
"""

from __future__ import annotations

from api.credit import facts
from api.docket import visited
from api.months import steps
from api.site import Desk
from api.store.models import Month
from inspector.month.assigned import Assigned


def follow(desk: Desk, month: Month) -> None:
    """What the last published result of the month does."""
    assigned: Assigned = steps.load(desk, month).need("assigned", "publish")
    result = assigned.results[-1]
    facts.result_published(desk, month, result)
    visited.published(desk, month, assigned, result)
