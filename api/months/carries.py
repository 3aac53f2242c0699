"""顺延: visits that were not made, as steps of the month; which are due to be logged.

A visit that was not made is void, and said in public; a random one is owed, and the
next freeze takes it up. It is in time on the first working day after its day, or after
the month if it found no place (PROTOCOL.md §6, `carried`). A result that says that
nobody was inspected carries its visit by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from api.errors import Problem
from api.months import steps
from api.site import Desk
from api.store.fieldwork import FieldResult
from api.store.models import Month
from inspector.domain import by_number
from inspector.errors import messages
from inspector.month.assigned import Assigned
from inspector.month.field import carry_by, causes
from inspector.month.stages import Route
from inspector.months import month_span

messages(
    {
        "carry.signed": (
            "检查 {visit} 的结果待审核，请先审核或退回",
            "a result of visit {visit} waits for review: pass or return it first",
        ),
        "carry.none": (
            "没有待顺延的未排检查",
            "no visit without a place is left to carry",
        ),
    }
)


def carry(desk: Desk, month: Month, visit: str, reason: str) -> Route:
    """Log a visit that was not made.

    Raises Problem carry.signed while a result of it waits for review, CeremonyError
    carry.* (no such visit, before its day, it has a result), close.reason.
    """
    route = steps.load(desk, month)
    route.need("assigned", "carry")
    waiting = select(FieldResult.id).where(
        FieldResult.month_id == month.id,
        FieldResult.visit == desk.mark(month.id, visit),
        FieldResult.state == "signed",
    )
    if desk.db.scalar(waiting.limit(1)) is not None:
        raise Problem("carry.signed", visit=visit)
    return _carried(desk, month, visit, reason)


def carry_unplaced(desk: Desk, month: Month) -> Route:
    """The same for all visits that found no place, each with its cause, once the month
    is over. Raises CeremonyError carry.unplaced before, Problem carry.none."""
    route = steps.load(desk, month)
    assigned: Assigned = route.need("assigned", "carry")
    left = causes(assigned)
    if not left:
        raise Problem("carry.none")
    for visit in sorted(left, key=by_number):
        route = _carried(desk, month, visit, left[visit])
    return route


def _carried(desk: Desk, month: Month, visit: str, reason: str) -> Route:
    body = {"visit": visit, "reason": reason, "at": desk.stamp}
    return steps.advance(desk, month, "carry", body, visit=visit, reason=reason)


@dataclass(frozen=True, slots=True)
class CarriesDue:
    """How many visits are to be carried or told of: `placed`, of days that are over,
    without any result begun; `unplaced`, once the month is over. `by`: the first day
    after which one of them is late."""

    placed: int
    unplaced: int
    by: date


def due(desk: Desk, month: Month, assigned: Assigned) -> CarriesDue | None:
    """What there is to carry today, None for nothing."""
    begun = set(
        desk.db.scalars(
            select(FieldResult.visit).where(FieldResult.month_id == month.id)
        )
    )
    placed = [
        s.visit
        for p in assigned.sealed.packed.packing.packages
        for s in p.stops
        if p.day < desk.today
        and s.visit in assigned.pending
        and desk.mark(month.id, s.visit) not in begun
    ]
    over = desk.today > month_span(assigned.frozen.policy.month)[1]
    unplaced = list(causes(assigned)) if over else []
    days = [carry_by(assigned, visit) for visit in (*placed, *unplaced)]
    return CarriesDue(len(placed), len(unplaced), min(days)) if days else None
