"""How a called stand-by pair gets there: a car that is free that day, or a taxi.

A month, a day and a visit → offices with or without a car, the first choice first.

The car is one of the visit's own district, or of another one when none of its own is
free; where none is and the policy allows it, the pair takes a taxi from an office of
the visit's district, and each leg takes so many minutes more. PROTOCOL.md §8 "Calls".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from inspector.domain import Office, Package, Visit
from inspector.errors import CeremonyError, messages
from inspector.month.assigned import Assigned
from inspector.month.cars import counts
from inspector.places import minutes

messages(
    {
        "change.no_car": (
            "{day} 各办公室均无空闲车辆，工作细则也未允许打车，值班席无法前往",
            "no office has a car free on {day} and the policy allows no taxi:"
            " the stand-by pair cannot get there",
        ),
        "change.taxi_office": (
            "打车须从检查所在片区的办公室出发，{office} 不在该片区",
            "a taxi starts at an office of the visit's district, which {office} is not",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """From where a pair goes; `taxi`: without a car."""

    office: Office
    taxi: bool = False


def free_cars(assigned: Assigned, day: date) -> dict[str, int]:
    """Cars per office that nothing needs that day, what an amendment that waits for its
    entropy takes out of service included."""
    frozen, packed = assigned.frozen, assigned.sealed.packed
    if day not in frozen.working_days:
        return {}
    plan = packed if assigned.waiting is None else assigned.waiting.packed
    column = frozen.working_days.index(day)
    taxis = taxis_of(assigned)
    used = Counter(
        p.office for p in packed.packing.packages if p.day == day and p.id not in taxis
    )
    return {
        o.id: row[column] - used[o.id]
        for o, row in zip(
            frozen.registry.offices, counts(frozen, plan.cars_out), strict=True
        )
    }


def taxis_of(assigned: Assigned) -> frozenset[str]:
    """The packages of called pairs that take no car."""
    return frozenset(c.package.id for c in assigned.calls if c.taxi)


def ways(assigned: Assigned, visit: Visit, day: date) -> list[Way]:
    """Every way to go there, the first choice first: a car of the own district, a car
    of another one, nearest first, a taxi. Raises CeremonyError change.no_car."""
    policy, offices = assigned.frozen.policy, assigned.frozen.registry.offices
    free = free_cars(assigned, day)

    def far(office: Office) -> tuple[bool, int, str]:
        away = office.district != visit.district
        return away, minutes(policy.travel, office.place, visit.place), office.id

    near = sorted(offices, key=far)
    found = [Way(o) for o in near if free.get(o.id, 0) > 0]
    if policy.travel.taxi_minutes:
        found += [Way(o, True) for o in near if o.district == visit.district]
    if not found:
        raise CeremonyError("change.no_car", day=day.isoformat())
    return found


def refuse_transport(
    assigned: Assigned, visit: Visit, package: Package, taxi: bool
) -> None:
    """Raise CeremonyError change.no_car or change.taxi_office unless a car of the
    package's office is free that day, or a taxi may go from it."""
    if not taxi:
        if free_cars(assigned, package.day).get(package.office, 0) < 1:
            raise CeremonyError("change.no_car", day=package.day.isoformat())
        return
    if not assigned.frozen.policy.travel.taxi_minutes:
        raise CeremonyError("change.no_car", day=package.day.isoformat())
    homes = {o.id: o.district for o in assigned.frozen.registry.offices}
    if homes.get(package.office) != visit.district:
        raise CeremonyError("change.taxi_office", office=package.office)
