"""One company's drawn compounds share a day where that costs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from inspector.domain import Office, Package, Place, Visit, VisitKind, Window
from inspector.schedule.merged_inspections import scattered, together
from inspector.schedule.packages import package
from inspector.schedule.workload import Crew, Packing, PeopleGroup, Workload

DAYS = tuple(date(2026, 12, d) for d in (1, 2, 3))
OFFICE = Office("O1", "张店", Place(118_000_000, 36_800_000))


def a_visit(name: str, **other: object) -> Visit:
    plain = Visit(
        name,
        f"C{name}",
        (VisitKind.RANDOM,),
        "张店",
        Place(118_000_000 + 1000 * int(name[1:]), 36_810_000),
        60,
        Window.ALL_DAY,
        "",
        DAYS[0],
        DAYS[-1],
    )
    return replace(plain, **other)  # type: ignore[arg-type]


def a_month(cars: int, people: int, *visits: Visit) -> tuple[Workload, Packing]:
    """Each visit in a package of its own, on day 1, 2, 3 in turn."""
    crew = Crew((PeopleGroup(True, (), (people,) * 3, 3 * people),))
    work = Workload(DAYS, visits, (OFFICE,), ((cars,) * 3,), crew)
    made = [
        package(f"P{n:03d}", DAYS[n - 1], OFFICE, [v], work.day, work.travel)
        for n, v in enumerate(visits, 1)
    ]
    packages: tuple[Package, ...] = tuple(p for p in made if p is not None)
    travel = sum(p.travel_minutes for p in packages)
    return work, Packing(packages, (), travel, 0, (), 0.0, 0.0, True)


def day_of(packing: Packing) -> dict[str, date]:
    return {s.visit: p.day for p in packing.packages for s in p.stops}


COMPANY = {"V1": "X", "V2": "X", "V3": "Y"}


def test_packages_of_one_company_move_to_one_day() -> None:
    work, packing = a_month(2, 4, a_visit("V1"), a_visit("V2"), a_visit("V3"))
    after = together(work, packing, COMPANY)
    days = day_of(after)
    assert days["V1"] == days["V2"]
    assert days["V3"] == DAYS[2]
    assert sum(p.travel_minutes for p in after.packages) == packing.travel_minutes
    assert [p.id for p in after.packages] == ["P001", "P002", "P003"]


@pytest.mark.parametrize(
    ("cars", "people", "change"),
    [
        (1, 4, {}),  # one car a day: two packages cannot meet
        (2, 3, {}),  # people for one package a day only
        (2, 4, {"last": DAYS[0]}),  # V1 is bound to day 1 and V2 to day 2
    ],
)
def test_nothing_moves_where_a_rule_forbids_it(
    cars: int, people: int, change: dict[str, date]
) -> None:
    first = a_visit("V1", **change)
    second = a_visit("V2", first=DAYS[1]) if change else a_visit("V2")
    work, packing = a_month(cars, people, first, second, a_visit("V3"))
    after = together(work, packing, COMPANY)
    assert scattered(day_of(after), {"X": ("V1", "V2")}) == 1


def test_the_gap_to_a_sibling_holds() -> None:
    step = {"series": "K1", "gap_min": 1, "gap_max": 1}
    first = a_visit("V1")
    second = a_visit("V2", step=0, **step)
    third = a_visit("V3", step=1, **step)
    work, packing = a_month(2, 4, first, second, third)
    days = day_of(together(work, packing, COMPANY))
    assert days["V1"] == days["V2"] == DAYS[1]
    assert (days["V3"] - days["V2"]).days == 1


def test_a_pinned_package_stays() -> None:
    work, packing = a_month(2, 4, a_visit("V1"), a_visit("V2"), a_visit("V3"))
    pinned = replace(work, pinned=packing.packages[:2])
    assert together(pinned, packing, COMPANY) == packing
