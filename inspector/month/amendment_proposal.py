"""A change after the lottery, up to its seal: replanned, its new packages staffed.

A month with its people, and what changed → a `Proposal`. The replan itself never sees a
name: people who are away become counts here. Seats of packages that stay keep their
people; only the seats of new packages get a chance table, over those who are free on
the day and have duty days left. Nothing is applied: a `Proposal` is what
`inspector.month.amendment_seal` binds and draws with later entropy; its `AmendedPlan`
alone, without names, is what that needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from inspector.domain import Package, Visit, by_number
from inspector.errors import InspectorError, NoTable, messages
from inspector.month.amendment_left_out import Resettling
from inspector.month.amendment_numbers import numbered
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.amendment_staffing import (
    Away,
    barred_from,
    gone_days,
    staffed,
    staffing_table,
)
from inspector.month.assigned import Assigned
from inspector.month.call_transport import taxis_of
from inspector.month.crew import crew_kind, kept_apart
from inspector.month.freeze import Frozen
from inspector.month.pack import (
    Seat,
    people_of,
    solver_seed,
    workload,
)
from inspector.replan.changes import (
    ADDING,
    CarsGone,
    Change,
    PeopleAway,
)
from inspector.replan.replan import Replanned, published_days, replan
from inspector.schedule.workload import Workload
from inspector.selection.levels import Shortage
from inspector.selection.network import ChanceTable, Person
from inspector.selection.seats import People

messages(
    {
        "change.place": (
            "{visit}：名录中没有小区 {compound}",
            "{visit}: the registry has no compound {compound}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would do.

    `replanned`: the plan and its diff; `persons`, `seats`, `table`: those who may be
    drawn for the new packages, None without a new package; `conflicts`: stand-by seats
    called to a visit that their holder may not make, with his pseudonym (the next
    reserve goes); `runs`: replans counted, more than one when a package could not be
    staffed; `unlogged`: days and staff numbers counted as away without a logged absence
    (no amendment is made on a rumour).
    """

    replanned: Replanned
    amended_plan: AmendedPlan
    persons: tuple[Person, ...]
    seats: tuple[Seat, ...]
    table: ChanceTable | None
    conflicts: tuple[tuple[str, str], ...]
    runs: int
    unlogged: tuple[tuple[date, str], ...]


def propose(
    assigned: Assigned,
    changes: Sequence[Change],
    *,
    today: date,
    away: Away | None = None,
    repairs: int = 3,
) -> Proposal:
    """The least upheaval that copes with the changes and with people `away`.

    Added visits get the next numbers, whatever their ids. Logged absences count as
    away, too; log them first (`absence.absent`), so that those who stepped in count as
    busy. Cars gone by earlier amendments stay gone. Raises InspectorError change.* for
    a change that does not fit; NoTable when the new packages cannot be staffed after
    `repairs` more replans.
    """
    packed = assigned.sealed.packed
    frozen = packed.frozen
    people = people_of(frozen, assigned.changes)
    gone = gone_days(assigned, people, away or {})
    changes = numbered(assigned, changes)
    work = _workload(assigned, people, changes)
    cars = assigned.amendments[-1].cars if assigned.amendments else ()
    facts = [*_counts(frozen, people, gone), *cars, *changes]
    pairs = {s.id for s in packed.standby}
    for run in range(1, repairs + 2):
        found = replan(
            work,
            [p for p in packed.packing.packages if p.id not in pairs],
            facts,
            today=today,
            published=published_days(
                frozen.working_days, today, frozen.policy.notice_workdays
            ),
            seed=solver_seed(packed.drawn),
            unplaced=packed.packing.unplaced,
            standby=[p for p in packed.packing.packages if p.id in pairs],
            last=_last(assigned),
            taxis=taxis_of(assigned),
        )
        amended_plan = _revision(packed.drawn.visits, found, (*cars, *changes))
        visits = found.work.visits
        seated = partial(staffed, assigned, people, gone, visits=visits)
        rest = Resettling(assigned, amended_plan, visits, today, seated)
        amended_plan = rest.settled(_last(assigned))
        found = replace(found, unplaced=amended_plan.unplaced)
        if amended_plan.packages != rest.amended_plan.packages:
            found = _resettled(found, amended_plan, pairs)
        new = {p.id for p in found.packages if p.id in found.new}
        persons, seats = staffed(assigned, people, gone, amended_plan, visits)
        try:
            table = staffing_table(frozen, persons, seats) if seats else None
        except NoTable as problem:
            blamed = _blamed([p for p in found.packages if p.id in new], problem)
            barred = {*work.barred, *blamed}
            if run > repairs or barred == set(work.barred):
                raise
            work = replace(work, barred=tuple(sorted(barred)))
            continue
        conflicts = _conflicts(assigned, people, found)
        rumours = _unlogged(assigned, gone)
        return Proposal(
            found, amended_plan, persons, seats, table, conflicts, run, rumours
        )
    raise AssertionError("unreachable")


def _resettled(
    found: Replanned, amended_plan: AmendedPlan, pairs: Collection[str]
) -> Replanned:
    """The plan as it is with what was put in; moves name the packages as they are."""
    old = {p.id for p in found.packages} - set(found.new)
    now = {s.visit: p.id for p in amended_plan.packages for s in p.stops}
    moves = []
    for m in found.moves:
        name = now.get(m.visit, "") if m.new_package in found.new else m.new_package
        params = dict(m.params)
        if "package" in params:
            params["package"] = name
        moves.append(replace(m, new_package=name, params=tuple(sorted(params.items()))))
    packages = tuple(p for p in amended_plan.packages if p.id not in pairs)
    return replace(
        found,
        packages=packages,
        moves=tuple(moves),
        new=tuple(p.id for p in packages if p.id not in old),
        travel_after=sum(p.travel_minutes for p in amended_plan.packages),
    )


def _revision(
    before: Sequence[Visit], found: Replanned, facts: Sequence[Change]
) -> AmendedPlan:
    """The new plan without the notes of how it was found."""
    old, new = {v.id for v in before}, {v.id: v for v in found.work.visits}
    reasons = dict[str, str]()
    kept = ("replan.company_", "replan.unreachable_")
    for m in sorted(found.moves, key=lambda m: not m.code.startswith(kept)):
        reasons[m.visit] = m.code
    reasons |= {u.visit: u.cause for u in found.unplaced}
    packages = sorted((*found.packages, *found.standby), key=lambda p: by_number(p.id))
    return AmendedPlan(
        tuple(packages),
        found.unplaced,
        tuple(v for v in new.values() if v.id not in old),
        tuple(v.id for v in before if v.id not in new),
        tuple(sorted(reasons.items())),
        tuple(f for f in facts if isinstance(f, CarsGone)),
    )


def _last(assigned: Assigned) -> int:
    """The highest package number ever used in the month."""
    plans = (assigned.as_sealed, *(a.packed for a in assigned.made()))
    names = [p.id for plan in plans for p in plan.packing.packages]
    numbers = [int(n[1:]) for n in names if n[:1] == "P" and n[1:].isdigit()]
    return max(numbers, default=0)


def _unlogged(
    assigned: Assigned, gone: Mapping[str, frozenset[date]]
) -> tuple[tuple[date, str], ...]:
    names = assigned.frozen.names
    logged = {(a.day, a.person) for a in assigned.absences}
    return tuple(
        sorted(
            (day, number)
            for number, days in gone.items()
            for day in days
            if (day.isoformat(), names[number]) not in logged
        )
    )


def _blamed(packages: Sequence[Package], problem: NoTable) -> list[tuple[str, date]]:
    """Visits and days of the packages that cannot be staffed."""
    shortage = problem.params["shortage"]
    named = set(shortage.packages) if isinstance(shortage, Shortage) else set()
    return [(s.visit, p.day) for p in packages if p.id in named for s in p.stops]


def _counts(
    frozen: Frozen, people: People, gone: Mapping[str, frozenset[date]]
) -> list[PeopleAway]:
    """Who is away, without names: one person fewer in a group on some days."""
    by_number = {i.id: i for i in people.inspectors}
    found = []
    for number, lost in gone.items():
        person = by_number[number]
        kind = crew_kind(frozen, person)
        if kind is None or not lost:
            continue
        there = len(people.days(person, frozen.working_days))
        before = min(person.max_days, there)
        after = min(person.max_days, there - len(lost))
        found.append(
            PeopleAway(
                *kind,
                tuple(sorted(lost)),
                month_days=before - after,
            )
        )
    return found


def _workload(
    assigned: Assigned, people: People, changes: Sequence[Change]
) -> Workload:
    """The month's workload, with the pairs kept apart that added visits bring."""
    drawn = assigned.sealed.packed.drawn
    added: list[Visit] = [c.visit for c in changes if isinstance(c, ADDING)]
    known = {c.id for c in assigned.frozen.registry.compounds}
    for v in added:
        if v.compound not in known:
            raise InspectorError("change.place", visit=v.id, compound=v.compound)
    work = workload(drawn, people, assigned.as_sealed.cars_out)
    if not added:
        return work
    apart = kept_apart((*drawn.visits, *added), people, assigned.frozen)
    return replace(work, apart=apart)


def _conflicts(
    assigned: Assigned, people: People, found: Replanned
) -> tuple[tuple[str, str], ...]:
    """Holders of called stand-by seats who are recused or rotated out there."""
    known = {p.id for p in assigned.sealed.packed.packing.packages}
    visits = {v.id: v for v in found.work.visits}
    holders = dict(assigned.now.holders)
    return tuple(
        sorted(
            (seat, holders[seat])
            for call in found.standby
            if call.id not in known
            for stop in call.stops
            for seat, person in barred_from(assigned, people, call, visits[stop.visit])
            if holders[seat] == person
        )
    )
