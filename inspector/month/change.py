"""A change after the lottery, up to its seal: replan, seats of new packages, chances.

The replan itself never sees a name: people who are away become counts here. Seats of
packages that stay keep their people; only the seats of new packages get a chance table,
over those who are free on the day and have duty days left. Nothing is applied: a
`Proposal` is what `inspector.month.amend` binds and draws with later entropy; its
`Revision` alone, without names, is what that needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from inspector.domain import Package, Visit, by_number
from inspector.errors import InspectorError, NoTable, messages
from inspector.month.field import Assigned
from inspector.month.freeze import Drawn, Frozen
from inspector.month.numbers import numbered
from inspector.month.pack import (
    Seat,
    kept_apart,
    known_people,
    needs,
    people_of,
    solver_seed,
    staffing,
    workload,
)
from inspector.month.resettled import Resettling
from inspector.month.revision import Revision
from inspector.schedule.changes import (
    CarsGone,
    Change,
    PeopleAway,
    RecheckFailed,
    WhistleCalled,
)
from inspector.schedule.replan import Replanned, published_days, replan
from inspector.schedule.workload import Packing, Workload
from inspector.selection.chances import chance_table
from inspector.selection.levels import Shortage
from inspector.selection.network import ChanceTable, Person
from inspector.selection.seats import People, Work, seat_rules

messages(
    {
        "change.person": (
            "名录中没有工号 {inspector}",
            "nobody in the registry has the staff number {inspector}",
        ),
        "change.place": (
            "{visit}：名录中没有小区 {compound}",
            "{visit}: the registry has no compound {compound}",
        ),
    }
)

Away = Mapping[str, Collection[date]]  # staff number -> days


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
    revision: Revision
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
    facts = [*_counts(people, gone, frozen.working_days), *cars, *changes]
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
        )
        revision = _revision(packed.drawn.visits, found, (*cars, *changes))
        visits = found.work.visits
        seated = partial(staffed, assigned, people, gone, visits=visits)
        rest = Resettling(assigned, revision, visits, today, seated)
        revision = rest.settled(_last(assigned))
        found = replace(found, unplaced=revision.unplaced)
        if revision.packages != rest.revision.packages:
            found = _resettled(found, revision, pairs)
        new = {p.id for p in found.packages if p.id in found.new}
        persons, seats = staffed(assigned, people, gone, revision, visits)
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
        return Proposal(found, revision, persons, seats, table, conflicts, run, rumours)
    raise AssertionError("unreachable")


def _resettled(
    found: Replanned, revision: Revision, pairs: Collection[str]
) -> Replanned:
    """The plan as it is with what was put in; moves name the packages as they are."""
    old = {p.id for p in found.packages} - set(found.new)
    now = {s.visit: p.id for p in revision.packages for s in p.stops}
    moves = []
    for m in found.moves:
        name = now.get(m.visit, "") if m.new_package in found.new else m.new_package
        params = dict(m.params)
        if "package" in params:
            params["package"] = name
        moves.append(replace(m, new_package=name, params=tuple(sorted(params.items()))))
    packages = tuple(p for p in revision.packages if p.id not in pairs)
    return replace(
        found,
        packages=packages,
        moves=tuple(moves),
        new=tuple(p.id for p in packages if p.id not in old),
        travel_after=sum(p.travel_minutes for p in revision.packages),
    )


def staffing_table(
    frozen: Frozen, persons: Sequence[Person], seats: Sequence[Seat]
) -> ChanceTable:
    """The chance table of new seats. Raises NoTable when they cannot be filled."""
    return chance_table(persons, needs(frozen, seats), frozen.policy.lottery)


def _revision(
    before: Sequence[Visit], found: Replanned, facts: Sequence[Change]
) -> Revision:
    """The new plan without the notes of how it was found."""
    old, new = {v.id for v in before}, {v.id: v for v in found.work.visits}
    reasons = dict[str, str]()
    kept = "replan.company_"
    for m in sorted(found.moves, key=lambda m: not m.code.startswith(kept)):
        reasons[m.visit] = m.code
    reasons |= {u.visit: u.cause for u in found.unplaced}
    packages = sorted((*found.packages, *found.standby), key=lambda p: by_number(p.id))
    return Revision(
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


def gone_days(
    assigned: Assigned, people: People, away: Away
) -> dict[str, frozenset[date]]:
    """Days on which people who would be present are away, by staff number."""
    frozen = assigned.frozen
    real = {name: i for i, name in frozen.names.items()}
    found: dict[str, set[date]] = {}
    for number, days in away.items():
        if number not in frozen.names:
            raise InspectorError("change.person", inspector=number)
        found.setdefault(number, set()).update(days)
    for absence in assigned.absences:
        day = date.fromisoformat(absence.day)
        found.setdefault(real[absence.person], set()).add(day)
    by_number = {i.id: i for i in people.inspectors}
    return {
        number: frozenset(d for d in days if people.present(by_number[number], d))
        for number, days in sorted(found.items())
    }


def _counts(
    people: People, gone: Mapping[str, frozenset[date]], days: Sequence[date]
) -> list[PeopleAway]:
    """The same without names: one person fewer in a group on some days."""
    by_number = {i.id: i for i in people.inspectors}
    found = []
    for number, lost in gone.items():
        person = by_number[number]
        if person.expert or not lost:
            continue
        there = len(people.days(person, days))
        before = min(person.max_days, there)
        after = min(person.max_days, there - len(lost))
        found.append(
            PeopleAway(
                person.may_lead,
                person.skills,
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
    added: list[Visit] = [
        c.visit for c in changes if isinstance(c, WhistleCalled | RecheckFailed)
    ]
    known = {c.id for c in assigned.frozen.registry.compounds}
    for v in added:
        if v.compound not in known:
            raise InspectorError("change.place", visit=v.id, compound=v.compound)
    work = workload(drawn, people, assigned.as_sealed.cars_out)
    if not added:
        return work
    apart = kept_apart((*drawn.visits, *added), people, assigned.frozen)
    return replace(work, apart=apart)


@dataclass(frozen=True, slots=True)
class Taken:
    """Who is not to be had for new seats: `days` on which a person (index) has a seat
    that stays or is away, `held` days with a seat."""

    days: tuple[frozenset[date], ...]
    held: tuple[int, ...]

    def pairs(self) -> frozenset[tuple[int, date]]:
        """Person and day."""
        return frozenset((i, d) for i, days in enumerate(self.days) for d in days)


def taken(
    assigned: Assigned,
    people: People,
    gone: Mapping[str, frozenset[date]],
    revision: Revision,
) -> Taken:
    """Seats that stay, and days away."""
    packed, names = assigned.sealed.packed, assigned.frozen.names
    stay = {p.id for p in revision.packages} | {s.id for s in packed.standby}
    holders = dict(assigned.now.holders)
    busy: dict[str, set[date]] = {}
    for seat in packed.seats:
        if seat.package in stay:
            busy.setdefault(holders[seat.id], set()).add(seat.day)
    order = [(names[i.id], i.id) for i in people.inspectors]
    return Taken(
        tuple(
            frozenset(busy.get(name, ())) | gone.get(number, frozenset())
            for name, number in order
        ),
        tuple(len(busy.get(name, ())) for name, _ in order),
    )


def staffed(
    assigned: Assigned,
    people: People,
    gone: Mapping[str, frozenset[date]],
    revision: Revision,
    visits: Sequence[Visit],
) -> tuple[tuple[Person, ...], tuple[Seat, ...]]:
    """Seats of the new packages, with those free that day who have days left."""
    packed = assigned.sealed.packed
    days = packed.frozen.working_days
    known = {p.id for p in packed.packing.packages} | {s.id for s in packed.standby}
    new = tuple(p for p in revision.packages if p.id not in known)
    drawn = replace(packed.drawn, visits=tuple(visits))
    packing = Packing(new, (), 0, 0, (), 0.0, 0.0, True)
    early = known_people(drawn.frozen, assigned.changes)
    everyone, seats = staffing(drawn, packing, (), people, early)
    out = taken(assigned, people, gone, revision)
    persons = tuple(
        replace(
            p,
            days=p.days
            & ~sum(1 << n for n, day in enumerate(days) if day in out.days[k]),
            max_days=max(0, p.max_days - out.held[k]),
        )
        for k, p in enumerate(everyone)
    )
    index = {day: n for n, day in enumerate(days)}

    def free(person: int, day: date) -> bool:
        one = persons[person]
        return bool(one.days >> index[day] & 1 and one.max_days)

    away = {(a.person, a.day) for a in assigned.absences}

    def there(person: int, day: date) -> bool:
        one = persons[person]
        gone = day in out.days[person] or (one.id, day.isoformat()) in away
        return bool(one.max_days and not gone)

    hard = _hardest(drawn, new, early, there)
    return persons, tuple(
        replace(
            seat,
            eligible=tuple(i for i in seat.eligible if free(i, seat.day)),
            hardest=hard[seat.id],
        )
        for seat in seats
    )


def _hardest(
    drawn: Drawn,
    packages: Sequence[Package],
    people: People,
    free: Callable[[int, date], bool],
) -> dict[str, int]:
    """Per seat the fewest of those free who may make one of its visits alone."""
    visits = {v.id: v for v in drawn.visits}
    compounds = {c.id: c for c in drawn.frozen.registry.compounds}
    found = {}
    for p in packages:
        inside = [visits[s.visit] for s in p.stops]
        for name, rule in seat_rules(drawn.frozen.policy, inside, p.skill):
            found[f"{p.id}/{name}"] = min(
                sum(
                    free(i, p.day)
                    for i in people.eligible(
                        rule, Work(p.day, v.skill, (compounds[v.compound],))
                    )
                )
                for v in inside
            )
    return found


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


def barred_from(
    assigned: Assigned, people: People, call: Package, visit: Visit
) -> frozenset[tuple[str, str]]:
    """(seat, person) of a stand-by pair for all who may not make the visit."""
    frozen = assigned.frozen
    compound = next(c for c in frozen.registry.compounds if c.id == visit.compound)
    out = {
        frozen.names[i.id]
        for i in people.inspectors
        if people.conflict(i.id, compound, call.day, call.day)
    }
    seats = [s.id for s in assigned.sealed.packed.seats if s.package == call.id]
    return frozenset((seat, name) for seat in seats for name in out)
