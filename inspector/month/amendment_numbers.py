"""Numbers of visits added after the lottery go on and tell neither place nor day.

Changes with visits of any id → the same changes with the ids the month gives them.

PROTOCOL.md §8 "Numbers". Whatever id an added visit comes with, it gets the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inspector.ceremony.canon import canonical
from inspector.ceremony.seed import ticket
from inspector.domain import Package, Visit, by_number
from inspector.month import documents
from inspector.month.assigned import Assigned
from inspector.replan.changes import ADDING, Change


def used_visits(assigned: Assigned) -> set[str]:
    """Ids of all visits the month ever had, those of cancelled amendments included."""
    plans = (assigned.as_sealed, *(a.packed for a in assigned.made()))
    used = {v.id for plan in plans for v in plan.drawn.visits}
    return used | {c.visit.id for c in assigned.calls}


def renumbered(assigned: Assigned, added: Sequence[Visit]) -> tuple[Visit, ...]:
    """The added visits, in the order given, with the numbers that follow."""
    drawn = assigned.as_sealed.drawn
    seed = drawn.seed.bound_to("draw", drawn.frozen.commitment)
    last = max((by_number(v) for v in used_visits(assigned)), default=(0, "V0"))
    begin = 1 + int(last[1][1:])

    def place(visit: Visit) -> tuple[bytes, bytes]:
        kind = visit.kinds[0].value if visit.kinds else ""
        name = f"{visit.compound}/{visit.step}/{kind}"
        plain = canonical(documents.entry(replace(visit, id="")))
        return ticket(seed, "visit", name), plain

    order = sorted(range(len(added)), key=lambda k: place(added[k]))
    number = {k: n for n, k in enumerate(order, begin)}
    return tuple(replace(v, id=f"V{number[k]:04d}") for k, v in enumerate(added))


def numbered(assigned: Assigned, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes with the visits they add numbered on."""
    adds = [c for c in changes if isinstance(c, ADDING)]
    fresh = iter(renumbered(assigned, [c.visit for c in adds]))
    return tuple(
        replace(c, visit=next(fresh)) if isinstance(c, ADDING) else c for c in changes
    )


def numbered_call(
    assigned: Assigned, visit: Visit, package: Package
) -> tuple[Visit, Package]:
    """A visit called and its route with the number that follows."""
    (fresh,) = renumbered(assigned, [visit])
    stops = tuple(
        replace(s, visit=fresh.id) if s.visit == visit.id else s for s in package.stops
    )
    return fresh, replace(package, stops=stops)
