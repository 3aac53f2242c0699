"""Where one visit fits into a plan whose rest stands, each rule switched on or off.

A workload with its plan, a visit, a day and rules → the cheapest insertion, or none.

`Fit` answers for one day and a set of rules: what would it cost to make the visit then,
in which package. With one rule alone, or with all but one, it tells which rule forbids.
Routes are exact: every order of the stops is tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np

from inspector.domain import Package, Visit, Window
from inspector.places import minutes
from inspector.policy import DayRules
from inspector.schedule.candidates import rest
from inspector.schedule.district import District
from inspector.schedule.labelling import FAR, Net
from inspector.schedule.workload import Crew, Row, Workload, day_rows, month_rows


class Rule(StrEnum):
    """What can keep a visit from a day. `ORDER`: no step without the one before it;
    `HOURS`: shift and lunch; `VISITS`: most visits in a package."""

    DATES = "dates"
    BARRED = "barred"
    ORDER = "order"
    GAP = "gap"
    CAR = "car"
    PEOPLE = "people"
    SKILL = "skill"
    APART = "apart"
    HALF_DAY = "half_day"
    HOURS = "hours"
    DUTY = "duty"
    VISITS = "visits"


EVERY = frozenset(Rule)
_LATE = 10_000  # a minute no day reaches


@dataclass(frozen=True, slots=True)
class Insertion:
    """The visit on a day in `package` ("" = a package of its own): its stops in order
    and the minutes of travel that it adds."""

    day: date
    package: str
    order: tuple[str, ...]
    extra: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be eased beside the rules: hours of the day, people, cars."""

    day: DayRules
    crew: Crew
    cars: tuple[tuple[int, ...], ...]


class Fit:
    """One visit against a plan; the visit itself is taken out of it first."""

    def __init__(
        self, work: Workload, packages: Iterable[Package], visit: Visit
    ) -> None:
        self.work, self.visit = work, visit
        self.visits = {v.id: v for v in work.visits}
        self.old: Package | None = None
        kept = []
        for p in packages:
            left: Package | None = p
            if any(s.visit == visit.id for s in p.stops):
                self.old = p
                stops = [self.visits[s.visit] for s in p.stops if s.visit != visit.id]
                left = rest(p, stops, work)
            if left is not None:
                kept.append(left)
        self.packages = tuple(kept)
        self.terms = Terms(work.day, work.crew, work.cars)
        self._routes: dict[tuple[DayRules, Window], dict[str, Insertion]] = {}

    @cached_property
    def office(self) -> int:
        """Index of the office that serves the visit's district, -1 for none."""
        districts = [o.district for o in self.work.offices]
        own = self.visit.district
        return districts.index(own) if own in districts else -1

    @cached_property
    def saved(self) -> int:
        """Minutes of travel that the plan has less without the visit."""
        if self.old is None:
            return 0
        left = next((p.travel_minutes for p in self.packages if p.id == self.old.id), 0)
        return self.old.travel_minutes - left

    @cached_property
    def siblings(self) -> tuple[tuple[Visit, date | None], ...]:
        """The other steps of its series with their days, None when unplaced."""
        days = {s.visit: p.day for p in self.packages for s in p.stops}
        v = self.visit
        return tuple(
            (o, days.get(o.id))
            for o in sorted(self.work.visits, key=lambda o: (o.step, o.id))
            if v.series and o.series == v.series and o.id != v.id
        )

    # -- rules of the day ----------------------------------------------------------

    def gap_missed(self, day: date) -> int:
        """Days by which a gap to another placed step would be missed, 0 for none."""
        worst = 0
        for other, on in self.siblings:
            if on is None:
                continue
            n = abs(other.step - self.visit.step)
            least = n * max(other.gap_min, self.visit.gap_min)
            most = n * min(other.gap_max, self.visit.gap_max)
            away = (day - on).days if other.step < self.visit.step else (on - day).days
            worst = max(worst, least - away, away - most)
        return worst

    @cached_property
    def before(self) -> str:
        """The unplaced step that must come first, "" for none."""
        for other, on in self.siblings:
            if on is None and other.step < self.visit.step:
                return other.id
        return ""

    def _allowed(self, day: date, rules: frozenset[Rule]) -> bool:
        v = self.visit
        if Rule.DATES in rules and not v.first <= day <= v.last:
            return False
        if Rule.BARRED in rules and (v.id, day) in self.work.barred:
            return False
        if Rule.ORDER in rules and self.before:
            return False
        return not (Rule.GAP in rules and self.gap_missed(day) > 0)

    # -- people --------------------------------------------------------------------

    @cached_property
    def _skills(self) -> tuple[str, ...]:
        return tuple(sorted({v.skill for v in self.work.visits} - {""}))

    def _people(
        self, day: int, rules: frozenset[Rule], terms: Terms, fresh: int, skill: str
    ) -> bool:
        """Whether people suffice for `fresh` packages more, one more with `skill`."""
        mine = [p for p in self.packages if p.day == self.work.days[day]]
        crew, skills = terms.crew, self._skills
        return all(
            _holds(rows, used, rules, fresh, skill)
            for rows, used in (
                (day_rows(crew, skills, day), mine),
                (month_rows(crew, skills, len(self.work.days)), self.packages),
            )
        )

    # -- routes --------------------------------------------------------------------

    def routes(self, day: DayRules, window: Window) -> dict[str, Insertion]:
        """Per package of its office that it may join, and "" for one of its own, the
        best order under these hours."""
        if (day, window) not in self._routes:
            self._routes[day, window] = self._best(day, window)
        return self._routes[day, window]

    @cached_property
    def _inside(self) -> tuple[Visit, ...]:
        """The visit, then those in packages of its office."""
        office = self.work.offices[self.office].id
        mine = (p for p in self.packages if p.office == office)
        return (self.visit, *(self.visits[s.visit] for p in mine for s in p.stops))

    @cached_property
    def _legs(self) -> tuple[tuple[int, ...], ...]:
        """Minutes between them, the office being last."""
        office = self.work.offices[self.office].place
        points = [*(v.place for v in self._inside), office]
        return tuple(
            tuple(minutes(self.work.travel, a, b) for b in points) for a in points
        )

    def _best(self, day: DayRules, window: Window) -> dict[str, Insertion]:
        office = self.work.offices[self.office]
        mine = [p for p in self.packages if p.office == office.id]
        everyone = [replace(self.visit, window=window), *self._inside[1:]]
        index = {v.id: n for n, v in enumerate(everyone)}
        full = (1 << len(everyone)) - 1
        net = Net(
            District(
                self.office,
                office.id,
                tuple(index),
                tuple(v.service_minutes for v in everyone),
                tuple(v.window for v in everyone),
                tuple(v.skill for v in everyone),
                self._legs,
                (1,) * len(everyone),
                (0,),
                (),
                (full,) * len(everyone),
                (len(everyone),),
                day,
            )
        )
        sets: dict[int, list[tuple[str, tuple[int, ...]]]] = {1: [("", (0,))]}
        for p in mine:
            if len(p.stops) < day.max_visits:
                some = (0, *(index[s.visit] for s in p.stops))
                sets.setdefault(len(some), []).append((p.id, some))
        found: dict[str, Insertion] = {}
        travel = {p.id: p.travel_minutes for p in mine}
        days = {p.id: p.day for p in mine}
        for rows in sets.values():
            some_sets = np.array([some for _, some in rows], np.int16)
            orders, travels = net.best(some_sets, np.full(len(rows), FAR - 1))
            for (name, _), order, total in zip(
                rows, orders.tolist(), travels.tolist(), strict=True
            ):
                if total < FAR:
                    names = tuple(everyone[n].id for n in order)
                    on = days.get(name, self.work.days[0])
                    found[name] = Insertion(
                        on, name, names, total - travel.get(name, 0)
                    )
        return found

    def hours(self, rules: frozenset[Rule], day: DayRules) -> DayRules:
        """The hours of the day without those rules that are switched off."""
        if Rule.DUTY not in rules:
            day = replace(day, duty_minutes=_LATE)
        if Rule.HOURS not in rules:
            day = replace(day, shift_end=_LATE, lunch_last=_LATE)
        if Rule.VISITS not in rules:
            day = replace(day, max_visits=day.max_visits + 1)
        return day

    # -- the answer ----------------------------------------------------------------

    def place(
        self, day: int, rules: frozenset[Rule] = EVERY, terms: Terms | None = None
    ) -> Insertion | None:
        """The cheapest way to make the visit on a day (its index) under some rules."""
        terms = terms or self.terms
        on = self.work.days[day]
        if self.office < 0 or not self._allowed(on, rules):
            return None
        half = self.visit.window if Rule.HALF_DAY in rules else Window.ALL_DAY
        routes = self.routes(self.hours(rules, terms.day), half)
        found = []
        if "" in routes and self._own_car(day, rules, terms):
            found.append(replace(routes[""], day=on))
        mine = {p.id: p for p in self.packages if p.day == on}
        for name, p in mine.items():
            if name in routes and self._joins(p, day, rules, terms):
                found.append(routes[name])
        return min(found, key=lambda f: (f.extra, f.package), default=None)

    def _own_car(self, day: int, rules: frozenset[Rule], terms: Terms) -> bool:
        office = self.work.offices[self.office].id
        used = sum(
            p.office == office and p.day == self.work.days[day] for p in self.packages
        )
        if Rule.CAR in rules and used >= terms.cars[self.office][day]:
            return False
        return self._people(day, rules, terms, 1, self.visit.skill)

    def _joins(
        self, p: Package, day: int, rules: frozenset[Rule], terms: Terms
    ) -> bool:
        v = self.visit
        names = {s.visit for s in p.stops}
        if Rule.APART in rules and any(
            v.id in pair and names & set(pair) for pair in self.work.apart
        ):
            return False
        if not v.skill or p.skill == v.skill:
            return True
        if p.skill:
            return Rule.SKILL not in rules
        return self._people(day, rules, terms, 0, v.skill)


def _holds(
    rows: Sequence[Row],
    used: Sequence[Package],
    rules: frozenset[Rule],
    fresh: int,
    skill: str,
) -> bool:
    """Rows that count the skill belong to the rule SKILL, the others to PEOPLE."""
    skilled = Counter(p.skill for p in used if p.skill)
    if skill:
        skilled[skill] += 1
    return all(
        (Rule.SKILL if skill in row.skills else Rule.PEOPLE) not in rules
        or row.holds(len(used) + fresh, skilled)
        for row in rows
    )
