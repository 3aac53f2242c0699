"""Whole months: every rule kept, everything placed or named, the same bytes again."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from plan_check import violations
from zibo_month import a_month

from inspector.domain import Place
from inspector.schedule.plan import plan
from inspector.schedule.workload import (
    Budget,
    Crew,
    Packing,
    PeopleGroup,
    Progress,
    Workload,
)

FUSE = 600.0
SHORT = Budget(150_000, FUSE)


def still() -> float:
    """A clock that stands."""
    return 0.0


def packed(work: Workload, seed: int = 1, budget: Budget = SHORT) -> Packing:
    return plan(work, seed=seed, budget=budget, executor=None, now=still)


def codes(packing: Packing) -> dict[str, str]:
    return {gone.visit: gone.code for gone in packing.unplaced}


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_loose_month_is_placed_whole_and_keeps_every_rule(seed: int) -> None:
    work = a_month(seed, 24, 8, districts=3)
    found = packed(work, seed, Budget(500_000, FUSE))
    assert violations(work, found) == []
    assert found.unplaced == ()
    assert 0 < found.bound_minutes <= found.travel_minutes
    assert found.reproducible


@pytest.mark.parametrize("seed", range(3, 7))
def test_a_tight_month_keeps_every_rule(seed: int) -> None:
    work = a_month(seed, 24, 8, people=9, windows=60, districts=2)
    cars = tuple((1,) * len(work.days) for _ in work.offices)
    work = replace(work, cars=cars)
    found = packed(work, seed)
    assert violations(work, found) == []


@pytest.mark.parametrize("seed", range(1, 5))
def test_an_over_full_month_names_what_is_left_out(seed: int) -> None:
    work = a_month(seed, 60, 10, people=8, windows=50, districts=1)
    days = work.days[:9]
    crew = Crew(
        tuple(replace(g, present=g.present[:9]) for g in work.crew.groups),
        work.crew.standby_pairs,
    )
    work = replace(work, days=days, cars=((1,) * 9,), crew=crew)
    found = packed(work, seed)
    assert violations(work, found) == []
    assert len(found.unplaced) > 20
    assert found.packages
    assert "plan.full" in codes(found).values()


def test_another_seed_chooses_other_days() -> None:
    work = a_month(2, 20, 6, districts=2)
    one = {s.visit: p.day for p in packed(work, 1).packages for s in p.stops}
    two = {s.visit: p.day for p in packed(work, 2).packages for s in p.stops}
    assert one.keys() == two.keys()
    assert sum(one[v] != two[v] for v in one) > len(one) // 2


def test_a_blown_fuse_returns_the_first_plan_and_says_so() -> None:
    ticks = iter(range(10**9))
    work = a_month(5, 20, 6, districts=2)
    found = plan(
        work,
        seed=1,
        budget=Budget(10**9, 3.0),
        executor=None,
        now=lambda: float(next(ticks)),
    )
    assert not found.reproducible
    assert violations(work, found) == []
    assert found.unplaced == ()


def test_stop_ends_the_search_with_the_best_so_far() -> None:
    told: list[Progress] = []
    work = a_month(5, 20, 6, districts=2)
    found = plan(
        work,
        seed=1,
        budget=Budget(10**9, FUSE),
        executor=None,
        now=still,
        progress=told.append,
        stop=lambda: len(told) >= 2,
    )
    assert [one.stage for one in told] == ["start", "price"]
    assert not found.reproducible
    assert violations(work, found) == []


def test_a_fuse_blown_inside_a_task_ends_the_task() -> None:
    asked = []

    def clock() -> float:
        asked.append(1)
        return float(len(asked) > 80)

    work = a_month(5, 20, 6, districts=1)
    found = plan(work, seed=1, budget=Budget(10**9, 1.0), executor=None, now=clock)
    # One price task and one search: the fuse blew inside one of them.
    assert len(found.runs) <= 2
    assert 80 < len(asked) <= 83
    assert not found.reproducible
    assert violations(work, found) == []
    assert found.unplaced == ()


def test_stop_is_heard_while_other_processes_work() -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5

    work = a_month(5, 20, 6, districts=2)
    with ProcessPoolExecutor(1) as executor:
        found = plan(
            work,
            seed=1,
            budget=Budget(3_000_000, FUSE),
            executor=executor,
            now=still,
            stop=stop,
        )
    assert not found.reproducible
    assert violations(work, found) == []
    assert found.unplaced == ()


def one_visit(work: Workload, **changes: object) -> Workload:
    visit = replace(work.visits[0], id="X", skill="", **changes)  # type: ignore[arg-type]
    return replace(work, visits=(*work.visits, visit))


SMALL = a_month(6, 6, 2, districts=1)


def test_a_visit_without_an_office_is_named() -> None:
    assert codes(packed(one_visit(SMALL, district="nowhere"))) == {
        "X": "plan.no_office"
    }


def test_a_visit_without_a_working_day_is_named() -> None:
    sunday = date(2026, 12, 6)
    assert codes(packed(one_visit(SMALL, first=sunday, last=sunday))) == {
        "X": "plan.no_day"
    }
    monday = date(2026, 12, 7)
    assert codes(packed(one_visit(SMALL, first=sunday, last=monday))) == {}


def test_a_visit_on_days_without_a_car_is_named() -> None:
    work = one_visit(SMALL, first=date(2026, 12, 1), last=date(2026, 12, 1))
    assert codes(packed(work)) == {}
    work = replace(work, cars=((0, *(3,) * 22),))
    assert codes(packed(work)) == {"X": "plan.no_car"}


def test_a_visit_too_long_even_alone_is_named() -> None:
    assert codes(packed(one_visit(SMALL, service_minutes=481))) == {
        "X": "plan.too_long"
    }


def test_a_visit_nobody_has_the_skill_for_is_named() -> None:
    work = one_visit(SMALL)
    visits = (*work.visits[:-1], replace(work.visits[-1], skill="gas"))
    assert codes(packed(replace(work, visits=visits))) == {"X": "plan.no_skill"}


def test_a_day_with_one_officer_has_no_team() -> None:
    one = Crew((PeopleGroup(True, ("fire", "lift"), (1,) * 23, 20),))
    found = packed(replace(SMALL, crew=one))
    assert set(codes(found).values()) <= {"plan.no_people", "plan.series_before"}
    assert len(found.unplaced) == len(SMALL.visits)


def test_a_series_whose_gap_no_day_keeps_is_named_with_its_later_steps() -> None:
    visits = tuple(
        replace(v, last=date(2026, 12, 7)) if v.id == "S0000-1" else v
        for v in SMALL.visits
    )
    visits = tuple(
        replace(v, first=date(2026, 12, 2)) if v.id == "S0000-0" else v for v in visits
    )
    assert codes(packed(replace(SMALL, visits=visits))) == {
        "S0000-1": "plan.series",
        "S0000-2": "plan.series_before",
    }


def test_barred_days_and_pairs_apart_are_kept() -> None:
    work = a_month(7, 12, 0, districts=1)
    free = packed(work)
    pair = next(p for p in free.packages if len(p.stops) > 1)
    a, b = pair.stops[0].visit, pair.stops[1].visit
    barred = tuple((a, day) for day in work.days if day != work.days[4])
    work = replace(work, apart=((a, b),), barred=barred)
    found = packed(work)
    assert violations(work, found) == []
    on = {s.visit: p for p in found.packages for s in p.stops}
    assert on[a].day == work.days[4]
    assert on[a] != on[b]


def test_pinned_packages_stay_and_the_rest_is_planned_around_them() -> None:
    work = a_month(8, 14, 3, districts=1)
    pinned = packed(work).packages[:2]
    found = packed(replace(work, pinned=pinned), 9)
    assert violations(work, found) == []
    assert found.unplaced == ()
    kept = {(p.day, p.office, p.stops) for p in found.packages}
    assert {(p.day, p.office, p.stops) for p in pinned} <= kept


def test_an_empty_month_is_an_empty_plan() -> None:
    found = packed(replace(SMALL, visits=()))
    assert (found.packages, found.unplaced, found.travel_minutes) == ((), (), 0)


def test_visits_at_the_office_itself_cost_nothing() -> None:
    office = SMALL.offices[0].place
    visits = tuple(
        replace(v, place=Place(office.lon_udeg, office.lat_udeg)) for v in SMALL.visits
    )
    found = packed(replace(SMALL, visits=visits))
    assert (found.travel_minutes, found.unplaced) == (0, ())


@pytest.mark.parametrize("units", [1, 1_000, 300_000])
def test_no_progress_goes_past_its_total(units: int) -> None:
    """Whatever the bounds and the last task cost beyond the budget."""
    told: list[Progress] = []
    plan(
        a_month(5, 20, 6, districts=2),
        seed=1,
        budget=Budget(units, FUSE),
        executor=None,
        now=still,
        progress=told.append,
    )
    assert told
    assert all(0 <= one.done <= one.total == units for one in told)
    assert [one.done for one in told] == sorted(one.done for one in told)
