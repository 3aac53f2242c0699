"""How often a firm was inspected this year, of what is published alone.

A freeze and the results published since → count and limit with its terms (PROTOCOL.md
§13). A visit that is still sealed is in no figure here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.public.freeze import Register
from api.public.results import ResultRow
from inspector.selection.yearly import Limit, said

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class YearlyCount:
    """本年次数 and 上限 of compounds of a class; `limit` = `cap` + `cases` · (`steps` +
    re-check, acceptance and look-back), said in both languages."""

    year: str
    risk_class: str
    count: int
    limit: int
    cap: int
    cases: int
    steps: int
    zh: str
    en: str


def yearly_counts(
    register: Register, compounds: Sequence[Doc], rows: Iterable[ResultRow]
) -> tuple[YearlyCount, ...]:
    """One for each class of a unit's compounds. `rows`: what is published of it."""
    year, days = str(register.doc["month"])[:4], set[str]()
    by_firm = register.doc["policy"]["draw"]["cap_unit"] == "company"
    for c in compounds:
        days |= register.counted.get(c["usc18"] if by_firm else c["id"], frozenset())
    days |= {r.date for r in rows if r.count and r.date[:4] == year}
    limits = {
        c["risk_class"]: register.limits[c["id"]]
        for c in compounds
        if c["id"] in register.limits and c["status"] == "active"
    }
    return tuple(
        _row(year, name, len(days), limit) for name, limit in sorted(limits.items())
    )


def _row(year: str, risk_class: str, count: int, limit: Limit) -> YearlyCount:
    words = said(count, limit)
    terms = limit.total, limit.cap, limit.cases, limit.steps
    return YearlyCount(year, risk_class, count, *terms, words.zh, words.en)
