"""Readings of dates. What has no year, or two readings, is refused and shows both."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from inspector.errors import InspectorError, messages
from inspector.registry.reading import CellRule, CellSpot, number, shown
from inspector.registry.spreadsheet import spreadsheet
from inspector.registry.understood import Raw

_EPOCH = date(1899, 12, 30)  # day 0 of a workbook, as its days from 1900-03-01 count
_SERIALS = range(20_000, 80_000)  # 1954 … 2119
_TIME = re.compile(
    r"(.*?\d[日号]?)[\sT]+(?:[上下]午\s*)?\d{1,2}[:：时点]\d{0,2}[分:：]?\S*"
    r"(?:\s*[APap][Mm])?"
)
_WEEKDAY = re.compile(r"[\s（(]*(?:星期|周|礼拜)[一二三四五六日天][)）]?\s*")
_AROUND = re.compile(r"\s*([-/.年月日号、,_—–])\s*")
_LAST_YEAR = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?", re.ASCII)
_NO_YEAR = re.compile(r"(\d{1,2})([-/.月])(\d{1,2})[日号]?", re.ASCII)
_NO_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})月?", re.ASCII)
_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]

messages(
    {
        "cell.date_two": (
            "“{value}”有两种读法：{first} 或 {second}，请写成 2026-12-01 的样子",
            '"{value}" can be read as {first} and as {second}; write it like'
            " 2026-12-01",
        ),
        "cell.date_short": (
            "“{value}”的年份只有两位，可读作 {first} 或 {second}，请写四位年份",
            'the year of "{value}" has two digits: {first} or {second}? Write four',
        ),
        "cell.date_year": (
            "“{value}”没有写年份（{first} 或 {second}），请写全年月日",
            '"{value}" has no year ({first} or {second}); write year, month and day',
        ),
        "cell.date_day": (
            "“{value}”没有写日，请写全年月日",
            '"{value}" has no day; write year, month and day',
        ),
        "read.date": (
            "日期写法统一为 年-月-日，共 {count} 处（{cell} “{before}” → {after}）",
            'dates written otherwise: {count} ({cell} "{before}" → {after})',
        ),
        "read.serial": (
            "表格序列号读作日期，共 {count} 处（{cell} {before} → {after}）",
            "spreadsheet serial numbers read as dates: {count} ({cell} {before} →"
            " {after})",
        ),
        "read.date_time": (
            "日期后的时刻略去，共 {count} 处（{cell} “{before}” → {after}）",
            'times behind dates left out: {count} ({cell} "{before}" → {after})',
        ),
        "read.weekday": (
            "日期后的星期略去，共 {count} 处（{cell} “{before}” → {after}）",
            'weekdays behind dates left out: {count} ({cell} "{before}" → {after})',
        ),
        "read.open_end": (
            "“{before}”读作没有止期，共 {count} 处（{cell}）",
            '"{before}" read as no end: {count} ({cell})',
        ),
    }
)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_time(raw: Raw, spot: CellSpot) -> Raw | None:
    """The day of a date with a time."""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    found = _TIME.fullmatch(raw) if isinstance(raw, str) else None
    return found[1] if found else None


def serial(raw: Raw, spot: CellSpot) -> Raw | None:
    """46357 → 2026-12-01, also as text; a fraction is a time."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    text = raw if isinstance(raw, str) else number(raw)
    whole, _, rest = text.partition(".")
    if rest and isinstance(raw, str) and len(whole) != 5:
        return None
    if whole.isascii() and whole.isdigit() and int(whole) in _SERIALS:
        return (_EPOCH + timedelta(days=int(whole))).isoformat()
    return None if isinstance(raw, str) else text


def weekday(raw: Raw, spot: CellSpot) -> Raw | None:
    """2026-12-25（周五） → 2026-12-25."""
    return _WEEKDAY.sub("", raw) if isinstance(raw, str) else None


def open_end(raw: Raw, spot: CellSpot) -> Raw | None:
    """长期, where a date may be missing."""
    if not isinstance(raw, str) or spot.column.required:
        return None
    return "" if raw.strip() in spreadsheet()["dates"]["open"] else None


@cache
def _formats() -> tuple[re.Pattern[str], ...]:
    """The date formats of the data as patterns with groups Y, M, D and B."""
    out = []
    for written in spreadsheet()["dates"]["formats"]:
        digits = r"\d{2}" if "YM" in written else r"\d{1,2}"
        parts = {
            "Y": r"(?P<Y>\d{4})",
            "M": f"(?P<M>{digits})",
            "D": f"(?P<D>{digits})",
            "B": r"(?P<B>[A-Za-z]{3,9})\.?",
        }
        text = "".join(parts.get(c, re.escape(c)) for c in written)
        out.append(re.compile(text, re.ASCII))
    return tuple(out)


def _month(found: dict[str, str]) -> int:
    if "M" in found:
        return int(found["M"])
    short = found["B"][:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def formats(raw: Raw, spot: CellSpot) -> Raw | None:
    """One of the formats of the data, when it names a day."""
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    for one in (text, _AROUND.sub(r"\1", text)):
        for pattern in _formats():
            if match := pattern.fullmatch(one):
                found = match.groupdict()
                day = _day(int(found["Y"]), _month(found), int(found["D"]))
                return day.isoformat() if day else None
    return None


def two_readings(raw: Raw, spot: CellSpot) -> Raw | None:
    """03/04/2026 is refused with both days; 25/12/2026 is one day only."""
    if not isinstance(raw, str):
        return None
    text = _AROUND.sub(r"\1", raw.strip())
    if found := _LAST_YEAR.fullmatch(text):
        one, two, year = (int(part) for part in found.groups())
        return _one_of(raw, _day(year, one, two), _day(year, two, one))
    if found := _SHORT_YEAR.fullmatch(text):
        one, two, three = (int(part) for part in found.groups())
        near, far = _day(2000 + one, two, three), _day(2000 + three, two, one)
        said = {"first": near or "?", "second": far or f"{1900 + one}-…"}
        raise InspectorError("cell.date_short", value=raw, **said)
    if found := _NO_YEAR.fullmatch(text):
        one, two = int(found[1]), int(found[3])
        first, second = f"…-{one:02}-{two:02}", f"…-{two:02}-{one:02}"
        if found[2] == "月" or two > 12:
            second = "?"
        elif one > 12:
            first, second = second, "?"
        params = {"first": first, "second": second}
        raise InspectorError("cell.date_year", value=raw, **params)
    if _NO_DAY.fullmatch(text):
        raise InspectorError("cell.date_day", value=raw)
    return None


def _one_of(raw: str, first: date | None, second: date | None) -> str | None:
    if first and second and first != second:
        params = {"first": first, "second": second}
        raise InspectorError("cell.date_two", value=raw, **params)
    found = first or second
    return found.isoformat() if found else None


def no_date(raw: Raw, spot: CellSpot) -> Raw | None:
    """A time of day or a yes/no is no date."""
    if isinstance(raw, str | datetime | date) or (
        isinstance(raw, int | float) and not isinstance(raw, bool)
    ):
        return None
    raise InspectorError("cell.date", value=shown(raw))


_DAY = frozenset({"day"})
DATE_READINGS: tuple[CellRule, ...] = (
    CellRule("read.no_date", _DAY, no_date),
    CellRule("read.date_time", _DAY, date_time),
    CellRule("read.open_end", _DAY, open_end),
    CellRule("read.serial", _DAY, serial),
    CellRule("read.weekday", _DAY, weekday),
    CellRule("read.date", _DAY, formats),
    CellRule("read.date", _DAY, two_readings),
)
