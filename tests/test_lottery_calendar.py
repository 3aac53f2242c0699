"""The draw calendar: data with a source, issue <-> day, nothing made up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inspector import lottery_calendar as drawn
from inspector.sources import DRAWINGS, LOTTERIES, is_drawing

WEEKDAYS = "一二三四五六日"


def test_the_data_agree_with_the_protocol() -> None:
    assert drawn.games().keys() == LOTTERIES.keys()
    for name, game in drawn.games().items():
        clock, days = DRAWINGS[name]
        assert game.days == tuple(f"周{WEEKDAYS[d]}" for d in days)
        hour, minute = map(int, game.time.split(":"))
        assert clock == f"T{hour - 8:02}:{minute:02}:00Z"
        assert game.source and game.status in (*drawn.CONFIRMED, "unconfirmed")


def test_every_year_has_a_source_and_breaks_of_its_own() -> None:
    for number, year in drawn.years().items():
        assert year.source and year.status in (*drawn.CONFIRMED, "unconfirmed")
        assert year.confirmed == bool(year.closed)
        assert all(a <= b and a.year == b.year == number for a, b in year.closed)


def test_published_issues_have_the_day_that_the_calendar_gives() -> None:
    told = [row for year in drawn.years().values() for row in year.checked]
    assert len(told) >= 6
    for name, issue, day in told:
        assert drawn.day_of(name, issue) == day
        assert drawn.issue_on(name, day) == issue


def test_the_issues_of_the_small_scenario() -> None:
    assert drawn.day_of("大乐透", "2026134") == date(2026, 11, 23)
    assert drawn.day_of("大乐透", "2026135") == date(2026, 11, 25)


@pytest.mark.parametrize("name", LOTTERIES)
@pytest.mark.parametrize("year", [y for y in drawn.years() if drawn.known(y)])
def test_every_day_of_a_known_year_has_one_issue_or_none(name: str, year: int) -> None:
    number, day = 0, date(year, 1, 1)
    while day.year == year:
        rests = drawn.years()[year].rests(day)
        falls = is_drawing(name, drawn.moment(name, day)) and not rests
        number += falls
        issue = f"{year}{number:03}" if falls else None
        assert drawn.issue_on(name, day) == issue
        if issue:
            assert drawn.day_of(name, issue) == day
        day += timedelta(1)
    assert drawn.day_of(name, f"{year}{number + 1:03}") is None
    assert drawn.day_of(name, f"{year}000") is None


def test_an_unconfirmed_year_gives_no_date() -> None:
    assert drawn.known(2027) is None and drawn.known(2050) is None
    assert drawn.day_of("双色球", "2027001") is None
    assert drawn.issue_on("双色球", date(2027, 1, 3)) is None
