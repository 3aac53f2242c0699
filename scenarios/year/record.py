"""The ceremony's record of a demonstration year: made up from the seed its plan states.

The year's seed and a month → blinds, entropy and times of its ceremony.

No clock is read and no real drawing is meant; the times are those a bureau would keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import Coins, Entropy
from inspector.lottery_calendar import issue_on, rests
from inspector.months import month_span
from inspector.policy import Source
from inspector.sources import LOTTERIES

LEAD_DAYS = 14  # the freeze lies that long before its month
DRAW_WEEKDAYS = (1, 3, 6)  # 双色球: Tuesday, Thursday, Sunday, 21:15 in Beijing


def coins(seed: str, *label: str) -> Coins:
    """The coins of one part of the demonstration."""
    return Coins(Key(SHA256, digest(SHA256, "demonstration", seed)), "/".join(label))


def between(dice: Coins, low: int, high: int) -> int:
    """A uniform integer in low..high."""
    return low + dice.below(high - low + 1)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The made-up record of a month's ceremony."""

    draw_blind: str
    seal_blind: str
    secret: str
    frozen_at: str
    draw: tuple[tuple[Source, Entropy], ...]
    drawn_at: str
    sealed_at: str
    lottery: tuple[tuple[Source, Entropy], ...]
    assigned_at: str
    closed_at: str


def ceremony(seed: str, month: str) -> Ceremony:
    """Blinds, entropy and times from the stated seed; no clock, no real drawing.

    The freeze lies `LEAD_DAYS` before the month, while the month before is in the field
    and the one before that still waits for deadlines.
    """

    def blind(name: str) -> str:
        return digest(SHA256, "demonstration", seed, month, name).hex()

    first, last = month_span(month)
    frozen = first - timedelta(LEAD_DAYS)
    one = _drawing(frozen + timedelta(1))
    two = _drawing(one + timedelta(2))
    closed = (last + timedelta(1)).replace(day=28)
    return Ceremony(
        blind("draw"),
        blind("seal"),
        blind("secret"),
        _at(frozen, "08:00"),
        _entropy(seed, month, "draw", one),
        _at(one, "14:00"),
        _at(one + timedelta(1), "08:00"),
        _entropy(seed, month, "lottery", two),
        _at(two, "14:00"),
        _at(closed, "08:00"),
    )


def _at(day: date, clock: str) -> str:
    return f"{day.isoformat()}T{clock}:00Z"


def _drawing(day: date) -> date:
    """The first day of a drawing on or after `day`."""
    while day.weekday() not in DRAW_WEEKDAYS or rests(_at(day, "13:15")):
        day += timedelta(1)
    return day


def _issue(day: date) -> str:
    """The issue of that day; of a year whose breaks are not known a made-up one: its
    drawings counted."""
    if issue := issue_on("双色球", day):
        return issue
    start = date(day.year, 1, 1)
    days = (start + timedelta(n) for n in range((day - start).days + 1))
    return f"{day.year}{sum(d.weekday() in DRAW_WEEKDAYS for d in days):03d}"


def _entropy(
    seed: str, month: str, stage: str, day: date
) -> tuple[tuple[Source, Entropy], ...]:
    """The lottery in the evening of `day`."""
    dice = coins(seed, month, "entropy", stage)
    a, n, b, m = LOTTERIES["双色球"]
    balls = "|".join(
        " ".join(f"{ball:02d}" for ball in _balls(dice, take, top))
        for take, top in ((a, n), (b, m))
    )
    issue, at = _issue(day), _at(day, "13:15")
    source = Source(f"ssq-{issue}", "lottery", "双色球", issue, at)
    return ((source, Entropy(source.id, issue, balls, at)),)


def _balls(dice: Coins, take: int, top: int) -> list[int]:
    """`take` of 1 … top, in order."""
    left = list(range(1, top + 1))
    return sorted(left.pop(dice.below(len(left))) for _ in range(take))
