"""覆盖情况: what the plan's months published, drew and inspected, and what is left.

The plan, and what its months published → figures per class and per month.

Published against drawn, repeats, caps used per compound or per company, and whether
people and cars of the months left can take what is expected of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inspector.domain import Compound, PastVisit, RiskClass, VisitKind
from inspector.year.plan import YearPlan, caps_of
from inspector.year.room import Quota


@dataclass(frozen=True, slots=True)
class Published:
    """A stratum of a frozen month and how many were drawn of it."""

    month: str
    stratum: str
    risk_class: RiskClass
    size: int
    chance: Fraction
    drawn: int

    @property
    def expected(self) -> Fraction:
        return self.size * self.chance

    @property
    def at_floor_or_ceiling(self) -> bool:
        return abs(self.drawn - self.expected) < 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """覆盖情况 of one class so far: published against drawn against made.

    `expected`: sum of the published expected counts; `repeats`: compounds inspected
    more than once in the year; `over`: inspections above the cap, of compounds drawn
    again before an earlier result counted; `most`: most inspections of one compound.
    """

    risk_class: RiskClass
    number: int
    due: int
    expected: Fraction
    drawn: int
    visits: int
    compounds: int
    repeats: int
    over: int
    most: int


def coverage(
    found: Sequence[Quota],
    rows: Sequence[Published],
    history: Iterable[PastVisit],
    now: Mapping[str, RiskClass],
    year: int,
) -> tuple[Coverage, ...]:
    """Per class, up to the last month in `rows`. `now`: each compound's class.

    Visits are counted under the class the compound has now.
    """
    months = len({r.month for r in rows})
    made = Counter(
        h.compound
        for h in history
        if h.kind is VisitKind.RANDOM and h.date.year == year and h.compound in now
    )
    out = []
    for q in found:
        mine = [r for r in rows if r.risk_class is q.risk_class]
        counts = [n for c, n in made.items() if now[c] is q.risk_class]
        out.append(
            Coverage(
                q.risk_class,
                q.number,
                sum(q.batches[:months]),
                sum((r.expected for r in mine), Fraction(0)),
                sum(r.drawn for r in mine),
                sum(counts),
                len(counts),
                sum(n > 1 for n in counts),
                sum(max(0, n - q.cap) for n in counts),
                max(counts, default=0),
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class CapUse:
    """上限使用: a company or compound with its random inspections that count in the
    year: those that take it out of the draw (PROTOCOL.md §5)."""

    unit: str
    used: int
    cap: int


def cap_use(
    plan: YearPlan,
    found: Sequence[Quota],
    history: Iterable[PastVisit],
    compounds: Iterable[Compound],
) -> tuple[CapUse, ...]:
    """Every unit inspected in the year, the fullest first.

    Visits of one unit on one day are one inspection (综合查一次, PROTOCOL.md §13). A
    company's cap is the largest among its compounds' classes, a compound's its class's.
    """
    caps = dict(caps_of(found))
    company = plan.cap_unit == "company"
    limit: dict[str, int] = {}
    for c in compounds:
        unit = c.usc18 if company else c.id
        if unit and c.risk_class in caps:
            limit[unit] = max(limit.get(unit, 0), caps[c.risk_class])
    seen = {
        (h.usc18 if company else h.compound, h.date)
        for h in history
        if h.kind is VisitKind.RANDOM and h.counts_for_cap and h.date.year == plan.year
    }
    used = Counter(unit for unit, _ in seen if unit in limit)
    rows = [CapUse(u, n, limit[u]) for u, n in used.items()]
    return tuple(sorted(rows, key=lambda r: (r.cap - r.used, r.unit)))


@dataclass(frozen=True, slots=True)
class Rest:
    """What the months left can take, against what they are expected to need."""

    months: int
    people_days: int
    packages: int
    visits: int
    expected: int

    @property
    def enough(self) -> bool:
        return self.visits >= self.expected


def rest_of_year(
    found: Sequence[Quota],
    left: Sequence[int],
    people_days: Sequence[int],
    cars: Sequence[int],
    officers: int,
    visits_per_package: Fraction,
    docket_visits: Sequence[int],
) -> Rest:
    """Capacity of the months `left` (0 … 11), rounded down.

    `people_days`, `cars` (car-days) and `docket_visits` (expected): one number per
    month left. A package takes `officers` people and a car for one day.
    """
    packages = sum(
        min(p // officers, c) for p, c in zip(people_days, cars, strict=True)
    )
    drawn = sum(q.batches[m] for q in found for m in left)
    return Rest(
        len(left),
        sum(people_days),
        packages,
        int(packages * visits_per_package),
        drawn + sum(docket_visits),
    )
