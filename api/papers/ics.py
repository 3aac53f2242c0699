"""Duty dates as an iCalendar file: whole days, no place, no partner, no compound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from inspector.printable import clean

PRODUCT = "-//sunlot//duty dates//ZH"


def duty_calendar(
    days: Sequence[tuple[date, str, str]], name: str, at: datetime
) -> bytes:
    """An all-day event per (day, uid, month of the plan); `at`, aware, is when it was
    made.

    A date that is no longer there was given to somebody else: programs that subscribe
    drop it by themselves.
    """
    out = Calendar()
    out.add("prodid", PRODUCT)
    out.add("version", "2.0")
    out.add("calscale", "GREGORIAN")
    out.add("method", "PUBLISH")
    out.add("x-wr-calname", clean(name))
    for day, uid, month in sorted(days):
        event = Event()
        event.add("uid", uid)
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", "执法检查日")
        told = "地点和搭档当日早晨公布"
        event.add("description", f"{clean(month)} 月度计划。{told}")
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE")
        out.add_component(event)
    data: bytes = out.to_ical()
    return data
