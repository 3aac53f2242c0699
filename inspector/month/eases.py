"""What could give way so that a visit or a pair fits: one thing by name at a time.

A seat and the people of a month → per person the `Ease`s that keep him out of it; a
month and eases → the month without these causes. Beside the route; nothing is changed.

An ease is one edit that somebody could make: this certificate renewed, that day of
leave lifted. `PRICES` orders them by what they cost a bureau.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from inspector.domain import (
    Compound,
    Inspector,
    PastVisit,
    Role,
    RunningVisit,
    Visit,
)
from inspector.month.freeze import Frozen
from inspector.months import month_span
from inspector.policy import SeatRule
from inspector.selection.seats import People, Work

# What each costs, cheapest first: ours. The order is that of the remedies.
PRICES: Mapping[str, int] = {
    "certificate": 1,  # renewed, or its number entered
    "leave": 2,  # a day of leave or training lifted
    "lead": 4,  # somebody allowed to lead
    "days": 6,  # a day of duty more
    "authority": 10,  # authorised to act for another 检查主体
    "scope": 12,
    "skill": 14,  # trained
    "rotation": 18,  # where he was lately
    "recusal": 24,
    "gap": 30,
    "dates": 40,
    "car": 60,  # a car for a day
    "person": 100,  # somebody more for a day
    "long": 300,
    "far": 300,
}


@dataclass(frozen=True, slots=True)
class Ease:
    """One cause, and what would remove it. `who`: a staff number; `what`: a skill,
    authority, compound, office or visit; `n`: which of several; `rule`: the seat that
    somebody more would take."""

    kind: str
    who: str = ""
    day: date | None = None
    what: str = ""
    n: int = 0
    rule: SeatRule | None = None

    @property
    def order(self) -> tuple[int, str, str, str, int, str]:
        """Cheapest first, then by name."""
        role = self.rule.role.value if self.rule else ""
        day = self.day.isoformat() if self.day else ""
        return PRICES[self.kind], self.who, day, self.what, self.n, role


Block = frozenset[Ease]
Went = TypeVar("Went", PastVisit, RunningVisit)


class Blockers:
    """Who is kept out of which seat, and by what. People in the order of `people`."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._base: dict[tuple[SeatRule, date, str], tuple[Block | None, ...]] = {}
        self._at: dict[tuple[SeatRule, date, str], dict[int, Block]] = {}

    def of(
        self, rule: SeatRule, day: date, skill: str, compounds: Sequence[Compound]
    ) -> tuple[Block | None, ...]:
        """Per person what keeps him out of the seat; empty: nothing, None: for good."""
        base = self._whatever(rule, day, skill)
        more = [self._there(rule, day, c) for c in compounds]
        if not any(more):
            return base
        found = list(base)
        for one in more:
            for i, block in one.items():
                was = found[i]
                found[i] = None if was is None else was | block
        return tuple(found)

    def _whatever(
        self, rule: SeatRule, day: date, skill: str
    ) -> tuple[Block | None, ...]:
        key = rule, day, skill
        if key not in self._base:
            work = Work(day, skill, ())
            self._base[key] = tuple(
                self._eases(p, rule, work) for p in self.people.inspectors
            )
        return self._base[key]

    def _there(self, rule: SeatRule, day: date, compound: Compound) -> dict[int, Block]:
        """Of those whom this compound concerns: what it adds."""
        key = rule, day, compound.id
        if key not in self._at:
            found = {}
            for i in self.people.concerned(compound):
                person = self.people.inspectors[i]
                out = self.people.reasons_out(person, rule, Work(day, "", (compound,)))
                own = {r for r in out if r in ("scope", "recusal", "rotation")}
                if own:
                    eases = (_ease(r, person, rule, day, "", compound.id) for r in own)
                    found[i] = frozenset(e for e in eases if e is not None)
            self._at[key] = found
        return self._at[key]

    def _eases(self, person: Inspector, rule: SeatRule, work: Work) -> Block | None:
        out = self.people.reasons_out(person, rule, work)
        found = [_ease(r, person, rule, work.day, work.skill, "") for r in out]
        if None in found:
            return None
        return frozenset(e for e in found if e is not None)


def _ease(
    reason: str, who: Inspector, rule: SeatRule, day: date, skill: str, compound: str
) -> Ease | None:
    """What removes a reason of `reasons_out`; None: nothing does."""
    match reason:
        case "role":
            lead = rule.role is Role.LEAD and not who.expert
            return Ease("lead", who.id) if lead else None
        case "skill":
            return Ease("skill", who.id, what=skill)
        case "unit":
            return None
        case "authority":
            own = rule.role in (Role.LEAD, Role.SECOND)
            return Ease("authority", who.id, what=rule.authority, n=int(own))
        case "load":
            return Ease("days", who.id, n=1)
        case "leave":
            return Ease("leave", who.id, day)
        case "recusal" | "rotation":
            return Ease(reason, who.id, what=compound)
        case _:  # certificate, scope
            return Ease(reason, who.id)


# -- the month without them --------------------------------------------------------


def eased_visit(visit: Visit, frozen: Frozen, eases: Collection[Ease]) -> Visit:
    """The visit without the causes that lie in itself."""
    policy = frozen.policy
    for e in eases:
        if e.what != visit.id:
            continue
        if e.kind == "gap":
            visit = replace(visit, series="", step=0, gap_min=0, gap_max=0)
        elif e.kind == "dates":
            first, last = month_span(policy.month)
            visit = replace(visit, first=first, last=last)
        elif e.kind == "far":
            homes = [o for o in frozen.registry.offices if o.district == visit.district]
            visit = replace(visit, place=homes[0].place)
        elif e.kind == "long":
            visit = replace(visit, service_minutes=e.n)
    return visit
