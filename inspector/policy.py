"""抽查工作细则 as data: every ratio, weight, cap and time limit of one month.

Read by `registry`, frozen by `month`, asked by every room between.

Policy is part of the frozen commitment, so it holds integers, strings and fractions
only. Each default names its source in `SOURCES`; a bureau overrides any of them in
`policy.toml`. Rates are `[numerator, denominator]`, scores basis points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from inspector.codec import Form, dump
from inspector.domain import RiskClass, Role, VisitKind

# What the types below say to `inspector.codec`.
Rate = Annotated[tuple[int, int], "rate"]
Clock = Annotated[int, "clock"]  # minutes after midnight
Names = Annotated[tuple[str, ...], "distinct"]
Classes = Annotated[tuple[RiskClass, ...], "distinct"]
Kinds = Annotated[tuple[VisitKind, ...], "distinct"]

# The numbers of rules of law, each once; the function of a rule names its source.
STREET_SOURCES = ("street", "community")
MIN_STREET_WEIGHT_BP = 3000  # `light_streets`
MIN_OFFICERS = 2  # `registry.policy_rules.two_officers`
MIN_BOTTOM_SHARE = Fraction(1, 10)  # `oversight.rule_checks.bottom_share`
PUBLISH_WORKDAYS = 20  # `workdays.publish_by`
# Days to rectify (DOMAIN §7): ordinary problems, complex ones, works; none longer.
ORDINARY_DAYS, COMPLEX_DAYS, LONGEST_DAYS = 15, 30, 90
LOOK_BACK_DAYS = (30, 60)  # after the acceptance, first and last (DOMAIN §7)


# Ranks of what gives way in a month that does not hold everything (PROTOCOL.md §14).
GIVES_WAY = ("standby", "lookback", "later", "first", "recheck", "random", "owed")

# Hashes that a month may use (PROTOCOL.md §1).
HASHES = ("sha256", "sm3")


class Method(StrEnum):
    """不定向 draws from the whole registry, 定向 from a published filter of it."""

    OPEN = "open"
    TARGETED = "targeted"


@dataclass(frozen=True, slots=True)
class Scope:
    """The filter of a 定向 draw; empty tuples admit everything."""

    method: Method = Method.OPEN
    types: Names = ()
    districts: Names = ()
    streets: Names = ()
    classes: Classes = ()


@dataclass(frozen=True, slots=True)
class Task:
    """任务来源 and 检查类别 of all visits of the month.

    `source`: plan (年度抽查计划), or superior: ordered from above (上级部署的专项), as
    `document` says; no yearly count includes that (司法部 answers 2025-04).
    """

    source: Annotated[str, ("plan", "superior")] = "plan"
    category: Annotated[str, ("daily", "special")] = "daily"
    document: str = ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """专项: the checklist `list` is in force for the compounds that it admits.

    Empty tuples admit everything; `document` orders or announces it.
    """

    list: str
    name: str
    document: str = ""
    types: Names = ()
    streets: Names = ()
    classes: Classes = ()


@dataclass(frozen=True, slots=True)
class DrawRules:
    """How compounds are drawn. `rates`: chance per risk class and year, which
    `batches` months share (more than 1: oftener than once a year).

    `strata`: what a cell is made of besides street and class ("type" or nothing).
    `exclude_recent_months`: a compound is out when the result of a random visit had its
    deadline in that many months before (PROTOCOL.md §5). `caps`: most inspections that
    count in the calendar year, per class; `cap_unit`: counted per compound or company;
    `cap_by`: random ones alone take it out of the draw, or all; `counts`: the kinds of
    visit that the yearly count of a unit includes (PROTOCOL.md §13).
    """

    rates: Annotated[tuple[tuple[RiskClass, Rate], ...], "every"] = (
        (RiskClass.A, (3, 100)),
        (RiskClass.B, (1, 10)),
        (RiskClass.C, (2, 5)),
        (RiskClass.D, (1, 1)),
    )
    batches: int = 12
    by_type: bool = False
    exclude_recent_months: int = 2
    caps: Annotated[tuple[tuple[RiskClass, int], ...], "every"] = (
        (RiskClass.A, 2),
        (RiskClass.B, 3),
        (RiskClass.C, 4),
        (RiskClass.D, 6),
    )
    cap_unit: str = "company"  # or "compound"
    cap_by: Annotated[str, ("random", "all")] = "random"
    counts: Kinds = tuple(VisitKind)
    reserves: int = 3  # published reserves per stratum


@dataclass(frozen=True, slots=True)
class BottomRules:
    """倒排名单: weighted mean of the sources, lowest `share` (rounded up) listed.

    A compound without any evaluation is not ranked. Sources missing for a compound
    leave the mean (their weight is shared by the rest). Ties: lower street+community
    score first, then the smaller compound id.
    """

    share: Rate = (1, 10)
    weights_bp: tuple[tuple[str, int], ...] = (
        ("housing", 3500),  # 住建检查
        ("street", 2000),  # 街道
        ("community", 1000),  # 社区
        ("owners", 2000),  # 业主满意度
        ("complaints", 1000),  # 投诉办理
        ("observers", 500),  # 业委会/观察员
    )
    start_per_month: int = 50


@dataclass(frozen=True, slots=True)
class VisitRules:
    """On-site minutes and windows of docket visits (DOMAIN §7)."""

    series_minutes: tuple[int, ...] = (90, 60, 60)  # diagnosis, guidance, progress
    gap_min: int = 7
    gap_max: int = ORDINARY_DAYS
    recheck_minutes: int = 60
    acceptance_minutes: int = 75
    lookback_minutes: int = 60
    extra_minutes: int = 30  # when one visit does two jobs (进一次门、查多项事)


@dataclass(frozen=True, slots=True)
class DayRules:
    """A working day, minutes after midnight. Duty = return - departure - lunch."""

    shift_start: Clock = 510  # 08:30
    shift_end: Clock = 1050  # 17:30
    duty_minutes: int = 480
    lunch_minutes: int = 60
    lunch_first: Clock = 690  # lunch starts at 11:30 the earliest
    lunch_last: Clock = 780  # and at 13:00 the latest
    morning_end: Clock = 720  # a 上午 visit ends by 12:00
    afternoon_start: Clock = 780  # a 下午 visit starts at 13:00 or later
    max_visits: int = 6


@dataclass(frozen=True, slots=True)
class TravelModel:
    """Integer travel: see `inspector.places.minutes`.

    `lon_metres`, `lat_metres`: metres per degree at the city's latitude.
    """

    lon_metres: int = 89_200  # at 36.7° N
    lat_metres: int = 111_195
    detour_bp: int = 13_000
    metres_per_hour: int = 38_000
    parking_minutes: int = 4
    taxi_minutes: int = 0  # a called pair's wait per leg; 0: no taxi (PROTOCOL.md §8)


@dataclass(frozen=True, slots=True)
class SeatRule:
    """One seat of every package for which `when` holds.

    `when`: "always", "docket" (some visit is a docket visit), "skill" (the package
    needs a special skill). `unit`: for a 部门 seat, the unit it is filled from, "" any.
    `authority`: the 检查主体 its holder acts for, "" the bureau's own.
    """

    role: Role
    when: str = "always"
    unit: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class SeatRules:
    seats: tuple[SeatRule, ...] = (SeatRule(Role.LEAD), SeatRule(Role.SECOND))
    standby_pairs: int = 1  # 值班席: pairs per working day
    rotation_months: int = 3  # not to the same compound twice within that time
    # a seat keeps at least this share of those eligible for its hardest visit
    keep_share: Rate = (1, 2)


@dataclass(frozen=True, slots=True)
class LotteryRules:
    """The chance table (DESIGN §3): its bounds, and what is weighed inside them."""

    cap_factor: Rate = (5, 4)
    floor_factor: Rate = (4, 5)
    max_levels: int = 8
    # weight of equal duty beside equal shares, per square minute (PROTOCOL.md §7)
    duty_weight: Rate = (1, 4)
    exception_eligible: int = 4  # fewer eligible people: a public exception
    exception_level: Rate = (1, 3)  # a level above: a public exception


@dataclass(frozen=True, slots=True)
class Source:
    """One entropy source, named before it happens.

    `kind`: lottery, dice, reveal, drand. `name`: for a lottery 双色球 or 大乐透.
    `issue`: issue, round or serial number. `at`: when it happens, UTC
    (`2026-11-26T13:15:00Z`); for a lottery its own draw time. `commit`: for a reveal,
    hex of its hash. See `inspector.sources`.
    """

    id: str
    kind: str
    name: str
    issue: str
    at: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a month is decided by, besides registries and entropy."""

    bureau: str = "demo"
    authority: str = ""  # 检查主体; "" where there is but one
    month: str = "2026-12"
    hash: str = "sha256"  # of all digests and MACs: "sha256", or "sm3" (国密)
    task: Task = field(default_factory=Task)
    campaigns: tuple[Campaign, ...] = ()
    scope: Scope = field(default_factory=Scope)
    draw: DrawRules = field(default_factory=DrawRules)
    bottom: BottomRules = field(default_factory=BottomRules)
    visits: VisitRules = field(default_factory=VisitRules)
    day: DayRules = field(default_factory=DayRules)
    travel: TravelModel = field(default_factory=TravelModel)
    seats: SeatRules = field(default_factory=SeatRules)
    lottery: LotteryRules = field(default_factory=LotteryRules)
    release_minute: Clock = 450  # 07:30: from then on an inspector sees his package
    notice_workdays: int = 3  # duty dates are known that long ahead
    publish_workdays: int = PUBLISH_WORKDAYS
    close_days: int = 10  # working days from the last deadline to the close
    wait_hours: int = 24  # from the freeze to T of the draw, at least
    seal_wait_hours: int = 2  # from a seal to T of its lottery, at least
    gives_way: Names = GIVES_WAY  # what gives way first in front (PROTOCOL.md §14)
    draw_entropy: tuple[Source, ...] = ()
    lottery_entropy: tuple[Source, ...] = ()


# Where each default comes from; a test demands an entry for every field.
SOURCES: dict[str, str] = {
    "bureau": "set by the bureau",
    "month": "set by the bureau",
    "hash": "GB/T 32905-2016 (SM3), FIPS 180-4 (SHA-256); default ours",
    "scope": "国发〔2019〕5号: 定向/不定向",
    "authority": "set by the bureau; 鲁政办发〔2025〕3号: lists name the 检查主体",
    "task": "司法部 forms 2025: 任务来源, 检查类别; answers 2025-04:"
    " what a superior ordered is not counted",
    "campaigns": "司法部 forms 2025: 专项; set by the bureau",
    "draw.rates": "a county's published table (R11, DOMAIN §0): A 3, B 10, C 40,"
    " D 100 % a year",
    "draw.batches": "ours: twelve months (R20: a yearly ratio, drawn in batches)",
    "draw.by_type": "昆明: four compound types; off by default",
    "draw.exclude_recent_months": "工信部 rules (R16): same object once a year; ours",
    "draw.caps": "国办发〔2024〕54号: yearly caps per class; values ours (示例)",
    "draw.cap_unit": "国办发〔2024〕54号, 司法部 answers 2025-04: per enterprise",
    "draw.cap_by": "ours: an inspection for a cause never buys safety from the draw",
    "draw.counts": "司法部 answers 2025-04 (second copy): 日常, 个案 and 专项 count",
    "draw.reserves": "ours",
    "bottom.share": "淄博: 后进小区 at least 10 %",
    "bottom.weights_bp": "DOMAIN §5; 淄博: street + community >= 30 %",
    "bottom.start_per_month": "ours: what twelve teams can carry",
    "visits.series_minutes": "ours, DOMAIN §7: 60-75 min on site",
    "visits.gap_min": "ours, DOMAIN §7",
    "visits.gap_max": "DOMAIN §7: 15 days for ordinary problems",
    "visits.recheck_minutes": "DOMAIN §7",
    "visits.acceptance_minutes": "DOMAIN §7",
    "visits.lookback_minutes": "DOMAIN §7",
    "visits.extra_minutes": "ours",
    "day.shift_start": "ours: 08:30",
    "day.shift_end": "ours: 17:30",
    "day.duty_minutes": "SCHEDULING §2: 480",
    "day.lunch_minutes": "SCHEDULING §2: 60",
    "day.lunch_first": "ours: 11:30",
    "day.lunch_last": "ours: 13:00",
    "day.morning_end": "ours: 12:00",
    "day.afternoon_start": "ours: 13:00",
    "day.max_visits": "DOMAIN §7: 5-6 visits a pair and day (榆阳区, R36)",
    "travel.lon_metres": "111195 m x cos(latitude of the city)",
    "travel.lat_metres": "mean Earth radius 6371 km",
    "travel.detour_bp": "SCHEDULING §2: 1.3",
    "travel.metres_per_hour": "SCHEDULING §2: 38 km/h",
    "travel.parking_minutes": "SCHEDULING §2: 4 min",
    "travel.taxi_minutes": "set by the bureau; off by default",
    "seats.seats": "行政处罚法 2021 art. 42: two officers",
    "seats.standby_pairs": "DESIGN §3: 值班席; number ours",
    "seats.rotation_months": "DOMAIN §9 近期轮查; length ours",
    "seats.keep_share": "DESIGN §3: half",
    "lottery.cap_factor": "DESIGN §3: 1.25",
    "lottery.floor_factor": "DESIGN §3: 0.8",
    "lottery.max_levels": "DESIGN §3: 8",
    "lottery.duty_weight": "ours, PROTOCOL §7: duty equal to 0.2 % in the cities tried",
    "lottery.exception_eligible": "DESIGN §3: 4",
    "lottery.exception_level": "DESIGN §3: 1/3",
    "release_minute": "DESIGN §2: 07:30",
    "notice_workdays": "DESIGN §1: three working days",
    "publish_workdays": "国发〔2019〕5号: 20 working days",
    "close_days": "ours: two weeks after the last deadline",
    "wait_hours": "DESIGN §3: an anchor can be published in between; number ours",
    "seal_wait_hours": "DESIGN §3: an anchor can be published in between; number ours",
    "gives_way": "ours: what nobody is owed first, what was drawn and owed last",
    "draw_entropy": "named by the bureau before the freeze",
    "lottery_entropy": "named by the bureau before the freeze",
}


def named(policy: Policy, authority: str) -> str:
    """The authority's name; "" stands for the bureau's own."""
    return authority or policy.authority


def authorities(policy: Policy, rules: Iterable[SeatRule]) -> frozenset[str]:
    """What a package with these seats has: the bureau's own, and its 部门 seats'."""
    joint = {named(policy, r.authority) for r in rules if r.role is Role.JOINT}
    return frozenset({policy.authority, *joint})


def light_streets(weights: Iterable[tuple[str, int]]) -> dict[str, object] | None:
    """街道 + 社区 weigh at least 30 % (source article 淄博); else what to say.

    `weights`: source and basis points.

    >>> light_streets([("street", 2000), ("community", 1000), ("housing", 7000)])
    >>> light_streets([("street", 2000), ("housing", 8000)])
    {'value': 2000, 'least': 3000, 'percent': '20.00'}
    """
    total = sum(weight for source, weight in weights if source in STREET_SOURCES)
    if total >= MIN_STREET_WEIGHT_BP:
        return None
    percent = f"{total // 100}.{total % 100:02}"
    return {"value": total, "least": MIN_STREET_WEIGHT_BP, "percent": percent}


def public(value: Any) -> Any:
    """Any policy value as canonical-JSON data (dicts, lists, integers, strings).

    Pair tables (`rates`, `caps`, `weights_bp`) become objects keyed by name.
    """
    return dump(value, Form(tables=True))
