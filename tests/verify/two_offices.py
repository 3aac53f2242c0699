"""A bureau of two offices: joint seats, scopes, a special drive, items that run out.

What `wuzhou` never says: lists, seats and groups of section 13 decide something here.
Caps of one: some go over their limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from inspector.domain import Inspector, Item, Registry, RiskClass, Role
from inspector.policy import Campaign, Policy, SeatRule

HOUSING, MARKET = "住房城乡建设", "市场监督管理"
LEAD, SECOND = SeatRule(Role.LEAD), SeatRule(Role.SECOND)
JOINT = SeatRule(Role.JOINT, "docket", authority=MARKET)


def items(rows: Iterable[Item]) -> tuple[Item, ...]:
    """Every fifth of the other office, one of a drive, one for firms only, one where
    none is, one from the middle of the month on, one that is over."""
    out = list(rows)
    for k in range(2, len(out), 5):
        out[k] = replace(out[k], authority=MARKET, tags=("价格",))
    out[0] = replace(out[0], tags=("公示",))
    out[3] = replace(out[3], lists=("消防专项",))
    out[4] = replace(out[4], object="company")
    out[5] = replace(out[5], object="fallback")
    out[6] = replace(out[6], valid_from=date(2026, 12, 15))
    out[8] = replace(out[8], valid_to=date(2026, 11, 30))
    return tuple(out)


def people(rows: Iterable[Inspector]) -> tuple[Inspector, ...]:
    """A third holds both offices, some the other alone, a fifth has a narrow scope."""
    out = [*rows]
    for k, one in enumerate(out):
        if one.expert:
            continue
        if k % 3 == 0 or k % 7 == 1:
            held = (HOUSING, MARKET) if k % 3 == 0 else (MARKET,)
            out[k] = replace(out[k], authorities=held)
        if k % 5 == 4:
            out[k] = replace(out[k], scope=("公示", "G1 主体与合同"))
    return tuple(out)


def two_offices(registry: Registry, policy: Policy) -> tuple[Registry, Policy]:
    registry = replace(
        registry,
        items=items(registry.items),
        inspectors=people(registry.inspectors),
    )
    drive = Campaign("消防专项", "冬季消防", types=("old",))
    seats = replace(policy.seats, seats=(LEAD, SECOND, JOINT))
    draw = replace(policy.draw, caps=tuple((k, 1) for k in RiskClass))
    policy = replace(policy, authority=HOUSING, campaigns=(drive,), seats=seats)
    return registry, replace(policy, draw=draw)
