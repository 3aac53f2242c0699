"""One company's drawn compounds share a day where that costs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from inspector.domain import Office, Package, Place, Visit, VisitKind, Window
from inspector.schedule.merged_inspections import (
    joined,
    same_day_apart,
    scattered,
    together,
)
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


# -- in one package ----------------------------------------------------------------


def joint_month(**changes: dict[str, object]) -> tuple[Workload, Packing]:
    """Packages of one and two visits on the days 1 and 2: V1 | V2 V3, all side by side,
    unless `changes` of a visit say otherwise."""
    v1, v2, v3 = (a_visit(n, **changes.get(n, {})) for n in ("V1", "V2", "V3"))
    crew = Crew((PeopleGroup(True, (), (4,) * 3, 12),))
    work = Workload(DAYS, (v1, v2, v3), (OFFICE,), ((2,) * 3,), crew)
    rows = [(DAYS[0], [v1]), (DAYS[1], [v2, v3])]
    made = [
        package(f"P{n:03d}", day, OFFICE, visits, work.day, work.travel)
        for n, (day, visits) in enumerate(rows, 1)
    ]
    packages = tuple(p for p in made if p is not None)
    travel = sum(p.travel_minutes for p in packages)
    return work, Packing(packages, (), travel, 0, (), 0.0, 0.0, True)


def shapes(packing: Packing) -> list[list[str]]:
    return sorted(sorted(s.visit for s in p.stops) for p in packing.packages)


def test_visits_of_one_company_come_into_one_package() -> None:
    work, packing = joint_month()
    after = joined(work, packing, COMPANY)
    assert shapes(after) == [["V1", "V2", "V3"]]
    assert sum(p.travel_minutes for p in after.packages) == after.travel_minutes
    most = packing.travel_minutes + packing.travel_minutes // 100
    assert after.travel_minutes <= most
    assert joined(work, packing, COMPANY) == after


@pytest.mark.parametrize(
    "changes",
    [
        # V1 cannot come over, nor V2 to V1
        {"V1": {"last": DAYS[0]}, "V2": {"first": DAYS[1]}},
        # they need different skills
        {"V1": {"skill": "fire"}, "V2": {"skill": "lift"}},
        # steps of one series, a day apart
        {
            "V1": {"series": "K", "step": 0, "gap_min": 1, "gap_max": 9},
            "V2": {"series": "K", "step": 1, "gap_min": 1, "gap_max": 9},
        },
    ],
)
def test_nobody_joins_where_a_rule_forbids_it(
    changes: dict[str, dict[str, object]],
) -> None:
    work, packing = joint_month(**changes)
    assert shapes(joined(work, packing, COMPANY)) == [["V1"], ["V2", "V3"]]


def test_pairs_kept_apart_and_pinned_packages_stay() -> None:
    work, packing = joint_month()
    apart = replace(work, apart=(("V1", "V2"),))
    assert shapes(joined(apart, packing, COMPANY)) == [["V1"], ["V2", "V3"]]
    pinned = replace(work, pinned=packing.packages[:1])
    assert joined(pinned, packing, COMPANY).packages == packing.packages


@pytest.mark.parametrize(
    ("east", "together_"), [(118_000_000, True), (118_100_000, False)]
)
def test_travel_grows_by_a_hundredth_at_most(east: int, together_: bool) -> None:
    """Two long visits fill a day, so one of them comes over only in exchange."""
    long = {"service_minutes": 150}
    west = {"place": Place(118_000_000, 36_810_000), **long}
    there = {"place": Place(east, 36_810_000), **long}
    rows = [a_visit(f"V{n}", **(west if n < 3 else there)) for n in (1, 2, 3, 4)]
    crew = Crew((PeopleGroup(True, (), (4,) * 3, 12),))
    work = Workload(DAYS, tuple(rows), (OFFICE,), ((2,) * 3,), crew)
    made = [
        package(f"P{n:03d}", DAYS[n - 1], OFFICE, pair, work.day, work.travel)
        for n, pair in enumerate((rows[:2], rows[2:]), 1)
    ]
    packages = tuple(p for p in made if p is not None)
    travel = sum(p.travel_minutes for p in packages)
    packing = Packing(packages, (), travel, 0, (), 0.0, 0.0, True)
    after = joined(work, packing, {"V1": "X", "V3": "X", "V2": "", "V4": ""})
    assert after.travel_minutes * 100 <= travel * 101
    joint = [["V1", "V3"], ["V2", "V4"]]
    assert shapes(after) == (joint if together_ else [["V1", "V2"], ["V3", "V4"]])


def test_packages_beyond_one_of_a_company_and_day_are_counted() -> None:
    _, packing = joint_month()
    rows = tuple(replace(p, day=DAYS[0]) for p in packing.packages)
    assert same_day_apart(rows, COMPANY) == 1
    assert same_day_apart(packing.packages, COMPANY) == 0
