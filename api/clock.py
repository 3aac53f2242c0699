"""Time: UTC inside, UTC+8 at the edge: the day of any time is its day there.

The clock is an argument of the app, so that a test or a demonstration can set it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from inspector.beijing import CHINA

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, aware UTC, whole microseconds."""
    return datetime.now(UTC)


def shifted(ahead: timedelta) -> Clock:
    """A clock that goes `ahead` of the time: demonstrations only."""
    return lambda: utc_now() + ahead


def stamp(moment: datetime) -> str:
    """The form of every timestamp in the ceremony: `2026-12-01T09:00:00Z`.

    >>> stamp(datetime(2026, 12, 1, 9, tzinfo=UTC))
    '2026-12-01T09:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Inverse of `stamp`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clocks of people.

    >>> local(datetime(2026, 12, 1, 22, tzinfo=UTC)).isoformat()
    '2026-12-02T06:00:00+08:00'
    """
    return moment.astimezone(CHINA)


def today(moment: datetime) -> date:
    """The calendar day of people."""
    return local(moment).date()
