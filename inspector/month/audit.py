"""Every claim about the month checked before anyone sees it: solve is not check.

The checks know no solver and no ceremony; this room only hands them each stage.
"""

from __future__ import annotations

from inspector.check import (
    AssignedView,
    DrawView,
    Files,
    PlanView,
    SeatsView,
    TableView,
    Violation,
    check_assigned,
    check_draw,
    check_plan,
    check_seats,
    check_table,
)
from inspector.errors import NoPlan, messages
from inspector.month.field import Assigned, lottery_table
from inspector.month.freeze import Drawn
from inspector.month.pack import Packed, needs
from inspector.month.seal import listed
from inspector.selection.network import weight

messages(
    {
        "month.violations": (
            "未通过核对，共 {count} 处：{first}",
            "the check found {count} violations: {first}",
        ),
    }
)


def drawn_violations(drawn: Drawn) -> tuple[Violation, ...]:
    """Exclusions, chances, counts, tickets, caps, quotas, the bottom list."""
    frozen = drawn.frozen
    return check_draw(
        DrawView(
            frozen.registry,
            frozen.policy,
            frozen.ranking,
            frozen.exclusions,
            frozen.strata,
            drawn.strata,
            drawn.visits,
            drawn.seed.bound_to("draw", frozen.commitment),
        )
    )


def files_of(packed: Packed) -> Files:
    """What an auditor reads: people with the logged changes."""
    registry = packed.frozen.registry
    return Files(
        packed.inspectors,
        (*registry.leave, *(x for c in packed.changes for x in c.leave)),
        (*registry.recusals, *(x for c in packed.changes for x in c.recusals)),
        registry.history,
        registry.compounds,
    )


def packed_violations(packed: Packed) -> tuple[Violation, ...]:
    """Plan, seats and chance table."""
    frozen, packing = packed.frozen, packed.packing
    policy = frozen.policy
    files = files_of(packed)
    plan = PlanView(
        packed.drawn.visits,
        packing.packages,
        tuple(u.visit for u in packing.unplaced),
        frozen.registry.offices,
        frozen.registry.cars,
        frozen.working_days,
        policy.day,
        policy.travel,
        packing.travel_minutes,
        packing.bound_minutes,
    )
    seats = SeatsView(
        packing.packages,
        packed.drawn.visits,
        packed.standby,
        packed.seats,
        tuple(listed(packed)),
        len(packed.persons),
        frozen.working_days,
        policy,
        files,
    )
    table = TableView(
        packed.persons,
        needs(frozen, packed.seats),
        packed.table,
        packed.seats,
        frozen.working_days,
        policy,
        files,
    )
    return (*check_plan(plan), *check_seats(seats), *check_table(table))


def assigned_violations(assigned: Assigned) -> tuple[Violation, ...]:
    """Seats, reserves, loads, recusal, rotation and substitutions."""
    sealed, packed = assigned.sealed, assigned.sealed.packed
    return check_assigned(
        AssignedView(
            lottery_table(sealed),
            packed.table.loads,
            tuple(weight(p) for p in packed.persons),
            assigned.drawn,
            assigned.now,
            packed.frozen.policy,
            assigned.absences,
            frozenset(),
            assigned.seed.bound_to("lottery", sealed.commitment),
            packed.seats,
            packed.packing.packages,
            packed.drawn.visits,
            files_of(packed),
        )
    )


def refuse_violations(found: tuple[Violation, ...]) -> None:
    """Raise NoPlan month.violations when a check found anything."""
    if found:
        raise NoPlan("month.violations", count=len(found), first=found[0])
