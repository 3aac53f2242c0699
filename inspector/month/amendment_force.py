"""What is in force after the lottery: each amendment and call begins a turn.

An `Amendment` (or a plan with a called pair in it) and the people who sit there → the
month that goes on with them. PROTOCOL.md §8.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from inspector.month.amendment import (
    Amendment,
    Turn,
    in_force,
    limits_of,
)
from inspector.month.assigned import Assigned
from inspector.month.pack import Packed
from inspector.selection.lottery import Assignment


def take_effect(assigned: Assigned, amendment: Amendment) -> Assigned:
    """The amended plan is in force; seats that stay keep their people."""
    late = assigned.calls[amendment.calls :]
    packed = in_force(assigned.sealed.packed, amendment.packed, late)
    seats = {s.id for s in packed.seats}
    new = amendment.drawn or Assignment((), ())
    now = Assignment(
        (*(h for h in assigned.now.holders if h[0] in seats), *new.holders),
        (*(r for r in assigned.now.reserves if r[0] in seats), *new.reserves),
    )
    there = {s.package for s in packed.seats}
    current = {p: leaf for p, leaf in assigned.current.items() if p in there}
    if amendment.people is not None:
        current |= amendment.people.of
    done = turned(assigned, packed, now, amended=amendment.attempt)
    return replace(
        done,
        sealed=replace(done.sealed, leaves=amendment.leaves),
        current=MappingProxyType(current),
        amendments=(*assigned.amendments, amendment),
    )


def turned(
    assigned: Assigned,
    packed: Packed,
    begin: Assignment,
    barred: frozenset[tuple[str, str]] = frozenset(),
    *,
    waiting: int = 0,
    amended: int = 0,
) -> Assigned:
    """A new stretch of the month with this plan and these people."""
    turn = Turn(
        packed,
        assigned.now,
        begin,
        (),
        len(assigned.absences),
        MappingProxyType(limits_of(packed, assigned.waiting)),
        assigned.barred | barred,
        waiting,
        amended,
        vacant=assigned.vacant,
    )
    return replace(
        assigned,
        first=assigned.as_sealed,
        sealed=replace(assigned.sealed, packed=packed),
        now=begin,
        turns=(*assigned.turns, turn),
    )
