"""What a policy must satisfy beyond its types, one function per rule.

A policy → faults by key.

Each rule yields faults of `policy.toml`; the column is the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from inspector.domain import Role, VisitKind
from inspector.errors import Fault, messages
from inspector.months import is_month
from inspector.policy import (
    HASHES,
    MIN_BOTTOM_SHARE,
    MIN_OFFICERS,
    PUBLISH_WORKDAYS,
    Campaign,
    Method,
    Policy,
    Scope,
    light_streets,
    named,
)
from inspector.registry.entropy_rules import (
    drawn_then,
    entropy_sources,
    later_entropy,
)
from inspector.registry.policy_file import FILE
from inspector.registry.rules import RegistryDraft
from inspector.words import codes

# Least and most of whole numbers; the Zibo article and laws are cited in `policy`.
_BOUNDS: dict[str, tuple[int, int]] = {
    "draw.batches": (1, 366),
    "draw.exclude_recent_months": (0, 120),
    "visits.series_minutes": (1, 1440),
    "visits.gap_min": (1, 366),
    "visits.gap_max": (1, 366),
    "visits.recheck_minutes": (1, 1440),
    "visits.acceptance_minutes": (1, 1440),
    "visits.lookback_minutes": (1, 1440),
    "visits.extra_minutes": (0, 1440),
    "day.max_visits": (1, 100),
    "travel.lon_metres": (1, 120_000),
    "travel.lat_metres": (1, 120_000),
    "travel.detour_bp": (10_000, 100_000),
    "travel.metres_per_hour": (1_000, 200_000),
    "travel.parking_minutes": (0, 240),
    "seats.standby_pairs": (0, 100),
    "seats.rotation_months": (0, 120),
    "lottery.max_levels": (1, 64),
    "lottery.exception_eligible": (0, 1_000),
    "release_minute": (0, 1439),
    "notice_workdays": (0, 60),
    "publish_workdays": (1, PUBLISH_WORKDAYS),
    "close_days": (0, 60),
    "wait_hours": (1, 720),
    "seal_wait_hours": (1, 720),
}
# Least and most of rates other than the chances of the draw.
_RATES: dict[str, tuple[Fraction, Fraction]] = {
    "bottom.share": (MIN_BOTTOM_SHARE, Fraction(1)),
    "seats.keep_share": (Fraction(0), Fraction(1)),
    "lottery.cap_factor": (Fraction(1), Fraction(100)),
    "lottery.floor_factor": (Fraction(0), Fraction(1)),
    "lottery.duty_weight": (Fraction(1, 1024), Fraction(4)),
    "lottery.exception_level": (Fraction(0), Fraction(1)),
}

messages(
    {
        "policy.month": (
            "月份“{value}”应写作 YYYY-MM",
            'the month "{value}" is not written YYYY-MM',
        ),
        "policy.empty": ("不能为空", "must not be empty"),
        "policy.range": (
            "{value} 应在 {low} 与 {high} 之间",
            "{value} must lie between {low} and {high}",
        ),
        "policy.weights": (
            "各来源权重合计 {value}，应为 10000",
            "the weights sum to {value}, not 10000",
        ),
        "policy.street_weight": (
            "街道与社区权重合计 {value}，低于 {least}（30%）",
            "street and community weigh {value} together, below {least} (30 %)",
        ),
        "policy.gaps": (
            "最小间隔 {value} 大于最大间隔 {most}",
            "the least gap {value} exceeds the largest {most}",
        ),
        "policy.day": ("时间安排不可行：{zh}", "the day is impossible: {en}"),
        "policy.officers": (
            "每组仅 {value} 名执法人员，至少 {least} 名（行政处罚法第42条）",
            "{value} officers per package, at least {least} (行政处罚法 art. 42)",
        ),
        "policy.word": (
            "“{value}”不在允许的词中：{words}",
            '"{value}" is not one of: {words}',
        ),
        "policy.unit": (
            "部门席位须写明单位或检查主体，其他席位都不写",
            "a joint seat names its unit or authority, other seats neither",
        ),
        "policy.nobody": (
            "没有人员代表检查主体“{value}”",
            'nobody acts for the authority "{value}"',
        ),
        "policy.list": (
            "没有事项属于专项清单“{value}”",
            'no item belongs to the list "{value}"',
        ),
        "policy.scope": (
            "“{value}”不在名录中",
            '"{value}" is not in the registry',
        ),
        "policy.counts": (
            "随机检查须计入年度次数",
            "random inspections count for the year (draw.counts)",
        ),
        "policy.open_filter": (
            "不定向抽查不得带筛选条件",
            "an open draw has no filter",
        ),
    }
)


def _fault(code: str, key: str, value: object = "", **params: object) -> Fault:
    return Fault(code, FILE, None, key, str(value), params)


def _value(policy: Policy, key: str) -> Any:
    value: Any = policy
    for name in key.split("."):
        value = getattr(value, name)
    return value


def bureau_month_hash(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """The bureau is named, the month is written YYYY-MM, the hash is a known one."""
    if not policy.bureau:
        yield _fault("policy.empty", "bureau")
    if not is_month(policy.month):
        yield _fault("policy.month", "month", policy.month)
    if policy.hash not in HASHES:
        yield _fault("policy.word", "hash", policy.hash, words="、".join(HASHES))


def numbers(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Whole numbers and rates lie in their bounds (those of law: `policy`)."""
    for key, (low, high) in _BOUNDS.items():
        value = _value(policy, key)
        for one in value if isinstance(value, tuple) else (value,):
            if not low <= one <= high:
                yield _fault("policy.range", key, one, low=low, high=high)
    for key, (least, most) in _RATES.items():
        top, bottom = _value(policy, key)
        if not least <= Fraction(top, bottom) <= most:
            shown = f"{top}/{bottom}"
            yield _fault("policy.range", key, shown, low=least, high=most)
    if not policy.visits.series_minutes:
        yield _fault("policy.empty", "visits.series_minutes")


def chances(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A class's rate is of a year: no bound above 0 but one visit in every batch."""
    rules = policy.draw
    for risk, (top, bottom) in rules.rates:
        most = max(1, rules.batches)
        if not 0 <= top <= bottom * most:
            key, shown = f"draw.rates.{risk}", f"{top}/{bottom}"
            yield _fault("policy.range", key, shown, low=0, high=most)
    if rules.cap_unit not in ("compound", "company"):
        words = "compound、company"
        yield _fault("policy.word", "draw.cap_unit", rules.cap_unit, words=words)


def counted_kinds(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A random inspection counts for the cap that takes one out of the draw."""
    if VisitKind.RANDOM not in policy.draw.counts:
        yield _fault("policy.counts", "draw.counts")


def weights(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Weights sum to 10000, and those of street and community are not too light."""
    table = dict(policy.bottom.weights_bp)
    total = sum(table.values())
    if total != 10_000:
        yield _fault("policy.weights", "bottom.weights_bp", total)
    light = light_streets(table.items())
    if light:
        key, near, least = "bottom.weights_bp", light["value"], light["least"]
        yield _fault("policy.street_weight", key, near, least=least)


def gaps(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """The least gap of a series is no larger than the largest."""
    least, most = policy.visits.gap_min, policy.visits.gap_max
    if least > most:
        yield _fault("policy.gaps", "visits.gap_min", least, most=most)


def possible_day(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A shift with a morning, and duty within it. Lunch may lie outside, and there may
    be no afternoon: a bureau may inspect in the mornings only (PROTOCOL.md §6)."""
    d = policy.day
    checks = (
        ("shift_end", d.shift_start < d.shift_end <= 1440, "收工早于出发", "no shift"),
        (
            "duty_minutes",
            0 < d.duty_minutes <= d.shift_end - d.shift_start,
            "工时超过班次",
            "duty exceeds the shift",
        ),
        (
            "lunch_first",
            d.lunch_first <= d.lunch_last,
            "午休最早晚于最迟",
            "the first lunch start lies after the last",
        ),
        (
            "morning_end",
            d.shift_start < d.morning_end,
            "上午时段为空：只在下午检查的，上午止点也须晚于出发",
            "no morning; who inspects in the afternoons only sets morning_end after"
            " shift_start",
        ),
    )
    for name, holds, zh, en in checks:
        if not holds:
            value = getattr(d, name)
            yield _fault("policy.day", f"day.{name}", value, zh=zh, en=en)
    if policy.release_minute > d.shift_start:
        zh, en = "出发后才下发", "released after the shift began"
        value = policy.release_minute
        yield _fault("policy.day", "release_minute", value, zh=zh, en=en)


def two_officers(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Each package seats two officers; experts never count (行政处罚法 art. 42)."""
    officers = 0
    for number, seat in enumerate(policy.seats.seats):
        key = f"seats.seats[{number}]"
        if seat.when not in ("always", "docket", "skill"):
            words = "always、docket、skill"
            yield _fault("policy.word", f"{key}.when", seat.when, words=words)
        if (seat.role is Role.JOINT) != bool(seat.unit or seat.authority):
            yield _fault("policy.unit", f"{key}.unit", seat.unit)
        officers += seat.when == "always" and seat.role in (Role.LEAD, Role.SECOND)
    if officers < MIN_OFFICERS:
        yield _fault("policy.officers", "seats.seats", officers, least=MIN_OFFICERS)


def acted_for(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """Somebody acts for the authority of each 部门 seat (PROTOCOL.md §13)."""
    rows = draft.sheets.get("inspectors")
    if rows is None:
        return
    found = {a for _, cells in rows.cells for a in cells.get("authorities") or ("",)}
    known = {named(policy, a) for a in found}
    for number, seat in enumerate(policy.seats.seats):
        if seat.authority and named(policy, seat.authority) not in known:
            key = f"seats.seats[{number}].authority"
            yield _fault("policy.nobody", key, seat.authority)


def campaign_lists(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A 专项 has items, and admits compounds of known types and streets."""
    items = draft.sheets.get("items")
    found = {
        name
        for _, cells in (items.cells if items else ())
        for name in cells.get("lists") or ()
    }
    for number, campaign in enumerate(policy.campaigns):
        key = f"campaigns[{number}]"
        if items is not None and campaign.list not in found:
            yield _fault("policy.list", f"{key}.list", campaign.list)
        if not campaign.name:
            yield _fault("policy.empty", f"{key}.name")
        yield from _admitted(f"{key}.", campaign, ("streets",), draft)


def _admitted(
    where: str, admits: Scope | Campaign, keys: Iterable[str], draft: RegistryDraft
) -> Iterator[Fault]:
    """Types, and districts and streets by `keys`, that do not exist."""
    words = "、".join(codes("type"))
    for one in admits.types:
        if one not in codes("type"):
            yield _fault("policy.word", f"{where}types", one, words=words)
    for key in keys:
        known = draft.names(key)
        for one in getattr(admits, key):
            if known is not None and one not in known:
                yield _fault("policy.scope", f"{where}{key}", one)


def scope_in_registry(policy: Policy, draft: RegistryDraft) -> Iterator[Fault]:
    """A targeted draw filters by what exists; an open one does not filter."""
    scope = policy.scope
    yield from _admitted("scope.", scope, ("districts", "streets"), draft)
    filters = (scope.types, scope.districts, scope.streets, scope.classes)
    if scope.method is Method.OPEN and any(filters):
        yield _fault("policy.open_filter", "scope.method", scope.method)


POLICY_RULES: tuple[Callable[[Policy, RegistryDraft], Iterable[Fault]], ...] = (
    bureau_month_hash,
    numbers,
    chances,
    counted_kinds,
    weights,
    gaps,
    possible_day,
    two_officers,
    acted_for,
    campaign_lists,
    scope_in_registry,
    entropy_sources,
    later_entropy,
)
# Of a policy that is typed, not of one that is frozen: the calendar may be corrected.
CALENDAR_RULES: tuple[Callable[[Policy, RegistryDraft], Iterable[Fault]], ...] = (
    drawn_then,
)
