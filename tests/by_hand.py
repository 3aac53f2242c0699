"""Months made by hand: one or two offices, places 0.1 degrees apart to the east.

0.1 degrees are 23 minutes of driving, 0.2 degrees 41, 0.4 degrees 78. Working days are
1 to 11 December 2026 but the weekend: 1 2 3 4, 7 8 9 10 11.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from inspector.domain import Office, Package, Place, Visit, VisitKind, Window
from inspector.policy import DayRules, TravelModel
from inspector.schedule.packages import package
from inspector.schedule.workload import Crew, Packing, PeopleGroup, Unplaced, Workload


def dec(day: int) -> date:
    return date(2026, 12, day)


DAYS = tuple(dec(d) for d in (1, 2, 3, 4, 7, 8, 9, 10, 11))
OFFICES = (
    Office("O1", "d1", Place(118_000_000, 36_700_000)),
    Office("O2", "d2", Place(119_000_000, 36_700_000)),
)


def east(tenths: int) -> Place:
    return Place(118_000_000 + tenths * 100_000, 36_700_000)


def a_visit(name: str, tenths: int = 1, minutes: int = 60, **rest: Any) -> Visit:
    """A random visit of O1's district, any day of the month unless said otherwise."""
    given: dict[str, Any] = {
        "compound": f"C-{name}",
        "kinds": (VisitKind.RANDOM,),
        "district": "d1",
        "place": east(tenths),
        "window": Window.ALL_DAY,
        "skill": "",
        "first": dec(1),
        "last": dec(31),
    }
    return Visit(id=name, service_minutes=minutes, **(given | rest))


def a_series(name: str, steps: int = 2, tenths: int = 1, **rest: Any) -> list[Visit]:
    """Steps S-0, S-1, … of one series, 3 to 6 days apart."""
    given: dict[str, Any] = {
        "compound": f"C-{name}",
        "kinds": (VisitKind.REMEDIATION,),
        "series": name,
        "gap_min": 3,
        "gap_max": 6,
    }
    return [
        a_visit(f"{name}-{step}", tenths, step=step, **(given | rest))
        for step in range(steps)
    ]


def a_group(
    lead: bool, count: int = 4, *skills: str, days: dict[int, int] | None = None
) -> PeopleGroup:
    """`count` people on every day, other counts on `days` (of December)."""
    present = [(days or {}).get(d.day, count) for d in DAYS]
    return PeopleGroup(lead, tuple(skills), tuple(present), sum(present))


def a_workload(
    *visits: Visit,
    cars: int | tuple[int, ...] = 2,
    crew: tuple[PeopleGroup, ...] = (),
    standby: int = 0,
    **rest: Any,
) -> Workload:
    """The visits with `cars` in O1 every day, one in O2, and eight officers."""
    row = (cars,) * len(DAYS) if isinstance(cars, int) else cars
    groups = crew or (a_group(True), a_group(False))
    given: dict[str, Any] = {"day": DayRules(), "travel": TravelModel()}
    return Workload(
        DAYS,
        tuple(visits),
        OFFICES,
        (row, (1,) * len(DAYS)),
        Crew(groups, standby),
        **(given | rest),
    )


def a_package(work: Workload, name: str, day: int, *stops: str) -> Package:
    """The package of these visits in this order."""
    visits = {v.id: v for v in work.visits}
    order = [visits[s] for s in stops]
    office = next(o for o in work.offices if o.district == order[0].district)
    made = package(name, dec(day), office, order, work.day, work.travel)
    assert made is not None, f"{name} breaks a rule"
    return made


def a_packing(
    packages: tuple[Package, ...], unplaced: tuple[Unplaced, ...] = ()
) -> Packing:
    """These packages as a solver would hand them over."""
    travel = sum(p.travel_minutes for p in packages)
    return Packing(packages, unplaced, travel, 0, (), 0.0, 0.0, True)
