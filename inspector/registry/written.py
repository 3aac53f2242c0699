"""How people write the values of a policy → the values that its types take.

A raw TOML value and what it has to be → the value in its one form, or the value
unchanged, so that the codec says what is wrong with it. What can be read in two ways
is left as it is: 60 may be 60 % or sixty times a year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from inspector.beijing import CHINA

YES = frozenset({"是", "有", "对", "true", "yes", "√", "✓"})
NO = frozenset({"否", "无", "不", "false", "no", "×", "✗"})
_CLOCK = re.compile(r"(\d{1,2})[:点时](\d{1,2})分?(?::00)?", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})[点时]整?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,6}))?%", re.ASCII)
_HUNDREDTHS = re.compile(r"百分之(\d{1,4})(?:\.(\d{1,6}))?", re.ASCII)
_PART = re.compile(r"0\.(\d{1,9})", re.ASCII)
_FRACTION = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)
_WHOLE = re.compile(r"\d{1,16}", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_SPLIT = re.compile(r"(.*?\d日?)[ T]*(?<=[日 T])(\d{1,2}[:点时].*)", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_HM = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def half(text: str) -> str:
    """Text as a keyboard of half-width characters writes it, without outer blanks.

    >>> half("０８：３０ ")
    '08:30'
    """
    return unicodedata.normalize("NFKC", text).strip()


def clock(value: Any) -> Any:
    """Minutes after midnight as "HH:MM": 8:30, ０８：３０, 8点30分, a TOML time.

    >>> clock("８：３０"), clock(time(8, 30)), clock("8点"), clock("8.30"), clock(510)
    ('08:30', '08:30', '08:00', '8.30', 510)
    """
    if isinstance(value, time) and not (value.second or value.microsecond):
        return f"{value:%H:%M}"
    if not isinstance(value, str):
        return value
    text = half(value)
    if found := _CLOCK.fullmatch(text):
        return f"{int(found[1]):02}:{int(found[2]):02}"
    if found := _HOUR.fullmatch(text):
        return f"{int(found[1]):02}:00"
    return value


def rate(value: Any) -> Any:
    """[numerator, denominator]: "60%", 0.6, "3/5", "百分之60".

    A bare number from 1 on is refused: a percentage and a multiple look alike.

    >>> rate("60%"), rate(0.6), rate("12.5％"), rate("3/5"), rate(60), rate(1.5)
    ([60, 100], [6, 10], [125, 1000], [3, 5], 60, 1.5)
    """
    if value == 0 and type(value) in (int, float):
        return [0, 1]
    if isinstance(value, float):
        found = _PART.fullmatch(format(Decimal(repr(value)), "f"))
        return [int(found[1]), 10 ** len(found[1])] if found else value
    if not isinstance(value, str):
        return value
    text = half(value).replace(" ", "")
    if found := _PERCENT.fullmatch(text) or _HUNDREDTHS.fullmatch(text):
        places = found[2] or ""
        return [int(found[1] + places), 100 * 10 ** len(places)]
    if found := _PART.fullmatch(text):
        return [int(found[1]), 10 ** len(found[1])]
    if found := _FRACTION.fullmatch(text):
        return [int(found[1]), int(found[2])]
    return value


def whole(value: Any) -> Any:
    """A whole number: "６", 6.0.

    >>> whole("６"), whole(6.0), whole("6 次"), whole(6.5), whole(True)
    (6, 6, '6 次', 6.5, True)
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(half(value)):
        return int(half(value))
    return value


def yes_no(value: Any) -> Any:
    """true or false: 是, 否, yes, no.

    >>> yes_no("是"), yes_no("No"), yes_no("也许"), yes_no(1)
    (True, False, '也许', 1)
    """
    if isinstance(value, str):
        word = half(value).lower()
        if word in YES or word in NO:
            return word in YES
    return value


# What a type's mark or name is → how people write it.
HEARD: Mapping[str, Callable[[Any], Any]] = {
    "clock": clock,
    "rate": rate,
    "int": whole,
    "bool": yes_no,
}


def heard(kind: str, value: Any) -> Any:
    """The value in its one form; for `loading.Form.heard`."""
    reader = HEARD.get(kind)
    return reader(value) if reader is not None else value


def month(value: Any) -> Any:
    """A month as YYYY-MM.

    >>> month("2026年12月"), month("２０２６/1"), month("12月")
    ('2026-12', '2026-01', '12月')
    """
    found = _MONTH.fullmatch(half(value)) if isinstance(value, str) else None
    return f"{found[1]}-{int(found[2]):02}" if found else value


def day(value: Any) -> date | None:
    """The day that a value is, without a time of day; None for anything else.

    >>> day("2026年11月23日"), day("2026-11-23 21:25"), day(date(2026, 11, 23))
    (datetime.date(2026, 11, 23), None, datetime.date(2026, 11, 23))
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = _DAY.fullmatch(half(value)) if isinstance(value, str) else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def moment(value: Any) -> Any:
    """A moment as UTC stamp of the ceremony; one without offset is Beijing time.

    What is no moment is given back as it is.

    >>> moment("2026-11-23 21:25"), moment("2026年11月23日21点25分")
    ('2026-11-23T13:25:00Z', '2026-11-23T13:25:00Z')
    >>> moment("2026-11-23T21:25:00+08:00"), moment("2026-11-23T13:25:00Z")
    ('2026-11-23T13:25:00Z', '2026-11-23T13:25:00Z')
    >>> moment("23/11 21:25")
    '23/11 21:25'
    """
    found = value if isinstance(value, datetime) else _written(value)
    if found is None or found.microsecond:
        return value
    try:
        stamp = found if found.tzinfo is not None else found.replace(tzinfo=CHINA)
        return f"{stamp.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return value


def _written(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    text = half(value)
    if _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    parts = _SPLIT.fullmatch(text)
    on, at = (day(parts[1]), clock(parts[2])) if parts else (None, None)
    if on is None or not isinstance(at, str) or not _HM.fullmatch(at):
        return None
    hours, minutes = map(int, at.split(":"))
    return datetime(on.year, on.month, on.day, hours, minutes)
