"""A stamp of the ceremony (UTC) → the time that people read, Beijing's.

Files that are hashed and answers for programs keep UTC; sentences, tables and papers
do not.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# Every day is a day at UTC+8, wherever a computer stands.
CHINA = timezone(timedelta(hours=8))
_STAMP = re.compile(r"(?<!\d)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def local_time(at: str) -> str:
    """A time of the ceremony or of a log as people read it, in Beijing; "" for none.

    >>> local_time("2026-11-30T22:05:00Z")
    '2026-12-01 06:05'
    """
    if not at:
        return ""
    return f"{datetime.fromisoformat(at).astimezone(CHINA):%Y-%m-%d %H:%M}"


def localized(said: str) -> str:
    """A sentence with every stamp in it told in Beijing time; seconds where they count.

    >>> localized("2026-11-30T22:05:00Z, 2026-11-30T22:05:07Z; 2026-13-01T00:00:00Z")
    '2026-12-01 06:05, 2026-12-01 06:05:07; 2026-13-01T00:00:00Z'
    """
    return _STAMP.sub(_local, said)


def _local(stamp: re.Match[str]) -> str:
    try:
        moment = datetime.fromisoformat(stamp[0]).astimezone(CHINA)
    except (ValueError, OverflowError):  # as somebody typed it
        return stamp[0]
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
