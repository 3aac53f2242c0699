"""Working days of the People's Republic with 调休, as data; deadlines counted on them.

The years' data and a bureau's own corrections → `Calendar`; a day and a number → the
deadline.

The package data hold each year as the State Council's notice gives it; a year whose
notice is not out yet is provisional (statutory holidays only) and every deadline that
rests on it says so. A year without data is refused, never guessed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import TypeVar

from inspector.beijing import CHINA
from inspector.errors import Fault, Faults, InspectorError, messages
from inspector.months import is_month, month_span

D = TypeVar("D", date, str)  # a day, or its ISO text
_DATA = "workdays.json"
_SCHEMA = "inspector/workdays/v1"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Accepted headers and words of the override CSV.
_COLUMNS = {"日期": "date", "是否工作日": "is_workday", "备注": "note"}
_WORDS = {"1": True, "true": True, "是": True, "0": False, "false": False, "否": False}

messages(
    {
        "workdays.year": (
            "没有{year}年的工作日数据，请导入该年放假安排",
            "no working-day data for the year {year}; import its holiday notice",
        ),
        "workdays.month": (
            "月份“{value}”应写作 YYYY-MM",
            'the month "{value}" is not written YYYY-MM',
        ),
        "workdays.data": (
            "工作日数据文件损坏：{why}",
            "the working-day data are damaged: {why}",
        ),
        "workdays.columns": (
            "表头应为：日期、是否工作日、备注",
            "the header must be date,is_workday,note",
        ),
        "workdays.row": (
            "“{value}”不是有效的日期或是否",
            '"{value}" is not a valid date or yes/no',
        ),
        "workdays.twice": ("日期“{value}”重复", 'the date "{value}" occurs twice'),
    }
)


@dataclass(frozen=True, slots=True)
class Override:
    """One day the bureau decides itself, against or beside the package data."""

    day: date
    is_workday: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a notice: days off, and weekend days that are worked (调休)."""

    number: int
    provisional: bool
    source: str
    holidays: frozenset[date]
    working_weekends: frozenset[date]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A counted date; provisional when a day stepped over is of a provisional year."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. Construct it with `load_calendar`."""

    years: tuple[Year, ...]
    overrides: tuple[Override, ...] = ()

    def year_of(self, day: date) -> Year:
        """The data of the day's year. Raises InspectorError workdays.year."""
        for year in self.years:
            if year.number == day.year:
                return year
        raise InspectorError("workdays.year", year=day.year)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked. Raises InspectorError workdays.year."""
        year = self.year_of(day)
        for override in self.overrides:
            if override.day == day:
                return override.is_workday
        if day.weekday() >= 5:
            return day in year.working_weekends
        return day not in year.holidays

    def working_days(self, month: str) -> tuple[date, ...]:
        """The working days of `month` (YYYY-MM), in order.

        Raises InspectorError: workdays.month, workdays.year.

        >>> len(load_calendar().working_days("2026-12"))
        23
        """
        if not is_month(month):
            raise InspectorError("workdays.month", value=month)
        first, last = month_span(month)
        span = (first + timedelta(n) for n in range((last - first).days + 1))
        return tuple(day for day in span if self.is_workday(day))

    def after(self, day: date, n: int) -> Deadline:
        """The `n`-th working day after `day` (n >= 0; 0 is `day` itself)."""
        return self._step(day, n, 1)

    def before(self, day: date, n: int) -> Deadline:
        """The `n`-th working day before `day` (n >= 0; 0 is `day` itself)."""
        return self._step(day, n, -1)

    def _step(self, day: date, n: int, way: int) -> Deadline:
        if n < 0:
            raise ValueError("n counts working days and is not negative")
        provisional = self.year_of(day).provisional and n == 0
        while n:
            day += timedelta(way)
            provisional = provisional or self.year_of(day).provisional
            n -= self.is_workday(day)
        return Deadline(day, provisional)


def counted(days: Sequence[D], day: D, n: int) -> D:
    """The `n`-th of the working days `days` after `day` (0: `day` itself, one of them).

    `days` ascend, as dates or as their ISO texts. Raises IndexError beyond the last.
    """
    return days[bisect_right(days, day) + n - 1]


def publish_by(days: Sequence[D], day: D, workdays: int) -> D:
    """公示期限: that many working days after a visit (国发〔2019〕5号: at most 20).

    `days` and `workdays` are those of the month's freeze. Raises IndexError beyond.

    >>> publish_by(["2026-12-01", "2026-12-02", "2026-12-03"], "2026-12-01", 2)
    '2026-12-03'
    """
    return counted(days, day, workdays)


def local_day(at: str) -> date:
    """The day of a time of the ceremony: its day at UTC+8.

    >>> local_day("2026-12-01T16:00:00Z").isoformat()
    '2026-12-02'
    """
    return datetime.fromisoformat(at).astimezone(CHINA).date()


def release(day: date, minute: int) -> str:
    """The time, UTC, at which people see their packages of a day.

    >>> release(date(2026, 12, 1), 450)
    '2026-11-30T23:30:00Z'
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    at = (midnight + timedelta(minutes=minute)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def checksum(years: object) -> str:
    """SHA-256, hex, of the `years` object of the data file as canonical JSON."""
    text = json.dumps(years, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read_data() -> tuple[Year, ...]:
    text = files("inspector").joinpath("data", _DATA).read_text(encoding="utf-8")
    data = json.loads(text)
    if data["schema"] != _SCHEMA:
        raise InspectorError("workdays.data", why="schema")
    if data["sha256"] != checksum(data["years"]):
        raise InspectorError("workdays.data", why="sha256")
    return tuple(
        Year(
            number=int(number),
            provisional=year["status"] != "official",
            source=year["source"],
            holidays=frozenset(map(date.fromisoformat, year["holidays"])),
            working_weekends=frozenset(
                map(date.fromisoformat, year["working_weekends"])
            ),
        )
        for number, year in sorted(data["years"].items())
    )


def parse_overrides(text: str, file: str = "calendar.csv") -> tuple[Override, ...]:
    """Rows of an override CSV (`date,is_workday,note`), sorted by date.

    Chinese headers 日期, 是否工作日, 备注 and words 是, 否 are accepted.
    Raises Faults naming each bad row.
    """
    try:
        source = io.StringIO(text.removeprefix("\ufeff"), newline="")
        rows = list(csv.reader(source))
    except csv.Error as e:
        raise Faults([Fault("workdays.columns", file)]) from e
    header = [_COLUMNS.get(h.strip(), h.strip()) for h in rows[0]] if rows else []
    if sorted(header) not in (["date", "is_workday"], ["date", "is_workday", "note"]):
        raise Faults([Fault("workdays.columns", file, 1)])
    found: dict[date, Override] = {}
    faults = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(header, (c.strip() for c in row), strict=False))
        day = _parse_day(cells.get("date", ""))
        worked = _WORDS.get(cells.get("is_workday", "").lower())
        if day is None:
            faults.append(
                Fault("workdays.row", file, number, "date", cells.get("date"))
            )
        elif day in found:
            faults.append(Fault("workdays.twice", file, number, "date", cells["date"]))
        elif worked is None:
            faults.append(
                Fault(
                    "workdays.row", file, number, "is_workday", cells.get("is_workday")
                )
            )
        else:
            found[day] = Override(day, worked, cells.get("note", ""))
    if faults:
        raise Faults(faults)
    return tuple(found[day] for day in sorted(found))


def _parse_day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def load_calendar(overrides: str | Iterable[Override] | None = None) -> Calendar:
    """The package's calendar with the bureau's overrides (CSV text or rows).

    Raises Faults for bad CSV text, InspectorError workdays.year for an override in a
    year without data.
    """
    rows = parse_overrides(overrides) if isinstance(overrides, str) else overrides
    found = tuple(sorted(rows or (), key=lambda o: o.day))
    calendar = Calendar(_read_data(), found)
    for override in found:
        calendar.year_of(override.day)
    return calendar
