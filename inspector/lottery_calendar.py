"""The draw calendar of the two lotteries: issue <-> day, where a year is confirmed.

A game and an issue, or a day → the other, from `inspector/data/lotteries.toml`. It
serves who types a source and judges what was typed; PROTOCOL.md §2 knows only weekdays
and times, so that no verifier needs the calendar. A year whose closing days nobody has
confirmed gives nothing: its dates are never made up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from inspector.sources import DRAWINGS

FILE = "lotteries.toml"
CONFIRMED = ("confirmed", "second")


@dataclass(frozen=True, slots=True)
class Game:
    """A lottery: `short` begins the ids that are made for it."""

    name: str
    short: str
    days: tuple[str, ...]
    time: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class DrawYear:
    """A year's drawings. `closed`: first and last day of each break of the market."""

    year: int
    status: str
    source: str
    closed: tuple[tuple[date, date], ...]
    checked: tuple[tuple[str, str, date], ...]

    @property
    def confirmed(self) -> bool:
        """Whether the breaks are known."""
        return self.status in CONFIRMED

    def rests(self, day: date) -> bool:
        """Whether nothing is drawn on this day."""
        return any(first <= day <= last for first, last in self.closed)


@cache
def _data() -> tuple[Mapping[str, Game], Mapping[int, DrawYear]]:
    text = files("inspector").joinpath("data", FILE).read_text("utf-8")
    data = tomllib.loads(text)
    day = date.fromisoformat
    games = [Game(**{**g, "days": tuple(g["days"])}) for g in data["games"]]
    years = [
        DrawYear(
            y["year"],
            y["status"],
            y["source"],
            tuple((day(a), day(b)) for a, b in y["closed"]),
            tuple((name, issue, day(d)) for name, issue, d in y["checked"]),
        )
        for y in data["years"]
    ]
    return {g.name: g for g in games}, {y.year: y for y in years}


def games() -> Mapping[str, Game]:
    """Name → game."""
    return _data()[0]


def years() -> Mapping[int, DrawYear]:
    """Year → what is known of it."""
    return _data()[1]


def known(year: int) -> DrawYear | None:
    """The year, None unless its breaks are confirmed."""
    found = years().get(year)
    return found if found is not None and found.confirmed else None


@cache
def drawings(name: str, year: int) -> tuple[date, ...]:
    """The days on which a game is drawn; empty for a year that is not confirmed."""
    found = known(year)
    return tuple(_days(name, found)) if found is not None else ()


def _days(name: str, year: DrawYear) -> Iterator[date]:
    weekdays = DRAWINGS[name][1]
    day = date(year.year, 1, 1)
    while day.year == year.year:
        if day.weekday() in weekdays and not year.rests(day):
            yield day
        day += timedelta(1)


def day_of(name: str, issue: str) -> date | None:
    """The day of an issue; None when its year is not confirmed or has no such issue.

    >>> day_of("大乐透", "2026134"), day_of("大乐透", "2026135")
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 25))
    >>> day_of("双色球", "2026152"), day_of("双色球", "2027001")
    (None, None)
    """
    days, number = drawings(name, int(issue[:4])), int(issue[4:])
    return days[number - 1] if 1 <= number <= len(days) else None


def issue_on(name: str, day: date) -> str | None:
    """The issue drawn on a day; None when none is, or its year is not confirmed.

    >>> issue_on("大乐透", date(2026, 11, 23)), issue_on("双色球", date(2026, 10, 1))
    ('2026134', None)
    """
    days = drawings(name, day.year)
    return f"{day.year}{days.index(day) + 1:03d}" if day in days else None


def rests(at: str) -> bool:
    """Whether the market is known to be closed on the evening of a draw time (UTC).

    >>> rests("2026-10-01T13:15:00Z"), rests("2026-11-24T13:15:00Z")
    (True, False)
    """
    day = date.fromisoformat(at[:10])
    year = known(day.year)
    return year is not None and year.rests(day)


def moment(name: str, day: date) -> str:
    """When the game is drawn on that day, UTC.

    >>> moment("双色球", date(2026, 11, 24))
    '2026-11-24T13:15:00Z'
    """
    return f"{day}{DRAWINGS[name][0]}"
