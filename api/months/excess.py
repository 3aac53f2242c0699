"""What a plan takes over a yearly limit, for planner and head, who gives reasons.

A plan and the bureau's other logs → a row per visit, with the terms of its limit. Only
staff see it before the results are public (PROTOCOL.md §13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspector.month.ahead import ahead
from inspector.month.pack import Packed
from inspector.month.standing import Stood
from inspector.selection.yearly import said


@dataclass(frozen=True, slots=True)
class PlannedExcess:
    """A visit whose firm (`unit`) goes over its yearly limit: how often inspected by
    its result in the order of days, and at most when it is published last; the limit
    with its terms, in words too; the head's `reason` once he has given it."""

    visit: str
    compound: str
    unit: str
    day: date
    count: int
    most: int
    limit: int
    cap: int
    cases: int
    steps: int
    zh: str
    en: str
    reason: str


def planned(packed: Packed, logs: Sequence[Stood]) -> list[PlannedExcess]:
    """What goes over a yearly limit, by day."""
    reasons = {row.visit: row.reason for row in packed.excess}
    out = []
    for a in ahead(packed, logs):
        limit, words = a.limit, said(a.count, a.limit)
        out.append(
            PlannedExcess(
                *(a.visit, a.compound, a.unit, a.day, a.count, a.most),
                *(limit.total, limit.cap, limit.cases, limit.steps),
                *(words.zh, words.en, reasons.get(a.visit, "")),
            )
        )
    return out
