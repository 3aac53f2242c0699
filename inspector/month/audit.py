"""Every claim about the month checked before anyone sees it: solve is not check.

A stage of the month → violations, none if all holds. Each step ends here.

The checks know no solver and no ceremony; this room only hands them each stage.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from inspector.check import (
    Absence,
    AmendedView,
    AssignedView,
    DrawView,
    Files,
    PlanView,
    SeatsView,
    TableView,
    Violation,
    YearlyView,
    check_amended,
    check_assigned,
    check_draw,
    check_explained,
    check_plan,
    check_seats,
    check_table,
    check_turn,
    check_yearly,
    day_cars,
)
from inspector.errors import NoPlan, messages
from inspector.month.amendment import Amendment, Turn, limits_of
from inspector.month.assigned import Assigned, table_of
from inspector.month.call_transport import taxis_of
from inspector.month.cars import counts
from inspector.month.field import ClosedMonth
from inspector.month.freeze import Drawn
from inspector.month.pack import Packed, needs
from inspector.month.seal import listed
from inspector.replan.replan import published_days
from inspector.selection.lottery import Assignment
from inspector.selection.network import weight
from inspector.sources import outside_time
from inspector.workdays import local_day

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
            local_day(frozen.at),
            drawn.seed.bound_to("draw", frozen.commitment),
        )
    )


def files_of(packed: Packed, before: str = "~") -> Files:
    """What an auditor reads: people with the changes logged before a time."""
    registry = packed.frozen.registry
    changes = [c for c in packed.changes if c.at < before]
    return Files(
        packed.inspectors,
        (*registry.leave, *(x for c in changes for x in c.leave)),
        (*registry.recusals, *(x for c in changes for x in c.recusals)),
        registry.history,
        registry.compounds,
        registry.running,
        registry.items,
    )


def packed_violations(packed: Packed) -> tuple[Violation, ...]:
    """Plan, seats and chance table."""
    frozen, packing = packed.frozen, packed.packing
    policy = frozen.policy
    files = files_of(packed)
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
        known=files_of(packed, outside_time(policy.draw_entropy)),
        unmanned=packed.unmanned,
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
    return (*check_plan(plan_view(packed)), *check_seats(seats), *check_table(table))


def plan_view(packed: Packed, taxis: frozenset[str] = frozenset()) -> PlanView:
    """A plan as the rules of a plan read it; `taxis`: called pairs without a car."""
    frozen, packing = packed.frozen, packed.packing
    there = frozenset(p.id for p in packing.packages)
    return PlanView(
        packed.drawn.visits,
        packing.packages,
        tuple(u.visit for u in packing.unplaced),
        frozen.registry.offices,
        day_cars(
            frozen.registry.offices,
            frozen.working_days,
            counts(frozen, packed.cars_out),
        )
        if packed.cars_out
        else frozen.registry.cars,
        frozen.working_days,
        frozen.policy.day,
        frozen.policy.travel,
        packing.travel_minutes,
        packing.bound_minutes,
        there & {s.id for s in packed.standby},
        there & taxis,
    )


def closed_violations(closed: ClosedMonth) -> tuple[Violation, ...]:
    """Counts, limits and reasons of the results."""
    return check_yearly(yearly_view(closed.assigned))


def unexplained(closed: ClosedMonth) -> tuple[Violation, ...]:
    """Results above the yearly limit without the head's reason: published all the same,
    and what the auditor's claim fails by."""
    return check_explained(yearly_view(closed.assigned))


def yearly_view(assigned: Assigned) -> YearlyView:
    """The results as the rules of the year read them."""
    frozen, packed = assigned.frozen, assigned.sealed.packed
    return YearlyView(
        frozen.registry,
        frozen.policy,
        frozen.intake.visits,
        assigned.log.events,
        assigned.entries,
        {r.visit: [d.isoformat() for d in r.elsewhere] for r in assigned.results},
        {row.visit: row.reason for row in packed.excess},
    )


def assigned_violations(assigned: Assigned) -> tuple[Violation, ...]:
    """Seats, reserves, loads, recusal, rotation and substitutions; in a month changed
    after the lottery also its plans, amendments and new chance tables."""
    if not assigned.turns:
        return check_assigned(_lottery_view(assigned, assigned.now))
    found = [*check_assigned(_lottery_view(assigned, assigned.drawn))]
    first = Turn(
        assigned.as_sealed,
        assigned.drawn,
        assigned.drawn,
        (),
        0,
        limits_of(assigned.as_sealed, None),
        frozenset(),
    )
    turns = (first, *assigned.turns)
    ends = [t.before for t in assigned.turns] + [assigned.now]
    counts = [t.since for t in assigned.turns] + [len(assigned.absences)]
    for turn, end, count in zip(turns, ends, counts, strict=True):
        logged = assigned.absences[turn.since + turn.extra : count]
        found += check_plan(plan_view(turn.packed, taxis_of(assigned)))
        found += check_turn(_turn_view(assigned, turn, end, logged))
    for n, amendment in enumerate(assigned.made()):
        found += _amendment_violations(assigned, turns, n, amendment)
    return tuple(dict.fromkeys(found))


def _lottery_view(assigned: Assigned, now: Assignment) -> AssignedView:
    """The month's first lottery; `now`: who sits where as far as the plan is its."""
    packed = assigned.as_sealed
    return AssignedView(
        table_of(packed),
        packed.table.loads,
        tuple(weight(p) for p in packed.persons),
        assigned.drawn,
        now,
        packed.frozen.policy,
        () if assigned.turns else assigned.absences,
        frozenset(),
        assigned.seed.bound_to("lottery", assigned.sealed.commitment),
        packed.seats,
        packed.packing.packages,
        packed.drawn.visits,
        files_of(packed),
        waiting=_waiting(packed),
    )


def _turn_view(
    assigned: Assigned, turn: Turn, end: Assignment, logged: tuple[Absence, ...]
) -> AssignedView:
    packed = turn.packed
    return AssignedView(
        table_of(packed),
        (),
        tuple(turn.limits[p.id] for p in packed.persons),
        turn.begin,
        end,
        packed.frozen.policy,
        (*turn.replaced, *logged),
        turn.barred,
        None,
        packed.seats,
        packed.packing.packages,
        packed.drawn.visits,
        files_of(packed),
        frozenset((a.day, a.person) for a in assigned.absences[: turn.since]),
        _waiting(packed),
        turn.vacant,
    )


def _waiting(packed: Packed) -> frozenset[str]:
    """Stand-by pairs that are not called."""
    called = {p.id for p in packed.packing.packages}
    return frozenset(s.id for s in packed.standby if s.id not in called)


def _amendment_violations(
    assigned: Assigned, turns: tuple[Turn, ...], n: int, amendment: Amendment
) -> list[Violation]:
    """What an amendment may change, and its own seats, chances and lottery."""
    number = amendment.attempt
    made = next(k for k, t in enumerate(turns) if number in (t.waiting, t.amended))
    before, now = turns[made - 1].packed, turns[made].before
    packed, frozen = amendment.packed, assigned.frozen
    after = next((t for t in turns if t.amended == number), None)
    today = local_day(amendment.at)
    days, notice = frozen.working_days, frozen.policy.notice_workdays
    earlier = (assigned.as_sealed, *(a.packed for a in assigned.made()[:n]))
    found = list(
        check_amended(
            AmendedView(
                before.drawn.visits,
                packed.drawn.visits,
                before.packing.packages,
                packed.packing.packages,
                frozenset(d for d in days if d <= today),
                frozenset(published_days(days, today, notice)),
                frozenset(p.id for x in earlier for p in x.packing.packages),
                after.before.holders if after else (),
                after.begin.holders if after else (),
                amendment.reasons,
            )
        )
    )
    away = assigned.absences[: turns[made].since]
    files, (taken, held) = files_of(packed), _taken(before, packed, now, away)
    full = {
        (i, d)
        for i, p in enumerate(packed.inspectors)
        for d in days
        if held[i] >= p.max_days
    }
    new = {s.package for s in packed.seats}
    found += check_seats(
        SeatsView(
            tuple(p for p in packed.packing.packages if p.id in new),
            packed.drawn.visits,
            (),
            packed.seats,
            tuple(listed(packed)),
            len(packed.persons),
            (),
            frozen.policy,
            files,
            taken | full,
            files_of(packed, outside_time(frozen.policy.draw_entropy)),
        )
    )
    if packed.seats:
        found += check_table(
            TableView(
                packed.persons,
                needs(frozen, packed.seats),
                packed.table,
                packed.seats,
                days,
                frozen.policy,
                files,
                taken,
                held,
            )
        )
    if amendment.drawn is not None and amendment.seed is not None:
        found += check_assigned(
            AssignedView(
                table_of(packed),
                packed.table.loads,
                tuple(weight(p) for p in packed.persons),
                amendment.drawn,
                amendment.drawn,
                frozen.policy,
                seed=amendment.seed.bound_to("amendment", amendment.commitment),
                rows=packed.seats,
                packages=tuple(p for p in packed.packing.packages if p.id in new),
                visits=packed.drawn.visits,
                files=files,
            )
        )
    return found


def _taken(
    before: Packed, packed: Packed, now: Assignment, away: tuple[Absence, ...]
) -> tuple[frozenset[tuple[int, date]], tuple[int, ...]]:
    """People and days not to be had for new seats; days with a seat that stays."""
    stay = {p.id for p in packed.packing.packages} | {s.id for s in before.standby}
    holders, order = dict(now.holders), [p.id for p in packed.persons]
    busy = {(holders[s.id], s.day) for s in before.seats if s.package in stay}
    gone = {(a.person, date.fromisoformat(a.day)) for a in away}
    index = {name: i for i, name in enumerate(order)}
    held = Counter(name for name, _ in busy)
    return (
        frozenset((index[name], day) for name, day in busy | gone),
        tuple(held[name] for name in order),
    )


def refuse_violations(found: tuple[Violation, ...]) -> None:
    """Raise NoPlan month.violations when a check found anything."""
    if found:
        raise NoPlan("month.violations", count=len(found), first=found[0])
