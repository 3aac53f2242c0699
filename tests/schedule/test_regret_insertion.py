"""The first plan: what is left of a package still keeps the rule or is given up."""

from __future__ import annotations

from dataclasses import replace

from by_hand import a_visit, a_workload
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_check import violations
from zibo_month import a_month

from inspector.domain import Window
from inspector.policy import DayRules
from inspector.schedule.district import District, divide
from inspector.schedule.plan import plan
from inspector.schedule.regret_insertion import Trip, begin, keeps, without
from inspector.schedule.resources import Dice, Ledger
from inspector.schedule.workload import (
    Budget,
    PeopleGroup,
    Workload,
    day_rows,
    month_rows,
)

WORK = a_month(6, 3, 0, districts=1)


def three(back: int, services: tuple[int, int, int]) -> District:
    """Visits 0, 1, 2 in a row, 10 minutes each; from 0 straight to 2 takes `back`."""
    district = divide(WORK)[0][0]
    legs = (
        (0, 10, back, 10),
        (10, 0, 10, 10),
        (back, 10, 0, 10),
        (10, 10, 10, 0),
    )
    return replace(
        district,
        legs=legs,
        service=services,
        window=(Window.ALL_DAY,) * 3,
        skill=("", "", ""),
        rules=DayRules(),
    )


def used(ledger: Ledger) -> int:
    return sum(sum(days) for days in ledger.used)


def shrink(district: District) -> tuple[Trip, int]:
    ledger = Ledger(WORK)
    ledger.add(district.office, 4, "")
    trip = Trip(4, (0, 1, 2), district.tour((0, 1, 2)))
    assert keeps(district, trip.order)
    return without(district, ledger, trip, {1}), used(ledger)


def test_a_package_without_one_stop_keeps_the_others() -> None:
    assert shrink(three(20, (100, 100, 100))) == (Trip(4, (0, 2), 40), 1)


def test_a_leg_too_long_after_a_stop_is_gone_leaves_a_visit_out() -> None:
    # 0 and 2 alone: 180 + 120 minutes of service and 20 + 400 of travel.
    left, packages = shrink(three(400, (100, 100, 100)))
    assert left == Trip(4, (0,), 20)
    assert packages == 1


def test_a_package_of_which_nothing_is_left_gives_its_car_back() -> None:
    ledger = Ledger(WORK)
    ledger.add(0, 4, "")
    district = three(20, (60, 60, 60))
    assert without(district, ledger, Trip(4, (0,), 20), {0}).order == ()
    assert used(ledger) == 0


def crooked(work: Workload) -> Workload:
    """The same month on roads where nearly every minute is rounded up."""
    return replace(work, travel=replace(work.travel, parking_minutes=0))


def test_series_without_their_first_step_never_make_a_plan_fail() -> None:
    left_out = 0
    for seed in range(6):
        work = crooked(a_month(seed, 4, 14, people=7, districts=1))
        work = replace(work, cars=((1, 0) * 11 + (1,),))
        district = divide(work)[0][0]
        trips, out = begin(district, Ledger(work), Dice(seed, "start"))
        assert all(keeps(district, trip.order) for trip in trips)
        placed = [i for trip in trips for i in trip.order]
        assert sorted([*placed, *out]) == list(range(district.size))
        for link in district.links:
            assert link.before not in out or link.after in out
        budget = Budget(0, 600.0)
        found = plan(work, seed=seed, budget=budget, executor=None, now=lambda: 0.0)
        assert violations(work, found) == []
        left_out += len(found.unplaced)
    assert left_out > 20


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_ledger_answers_as_if_it_counted_anew(data: st.DataObject) -> None:
    """Sums and answers kept since the last change are those of the whole city."""
    day3, skilled = (1, 1, 2), ("lift",)
    crew = (
        PeopleGroup(True, (), day3, 6),
        PeopleGroup(False, skilled, day3, 3),
        PeopleGroup(False, (), (1, 2, 1), 4),
    )
    visits = (a_visit("A"), a_visit("B", skill="lift"))
    work = a_workload(*visits, cars=3, crew=crew)
    work = replace(work, days=work.days[:3], cars=((3, 3, 3), (1, 1, 1)))
    ledger = Ledger(work)
    held: list[tuple[int, int, str]] = []
    kinds = ("", *ledger.skills)
    for _ in range(data.draw(st.integers(5, 40))):
        if held and data.draw(st.integers(0, 3)) == 0:
            gone = held.pop(data.draw(st.integers(0, len(held) - 1)))
            ledger.add(*gone, -1)
        office = data.draw(st.integers(0, 1))
        day, skill = data.draw(st.integers(0, 2)), data.draw(st.sampled_from(kinds))
        for new in (True, False):
            packages = sum(d == day for _, d, _ in held) + new
            some = {
                s: sum(d == day and s == k for _, d, k in held) + (s == skill)
                for s in ledger.skills
            }
            every = {
                s: sum(s == k for *_, k in held) + (s == skill) for s in ledger.skills
            }
            at = sum((o, d) == (office, day) for o, d, _ in held)
            fine = not new or at < work.cars[office][day]
            rows = day_rows(work.crew, ledger.skills, day)
            fine = fine and all(row.holds(packages, some) for row in rows)
            total = month_rows(work.crew, ledger.skills, ledger.days)
            fine = fine and all(row.holds(len(held) + new, every) for row in total)
            assert ledger.fits(office, day, skill, new) == fine
        if ledger.fits(office, day, skill):
            ledger.add(office, day, skill)
            held.append((office, day, skill))
