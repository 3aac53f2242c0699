"""Above the yearly limit (PROTOCOL.md §13): made, never dropped, with a reason.

A month and what the bureau's other logs published → count and limit of a result, and
before the seal the visits of a plan that would go over. `route` puts the head's reasons
into the plan, `field` into the results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.ceremony.bundle import Event
from inspector.domain import Visit, VisitKind, by_number
from inspector.errors import CeremonyError, messages
from inspector.month.freeze import Frozen
from inspector.results.logged import logged_results
from inspector.selection.yearly import (
    Limit,
    counts,
    days_in,
    limits,
    unit_of,
)

messages(
    {
        "excess.visit": (
            "超限理由所指的检查不在计划内：{visit}",
            "a reason for excess names a visit that is not in the plan: {visit}",
        ),
        "excess.twice": (
            "检查 {visit} 的超限理由重复",
            "two reasons for the excess of visit {visit}",
        ),
        "excess.reason": (
            "检查 {visit} 的超限理由为空",
            "the reason for the excess of visit {visit} is empty",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Reasoned:
    """The head's reason for a visit that goes over the yearly limit."""

    visit: str
    reason: str


def ordered(rows: Iterable[Reasoned], visits: Iterable[str]) -> tuple[Reasoned, ...]:
    """The reasons as a plan of these visits holds them. Raises CeremonyError excess.*:
    a visit that is not there or is named twice, a reason without words."""
    known, found = set(visits), dict[str, Reasoned]()
    for row in rows:
        if row.visit not in known:
            raise CeremonyError("excess.visit", visit=row.visit)
        if row.visit in found:
            raise CeremonyError("excess.twice", visit=row.visit)
        if not row.reason.strip():
            raise CeremonyError("excess.reason", visit=row.visit)
        found[row.visit] = row
    return tuple(sorted(found.values(), key=lambda r: by_number(r.visit)))


@dataclass(frozen=True, slots=True)
class Yearly:
    """How often a unit was inspected in the year, and how often at most; `unit` "" and
    nothing counted where nobody's inspections are."""

    unit: str
    count: int
    limit: Limit | None

    @property
    def most(self) -> int:
        return 0 if self.limit is None else self.limit.total

    @property
    def excess(self) -> bool:
        return self.count > self.most


NOTHING = Yearly("", 0, None)


def unit_in(frozen: Frozen, compound: str) -> str:
    """The unit of a compound of the registry."""
    usc18 = next(c.usc18 for c in frozen.registry.compounds if c.id == compound)
    return unit_of(compound, usc18, frozen.policy)


def limits_in(frozen: Frozen) -> dict[str, Limit]:
    """The yearly limits of all compounds of the registry that have a unit."""
    r = frozen.registry
    return limits(r.compounds, r.docket, frozen.intake.visits, frozen.policy)


def limit_in(frozen: Frozen, compound: str) -> Limit:
    """The yearly limit of visits to a compound of the registry, which has a unit."""
    return limits_in(frozen)[compound]


def published_days(
    events: Sequence[Event], frozen: Frozen, unit: str, visit: str = ""
) -> set[date]:
    """Days of a unit's inspections that count, by the log of this freeze; those before
    the result of `visit`, if it is there."""
    out: set[date] = set()
    for _, event, made in logged_results(events):
        if visit and event["visit"] == visit:
            break
        out |= {
            date.fromisoformat(e["date"])
            for e in made
            if counts(frozen.policy, VisitKind(e["kind"]))
            and unit_of(e["compound"], e["usc18"], frozen.policy) == unit
        }
    return out


def yearly(
    frozen: Frozen,
    events: Sequence[Event],
    visit: Visit,
    day: date,
    kinds: Sequence[VisitKind],
    elsewhere: Iterable[date] = (),
) -> Yearly:
    """Count and limit of a visit made on `day` for these purposes, its own day counted;
    nothing when it does not count. `elsewhere`: days that other logs published."""
    unit = unit_in(frozen, visit.compound)
    if not unit or not any(counts(frozen.policy, kind) for kind in kinds):
        return NOTHING
    days = {day, *elsewhere, *published_days(events, frozen, unit, visit.id)}
    days |= days_in(frozen.registry.history, frozen.policy, unit, day.year)
    number = sum(d.year == day.year for d in days)
    return Yearly(unit, number, limit_in(frozen, visit.compound))
