"""Rules of placement: each with a plan that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_plan import a_plan, a_visit, day, dec, package, stop, visit

from inspector.check import PLAN_RULES, PlanView, Violation, check_plan, day_cars
from inspector.check import placement as rules
from inspector.domain import Car, Stop


def codes(view: PlanView) -> set[str]:
    return {v.rule.removeprefix("check.") for v in check_plan(view)}


def test_the_small_plan_keeps_every_rule() -> None:
    assert check_plan(a_plan()) == ()
    assert [rule(a_plan()) for rule in PLAN_RULES] == [()] * 25


def test_a_package_id_used_twice_is_a_violation() -> None:
    view = a_plan()
    again = replace(view, packages=(*view.packages, view.packages[3]))
    assert rules.ids_unique(again) == (
        Violation("check.ids_unique", "P4", (("table", "packages"), ("times", 2))),
    )


@pytest.mark.parametrize(
    ("field", "name"),
    [("visits", "A1"), ("offices", "O1"), ("cars", "K1"), ("unplaced", "A4")],
)
def test_every_table_has_unique_ids(field: str, name: str) -> None:
    view = a_plan()
    rows = getattr(view, field)
    again = replace(view, **{field: (*rows, rows[0])})
    found = rules.ids_unique(again)
    assert (found[0].subject, dict(found[0].detail)["table"]) == (name, field)


def test_a_series_with_one_step_twice_is_a_violation() -> None:
    assert rules.ids_unique(visit(a_plan(), "A3", step=0)) == (
        Violation("check.ids_unique", "S1/0", (("table", "series"), ("times", 2))),
    )


def test_a_stop_at_an_unknown_visit_is_a_violation() -> None:
    view = stop(a_plan(), "A2", visit="Z9")
    assert rules.visits_known(view) == (
        Violation("check.visits_known", "P1", (("visit", "Z9"),)),
    )
    assert codes(view) == {"visits_known", "visit_once"}


def test_an_unknown_unplaced_visit_is_a_violation() -> None:
    assert rules.visits_known(replace(a_plan(), unplaced=("A4", "Z9"))) == (
        Violation("check.visits_known", "unplaced", (("visit", "Z9"),)),
    )


def test_an_unknown_office_is_a_violation() -> None:
    view = package(a_plan(), "P4", office="O9")
    assert rules.offices_known(view) == (
        Violation("check.offices_known", "P4", (("office", "O9"),)),
    )
    assert codes(view) == {"offices_known", "cars_enough"}


def test_a_car_of_an_unknown_office_is_a_violation() -> None:
    view = a_plan()
    cars = (*view.cars, Car("K9", "O9", None, None))
    assert rules.offices_known(replace(view, cars=cars)) == (
        Violation("check.offices_known", "K9", (("office", "O9"),)),
    )


def test_a_visit_neither_placed_nor_named_is_a_violation() -> None:
    view = replace(a_plan(), unplaced=())
    assert check_plan(view) == (
        Violation("check.visit_once", "A4", (("placed", 0), ("unplaced", 0))),
    )


def test_a_visit_placed_and_named_unplaced_is_a_violation() -> None:
    view = replace(a_plan(), unplaced=("A4", "A2"))
    assert check_plan(view) == (
        Violation("check.visit_once", "A2", (("placed", 1), ("unplaced", 1))),
    )


def test_a_visit_placed_twice_is_a_violation() -> None:
    view = stop(a_plan(), "A3", visit="A1")
    assert rules.visit_once(view) == (
        Violation("check.visit_once", "A1", (("placed", 2), ("unplaced", 0))),
        Violation("check.visit_once", "A3", (("placed", 0), ("unplaced", 0))),
    )


def test_a_package_on_a_day_off_is_a_violation() -> None:
    saturday = package(a_plan(), "P4", day=dec(5))
    assert check_plan(saturday) == (
        Violation("check.on_working_days", "P4", (("day", "2026-12-05"),)),
    )
    worked = (*saturday.working_days, dec(5))
    assert check_plan(replace(saturday, working_days=worked)) == ()


def test_the_first_and_the_last_day_of_a_visit_are_allowed() -> None:
    assert check_plan(visit(a_plan(), "A2", first=dec(1), last=dec(1))) == ()


@pytest.mark.parametrize(
    ("first", "last"), [(dec(2), dec(31)), (dec(1), dec(1).replace(month=11))]
)
def test_a_day_outside_the_visits_dates_is_a_violation(
    first: object, last: object
) -> None:
    view = visit(a_plan(), "A2", first=first, last=last)
    assert check_plan(view) == (
        Violation(
            "check.within_its_dates",
            "A2",
            (("day", "2026-12-01"), ("first", str(first)), ("last", str(last))),
        ),
    )


@pytest.mark.parametrize(("least", "most"), [(8, 15), (7, 8), (8, 8)])
def test_a_gap_at_its_limits_is_allowed(least: int, most: int) -> None:
    view = visit(a_plan(), "A3", gap_min=least, gap_max=most)
    assert check_plan(view) == ()


@pytest.mark.parametrize(("least", "most"), [(9, 15), (7, 7)])
def test_a_gap_beyond_its_limits_is_a_violation(least: int, most: int) -> None:
    view = visit(a_plan(), "A3", gap_min=least, gap_max=most)
    detail = (("before", "A1"), ("days", 8), ("least", least), ("most", most))
    assert check_plan(view) == (Violation("check.series_gap", "A3", detail),)


def test_steps_out_of_order_break_the_gap() -> None:
    view = visit(visit(a_plan(), "A1", step=1), "A3", step=0)
    assert rules.series_gap(view)[0].detail[1] == ("days", -8)


def test_the_gap_over_a_missing_step_counts_twice() -> None:
    """Steps 0 and 2 lie 8 days apart: too near for two gaps of 7 to 15 days."""
    view = visit(a_plan(), "A3", step=2)
    detail = (("before", "A1"), ("days", 8), ("least", 14), ("most", 30))
    assert check_plan(view) == (Violation("check.series_gap", "A3", detail),)


def test_a_step_placed_before_its_unplaced_predecessor_is_a_violation() -> None:
    view = a_plan()
    view = replace(
        view,
        packages=view.packages[:2] + view.packages[3:],
        unplaced=("A3", "A4"),
        travel_minutes=220,
        bound_minutes=0,
    )
    assert check_plan(view) == ()  # the last step may be left out
    view = visit(visit(view, "A1", step=1), "A3", step=0)
    assert check_plan(view) == (
        Violation("check.series_in_order", "A1", (("before", "A3"),)),
    )


def test_a_visit_of_another_district_is_a_violation() -> None:
    view = visit(a_plan(), "A2", district="d2")
    detail = (("district", "d2"), ("office", "O1"), ("served", "d1"), ("visit", "A2"))
    assert check_plan(view) == (Violation("check.office_serves", "P1", detail),)


def test_a_called_pair_may_take_a_car_of_another_district_but_no_taxi() -> None:
    view = replace(visit(a_plan(), "A2", district="d2"), called=frozenset({"P1"}))
    assert check_plan(view) == ()
    by_taxi = replace(view, taxis=frozenset({"P1"}))
    assert codes(by_taxi) >= {"office_serves", "taxis_allowed"}


def test_only_a_called_pair_takes_a_taxi_and_it_needs_no_car() -> None:
    view = package(a_plan(), "P2", day=dec(1))
    assert codes(view) == {"cars_enough"}
    assert codes(replace(view, taxis=frozenset({"P2"}))) == {"taxis_allowed"}
    called = replace(view, taxis=frozenset({"P2"}), called=frozenset({"P2"}))
    assert codes(called) == {"taxis_allowed"}  # the policy has none
    allowed = replace(called, travel=replace(view.travel, taxi_minutes=9))
    # Each leg takes so many minutes more, which this route does not give them.
    assert codes(allowed) == {"drives_exactly", "package_travel", "lunch_placed"}


def test_more_packages_than_cars_is_a_violation() -> None:
    view = package(a_plan(), "P2", day=dec(1))
    detail = (("cars", 1), ("day", "2026-12-01"), ("packages", 2))
    assert check_plan(view) == (Violation("check.cars_enough", "O1", detail),)
    one_more = (*view.cars, Car("K4", "O1", dec(1), dec(1)))
    assert check_plan(replace(view, cars=one_more)) == ()


@pytest.mark.parametrize(("first", "last"), [(dec(2), None), (None, dec(8))])
def test_a_car_out_of_service_does_not_count(first: object, last: object) -> None:
    view = a_plan()
    cars = (view.cars[0], view.cars[1], Car("K3", "O2", first, last))  # type: ignore[arg-type]
    moved = package(view, "P4", day=dec(1) if last is None else dec(9))
    found = check_plan(replace(moved, cars=cars))
    assert [(v.rule, v.subject) for v in found] == [("check.cars_enough", "O2")]


def test_cars_known_by_number_only_become_cars_of_one_day() -> None:
    view = a_plan()
    counts = [[1] * 9, [1] + [0] * 8]
    cars = day_cars(view.offices, view.working_days, counts)
    assert len(cars) == 10
    assert check_plan(replace(view, cars=cars)) == ()
    none = day_cars(view.offices, view.working_days, [[1] * 9, [0] * 9])
    assert codes(replace(view, cars=none)) == {"cars_enough"}


def test_a_wrong_total_of_travel_is_a_violation() -> None:
    assert check_plan(replace(a_plan(), travel_minutes=265)) == (
        Violation("check.total_travel", "plan", (("claimed", 265), ("minutes", 266))),
    )


@pytest.mark.parametrize("bound", [0, 266])
def test_a_bound_up_to_the_travel_is_allowed(bound: int) -> None:
    assert check_plan(replace(a_plan(), bound_minutes=bound)) == ()


@pytest.mark.parametrize("bound", [-1, 267])
def test_a_bound_above_the_travel_is_a_violation(bound: int) -> None:
    assert check_plan(replace(a_plan(), bound_minutes=bound)) == (
        Violation(
            "check.bound_below_travel", "plan", (("bound", bound), ("minutes", 266))
        ),
    )


def test_an_empty_month_keeps_every_rule() -> None:
    view = replace(
        a_plan(),
        visits=(),
        packages=(),
        unplaced=(),
        travel_minutes=0,
        bound_minutes=0,
    )
    assert check_plan(view) == ()


def test_violations_come_sorted_whatever_the_order_of_the_plan() -> None:
    view = replace(a_plan(), unplaced=(), travel_minutes=1)
    view = day(view, max_visits=1)
    turned = replace(view, visits=view.visits[::-1], packages=view.packages[::-1])
    found = check_plan(view)
    assert check_plan(turned) == found
    assert [(v.rule, v.subject) for v in found] == [
        ("check.stops_counted", "P1"),
        ("check.stops_counted", "P2"),
        ("check.total_travel", "plan"),
        ("check.visit_once", "A4"),
    ]


def test_missing_references_are_violations_and_nothing_raises() -> None:
    view = a_plan()
    lost = replace(
        view,
        visits=(a_visit("A1", 1),),
        offices=(),
        cars=(),
        working_days=(),
        unplaced=("?",),
    )
    assert codes(lost) == {
        "visits_known",
        "offices_known",
        "on_working_days",
        "cars_enough",
        "skill_single",
    }


def test_data_that_cannot_be_read_are_a_violation_not_a_pass() -> None:
    view = a_plan()
    torn = replace(view, packages=(replace(view.packages[3], stops=None),))  # type: ignore[arg-type]
    found = check_plan(torn)
    assert Violation("check.unreadable", "visit_once", (("error", "TypeError"),)) in (
        found
    )
    zero = replace(view, travel=replace(view.travel, metres_per_hour=0))
    assert Violation(
        "check.unreadable", "package_travel", (("error", "ZeroDivisionError"),)
    ) in check_plan(zero)


def test_a_package_without_visits_is_a_violation() -> None:
    view = package(a_plan(), "P4", stops=(Stop("C1", 560, 560, 620),) * 0)
    assert "stops_counted" in codes(view)
