"""How often a firm is inspected in a year: what counts, and how often is too often.

A registry, its docket visits and a policy → unit of a compound, days that count, limit
with its terms. Freeze, results, papers and pages ask here. PROTOCOL.md §13; 国办发
〔2024〕54号, 司法部 answers 2025-04 (DOMAIN §0).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from inspector.domain import (
    Case,
    CaseState,
    Compound,
    PastVisit,
    VisitKind,
)
from inspector.policy import Policy
from inspector.words import Word

CLOSING = 3  # visits of a case after its steps: re-check, acceptance, look-back


class Demand(Protocol):
    """A docket visit of the month, as far as it names its case."""

    @property
    def case(self) -> str: ...
    @property
    def compound(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """上限 of a year with its terms: `cap` of the compound's class, and for each of the
    unit's `cases` of the year `steps` visits and those that close it."""

    cap: int
    cases: int
    steps: int

    @property
    def total(self) -> int:
        """
        >>> Limit(2, 1, 3).total
        8
        """
        return self.cap + self.cases * (self.steps + CLOSING)


def counts(policy: Policy, kind: VisitKind) -> bool:
    """Whether an inspection for this purpose counts: what a superior ordered does not.

    >>> counts(Policy(), VisitKind.RECHECK)
    True
    """
    return policy.task.source == "plan" and kind in policy.draw.counts


def unit_of(compound: str, usc18: str, policy: Policy) -> str:
    """Whose inspections are counted together: the company's, "" where there is none, or
    the compound's alone.

    >>> unit_of("C0001", "", Policy())
    ''
    """
    return usc18 if policy.draw.cap_unit == "company" else compound


def days_in(
    history: Iterable[PastVisit], policy: Policy, unit: str, year: int
) -> set[date]:
    """Days of the unit's inspections of the year that count, by the rows of history: a
    company's compounds on one day are one inspection (综合查一次)."""
    return {
        row.date
        for row in history
        if row.counts_for_cap
        and row.date.year == year
        and unit_of(row.compound, row.usc18, policy) == unit
    }


def limits(
    compounds: Iterable[Compound],
    docket: Iterable[Case],
    visits: Iterable[Demand],
    policy: Policy,
) -> dict[str, Limit]:
    """The limit of the policy's year for each compound that has a unit: the cap of its
    class, and what the unit's cases add that yield visits, are open or were opened in
    the year."""
    rows, year = tuple(compounds), policy.month[:4]
    unit = {c.id: unit_of(c.id, c.usc18, policy) for c in rows}
    cases: dict[str, set[str]] = {}
    for v in visits:
        cases.setdefault(unit.get(v.compound, ""), set()).add(v.case)
    for c in docket:
        if c.state is not CaseState.CLOSED or str(c.opened.year) == year:
            cases.setdefault(unit.get(c.compound, ""), set()).add(c.id)
    caps, steps = dict(policy.draw.caps), len(policy.visits.series_minutes)
    return {
        c.id: Limit(caps[c.risk_class], len(cases.get(unit[c.id], ())), steps)
        for c in rows
        if unit[c.id]
    }


def said(count: int, limit: Limit | int) -> Word:
    """How often this year, and how often at most, with the terms as far as known.

    >>> said(5, Limit(2, 1, 3)).zh
    '本年已查 5 次 / 上限 8（= 上限 2 + 台账 1 件 × (3 步 + 复查 + 验收 + 回头看)）'
    >>> said(1, Limit(2, 0, 3)).en
    'inspected 1 time this year / at most 2'
    """
    if isinstance(limit, int):
        limit = Limit(limit, 0, 0)
    times = "time" if count == 1 else "times"
    zh = f"本年已查 {count} 次 / 上限 {limit.total}"
    en = f"inspected {count} {times} this year / at most {limit.total}"
    if not limit.cases:
        return Word("count", zh, en)
    cases, steps = limit.cases, limit.steps
    many = "case" if cases == 1 else "cases"
    return Word(
        "count",
        f"{zh}（= 上限 {limit.cap} + 台账 {cases} 件 × "
        f"({steps} 步 + 复查 + 验收 + 回头看)）",
        f"{en} (= {limit.cap} + {cases} {many} × "
        f"({steps} steps + re-check + acceptance + look-back))",
    )
