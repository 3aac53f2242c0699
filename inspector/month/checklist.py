"""清单 of a visit: what its officers check, from a month whose people are drawn.

An assigned month and a visit → its items, in their order. PROTOCOL.md §13: who sits
for another authority brings that authority's items, unless nobody goes in his seat; the
seat was drawn for it, whatever visits its package has lost since.
"""

from __future__ import annotations

from inspector.domain import Item
from inspector.month.assigned import Assigned
from inspector.policy import SeatRule, authorities
from inspector.selection.lists import visit_list


def visit_items(assigned: Assigned, visit: str) -> tuple[Item, ...]:
    """What a visit checks as people stand; nothing when it has no package."""
    packed = assigned.sealed.packed
    frozen = packed.frozen
    for package in packed.packing.packages:
        if any(s.visit == visit for s in package.stops):
            seats = [s for s in packed.seats if s.package == package.id]
            there = [s for s in seats if assigned.who(s.id, visit)]
            rules = [SeatRule(s.role, authority=s.authority) for s in there]
            at = next(v.compound for v in packed.drawn.visits if v.id == visit)
            compound = next(c for c in frozen.registry.compounds if c.id == at)
            held = authorities(frozen.policy, rules)
            items = frozen.registry.items
            return visit_list(items, frozen.policy, compound, package.day, held)
    return ()


def managed(assigned: Assigned, visit: str) -> bool:
    """Whether a company manages the compound of the visit: only a firm is ordered."""
    drawn = assigned.sealed.packed.drawn
    at = next((v.compound for v in drawn.visits if v.id == visit), "")
    return any(c.usc18 for c in drawn.frozen.registry.compounds if c.id == at)
