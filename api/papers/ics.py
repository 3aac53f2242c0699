"""Duty dates as an iCalendar file: whole days, no place, no partner, no compound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from inspector.printable import clean

PRODUCT = "-//sunlot//duty dates//ZH"


# How often a program that subscribes asks again.
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, order=True, slots=True)
class Duty:
    """A duty date: `uid` is its own for ever; `cancelled`: somebody else goes;
    `changes`: how often that changed."""

    day: date
    uid: str
    month: str
    cancelled: bool = False
    changes: int = 0


def duty_calendar(days: Sequence[Duty], name: str, at: datetime) -> bytes:
    """An all-day event per duty date; `at`, aware, is when it was made.

    A date that went to somebody else stays, cancelled (RFC 5545): a file that was
    imported once is put right by the next one.
    """
    out = Calendar()
    out.add("prodid", PRODUCT)
    out.add("version", "2.0")
    out.add("calscale", "GREGORIAN")
    out.add("method", "PUBLISH")
    out.add("x-wr-calname", clean(name))
    out.add("refresh-interval", AGAIN, {"value": "DURATION"})
    out.add("x-published-ttl", "PT1H")
    for duty in sorted(days):
        event = Event()
        event.add("uid", duty.uid)
        event.add("dtstamp", at)
        event.add("sequence", duty.changes)
        event.add("status", "CANCELLED" if duty.cancelled else "CONFIRMED")
        event.add("dtstart", duty.day)
        event.add("dtend", duty.day + timedelta(days=1))
        event.add("summary", "执法检查日（已取消）" if duty.cancelled else "执法检查日")
        told = "已由他人接替" if duty.cancelled else "地点和搭档当日早晨公布"
        event.add("description", f"{clean(duty.month)} 月度计划。{told}")
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT" if duty.cancelled else "OPAQUE")
        out.add_component(event)
    data: bytes = out.to_ical()
    return data
