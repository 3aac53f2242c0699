"""Cars out of service: rows of a plan that name a frozen car and its days.

Cars out of service as rows → how many cars an office has on each day; cars gone by a
change → rows that name them.

The solver counts cars per office and day; what is sealed names each car, so that
anybody can add up what was left (PROTOCOL.md §6 "Cars").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from inspector.codec import dump, read
from inspector.domain import Car
from inspector.month.freeze import Frozen
from inspector.replan.changes import CarsGone


@dataclass(frozen=True, slots=True)
class CarOut:
    """A frozen car that cannot be used from `first` to `last`."""

    car: str
    first: date = field(metadata={"name": "from"})
    last: date = field(metadata={"name": "to"})


def document(row: CarOut) -> dict[str, Any]:
    """The row as it is sealed."""
    return dict(dump(row))


def read_out(row: dict[str, Any]) -> CarOut:
    """Inverse of `document`. Raises Faults."""
    out: CarOut = read(CarOut, row, "cars_out")
    return out


def in_use(car: Car, day: date, out: Sequence[CarOut] = ()) -> bool:
    """Whether the car is in service that day and not out."""
    there = (car.first or day) <= day <= (car.last or day)
    return there and not any(r.car == car.id and r.first <= day <= r.last for r in out)


def counts(frozen: Frozen, out: Sequence[CarOut] = ()) -> tuple[tuple[int, ...], ...]:
    """Cars to be had per office and working day."""
    cars, days = frozen.registry.cars, frozen.working_days
    return tuple(
        tuple(sum(c.office == o.id and in_use(c, d, out) for c in cars) for d in days)
        for o in frozen.registry.offices
    )


def rows_of(
    frozen: Frozen, gone: Sequence[CarsGone], before: Sequence[CarOut] = ()
) -> tuple[CarOut, ...]:
    """The rows that say the same as these counts, after those `before`: of each office
    and day the last cars by id that are left."""
    out = list(before)
    for one in gone:
        own = [c for c in frozen.registry.cars if c.office == one.office]
        lost: dict[str, list[date]] = {}
        for day in frozen.working_days:
            if day in one.days:
                left = sorted(c.id for c in own if in_use(c, day, out))
                for car in left[len(left) - one.count :]:
                    lost.setdefault(car, []).append(day)
        out += [row for car in sorted(lost) for row in _runs(frozen, car, lost[car])]
    return tuple(sorted(out, key=lambda r: (r.car, r.first, r.last)))


def _runs(frozen: Frozen, car: str, days: Sequence[date]) -> list[CarOut]:
    """One row per run of working days."""
    place = {day: k for k, day in enumerate(frozen.working_days)}
    found = []
    for _, run in groupby(enumerate(days), key=lambda x: place[x[1]] - x[0]):
        own = [day for _, day in run]
        found.append(CarOut(car, own[0], own[-1]))
    return found
