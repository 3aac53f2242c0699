"""年度抽查工作计划: the year's numbers, and the twelve batches they are drawn in.

The plan fixes per risk class how many compounds are drawn in the year, of a base N that
is the registry on the day the plan is made (R20: the ratio is a yearly total, drawn in
batches). The rule that makes the months compose:

* A class's number is cut into twelve whole batches that differ by at most one.
* A month's chance is its batch over the compounds of the class that may be drawn that
  month. So the published expected count of the class is the batch itself, the draw
  gives exactly that many, and the twelve sum to the year's number whatever was drawn.
* A stratum (street x class) of n of the N compounds has n/N of each batch, a fraction;
  the twelve sum to n/N of the year's number.
* Whoever was visited is out of the draw when the deadline of that result has passed
  (PROTOCOL.md section 5), so when a month is frozen up to `WAITING` months still wait,
  and a compound drawn in one of them may be drawn again. How many may be drawn is not
  known beforehand any more, only within bounds (`least_eligible`, `most_eligible`);
  a compound may pass its cap by `WAITING` visits and no more (`most_of`). Visits above
  a cap and compounds drawn again are counted (`inspector.year.coverage`).
* Seen from the start of the year a compound's chances to be drawn in a month are
  batch/N: as a mean over its class always, `share`, and its proof there.
* The cap is a company's by default: its compounds leave the draw together. How many
  of a class do by December is estimated and bounded (`inspector.year.room`).

Nothing here draws: `inspector.selection.draw` does, with the rates of `month_rates`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from inspector.domain import Compound, RiskClass
from inspector.errors import Fault, Faults, messages
from inspector.policy import Method, Names, Rate, Scope
from inspector.year.room import (
    MONTHS,
    MOST_OUT_BP,
    WAITING,
    Quota,
    shares_out,
)

PUBLISH_BY = (3, 31)  # `YearPlan.due`; so does 肇庆 (R17, R18)

messages(
    {
        "year.class": (
            "风险类别 {risk_class} 的比例缺少或重复",
            "the ratio of risk class {risk_class} is missing or given twice",
        ),
        "year.merged": (
            "风险类别 {risk_class} 各类事项的抽查数不同，一次检查须包含全部事项",
            "the item classes of risk class {risk_class} ask for different numbers, "
            "but one visit carries all items",
        ),
        "year.number": (
            "风险类别 {risk_class} 计划抽查 {value} 个，基数只有 {base} 个",
            "risk class {risk_class} is to be drawn {value} times of a base of {base}",
        ),
        "year.room": (
            "风险类别 {risk_class} {month} 月须抽 {batch} 个，可能只剩 {least} 个",
            "month {month} must draw {batch} of risk class {risk_class}, but perhaps "
            "only {least} may be drawn",
        ),
        "year.caps": (
            "风险类别 {risk_class} 每年上限 {cap} 次：仅随机检查到12月就会使 "
            "{percent}% 的小区退出抽查，最多 {most}%",
            "risk class {risk_class}, at most {cap} a year: by December random "
            "inspections alone put {percent} % out of the draw; {most} % at most",
        ),
        "year.street": (
            "镇办 {street} 全年期望抽取 {expected} 个，少于最低 {least} 个",
            "street {street} expects {expected} in the year, less than its {least}",
        ),
    }
)


class ItemClass(StrEnum):
    """国发〔2019〕5号: 重点检查事项; 一般检查事项, with ratio and frequency capped."""

    KEY = "key"
    GENERAL = "general"


class PlanStanding(StrEnum):
    """Which plan holds on a day."""

    PROVISIONAL = "provisional"  # not public yet: the provisional plan applies
    OVERDUE = "overdue"  # still not public after the end of March
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Ratio:
    """抽查比例和频次: `number` of the base in the year, each at most `cap` times."""

    item_class: ItemClass
    risk_class: RiskClass
    number: int
    cap: int


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The plan as published; field by field what R17 asks for.

    `items`: item codes per item class. `exclude_recent_months`, `cap_unit`: as in
    `DrawRules`. `published_on`: None while only provisional.
    """

    year: Annotated[int, range(1, 9999)]
    number: str
    name: str
    office: str
    subject: str
    scope: Scope
    items: tuple[tuple[ItemClass, Names], ...]
    ratios: tuple[Ratio, ...]
    exclude_recent_months: int
    cap_unit: Annotated[str, ("compound", "company")]
    made_on: date
    published_on: date | None

    @property
    def method(self) -> Method:
        return self.scope.method

    @property
    def months(self) -> tuple[str, ...]:
        """`2026-01` … `2026-12`."""
        return tuple(f"{self.year:04d}-{m:02d}" for m in range(1, MONTHS + 1))

    @property
    def due(self) -> date:
        """The last day on which the plan may become public (北京条例 2024 art. 67)."""
        return date(self.year, *PUBLISH_BY)


@dataclass(frozen=True, slots=True)
class Cell:
    """A stratum of the base: `expected[m]` of it are drawn in month m + 1."""

    street: str
    risk_class: RiskClass
    size: int
    expected: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        """Expected in the year: exactly size / base of the class's number."""
        return sum(self.expected, Fraction(0))


@dataclass(frozen=True, slots=True)
class Batch:
    """A class in a month: `number` due of `eligible`; `short` cannot be drawn."""

    risk_class: RiskClass
    number: int
    eligible: int

    @property
    def short(self) -> int:
        return max(0, self.number - self.eligible)

    @property
    def chance(self) -> Fraction:
        if not self.eligible:
            return Fraction(0)
        return Fraction(min(self.number, self.eligible), self.eligible)


def standing(plan: YearPlan, day: date) -> PlanStanding:
    """Whether the plan holds on `day`; until it is public a provisional one does."""
    if plan.published_on is not None and plan.published_on <= day:
        return PlanStanding.PUBLISHED
    return PlanStanding.OVERDUE if day > plan.due else PlanStanding.PROVISIONAL


def batches(number: int, months: int = MONTHS) -> tuple[int, ...]:
    """`number` in whole parts that differ by at most one, spread evenly.

    >>> batches(26)
    (2, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2, 3)
    """
    ends = [number * m // months for m in range(months + 1)]
    return tuple(b - a for a, b in pairwise(ends))


def quotas(
    plan: YearPlan, base: Iterable[Compound], most_out_bp: int = MOST_OUT_BP
) -> tuple[Quota, ...]:
    """The plan on its base: the active compounds in scope when it is made.

    Raises Faults, all at once: year.class, year.merged, year.number (more than every
    object's cap allows), year.room (`least_eligible` is less than a month's batch),
    year.caps (random inspections alone put more than `most_out_bp` of a class out by
    December, `room.shares_out`).
    """
    active = [c for c in base if c.status == "active"]
    sizes = Counter(c.risk_class for c in active)
    faults: list[Fault] = []
    found = []
    for risk in RiskClass:
        rows = [r for r in plan.ratios if r.risk_class is risk]
        where = {"risk_class": risk.value}
        if len({r.item_class for r in rows}) != len(rows) or (not rows and sizes[risk]):
            faults.append(Fault("year.class", "year", None, "ratios", None, where))
            continue
        if len({r.number for r in rows}) > 1:
            faults.append(Fault("year.merged", "year", None, "number", None, where))
            continue
        if rows:
            number, cap = rows[0].number, min(r.cap for r in rows)
            parts = batches(number)
            q = Quota(risk, sizes[risk], number, cap, parts, plan.cap_unit)
            found.append(q)
            faults += _too_much(plan, q)
    faults = faults or list(_too_tight(found, active, most_out_bp))
    if faults:
        raise Faults(faults)
    return tuple(found)


def _too_tight(
    found: Sequence[Quota], base: Sequence[Compound], most: int
) -> Iterator[Fault]:
    shares = shares_out(found, base)
    for q in found:
        if shares[q.risk_class] > most:
            bp = shares[q.risk_class]
            where = {
                "risk_class": q.risk_class.value,
                "cap": q.cap,
                "percent": f"{bp // 100}.{bp % 100:02}",
                "most": most // 100,
            }
            yield Fault("year.caps", "year", None, "cap", str(q.cap), where)


def _too_much(plan: YearPlan, quota: Quota) -> list[Fault]:
    where: dict[str, object] = {"risk_class": quota.risk_class.value}
    if quota.number > quota.base * quota.cap:
        params = where | {"base": quota.base}
        shown = str(quota.number)
        return [Fault("year.number", "year", None, "number", shown, params)]
    for m, batch in enumerate(quota.batches):
        least = least_eligible(quota, plan.exclude_recent_months, m)
        if batch > least:
            params = where | {"month": m + 1, "batch": batch, "least": least}
            return [Fault("year.room", "year", None, "number", None, params)]
    return []


def most_visits(months: int, recent: int) -> int:
    """How often one object can be drawn in so many months, caps left aside.

    It may be drawn in `WAITING` months after the first one; from then on it is out
    until `recent` months after the last of them at least.

    >>> [most_visits(12, k) for k in (0, 2, 3, 4, 5, 11)]
    [12, 12, 6, 6, 6, 3]
    """
    run = WAITING + 1
    if recent < run:
        return months
    whole, left = divmod(months, recent + run)
    return whole * run + min(run, left)


def most_of(quota: Quota, recent: int) -> int:
    """The most visits of one compound in the year: `WAITING` above its cap at most.

    When its cap is reached, all of that is past its deadline `WAITING` months later.
    """
    return min(quota.cap + WAITING, most_visits(MONTHS, recent))


def least_eligible(quota: Quota, recent: int, month: int) -> int:
    """Fewest of the class that may be drawn in `month` (0 … 11), whatever was drawn.

    Out are at most those drawn in the months whose deadlines may lie in the last
    `recent` ones, and those at their cap, each of whom used up `cap` of the draws
    before. Counted per compound, without changes of class. A company's cap may put its
    compounds out all at once: it is left aside here and estimated instead (`room`).
    """
    end = max(0, month - WAITING + 1)
    first = max(0, month - recent - WAITING) if recent else end
    lately, before = sum(quota.batches[first:end]), sum(quota.batches[:first])
    full = before // quota.cap if most_visits(first, recent) >= quota.cap else 0
    full = 0 if quota.unit == "company" else full
    return max(0, quota.base - lately - full)


def most_eligible(quota: Quota, recent: int, month: int) -> int:
    """Most of the class that may be drawn in `month` (0 … 11), whatever was drawn.

    Out are at least those drawn in months that certainly put them out; every third of
    these drew different ones.
    """
    alone = quota.cap == 1 and quota.unit == "compound"
    first = 0 if alone else max(0, month - recent)
    sure = quota.batches[first : max(first, month - WAITING)]
    run = WAITING + 1
    return quota.base - max(sum(sure[k::run]) for k in range(run))


def share(quota: Quota, recent: int, month: int) -> tuple[Fraction, Fraction, Fraction]:
    """(least and greatest chance of a compound that may be drawn, chance from January).

    With e that may be drawn, at least one, and the batch b, each of them has chance
    b/e, and exactly b are drawn. So over the N of the class the chances seen from the
    start of the year add up to b: their mean is b/N whatever was drawn and visited. It
    is each one's when the day of a visit does not depend on whom it is made at, since
    then nothing tells one compound of the class from another; where it does, those
    visited early in a month come out of the draw a month before the others.
    """
    b = quota.batches[month]
    least, most = (f(quota, recent, month) for f in (least_eligible, most_eligible))
    low, high = (Fraction(b, e) if e else Fraction(0) for e in (most, least))
    return low, high, Fraction(b, quota.base or 1)


def cells(found: Sequence[Quota], base: Iterable[Compound]) -> tuple[Cell, ...]:
    """Every stratum of the base with its part of each batch, by street and class."""
    sizes = Counter((c.street, c.risk_class) for c in base if c.status == "active")
    by_class = {q.risk_class: q for q in found}
    out = []
    for (street, risk), size in sorted(sizes.items()):
        q = by_class[risk]
        part = tuple(Fraction(size * b, q.base) for b in q.batches)
        out.append(Cell(street, risk, size, part))
    return tuple(out)


def refuse_small_streets(found: Iterable[Cell], least: Mapping[str, int]) -> None:
    """The street minimum holds for the year: raises Faults year.street."""
    expected: dict[str, Fraction] = dict.fromkeys(least, Fraction(0))
    for cell in found:
        expected[cell.street] = expected.get(cell.street, Fraction(0)) + cell.total
    faults = [
        Fault(
            "year.street",
            "year",
            None,
            "min_draw",
            None,
            {
                "street": street,
                "expected": f"{float(n):.4g}",
                "least": least.get(street, 0),
            },
        )
        for street, n in sorted(expected.items())
        if n < least.get(street, 0)
    ]
    if faults:
        raise Faults(faults)


def month_batches(
    found: Sequence[Quota], month: int, eligible: Mapping[RiskClass, int]
) -> tuple[Batch, ...]:
    """The batches of `month` (0 … 11), given how many of each class may be drawn."""
    return tuple(
        Batch(q.risk_class, q.batches[month], eligible.get(q.risk_class, 0))
        for q in found
    )


def month_rates(due: Iterable[Batch]) -> tuple[tuple[RiskClass, Rate], ...]:
    """The batches as the month's `DrawRules.rates`, those of a year of twelve such
    months; a class without any gets 0."""
    known = {b.risk_class: MONTHS * b.chance for b in due}
    chances = ((risk, known.get(risk, Fraction(0))) for risk in RiskClass)
    return tuple((risk, (c.numerator, c.denominator)) for risk, c in chances)


def caps_of(found: Iterable[Quota]) -> tuple[tuple[RiskClass, int], ...]:
    """The caps as `DrawRules.caps`."""
    return tuple((q.risk_class, q.cap) for q in found)
