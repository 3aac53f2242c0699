"""Each rule of the engine: a month that just keeps it, and one that just cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from plan_check import violations

from inspector.domain import Office, Place, Visit, VisitKind, Window
from inspector.policy import DayRules
from inspector.schedule.plan import plan
from inspector.schedule.workload import (
    Budget,
    Crew,
    JointGroup,
    PeopleGroup,
    Workload,
)

DAYS = tuple(date(2026, 12, day) for day in range(7, 12))  # Monday to Friday
OFFICE = Office("O", "d", Place(118_000_000, 36_700_000))
NEAR = Place(118_030_000, 36_700_000)  # 10 minutes from the office


def visit(name: str, **changes: object) -> Visit:
    plain = Visit(
        name, name, (VisitKind.RANDOM,), "d", NEAR, 60, Window.ALL_DAY, "",
        DAYS[0], DAYS[0],
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def group(lead: bool, count: int, *skills: str, month: int = 99) -> PeopleGroup:
    return PeopleGroup(lead, skills, (count,) * len(DAYS), month)


PLENTY = Crew((group(False, 9, "fire", "lift"), group(True, 9)))


def left_out(
    *visits: Visit, cars: int = 9, crew: Crew = PLENTY, **changes: object
) -> dict[str, str]:
    """Reasons of the visits left out, after checking the plan."""
    row = (cars,) * len(DAYS)
    work = Workload(DAYS, visits, (OFFICE,), (row,), crew)
    work = replace(work, **changes)  # type: ignore[arg-type]
    budget = Budget(20_000, 600.0)
    found = plan(work, seed=1, budget=budget, executor=None, now=lambda: 0.0)
    assert violations(work, found) == []
    return {gone.visit: gone.code for gone in found.unplaced}


def pair(**changes: object) -> tuple[Visit, Visit]:
    return visit("A", **changes), visit("B", **changes)


def full(found: dict[str, str]) -> bool:
    """Whether one of two visits was left out because all is taken."""
    return list(found.values()) == ["plan.full"]


def test_only_cars_of_its_own_district_serve_a_visit() -> None:
    assert left_out(visit("A")) == {}
    assert left_out(visit("A", district="e")) == {"A": "plan.no_office"}


def test_a_visit_needs_a_working_day_within_its_dates() -> None:
    friday, saturday = DAYS[-1], date(2026, 12, 12)
    assert left_out(visit("A", first=friday, last=saturday)) == {}
    assert left_out(visit("A", first=saturday, last=saturday)) == {"A": "plan.no_day"}


def test_a_barred_day_is_no_day() -> None:
    two = visit("A", last=DAYS[1])
    assert left_out(two, barred=(("A", DAYS[0]),)) == {}
    barred = (("A", DAYS[0]), ("A", DAYS[1]))
    assert left_out(two, barred=barred) == {"A": "plan.no_day"}


def test_a_visit_needs_a_car_in_service() -> None:
    assert left_out(visit("A"), cars=1) == {}
    assert left_out(visit("A"), cars=0) == {"A": "plan.no_car"}


def test_a_car_makes_one_package_a_day() -> None:
    long = pair(service_minutes=280)
    assert left_out(*long, cars=2) == {}
    assert full(left_out(*long, cars=1))


def test_duty_is_at_most_eight_hours() -> None:
    # 20 minutes on the road and lunch between two services.
    services = visit("A", service_minutes=230), visit("B", service_minutes=230)
    assert left_out(*services, cars=1) == {}
    longer = visit("A", service_minutes=230), visit("B", service_minutes=231)
    assert full(left_out(*longer, cars=1))


def test_lunch_must_fit_before_or_after_a_long_service() -> None:
    # Lunch at the compound from 11:30, service 12:30 to 17:20, back at 17:30.
    assert left_out(visit("A", service_minutes=290)) == {}
    assert left_out(visit("A", service_minutes=291)) == {"A": "plan.too_long"}


@pytest.mark.parametrize(
    ("window", "most"), [(Window.MORNING, 200), (Window.AFTERNOON, 260)]
)
def test_a_service_stays_inside_its_half_day(window: Window, most: int) -> None:
    # 08:40 to 12:00; 13:00 to 17:20, so that the car is back by 17:30.
    assert left_out(visit("A", window=window, service_minutes=most)) == {}
    assert left_out(visit("A", window=window, service_minutes=most + 1)) == {
        "A": "plan.too_long"
    }


def test_a_package_holds_at_most_so_many_visits() -> None:
    assert left_out(*pair(), cars=1, day=DayRules(max_visits=2)) == {}
    assert full(left_out(*pair(), cars=1, day=DayRules(max_visits=1)))


def test_a_package_needs_at_most_one_special_skill() -> None:
    assert left_out(*pair(skill="fire"), cars=1) == {}
    mixed = visit("A", skill="fire"), visit("B", skill="lift")
    assert full(left_out(*mixed, cars=1))


def test_a_pair_kept_apart_needs_two_packages() -> None:
    assert left_out(*pair(), cars=2, apart=(("A", "B"),)) == {}
    assert full(left_out(*pair(), cars=1, apart=(("A", "B"),)))


LONG = pair(service_minutes=280)  # two packages on one day


@pytest.mark.parametrize(
    ("enough", "short"),
    [
        # people in all, people who may lead, and with a pair on stand-by
        (Crew((group(False, 2), group(True, 2))), Crew((group(True, 3),))),
        (
            Crew((group(False, 2), group(True, 2))),
            Crew((group(False, 3), group(True, 1))),
        ),
        (
            Crew((group(False, 3), group(True, 3)), standby_pairs=1),
            Crew((group(False, 3), group(True, 2)), standby_pairs=1),
        ),
    ],
)
def test_the_people_of_a_day_suffice_for_its_packages(
    enough: Crew, short: Crew
) -> None:
    assert left_out(*LONG, crew=enough) == {}
    assert full(left_out(*LONG, crew=short))


def test_two_packages_with_a_skill_need_two_seconds_who_have_it() -> None:
    skilled = pair(service_minutes=280, skill="fire")
    enough = Crew((group(False, 2, "fire"), group(True, 2)))
    short = Crew((group(False, 1), group(False, 1, "fire"), group(True, 2)))
    assert left_out(*skilled, crew=enough) == {}
    assert full(left_out(*skilled, crew=short))


def test_the_duty_days_of_the_month_suffice() -> None:
    apart = LONG[0], replace(LONG[1], first=DAYS[1], last=DAYS[1])
    enough = Crew((group(False, 1, month=2), group(True, 1, month=2)))
    short = Crew((group(False, 1, month=2), group(True, 1, month=1)))
    assert left_out(*apart, crew=enough) == {}
    assert full(left_out(*apart, crew=short))


def test_a_visit_needs_two_officers_on_one_of_its_days() -> None:
    assert left_out(visit("A"), crew=Crew((group(True, 2),))) == {}
    assert left_out(visit("A"), crew=Crew((group(True, 1),))) == {"A": "plan.no_people"}


def test_a_visit_needs_somebody_with_its_skill() -> None:
    gas = Crew((group(True, 1), group(False, 1, "gas")))
    assert left_out(visit("A", skill="gas"), crew=gas) == {}
    assert left_out(visit("A", skill="gas")) == {"A": "plan.no_skill"}


def steps(first: int, second: int, low: int, high: int) -> tuple[Visit, Visit, Visit]:
    """A series of three, the first two on these days."""
    chain = [
        visit(f"S{n}", series="S", step=n, gap_min=low, gap_max=high, last=DAYS[-1])
        for n in range(3)
    ]
    for n, day in enumerate((first, second)):
        chain[n] = replace(chain[n], first=DAYS[day], last=DAYS[day])
    return chain[0], chain[1], chain[2]


@pytest.mark.parametrize(("low", "high"), [(2, 2), (1, 2), (2, 9)])
def test_steps_of_a_series_keep_their_gap(low: int, high: int) -> None:
    assert left_out(*steps(0, 2, low, high)) == {}


@pytest.mark.parametrize(("low", "high"), [(3, 9), (1, 1)])
def test_steps_that_cannot_keep_their_gap_end_the_series(low: int, high: int) -> None:
    assert left_out(*steps(0, 2, low, high)) == {
        "S1": "plan.series",
        "S2": "plan.series_before",
    }


def test_steps_after_one_that_found_no_room_are_left_out_with_it() -> None:
    chain = steps(0, 2, 1, 2)
    rival = visit("A", service_minutes=280, first=DAYS[2], last=DAYS[2])
    apart = (("A", "S1"),)
    assert left_out(*chain, rival, cars=2, apart=apart) == {}
    found = left_out(*chain, rival, cars=1, apart=apart)
    assert found in (
        {"A": "plan.full"},
        {"S1": "plan.full", "S2": "plan.series_before"},
    )


@pytest.mark.parametrize("skilled", [False, True])
def test_a_joint_seat_takes_somebody_of_its_own(skilled: bool) -> None:
    """Two packages on a day take two people of the other office."""
    skill = "fire" if skilled else ""
    apart = pair(skill=skill)
    for there, fits in (2, True), (1, False):
        joint = (JointGroup("消防", skilled, 1, (there,) * len(DAYS), 9),)
        crew = replace(PLENTY, joint=joint)
        found = left_out(*apart, crew=crew, apart=(("A", "B"),))
        assert (found == {}) == fits
    # the month's duty days are theirs, too
    joint = (JointGroup("消防", skilled, 1, (2,) * len(DAYS), 1),)
    crew = replace(PLENTY, joint=joint)
    assert full(left_out(*apart, crew=crew, apart=(("A", "B"),)))


def test_a_joint_seat_for_skills_is_none_of_a_plain_package() -> None:
    joint = (JointGroup("消防", True, 1, (0,) * len(DAYS), 0),)
    crew = replace(PLENTY, joint=joint)
    assert left_out(visit("A"), crew=crew) == {}
    assert set(left_out(visit("A", skill="fire"), crew=crew)) == {"A"}
