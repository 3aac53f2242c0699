"""Who may be drawn for the new packages of an amendment, and who is not to be had.

A changed plan and the people away → the seats of its new packages and, for each, those
who are free that day and have duty days left. Seats that stay keep their people.
PROTOCOL.md §8.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.domain import Package, Visit
from inspector.errors import InspectorError, messages
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.assigned import Assigned
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import (
    Seat,
    known_people,
    needs,
    staffing,
)
from inspector.policy import SeatRule
from inspector.schedule.workload import Packing
from inspector.selection.chances import chance_table
from inspector.selection.network import ChanceTable, Person
from inspector.selection.seats import People, Work, seat_rules

messages(
    {
        "change.person": (
            "名录中没有工号 {inspector}",
            "nobody in the registry has the staff number {inspector}",
        ),
    }
)

Away = Mapping[str, Collection[date]]  # staff number -> days


def staffing_table(
    frozen: Frozen, persons: Sequence[Person], seats: Sequence[Seat]
) -> ChanceTable:
    """The chance table of new seats. Raises NoTable when they cannot be filled."""
    return chance_table(persons, needs(frozen, seats), frozen.policy.lottery)


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
    amended_plan: AmendedPlan,
) -> Taken:
    """Seats that stay, and days away."""
    packed, names = assigned.sealed.packed, assigned.frozen.names
    stay = {p.id for p in amended_plan.packages} | {s.id for s in packed.standby}
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
    amended_plan: AmendedPlan,
    visits: Sequence[Visit],
) -> tuple[tuple[Person, ...], tuple[Seat, ...]]:
    """Seats of the new packages, with those free that day who have days left."""
    packed = assigned.sealed.packed
    days = packed.frozen.working_days
    known = {p.id for p in packed.packing.packages} | {s.id for s in packed.standby}
    new = tuple(p for p in amended_plan.packages if p.id not in known)
    drawn = replace(packed.drawn, visits=tuple(visits))
    packing = Packing(new, (), 0, 0, (), 0.0, 0.0, True)
    early = known_people(drawn.frozen, assigned.changes)
    everyone, seats = staffing(drawn, packing, (), people, early)
    out = taken(assigned, people, gone, amended_plan)
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


def barred_from(
    assigned: Assigned, people: People, call: Package, visit: Visit
) -> frozenset[tuple[str, str]]:
    """(seat, person) of a stand-by pair for all who may not make the visit."""
    frozen = assigned.frozen
    compound = next(c for c in frozen.registry.compounds if c.id == visit.compound)
    found = set()
    for seat in assigned.sealed.packed.seats:
        if seat.package != call.id:
            continue
        rule = SeatRule(seat.role)
        for i in people.inspectors:
            if people.conflict(i.id, compound, call.day, call.day) or people.scoped_out(
                i, rule, [compound], call.day
            ):
                found.add((seat.id, frozen.names[i.id]))
    return frozenset(found)
