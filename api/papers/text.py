"""Dates, times and labels as papers print them."""

from __future__ import annotations

from datetime import date, datetime


def day(value: date | None) -> str:
    """`2026年12月1日`, empty for none.

    >>> day(date(2026, 12, 1))
    '2026年12月1日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def heads(labels: str) -> tuple[tuple[str, str], ...]:
    """Labels in both languages, each split where the second begins.

    >>> heads("序号 No. | 整改期限 Due by")
    (('序号', 'No.'), ('整改期限', 'Due by'))
    """
    pairs = (label.split(" ", 1) for label in labels.split(" | "))
    return tuple((zh, en) for zh, en in pairs)


def moment(value: datetime) -> str:
    """`2026-12-01 09:30 UTC`-like stamp in the value's own zone."""
    return value.strftime("%Y-%m-%d %H:%M")
