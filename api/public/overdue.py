"""Overdue (逾期公示): a public row, not an exception.

A result published after its publish-by date is named. One that is still missing is
counted under its date only: which visits a month has is sealed until it is opened. A
visit that was not made is carried, which is public (`api.public.carried`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from api.answers import DayText, Stamp, grown
from api.months import steps
from api.public import index as pub
from api.public.index import PublicMonth
from api.public.results import ResultRow
from api.site import Desk


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """`state` late: one result, published after `due`. open: `count` still missing;
    nothing else is told of those."""

    state: str
    month_id: str
    month: str
    due: DayText
    count: int
    visit: str = ""
    compound: str = ""
    compound_name: str = ""
    usc18: str = ""
    company_name: str = ""
    date: DayText = ""
    published_at: Stamp = ""

    @property
    def position(self) -> str:
        """Open ones first, then by date, newest first (read backwards)."""
        first = 1 if self.state == "open" else 0
        told = f"{self.published_at}/{self.month_id}/{self.visit}" if self.visit else ""
        return f"{first}/{self.due}/{self.month_id}/{told}"


def _late(r: ResultRow) -> OverdueLine:
    """A result that was published too late."""
    return grown(OverdueLine, r, state="late", count=1)


def overdue(desk: Desk) -> list[OverdueLine]:
    """All overdue rows of the bureau today, open ones first, the latest date first."""
    found = pub.index(desk)
    out = [_late(r) for r in found.results if r.late]
    for month in found.months:
        if month.stage == "assigned":
            out += _open(desk, month)
    return sorted(out, key=lambda row: row.position, reverse=True)


def _open(desk: Desk, month: PublicMonth) -> list[OverdueLine]:
    """Counts of missing results by the date on which they were due."""
    today = desk.today.isoformat()
    return [
        OverdueLine("open", month.id, month.month, due, count)
        for due, count in sorted(_missing(desk, month).items())
        if due and due < today
    ]


def _missing(desk: Desk, month: PublicMonth) -> Counter[str]:
    """Publish-by date -> placed visits still pending; never shown before it."""
    assigned = steps.load(desk, steps.find(desk, month.id)).assigned
    if assigned is None:
        return Counter()
    register, left = pub.register(desk, month), assigned.outstanding
    return Counter(
        register.due(package.day.isoformat())
        for package in assigned.sealed.packed.packing.packages
        for stop in package.stops
        if stop.visit in left
    )
