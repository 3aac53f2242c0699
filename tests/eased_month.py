"""The registries as they would be without the causes that were named.

Causes (`inspector.month.eases.Ease`) → registries: certificates renewed, leave lifted,
people and cars added. For the second look at causes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from inspector.domain import (
    Car,
    Inspector,
    Leave,
    PastVisit,
    Recusal,
    Registry,
    Role,
    RunningVisit,
)
from inspector.month.eases import Ease
from inspector.months import month_span
from inspector.policy import Policy

Went = TypeVar("Went", PastVisit, RunningVisit)


def eased_registry(
    registry: Registry, policy: Policy, eases: Collection[Ease]
) -> Registry:
    """The registries as they would be without these causes."""
    last = month_span(policy.month)[1]
    seen = {(e.who, e.what) for e in eases if e.kind == "rotation"}
    more = [e for e in eases if e.kind == "person"]
    cars = [e for e in eases if e.kind == "car"]
    people = [_eased_person(p, eases, last) for p in registry.inspectors]
    people += [_somebody(e, k, registry, last) for k, e in enumerate(more, 1)]
    added = (Car(f"+{k}", e.what, e.day, e.day) for k, e in enumerate(cars, 1))
    return replace(
        registry,
        inspectors=tuple(people),
        leave=lifted(registry.leave, eases),
        recusals=unrecused(registry.recusals, registry, eases),
        history=tuple(_unseen(h, seen) for h in registry.history),
        running=tuple(_unseen(r, seen) for r in registry.running),
        cars=(*registry.cars, *added),
    )


def _eased_person(person: Inspector, eases: Collection[Ease], last: date) -> Inspector:
    own = [e for e in eases if e.who == person.id]
    kinds = {e.kind for e in own}
    if "certificate" in kinds:
        until = max(person.cert_valid_to or last, last)
        person = replace(person, cert_no=person.cert_no or "+", cert_valid_to=until)
    acts = person.authorities
    for e in own:
        if e.kind == "authority":
            acts = tuple(dict.fromkeys((*(acts or ("",)), e.what, *[""] * e.n)))
    return replace(
        person,
        may_lead=person.may_lead or "lead" in kinds,
        skills=person.skills + tuple(e.what for e in own if e.kind == "skill"),
        scope=() if "scope" in kinds else person.scope,
        max_days=person.max_days + sum(e.kind == "days" for e in own),
        authorities=acts,
    )


def _somebody(e: Ease, number: int, registry: Registry, last: date) -> Inspector:
    """Somebody more for one day, who may take the seat."""
    assert e.rule is not None
    skills = sorted({c.skill for c in registry.compounds} - {""})
    return Inspector(
        id=f"+{number}",
        name="+",
        unit=e.rule.unit,
        office="",
        cert_no="+",
        cert_valid_to=last,
        may_lead=e.rule.role is Role.LEAD,
        expert=e.rule.role is Role.EXPERT,
        skills=tuple(skills),
        max_days=1,
        carry_minutes=0,
        authorities=tuple(dict.fromkeys(("", e.rule.authority))),
    )


def lifted(rows: Iterable[Leave], eases: Collection[Ease]) -> tuple[Leave, ...]:
    """Leave without these days."""
    off = {(e.who, e.day) for e in eases if e.kind == "leave"}
    out = []
    for row in rows:
        span = range((row.last - row.first).days + 1)
        kept = [row.first + timedelta(n) for n in span]
        kept = [d for d in kept if (row.inspector, d) not in off]
        if len(kept) == len(span):
            out.append(row)
        else:
            out += [replace(row, first=d, last=d) for d in kept]
    return tuple(out)


def unrecused(
    rows: Iterable[Recusal], registry: Registry, eases: Collection[Ease]
) -> tuple[Recusal, ...]:
    """Recusals without these."""
    asked = {(e.who, e.what) for e in eases if e.kind == "recusal"}
    if not asked:
        return tuple(rows)
    firms = {c.id: c.usc18 for c in registry.compounds}
    gone = asked | {(who, firms[c]) for who, c in asked if firms[c]}
    return tuple(r for r in rows if (r.inspector, r.subject) not in gone)


def _unseen(row: Went, seen: Collection[tuple[str, str]]) -> Went:
    lead = "" if (row.lead, row.compound) in seen else row.lead
    second = "" if (row.second, row.compound) in seen else row.second
    return replace(row, lead=lead, second=second)
