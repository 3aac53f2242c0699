"""清单 of a visit: what its officers check, from a month whose people are drawn.

An assigned month and a visit → its items, in their order; a draw and a package → the
same before anybody is drawn. PROTOCOL.md §13: who sits for another authority brings
that authority's items, unless nobody goes in his seat.
"""

from __future__ import annotations

from collections.abc import Container

from inspector.domain import Item, Package
from inspector.month.assigned import Assigned
from inspector.month.freeze import Drawn
from inspector.policy import SeatRule, authorities
from inspector.selection.lists import visit_list
from inspector.selection.seats import seat_rules


def rules_of(drawn: Drawn, package: Package) -> dict[str, SeatRule]:
    """Seat id -> its rule, of a package with a route (called pairs: leads and seconds
    sit for the bureau's own authority in any case)."""
    visits = {v.id: v for v in drawn.visits}
    inside = [visits[s.visit] for s in package.stops]
    rules = seat_rules(drawn.frozen.policy, inside, package.skill)
    return {f"{package.id}/{name}": rule for name, rule in rules}


def planned_items(
    drawn: Drawn, package: Package, visit: str, vacant: Container[str] = ()
) -> tuple[Item, ...]:
    """What a visit of a package checks when nobody sits in the `vacant` seats."""
    frozen = drawn.frozen
    at = next(v.compound for v in drawn.visits if v.id == visit)
    compound = next(c for c in frozen.registry.compounds if c.id == at)
    rules = rules_of(drawn, package)
    held = authorities(
        frozen.policy, [rule for seat, rule in rules.items() if seat not in vacant]
    )
    items = frozen.registry.items
    return visit_list(items, frozen.policy, compound, package.day, held)


def visit_items(assigned: Assigned, visit: str) -> tuple[Item, ...]:
    """What a visit checks as people stand; nothing when it has no package."""
    packed = assigned.sealed.packed
    for package in packed.packing.packages:
        if any(s.visit == visit for s in package.stops):
            seats = {s.id for s in packed.seats if s.package == package.id}
            vacant = {  # a called pair has but two seats, whatever its visit asks for
                seat
                for seat in rules_of(packed.drawn, package)
                if seat not in seats or not assigned.who(seat, visit)
            }
            return planned_items(packed.drawn, package, visit, vacant)
    return ()


def managed(assigned: Assigned, visit: str) -> bool:
    """Whether a company manages the compound of the visit: only a firm is ordered."""
    drawn = assigned.sealed.packed.drawn
    at = next((v.compound for v in drawn.visits if v.id == visit), "")
    return any(c.usc18 for c in drawn.frozen.registry.compounds if c.id == at)
