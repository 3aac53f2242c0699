"""The month's policy out of the yearly plan: whom it may draw, and with which chance.

A registry, the city's policy, a `YearPlan` and the classes' numbers → the policy that
the month freezes, its rates being the plan's batches over those who may be drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from inspector.domain import Compound, Registry
from inspector.errors import InspectorError, messages
from inspector.policy import Policy
from inspector.selection.draw import exclusions, in_scope
from inspector.year.plan import (
    Batch,
    YearPlan,
    caps_of,
    month_batches,
    month_rates,
)
from inspector.year.room import MONTHS, Quota

messages(
    {
        "year.month": (
            "年度计划没有月份 {month}",
            "the yearly plan has no month {month}",
        ),
    }
)


def base(registry: Registry, plan: YearPlan) -> tuple[Compound, ...]:
    """The active compounds that the plan's scope admits."""
    district = {s.code: s.district for s in registry.streets}
    return tuple(
        c
        for c in registry.compounds
        if c.status == "active" and in_scope(c, district[c.street], plan.scope)
    )


def month_policy(
    registry: Registry,
    policy: Policy,
    plan: YearPlan,
    found: Sequence[Quota],
    month: str,
    day: date,
) -> tuple[Policy, tuple[Batch, ...]]:
    """The month's rules: the plan's batches as chances of those who may be drawn.

    `day`: that of the freeze, which says whose deadlines have passed.

    Raises InspectorError year.month.
    """
    if month not in plan.months:
        raise InspectorError("year.month", month=month)
    rules = replace(
        policy,
        month=month,
        scope=plan.scope,
        draw=replace(
            policy.draw,
            batches=MONTHS,
            exclude_recent_months=plan.exclude_recent_months,
            caps=caps_of(found),
            cap_unit=plan.cap_unit,
        ),
    )
    gone = exclusions(registry.history, registry.compounds, rules, day)
    out = {e.compound for e in gone}
    eligible = Counter(c.risk_class for c in base(registry, plan) if c.id not in out)
    due = month_batches(found, plan.months.index(month), eligible)
    return replace(rules, draw=replace(rules.draw, rates=month_rates(due))), due
