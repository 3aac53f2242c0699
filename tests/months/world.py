"""The registries of a simulated bureau, and what happens to them between freezes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from month_stages import read_city

from inspector.domain import (
    Case,
    CaseState,
    Compound,
    Evaluation,
    Leave,
    PastVisit,
    Registry,
    RiskClass,
    VisitKind,
)
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import sorted_registry
from inspector.workdays import Calendar, load_calendar

BEGAN = date(2025, 2, 3)  # the first day of what was imported
LEAST_ACTIVE, LEAST_PEOPLE = 8, 9


def world(dice: Random, most: int) -> tuple[Registry, Policy, Calendar]:
    """At most so many compounds of 梧州, with a past of their own."""
    whole, policy, _, _ = read_city("wuzhou")
    some = dice.sample(whole.compounds, dice.randint(most // 2, most))
    kept = {c.id for c in some}
    officers = [i for i in whole.inspectors if not i.expert]
    people = dice.sample(officers, dice.randint(LEAST_PEOPLE, len(officers)))
    staff = sorted(i.id for i in people)
    registry = replace(
        whole,
        compounds=tuple(some),
        streets=tuple(replace(s, min_draw=0) for s in whole.streets),
        cars=tuple(replace(c, first=None, last=None) for c in whole.cars),
        inspectors=tuple(
            replace(i, carry_minutes=dice.choice((0, 0, 90, -240))) for i in people
        ),
        leave=(),
        recusals=(),
        evaluations=tuple(e for e in whole.evaluations if e.compound in kept),
        history=tuple(_past(dice, some, staff)),
        docket=tuple(_cases(dice, some)),
        signals=(),
        assistants=(),
    )
    return sorted_registry(registry), policy, load_calendar()


def _past(dice: Random, compounds: list[Compound], staff: list[str]) -> list[PastVisit]:
    """Imported visits, each on a day of its own compound."""
    rows = []
    for c in dice.sample(compounds, len(compounds) // 3):
        day = BEGAN + timedelta(dice.randint(0, 80))
        kind = dice.choice((VisitKind.RANDOM, VisitKind.RANDOM, VisitKind.REMEDIATION))
        pair = dice.sample(staff, 2)
        counts = kind is VisitKind.RANDOM
        rows.append(PastVisit(c.id, c.usc18, day, kind, counts, *pair))
    return rows


def _cases(dice: Random, compounds: list[Compound]) -> list[Case]:
    """Imported cases, somewhere on the ladder."""
    rows = []
    for c in dice.sample(compounds, min(5, len(compounds))):
        state = dice.choice(list(CaseState))
        opened, last = BEGAN + timedelta(dice.randint(0, 20)), BEGAN + timedelta(70)
        if state is CaseState.WAITING:
            row = Case(f"old-{c.id}", c.id, state, opened, None, None, None)
        else:
            first = date(2025, 7, dice.randint(1, 9))
            end = first + timedelta(15)
            row = Case(f"old-{c.id}", c.id, state, opened, last, first, end)
        rows.append(row)
    return rows


def changed(
    registry: Registry, dice: Random, month: str, carried: set[str], gone: set[str]
) -> Registry:
    """What the bureau enters before a freeze: compounds leave, come back (but none
    whose owed visit was dropped), change class or company, are judged anew; people
    retire or go on leave. `carried`: compounds with a visit that waits."""
    compounds = {c.id: c for c in registry.compounds}
    active = sorted(c.id for c in registry.compounds if c.status == "active")
    away = sorted(set(compounds) - set(active) - gone)
    if dice.random() < 0.3 and len(active) > LEAST_ACTIVE:
        waits = sorted(carried & set(active))
        one = dice.choice(waits if waits and dice.random() < 0.4 else active)
        compounds[one] = replace(
            compounds[one], status=dice.choice(("closed", "moved", "unreachable"))
        )
    if dice.random() < 0.2 and away:
        one = dice.choice(away)
        compounds[one] = replace(compounds[one], status="active")
    if dice.random() < 0.3:
        one, risk = dice.choice(active), dice.choice(list(RiskClass))
        compounds[one] = replace(compounds[one], risk_class=risk)
    if dice.random() < 0.2:
        one, other = dice.choice(active), dice.choice(active)
        like = compounds[other]
        own = {"mode": like.mode, "responsible": like.responsible}
        compounds[one] = replace(compounds[one], usc18=like.usc18, **own)
    return sorted_registry(
        replace(
            registry,
            compounds=tuple(compounds.values()),
            evaluations=_judged(registry, dice, active),
            inspectors=_staff(registry, dice),
            leave=(*registry.leave, *_leave(registry, dice, month)),
        )
    )


def _judged(
    registry: Registry, dice: Random, active: list[str]
) -> tuple[Evaluation, ...]:
    low = set(dice.sample(active, 2)) if dice.random() < 0.5 else set()
    return tuple(
        replace(e, score_bp=dice.randint(0, 3000))
        if e.compound in low
        else replace(e, score_bp=min(10_000, e.score_bp + dice.randint(0, 200)))
        for e in registry.evaluations
    )


def _staff(registry: Registry, dice: Random) -> tuple[object, ...]:
    working = [i.id for i in registry.inspectors if i.max_days]
    leads = [i.id for i in registry.inspectors if i.max_days and i.may_lead]
    one = dice.choice(working)
    few = len(working) <= LEAST_PEOPLE or (one in leads and len(leads) < 5)
    if few or dice.random() > 0.1:
        return registry.inspectors
    return tuple(
        replace(i, max_days=0) if i.id == one else i for i in registry.inspectors
    )


def _leave(registry: Registry, dice: Random, month: str) -> list[Leave]:
    if dice.random() > 0.3:
        return []
    first = month_span(month)[0].replace(day=dice.randint(1, 25))
    who = dice.choice(registry.inspectors).id
    row = Leave(who, first, first + timedelta(dice.randint(0, 3)))
    taken = {(x.inspector, x.first, x.last) for x in registry.leave}
    return [] if (row.inspector, row.first, row.last) in taken else [row]
