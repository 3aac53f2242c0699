"""What the yearly plan answers: the plan as published, its months, the coverage.

Pairs `[分子, 分母]` are exact. Made by `api.year.plan`; everybody may read
`PublicYear`, the bureau reads the coverage besides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from api.answers import DayText
from inspector.year.coverage import CapUse
from inspector.year.plan import ItemClass

PAIR = {"says": "[分子, 分母]"}
Pair = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class YearChance:
    """Chances of a class in one month of the year, whatever the months before draw.

    `low` … `high`: of a compound that may still be drawn; `ahead`: as it looks from
    January, the mean over the class.
    """

    month: str
    low: Pair = field(metadata=PAIR)
    high: Pair = field(metadata=PAIR)
    ahead: Pair = field(metadata=PAIR)


@dataclass(frozen=True, slots=True)
class YearRatio:
    """What the plan says of a class of items and risks."""

    item_class: ItemClass
    risk_class: str
    base: int
    number: int
    cap: int
    most: int = field(
        metadata={"says": "个别小区至多 at most, drawn again before a result counts"}
    )
    batches: tuple[int, ...]
    chances: tuple[YearChance, ...]
    out_bp: int = field(
        default=-1,
        metadata={"says": "仅随机检查 by random ones alone; -1: 未估算 not said"},
    )
    out_all_bp: int = field(
        default=-1,
        metadata={"says": "计入个案 with those for a cause; -1: 不计 not counted"},
    )


@dataclass(frozen=True, slots=True)
class YearStratum:
    """Expected numbers of a street and class, per month and in the year."""

    stratum: str
    size: int
    expected: tuple[Pair, ...] = field(metadata=PAIR)
    total: Pair = field(metadata=PAIR)


@dataclass(frozen=True, slots=True)
class YearBatch:
    """A class in a month: planned, published, drawn."""

    risk_class: str
    batch: int
    expected: Pair = field(metadata=PAIR)
    drawn: int = field(metadata={"says": "-1: 尚未抽取 not drawn yet"})


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A frozen month of the year."""

    id: str
    month: str
    stage: str
    plan: str = field(metadata={"says": "冻结时 at its freeze"})
    classes: tuple[YearBatch, ...]


@dataclass(frozen=True, slots=True)
class YearScope:
    """Whom the plan is about."""

    method: str
    types: tuple[str, ...]
    districts: tuple[str, ...]
    streets: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearFiling:
    """备案: a version of the plan as filed on the province's platform."""

    version: int
    platform: str
    number: str
    day: DayText


@dataclass(frozen=True, slots=True)
class PublicYear:
    """The plan anybody may hold the months against."""

    year: int
    number: str
    name: str
    office: str
    subject: str
    standing: str = field(
        metadata={"says": "provisional 暂定 / published 已公布 / overdue 逾期"}
    )
    made_on: DayText
    published_on: DayText
    due: DayText
    versions: int
    filings: tuple[YearFiling, ...]
    scope: YearScope
    items: dict[str, list[str]]
    exclude_recent_months: int
    cap_unit: str
    ratios: tuple[YearRatio, ...]
    strata: tuple[YearStratum, ...]
    months: tuple[YearMonth, ...]


@dataclass(frozen=True, slots=True)
class YearClass:
    """A class over the months so far, and the inspections on record."""

    risk_class: str
    base: int
    number: int
    cap: int
    due: int
    expected: Pair = field(metadata=PAIR)
    drawn: int
    visits: int
    repeats: int


@dataclass(frozen=True, slots=True)
class YearRest:
    """What the rest of the year can take, and what it has to."""

    months: int
    people_days: int
    packages: int
    visits: int
    expected: int
    enough: bool


@dataclass(frozen=True, slots=True)
class YearCoverage:
    """Published against drawn so far, caps used, capacity of the rest of the year."""

    classes: tuple[YearClass, ...]
    cap_unit: str
    over_cap: int
    at_cap: int
    fullest: tuple[CapUse, ...]
    rest: YearRest


@dataclass(frozen=True, slots=True)
class YearView(PublicYear):
    """The plan with its coverage; null while the registries have faults."""

    coverage: YearCoverage | None
