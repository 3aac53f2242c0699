"""The canonical times of a route."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain import Office, Place, Visit, VisitKind, Window
from inspector.policy import DayRules, TravelModel
from inspector.schedule.packages import (
    Times,
    closing,
    feasible,
    opening,
    package,
    times,
)

DAY = DayRules()
ALL, AM, PM = Window.ALL_DAY, Window.MORNING, Window.AFTERNOON


def a_visit(name: str, skill: str = "", lon: int = 118_000_000) -> Visit:
    return Visit(
        name, name, (VisitKind.RANDOM,), "d", Place(lon, 36_700_000), 60, ALL, skill,
        date(2026, 12, 1), date(2026, 12, 31),
    )  # fmt: skip


def test_a_short_morning_needs_no_lunch() -> None:
    assert times([(180, ALL)], [45, 45], DAY) == Times(
        510, 780, None, 270, ((555, 555, 735),)
    )


def test_a_minute_more_and_lunch_is_taken_after_the_service() -> None:
    assert times([(181, ALL)], [45, 45], DAY) == Times(
        510, 841, 736, 271, ((555, 555, 736),)
    )


def test_a_route_that_leaves_at_half_past_twelve_has_had_its_lunch() -> None:
    assert times([(180, PM)], [30, 45], DAY) == Times(
        750, 1005, None, 255, ((780, 780, 960),)
    )


def test_lunch_is_taken_as_soon_as_it_may_be_at_a_stop() -> None:
    found = times([(90, ALL)] * 4, [10, 10, 10, 10, 10], DAY)
    assert found is not None
    assert (found.depart, found.lunch, found.back, found.duty) == (510, 710, 980, 410)
    assert found.stops == (
        (520, 520, 610), (620, 620, 710), (780, 780, 870), (880, 880, 970),
    )  # fmt: skip


def test_an_afternoon_visit_delays_the_departure_instead_of_waiting() -> None:
    found = times([(60, ALL), (60, PM)], [10, 10, 10], DAY)
    assert found is not None
    assert found.depart == 640
    assert [stop[0] for stop in found.stops] == [650, 780]
    assert found.duty == 150


def test_waiting_that_cannot_be_avoided_counts_as_duty() -> None:
    late = DayRules(afternoon_start=840)
    found = times([(60, AM), (60, PM)], [10, 10, 10], late)
    assert found is not None
    # The morning visit ends at 12:00 at the latest, lunch 12:00, there at 13:10.
    assert found.stops[0][2] == 720
    assert found.stops[1] == (790, 840, 900)
    assert found.duty == 60 + 60 + 30 + 50


def test_a_morning_visit_after_an_afternoon_visit_is_infeasible() -> None:
    assert times([(60, PM), (60, AM)], [10, 10, 10], DAY) is None


def test_a_morning_visit_must_end_by_noon() -> None:
    assert times([(180, AM)], [30, 30], DAY) is not None
    assert times([(181, AM)], [30, 30], DAY) is None


def test_duty_over_the_limit_is_infeasible() -> None:
    assert times([(100, ALL)] * 4, [16] * 5, DAY) is not None
    assert times([(100, ALL)] * 4, [16] * 4 + [17], DAY) is None


def test_the_car_must_be_back_by_the_end_of_the_shift() -> None:
    assert times([(240, PM)], [30, 30], DAY) is not None
    assert times([(241, PM)], [30, 30], DAY) is None


def test_no_stop_boundary_in_the_lunch_window_is_infeasible() -> None:
    day = DayRules(duty_minutes=540)
    # 08:40 to 13:10 in one stop: neither before 11:30 nor after 13:00 may lunch start.
    assert times([(300, AM)], [10, 10], day) is None


def test_more_than_six_visits_or_two_skills_make_no_package() -> None:
    office = Office("O", "d", Place(118_000_000, 36_700_000))
    on = date(2026, 12, 1)
    many = [a_visit(f"V{n}") for n in range(7)]
    six = [v for v in many[:6]]
    for visit in six:
        assert visit.service_minutes == 60
    assert package("P", on, office, six, DAY, TravelModel()) is not None
    assert package("P", on, office, many, DAY, TravelModel()) is None
    pair = [a_visit("A", "fire"), a_visit("B", "lift")]
    assert package("P", on, office, pair[:1], DAY, TravelModel()) is not None
    assert package("P", on, office, pair, DAY, TravelModel()) is None


def _search(
    stays: list[tuple[int, Window]], legs: list[int], day: DayRules
) -> int | None:
    """Least duty over every departure minute and every place for lunch."""
    best = None
    for depart in range(day.shift_start, day.shift_end):
        for way in range(2 * len(stays) + 1):  # 0 = no lunch, 2i-1/2i at stop i
            clock, fine, lunch = depart, True, None
            for number, ((service, window), leg) in enumerate(
                zip(stays, legs, strict=False), 1
            ):
                clock += leg
                for half in (0, 1):
                    if half:
                        clock = max(clock, opening(window, day)) + service
                        fine = fine and clock <= closing(window, day)
                    if way == 2 * number - 1 + half:
                        lunch = max(clock, day.lunch_first)
                        fine = fine and lunch <= day.lunch_last
                        clock = lunch + day.lunch_minutes
            clock += legs[-1]
            if way == 0:
                early = clock <= day.lunch_last
                fine = fine and (early or depart >= day.lunch_first + day.lunch_minutes)
            duty = clock - depart - (day.lunch_minutes if way else 0)
            if fine and clock <= day.shift_end and duty <= day.duty_minutes:
                best = duty if best is None else min(best, duty)
    return best


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_rule_finds_the_least_duty_of_all_departures(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    stays = [
        (data.draw(st.integers(10, 200)), data.draw(st.sampled_from([ALL, AM, PM])))
        for _ in range(count)
    ]
    legs = [data.draw(st.integers(0, 80)) for _ in range(count + 1)]
    found = times(stays, legs, DAY)
    assert (found.duty if found else None) == _search(stays, legs, DAY)
    assert feasible(stays, legs, DAY) == (found is not None)
