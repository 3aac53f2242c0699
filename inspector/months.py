"""Months and the days in them: the one place that counts by months.

In: a month as `YYYY-MM` or a day. Out: the same. Everything that asks for the first or
last day of a month, the next month, or how many months lie between, asks here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTH = re.compile(r"(?!0000)\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def is_month(text: str) -> bool:
    """Whether `text` is a month.

    >>> is_month("2026-12"), is_month("2026-13"), is_month("0000-01")
    (True, False, False)
    """
    return _MONTH.fullmatch(text) is not None


def month_of(day: date) -> str:
    """The month of a day.

    >>> month_of(date(2026, 12, 31))
    '2026-12'
    """
    return f"{day.year:04}-{day.month:02}"


def month_span(month: str) -> tuple[date, date]:
    """First and last day of a month. Raises ValueError for what is none.

    >>> month_span("2026-12")
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
    """
    if not is_month(month):
        raise ValueError(month)
    first = date(int(month[:4]), int(month[5:]), 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def next_month(month: str) -> str:
    """The month after.

    >>> next_month("2026-12")
    '2027-01'
    """
    return month_of(months_after(month_span(month)[0], 1))


def months_before(month: str, months: int) -> tuple[date, date]:
    """First and last day of the `months` calendar months before a month.

    >>> months_before("2026-02", 3)
    (datetime.date(2025, 11, 1), datetime.date(2026, 1, 31))
    """
    first = month_span(month)[0]
    return months_after(first, -months), first - timedelta(1)


def months_between(earlier: date, later: date) -> int:
    """Calendar months from the month of one day to that of another.

    >>> months_between(date(2026, 12, 31), date(2027, 1, 1))
    1
    """
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of a shorter month.

    That day is the last of a term (《民法典》第202条: 到期月的对应日; from practice).

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 3, 5), -12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 3, 5))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
