"""Who would go over the yearly limit: before the freeze by the docket alone, before the
seal by the plan (PROTOCOL.md §13).

A freeze or a plan, and the bureau's other logs as they stand → firms and visits with
count, limit and its terms, for the head, who gives his reasons. Nothing here is public,
and nothing is dropped for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from inspector.domain import Compound, VisitKind, by_number
from inspector.month.excess import Reasoned, limits_in
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed
from inspector.month.record import log_name
from inspector.month.standing import Stood
from inspector.selection.yearly import Limit, counts, days_in, unit_of

MADE_UP = "（演示）本年检查次数将超过上限；本次检查依法按计划进行，不予取消"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A visit of a plan that counts. `count`: at its result when results come in
    the order of days; `most`: when it is the last of its unit's in the month."""

    visit: str
    compound: str
    unit: str
    day: date
    count: int
    most: int
    limit: Limit


@dataclass(frozen=True, slots=True)
class DocketAhead:
    """A unit that its docket visits alone take over the limit: `least` inspections by
    the end of the month when its compounds are visited on the same days, `most` when
    each visit has a day of its own; `made` so far; `limit`: the smallest of those."""

    unit: str
    made: int
    least: int
    most: int
    limit: Limit


def elsewhere(logs: Iterable[Stood], frozen: Frozen) -> dict[str, set[date]]:
    """Days of the year of each unit's inspections that count, as the bureau's other
    logs have published them or still seal them in their plans."""
    policy, own = frozen.policy, log_name(frozen.log, frozen.file)
    out: dict[str, set[date]] = {}
    for s in logs:
        if s.origin == own or s.frozen is None:
            continue
        theirs = s.frozen.policy
        made = [(p.compound, p.usc18, p.day, p.kinds) for p in s.results]
        for compound, usc18, day, kinds in [*made, *_sealed(s)]:
            counted = any(counts(theirs, kind) for kind in kinds)
            if counted and f"{day.year}" == policy.month[:4]:
                out.setdefault(unit_of(compound, usc18, policy), set()).add(day)
    return out


def _sealed(log: Stood) -> Iterable[tuple[str, str, date, Sequence[VisitKind]]]:
    """The visits of a log's plan that nobody has told of yet."""
    if log.assigned is None or log.closed:
        return
    packed, pending = log.assigned.sealed.packed, log.assigned.pending
    visits = {v.id: v for v in packed.drawn.visits}
    usc18 = {c.id: c.usc18 for c in packed.frozen.registry.compounds}
    for package in packed.packing.packages:
        for visit in (visits[s.visit] for s in package.stops if s.visit in pending):
            yield visit.compound, usc18[visit.compound], package.day, visit.kinds


def _days(frozen: Frozen, unit: str, others: Mapping[str, Set[date]]) -> set[date]:
    """Days of the year that count already, with what open logs are taken to make."""
    registry, policy = frozen.registry, frozen.policy
    year = int(policy.month[:4])
    days = days_in(registry.history, policy, unit, year) | others.get(unit, set())
    own = {c.id for c in _compounds(frozen, unit)}
    assumed = {v.day for v in registry.assumed if v.compound in own and not others}
    return days | {day for day in assumed if day.year == year}


def _compounds(frozen: Frozen, unit: str) -> list[Compound]:
    policy = frozen.policy
    rows = frozen.registry.compounds
    return [c for c in rows if unit_of(c.id, c.usc18, policy) == unit]


def ahead(packed: Packed, logs: Iterable[Stood] = ()) -> list[Ahead]:
    """Visits of the plan whose units go over by the end of the month, by day. Which of
    them does is decided by the order in which their results are published."""
    return [a for a in planned(packed, logs) if a.most > a.limit.total]


def planned(packed: Packed, logs: Iterable[Stood] = ()) -> list[Ahead]:
    """Count and limit of every visit of the plan that counts, by day."""
    frozen = packed.frozen
    policy, others = frozen.policy, elsewhere(logs, frozen)
    usc18 = {c.id: c.usc18 for c in frozen.registry.compounds}
    visits = {v.id: v for v in packed.drawn.visits}
    placed: dict[str, list[tuple[date, str]]] = {}
    for package in packed.packing.packages:
        for visit in (visits[s.visit] for s in package.stops):
            unit = unit_of(visit.compound, usc18[visit.compound], policy)
            if unit and any(counts(policy, kind) for kind in visit.kinds):
                placed.setdefault(unit, []).append((package.day, visit.id))
    found, most_of = [], limits_in(frozen)
    for unit, rows in placed.items():
        before = _days(frozen, unit, others)
        most = len(before | {day for day, _ in rows})
        for day, name in rows:
            compound = visits[name].compound
            limit = most_of[compound]
            count = len(before | {d for d, _ in rows if d <= day})
            found.append(Ahead(name, compound, unit, day, count, most, limit))
    return sorted(found, key=lambda a: (a.day, a.unit, a.visit))


def docket_ahead(frozen: Frozen, logs: Iterable[Stood] = ()) -> list[DocketAhead]:
    """Units whose docket visits of the month may alone go over the limit."""
    policy, others = frozen.policy, elsewhere(logs, frozen)
    usc18 = {c.id: c.usc18 for c in frozen.registry.compounds}
    due: dict[str, dict[str, int]] = {}
    for v in frozen.intake.visits:
        unit = unit_of(v.compound, usc18[v.compound], policy)
        if unit and counts(policy, v.kind):
            mine = due.setdefault(unit, {})
            mine[v.compound] = mine.get(v.compound, 0) + 1
    found, most_of = [], limits_in(frozen)
    for unit, mine in due.items():
        made = len(_days(frozen, unit, others))
        limit = min((most_of[c] for c in mine), key=lambda x: x.total)
        least, most = made + max(mine.values()), made + sum(mine.values())
        if most > limit.total:
            found.append(DocketAhead(unit, made, least, most, limit))
    return sorted(found, key=lambda a: a.unit)


def made_up_reasons(packed: Packed, logs: Iterable[Stood] = ()) -> tuple[Reasoned, ...]:
    """A demonstration's reasons, which say that they are made up."""
    names = sorted((a.visit for a in ahead(packed, logs)), key=by_number)
    return tuple(Reasoned(name, MADE_UP) for name in names)
