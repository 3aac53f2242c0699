"""Entropy sources as they are announced: kinds, grammars, draw times (PROTOCOL.md §2).

A source as announced → whether it is outside, its draw times and grammar, and what is
wrong with it.

Outside sources are those nobody in the bureau controls; their announced time is T.
Inside values are known inside, so they count only when they were entered before T.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from inspector.errors import messages
from inspector.policy import Source

messages(
    {
        "entropy.kind": (
            "随机源“{value}”不是双色球、大乐透、掷骰、揭示或 drand",
            'the source "{value}" is no 双色球, 大乐透, dice, reveal or drand',
        ),
        "entropy.id": (
            "随机源编号“{value}”无效或重复",
            'the source id "{value}" is invalid or repeated',
        ),
        "entropy.time": (
            "“{value}”应写作 YYYY-MM-DD HH:MM（北京时间）或 YYYY-MM-DDTHH:MM:SSZ",
            '"{value}" is not written YYYY-MM-DD HH:MM (Beijing time) or'
            " YYYY-MM-DDTHH:MM:SSZ (UTC)",
        ),
        "entropy.drawing": (
            "“{value}”不是开奖时刻：双色球 周二四日 21:15，大乐透 周一三六 21:25",
            '"{value}" is no draw time: 双色球 Tue, Thu, Sun 21:15, 大乐透 Mon, Wed, '
            "Sat 21:25 (UTC+8)",
        ),
        "entropy.issue": (
            "期号“{value}”无效：彩票 20 加五位数字，轮次为数字，其他半角编号",
            'the issue "{value}" is invalid: 20 and five digits for a lottery, digits '
            "for a round, else an ASCII number",
        ),
        "entropy.commit": (
            "揭示类随机源须有64位十六进制哈希，其他不写",
            "a reveal carries 64 hex digits of its hash, other sources none",
        ),
    }
)

# name -> (white balls drawn, of, second balls drawn, of); rules of the two games, each
# worth 24 bits.
LOTTERIES: dict[str, tuple[int, int, int, int]] = {
    "双色球": (6, 33, 1, 16),
    "大乐透": (5, 35, 2, 12),
}
# name -> when it is drawn: 21:15 or 21:25 at UTC+8 as UTC, on which days (Monday 0).
DRAWINGS: dict[str, tuple[str, tuple[int, ...]]] = {
    "双色球": ("T13:15:00Z", (1, 3, 6)),
    "大乐透": ("T13:25:00Z", (0, 2, 5)),
}
OUTSIDE = ("lottery",)
# drand counts as inside until the signature in its value is checked.
INSIDE = ("dice", "reveal", "drand")
KINDS = (*OUTSIDE, *INSIDE)
# Grammars of whole texts, all ASCII: one source, one issue has one spelling.
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
ISSUES = {
    "lottery": re.compile(r"20[0-9]{5}", re.ASCII),
    "dice": re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII),
    "reveal": re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII),
    "drand": re.compile(r"[1-9][0-9]{0,9}", re.ASCII),
}
HEX_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NONE = re.compile("")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_TIME = "%Y-%m-%dT%H:%M:%SZ"
Use = tuple[str, str, str]


def is_outside(source: Source) -> bool:
    """Whether nobody in the bureau can choose its value."""
    return source.kind in OUTSIDE and source.name in LOTTERIES


def is_drawing(name: str, at: str) -> bool:
    """Whether a lottery is drawn at this moment.

    >>> is_drawing("双色球", "2026-11-26T13:15:00Z")
    True
    >>> is_drawing("双色球", "2026-11-27T13:15:00Z")
    False
    """
    clock, days = DRAWINGS.get(name, ("", ()))
    return at[10:] == clock and date.fromisoformat(at[:10]).weekday() in days


def next_drawing(name: str, after: str) -> str:
    """The lottery's first moment later than `after`.

    >>> next_drawing("大乐透", "2026-11-28T13:25:00Z")
    '2026-11-30T13:25:00Z'
    """
    clock, days = DRAWINGS[name]
    day = date.fromisoformat(after[:10])
    while day.weekday() not in days or f"{day}{clock}" <= after:
        day += timedelta(1)
    return f"{day}{clock}"


def outside_time(sources: Sequence[Source]) -> str:
    """T: the earliest announced time of the outside sources; "" without any."""
    return min((s.at for s in sources if is_outside(s)), default="")


def uses(source: Source, issue: str = "") -> Iterator[Use]:
    """What a source uses up: its issue, and a reveal its hash."""
    if issue or source.issue:
        yield source.kind, source.name, issue or source.issue
    if source.commit:
        yield source.kind, "", source.commit


def instant(text: str) -> datetime | None:
    """The aware UTC time of `YYYY-MM-DDTHH:MM:SSZ`, else None.

    >>> instant("2026-11-26T13:15:00Z").hour
    13
    """
    if not MOMENT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def later(at: str, hours: int) -> str:
    """The time so many hours after `at`.

    >>> later("2026-11-26T13:15:00Z", 24)
    '2026-11-27T13:15:00Z'
    """
    return (datetime.strptime(at, _TIME) + timedelta(hours=hours)).strftime(_TIME)


def wrong(source: Source) -> Iterator[tuple[str, str, str]]:
    """What is wrong with an announced source alone: code, field, value."""
    if source.kind not in KINDS:
        yield "entropy.kind", "kind", source.kind
        return
    if source.kind == "lottery" and source.name not in LOTTERIES:
        yield "entropy.kind", "name", source.name
    if not SOURCE_ID.fullmatch(source.id):
        yield "entropy.id", "id", source.id
    if not ISSUES[source.kind].fullmatch(source.issue):
        yield "entropy.issue", "issue", source.issue
    if instant(source.at) is None:
        yield "entropy.time", "at", source.at
    elif is_outside(source) and not is_drawing(source.name, source.at):
        yield "entropy.drawing", "at", source.at
    wanted = HEX_SHA256 if source.kind == "reveal" else _NONE
    if not wanted.fullmatch(source.commit):
        yield "entropy.commit", "commit", source.commit
