"""Capacity: the limit is never passed, and what is said to fit is a plan that keeps
every rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from by_hand import DAYS, a_group, a_package, a_packing, a_visit, a_workload
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_check import violations
from zibo_month import a_month

from inspector.domain import Visit
from inspector.policy import DayRules
from inspector.schedule.workload import Workload
from inspector.why.capacity import fill, needs, package_limit, visit_limit


def wrong(work: Workload, more: list[Visit]) -> tuple[list[str], int]:
    """Violations of the filled month, and how many visits it holds."""
    filled = fill(work, (), more)
    held = {s.visit for p in filled for s in p.stops}
    whole = replace(work, visits=tuple(v for v in more if v.id in held))
    found = violations(whole, a_packing(filled))
    return [w for w in found if not w.startswith(("order of", "names of"))], len(held)


def limit(work: Workload, pool: list[Visit]) -> int:
    packages = package_limit(work)
    own = [
        visit_limit(
            work,
            needs(work, [v for v in pool if v.district == o.district]),
            package_limit(work, office=n),
        )
        for n, o in enumerate(work.offices)
    ]
    return min(sum(own), visit_limit(work, needs(work, pool), packages))


def test_packages_are_limited_by_cars_and_by_people() -> None:
    work = a_workload(cars=2)  # one car more in the other office
    assert package_limit(work) == 3 * len(DAYS)
    assert package_limit(work, office=0) == 2 * len(DAYS)
    few = a_workload(cars=2, crew=(a_group(True, 2), a_group(False, 2, days={1: 0})))
    assert package_limit(few) == 2 * len(DAYS) - 1
    month = replace(few.crew.groups[0], month=4)
    crew = replace(few.crew, groups=(month, few.crew.groups[1]))
    assert package_limit(replace(few, crew=crew)) == 4


def test_a_skill_limits_the_packages_that_need_it() -> None:
    crew = (a_group(True), a_group(False), a_group(False, 1, "lift"))
    work = a_workload(cars=2, crew=crew)
    assert package_limit(work, "lift") == len(DAYS)
    assert package_limit(work, "fire") == 0


def test_the_limit_counts_service_and_the_shortest_leg() -> None:
    """One car for one day: 434 minutes beside the way back take 5 x (60 + 23)."""
    work = a_workload(cars=(1,) + (0,) * 8)
    pool = [a_visit(f"A{n}", 1 + n % 2) for n in range(8)]
    assert [n.minutes for n in needs(work, pool)] == [60] * 8  # two share each place
    apart = [a_visit(f"A{n}", 1 + n) for n in range(8)]
    assert {n.minutes for n in needs(work, apart)} == {83}
    assert visit_limit(work, needs(work, apart), 1) == (480 - 23) // 83 == 5
    assert visit_limit(work, needs(work, apart), 0) == 0
    short = replace(work, day=DayRules(max_visits=3))
    assert visit_limit(short, needs(short, apart), 1) == 3
    assert needs(work, [a_visit("X", district="d9")]) == ()


def test_a_month_is_filled_until_nothing_fits() -> None:
    work = a_workload(cars=(1,) + (0,) * 8)
    more = [a_visit(f"A{n}", 1, 120) for n in range(5)]
    found, count = wrong(work, more)
    assert (found, count) == ([], 3)


def test_what_is_planned_already_stays() -> None:
    work = a_workload(a_visit("A"), a_visit("B", 2, skill="lift"), cars=1, crew=(
        a_group(True), a_group(False), a_group(False, 1, "lift")
    ))  # fmt: skip
    packages = (a_package(work, "P001", 1, "A"), a_package(work, "P002", 2, "B"))
    more = [a_visit(f"X{n}", 1, skill="lift" if n % 3 else "") for n in range(60)]
    filled = fill(work, packages, more)
    days = {s.visit: p.day for p in filled for s in p.stops}
    assert (days["A"], days["B"]) == (DAYS[0], DAYS[1])
    held = replace(work, visits=tuple(v for v in (*work.visits, *more) if v.id in days))
    found = violations(held, a_packing(filled))
    assert [w for w in found if not w.startswith(("order of", "names of"))] == []
    assert 30 < len(days) < 62


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_city_filled_up_keeps_every_rule_and_its_limit(seed: int) -> None:
    work = a_month(seed, 260, 0, people=12, districts=3)
    pool = list(work.visits)
    found, count = wrong(replace(work, visits=()), pool)
    assert found == []
    assert 60 < count <= limit(work, pool)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from([30, 60, 90, 150])), max_size=14
    ),
    cars=st.integers(0, 1),
    people=st.integers(1, 3),
)
def test_no_filled_month_passes_the_limit(
    sizes: list[tuple[int, int]], cars: int, people: int
) -> None:
    crew = (a_group(True, people), a_group(False, people, days={1: 0}))
    work = a_workload(cars=(1, cars) + (0,) * 7, crew=crew)
    pool = [a_visit(f"A{n:02d}", *size) for n, size in enumerate(sizes)]
    found, count = wrong(work, pool)
    assert found == []
    assert count <= limit(work, pool)
