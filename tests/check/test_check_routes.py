"""Rules inside a package: each with a route that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plan import a_plan, a_visit, day, dec, package, stop, visit

from inspector.check import PlanView, Violation, check_plan
from inspector.check import routes as rules
from inspector.domain import Car, Office, Package, Place, Stop, Visit, Window
from inspector.policy import DayRules, TravelModel
from inspector.schedule import packages as timetable


def codes(view: PlanView) -> set[str]:
    return {v.rule.removeprefix("check.") for v in check_plan(view)}


def only(view: PlanView, code: str, subject: str, **detail: str | int) -> None:
    """The plan breaks exactly this rule, exactly here."""
    wanted = Violation(f"check.{code}", subject, tuple(sorted(detail.items())))
    assert check_plan(view) == (wanted,)


def test_as_many_visits_as_the_limit_are_allowed() -> None:
    assert check_plan(day(a_plan(), max_visits=2)) == ()


def test_more_visits_than_the_limit_are_a_violation() -> None:
    found = check_plan(day(a_plan(), max_visits=1))
    detail = (("most", 1), ("stops", 2))
    assert found == (
        Violation("check.stops_counted", "P1", detail),
        Violation("check.stops_counted", "P2", detail),
    )


def test_two_visits_may_share_one_skill() -> None:
    assert check_plan(visit(a_plan(), "B2", skill="fire")) == ()


def test_two_skills_in_one_package_are_a_violation() -> None:
    view = visit(a_plan(), "B2", skill="lift")
    only(view, "skill_single", "P2", claimed="fire", needed="fire, lift")


@pytest.mark.parametrize("claimed", ["", "lift"])
def test_a_package_must_name_the_skill_it_needs(claimed: str) -> None:
    view = package(a_plan(), "P2", skill=claimed)
    only(view, "skill_single", "P2", claimed=claimed, needed="fire")


def test_a_package_must_not_name_a_skill_it_does_not_need() -> None:
    view = package(a_plan(), "P1", skill="fire")
    only(view, "skill_single", "P1", claimed="fire", needed="")


def test_wrong_travel_of_a_package_is_a_violation() -> None:
    view = replace(package(a_plan(), "P1", travel_minutes=88), travel_minutes=267)
    only(view, "package_travel", "P1", claimed=88, minutes=87)


def test_a_moved_visit_changes_travel_and_legs() -> None:
    view = visit(a_plan(), "C1", place=Place(118_600_000, 36_700_000))
    assert codes(view) == {"package_travel", "drives_exactly"}


@pytest.mark.parametrize(("depart", "left"), [(509, 510), (511, 510)])
def test_the_first_leg_takes_its_minutes(depart: int, left: int) -> None:
    view = package(a_plan(), "P1", depart=depart)
    assert rules.drives_exactly(view) == (
        Violation(
            "check.drives_exactly",
            "P1",
            (("due", depart), ("leaving", left), ("place", "O1")),
        ),
    )


def test_the_car_does_not_wait_after_a_service() -> None:
    view = stop(a_plan(), "A2", arrive=617, start=617, end=677)
    only(
        package(view, "P1", back=718),
        "drives_exactly",
        "P1",
        place="A1",
        due=593,
        leaving=594,
    )


def test_the_way_home_takes_its_minutes() -> None:
    only(
        package(a_plan(), "P1", back=716),
        "drives_exactly",
        "P1",
        place="A2",
        due=676,
        leaving=675,
    )


def test_a_service_that_starts_late_is_a_violation() -> None:
    view = stop(a_plan(), "A2", start=617, end=677)
    only(package(view, "P1", back=718), "serves_at_once", "P1", visit="A2", due=616,
         start=617)  # fmt: skip


def test_a_service_that_starts_before_arrival_is_a_violation() -> None:
    view = stop(a_plan(), "A2", start=615, end=675)
    only(package(view, "P1", back=716), "serves_at_once", "P1", visit="A2", due=616,
         start=615)  # fmt: skip


def test_a_team_waits_for_its_afternoon_window() -> None:
    view = package(a_plan(), "P2", day=dec(3))
    view = stop(view, "B2", arrive=826, start=840, end=960)
    view = day(package(view, "P2", back=1001), afternoon_start=840)
    assert check_plan(view) == ()


def test_a_service_of_another_length_is_a_violation() -> None:
    view = stop(a_plan(), "A2", end=675)
    only(package(view, "P1", back=716), "service_minutes", "A2", minutes=59, due=60)


def test_a_morning_visit_may_end_at_noon_and_not_later() -> None:
    assert check_plan(day(a_plan(), morning_end=620)) == ()
    only(
        day(a_plan(), morning_end=619),
        "window_kept",
        "C1",
        start=560,
        end=620,
        window="morning",
        opens=510,
        closes=619,
    )


def test_an_afternoon_visit_may_start_at_its_hour_and_not_before() -> None:
    assert check_plan(day(a_plan(), afternoon_start=826)) == ()
    assert rules.window_kept(day(a_plan(), afternoon_start=827)) == (
        Violation(
            "check.window_kept",
            "B2",
            (("closes", 1050), ("end", 946), ("opens", 827), ("start", 826),
             ("window", "afternoon")),
        ),
    )  # fmt: skip


def test_the_shift_may_be_used_to_its_ends_and_not_beyond() -> None:
    assert check_plan(day(a_plan(), shift_start=510, shift_end=987)) == ()
    only(day(a_plan(), shift_end=986), "shift_kept", "P2", depart=600, back=987,
         first=510, last=986)  # fmt: skip
    found = rules.shift_kept(day(a_plan(), shift_start=511))
    assert [v.subject for v in found] == ["P1", "P3"]


def test_a_route_back_by_the_end_of_the_lunch_window_needs_none() -> None:
    """P1 is back at 717 and leaves at 510."""
    assert rules.lunch_taken(day(a_plan(), lunch_first=600, lunch_last=717)) == ()
    view = day(a_plan(), lunch_first=600, lunch_last=716)
    assert rules.lunch_taken(view) == (
        Violation("check.lunch_taken", "P1", (("back", 717), ("depart", 510))),
    )


def test_a_route_that_leaves_after_lunch_needs_none() -> None:
    view = a_plan()
    late = (Stop("A3", 773, 773, 833),)
    view = package(view, "P3", depart=750, back=856, stops=late)
    assert check_plan(view) == ()
    late = (Stop("A3", 772, 772, 832),)
    only(
        package(view, "P3", depart=749, back=855, stops=late),
        "lunch_taken",
        "P3",
        depart=749,
        back=855,
    )


def test_lunch_may_start_at_the_ends_of_its_window_and_not_beyond() -> None:
    assert check_plan(day(a_plan(), lunch_first=743, lunch_last=780)) == ()
    assert check_plan(day(a_plan(), lunch_last=743)) == ()
    only(day(a_plan(), lunch_last=742), "lunch_within_window", "P2", lunch=743,
         first=690, last=742)  # fmt: skip
    assert rules.lunch_within_window(day(a_plan(), lunch_first=744)) == (
        Violation(
            "check.lunch_within_window",
            "P2",
            (("first", 744), ("last", 780), ("lunch", 743)),
        ),
    )


def test_lunch_may_be_taken_before_the_service() -> None:
    view = stop(a_plan(), "B2", arrive=766, start=826, end=946)
    view = package(view, "P2", lunch=766)
    assert check_plan(view) == ()


def test_a_team_waits_for_lunch_where_it_is_taken() -> None:
    """B1 ends at 743; lunch from 750 on ends at 810, B2 is reached at 833."""
    view = stop(a_plan(), "B2", arrive=833, start=833, end=953)
    view = day(package(view, "P2", lunch=750, back=994), lunch_first=750)
    assert check_plan(view) == ()


def test_lunch_later_than_it_could_be_is_a_violation() -> None:
    view = stop(a_plan(), "B2", arrive=833, start=833, end=953)
    view = package(view, "P2", lunch=750, back=994)
    only(view, "lunch_placed", "P2", lunch=750, over=810)


@pytest.mark.parametrize("lunch", [700, 742, 744, 760, 780])
def test_lunch_over_a_service_or_a_leg_is_a_violation(lunch: int) -> None:
    found = codes(package(a_plan(), "P2", lunch=lunch))
    assert "lunch_placed" in found


def test_lunch_shorter_than_its_time_does_not_fit() -> None:
    view = stop(a_plan(), "B2", arrive=825, start=825, end=945)
    view = package(view, "P2", back=986)
    assert codes(view) == {"drives_exactly", "lunch_placed"}


def test_duty_may_reach_its_limit_and_not_pass_it() -> None:
    """P2 is out for 387 minutes, 60 of them lunch."""
    assert check_plan(day(a_plan(), duty_minutes=327)) == ()
    only(day(a_plan(), duty_minutes=326), "duty_kept", "P2", duty=327, most=326)


def test_without_lunch_nothing_is_taken_off_the_duty() -> None:
    assert rules.duty_kept(day(a_plan(), duty_minutes=206))[0] == Violation(
        "check.duty_kept", "P1", (("duty", 207), ("most", 206))
    )


# -- against the planner's own timetable --------------------------------------

# A world in which one micro-degree is one minute, and a day has sixty of them.
PLAIN = TravelModel(10**10, 10**10, 1, 60, 0)
TINY = DayRules(0, 60, 44, 6, 20, 30, 28, 32, 3)

stays = st.builds(
    lambda at, minutes, window: (at, minutes, window),
    st.integers(-6, 6),
    st.integers(1, 14),
    st.sampled_from(Window),
)


def tiny_visits(given: list[tuple[int, int, Window]]) -> tuple[Visit, ...]:
    return tuple(
        replace(a_visit(f"V{k}", 0, minutes, window=window), place=Place(at, 0))
        for k, (at, minutes, window) in enumerate(given)
    )


def tiny_plan(visits: tuple[Visit, ...], made: Package) -> PlanView:
    return replace(
        a_plan(),
        visits=visits,
        packages=(made,),
        unplaced=(),
        offices=(Office("O1", "d1", Place(0, 0)),),
        cars=(Car("K1", "O1", None, None),),
        day=TINY,
        travel=PLAIN,
        travel_minutes=made.travel_minutes,
        bound_minutes=0,
    )


def every_timetable(visits: tuple[Visit, ...]) -> list[Package]:
    """All ways to drive the order: each departure, each place for lunch, at once."""
    points = [0, *(v.place.lon_udeg for v in visits), 0]
    legs = [abs(a - b) for a, b in pairwise(points)]
    made = []
    for depart in range(TINY.shift_end):
        for way in range(-1, 2 * len(visits)):
            clock, lunch, stops = depart, None, []
            for k, v in enumerate(visits):
                clock += legs[k]
                arrive = clock
                if way == 2 * k:
                    lunch = max(clock, TINY.lunch_first)
                    clock = lunch + TINY.lunch_minutes
                start = max(clock, rules.opening(v.window, TINY))
                clock = start + v.service_minutes
                stops.append(Stop(v.id, arrive, start, clock))
                if way == 2 * k + 1:
                    lunch = max(clock, TINY.lunch_first)
                    clock = lunch + TINY.lunch_minutes
            back = clock + legs[-1]
            made.append(
                Package(
                    "P1", dec(1), "O1", "", depart, back, lunch, sum(legs), tuple(stops)
                )
            )
    return made


@settings(max_examples=60, deadline=None)
@given(st.lists(stays, min_size=1, max_size=3))
def test_check_and_timetable_agree_on_what_is_feasible(
    given: list[tuple[int, int, Window]],
) -> None:
    """The planner's times pass; where it finds none, no timetable at all passes; and
    none that passes has less duty."""
    visits = tiny_visits(given)
    office = Office("O1", "d1", Place(0, 0))
    made = timetable.package("P1", dec(1), office, visits, TINY, PLAIN)
    if made is not None:
        assert check_plan(tiny_plan(visits, made)) == ()

    def duty(p: Package) -> int:
        lunch = 0 if p.lunch is None else TINY.lunch_minutes
        return p.back - p.depart - lunch

    passing = [
        p
        for p in every_timetable(visits)
        if p.back <= TINY.shift_end and not check_plan(tiny_plan(visits, p))
    ]
    assert bool(passing) == (made is not None)
    if made is not None:
        assert duty(made) == min(map(duty, passing))


FIELDS = ("depart", "back", "lunch", "travel_minutes")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(stays, min_size=1, max_size=3),
    st.sampled_from([*FIELDS, "arrive", "start", "end"]),
    st.integers(0, 2),
    st.integers(-3, 3).filter(bool),
)
def test_no_single_time_can_be_changed_unnoticed(
    given: list[tuple[int, int, Window]], field: str, place: int, by: int
) -> None:
    visits = tiny_visits(given)
    office = Office("O1", "d1", Place(0, 0))
    made = timetable.package("P1", dec(1), office, visits, TINY, PLAIN)
    if made is None or (field == "lunch" and made.lunch is None):
        return
    changes: dict[str, Any]
    if field in FIELDS:
        changes = {field: getattr(made, field) + by}
    else:
        k = place % len(made.stops)
        one = replace(made.stops[k], **{field: getattr(made.stops[k], field) + by})
        changes = {"stops": (*made.stops[:k], one, *made.stops[k + 1 :])}
    assert check_plan(tiny_plan(visits, replace(made, **changes))) != ()


odd_minutes = st.integers(-(10**6), 10**6)
odd_names = st.sampled_from(["V0", "V1", "O1", "P1", "", "?"])
odd_days = st.dates(date(2026, 11, 25), date(2027, 1, 5))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(
            Package,
            odd_names,
            odd_days,
            odd_names,
            odd_names,
            odd_minutes,
            odd_minutes,
            st.none() | odd_minutes,
            odd_minutes,
            st.lists(
                st.builds(Stop, odd_names, odd_minutes, odd_minutes, odd_minutes),
                max_size=3,
            ).map(tuple),
        ),
        max_size=3,
    ),
    st.lists(odd_names, max_size=3),
    odd_minutes,
)
def test_odd_plans_never_raise_and_are_always_readable(
    made: list[Package], unplaced: list[str], travel: int
) -> None:
    visits = tiny_visits([(1, 3, Window.MORNING), (2, 4, Window.ALL_DAY)])
    view = replace(
        tiny_plan(visits, Package("P", dec(1), "O1", "", 0, 0, None, 0, ())),
        packages=tuple(made),
        unplaced=tuple(unplaced),
        travel_minutes=travel,
    )
    found = check_plan(view)
    assert "check.unreadable" not in {v.rule for v in found}
    assert found == tuple(
        sorted(found, key=lambda v: (v.rule, v.subject, str(v.detail)))
    )
    for violation in found:
        assert all(violation.sentences())
