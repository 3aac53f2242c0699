"""How many visits a month can take: an estimate by filling it up, and a proven limit.

A workload with its plan and further visits → how many fit, at least and at most.

**Limit.** No plan has more packages in an office than cars in service on days with
enough people, summed over the month. A package holds at most `max_visits`; its service
and travel take at most `duty_minutes`, every visit has a leg that leads to it, and one
leg leads back. So k visits fit only if the k smallest sums of service and shortest
incoming leg do.

**Estimate.** Starting from a plan, further visits are put one after another where they
cost least travel, until an office takes no more: some plan does take that many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from inspector.domain import Package, Visit
from inspector.places import minutes
from inspector.schedule.district import District, bits, divide
from inspector.schedule.packages import package
from inspector.schedule.regret_insertion import keeps
from inspector.schedule.resources import Ledger
from inspector.schedule.workload import Row, Workload, day_rows, month_rows

TRIES = 5  # packages tried per visit, the nearest first
GIVE_UP = 25  # visits in a row that an office refuses before it counts as full


def _most(rows: Iterable[Row], skill: str, cap: int) -> int:
    """The most packages, all of them with `skill` unless "", that keep the rows."""
    known = tuple(rows)
    count = 0
    while count < cap and all(
        r.holds(count + 1, {skill: count + 1} if skill else {}) for r in known
    ):
        count += 1
    return count


def package_limit(work: Workload, skill: str = "", office: int = -1) -> int:
    """Most packages in the month, all with `skill` unless "", by cars and people; of
    one office when it is given."""
    skills = (skill,) if skill else ()
    total = 0
    for day in range(len(work.days)):
        cars = sum(row[day] for o, row in enumerate(work.cars) if office in (-1, o))
        total += _most(day_rows(work.crew, skills, day), skill, cars)
    return _most(month_rows(work.crew, skills, len(work.days)), skill, total)


@dataclass(frozen=True, slots=True)
class Need:
    """Least minutes a visit takes of a package: service and the shortest leg that may
    lead to it; `back`: the leg from it to the office."""

    visit: Visit
    minutes: int
    back: int


def needs(work: Workload, pool: Sequence[Visit]) -> tuple[Need, ...]:
    """What each visit of the pool takes; those of districts without office left out."""
    offices = {o.district: o.place for o in work.offices}
    found = []
    by_district = sorted(pool, key=lambda v: v.district)
    for district, group in groupby(by_district, key=lambda v: v.district):
        mine = list(group)
        home = offices.get(district)
        if home is None:
            continue
        for v in mine:
            near = min(
                minutes(work.travel, p, v.place)
                for p in (home, *(o.place for o in mine if o.compound != v.compound))
            )
            back = minutes(work.travel, v.place, home)
            found.append(Need(v, v.service_minutes + near, back))
    return tuple(found)


def visit_limit(work: Workload, some: Sequence[Need], packages: int) -> int:
    """Most visits of those that so many packages can hold (module text)."""
    back = min((n.back for n in some), default=0)
    room = packages * (work.day.duty_minutes - back)
    count = 0
    for need in sorted(n.minutes for n in some):
        if need > room or count == packages * work.day.max_visits:
            break
        room -= need
        count += 1
    return count


@dataclass(slots=True)
class _Trip:
    day: int
    order: tuple[int, ...]
    spent: int  # service and travel


class _Office:
    """One office being filled."""

    def __init__(self, district: District, ledger: Ledger) -> None:
        self.district, self.ledger = district, ledger
        self.index = {name: n for n, name in enumerate(district.ids)}
        self.trips: list[_Trip] = []
        self.refused = 0

    def spent(self, order: tuple[int, ...]) -> int:
        return self.district.tour(order) + sum(self.district.service[i] for i in order)

    def add(self, known: Package, day: int) -> None:
        order = tuple(self.index[s.visit] for s in known.stops)
        self.trips.append(_Trip(day, order, self.spent(order)))
        self.ledger.add(self.district.office, day, known.skill)

    def _longer(self, trip: _Trip, visit: int) -> tuple[int, tuple[int, ...]]:
        legs, home = self.district.legs, self.district.size
        stops = (home, *trip.order, home)
        extra, at = min(
            (legs[a][visit] + legs[visit][b] - legs[a][b], n)
            for n, (a, b) in enumerate(pairwise(stops))
        )
        return extra, (*trip.order[:at], visit, *trip.order[at:])

    def take(self, name: str) -> bool:
        """Place a visit, in a package or a new one; False when there is no room."""
        if self.refused > GIVE_UP or name not in self.index:
            return False
        visit = self.index[name]
        d = self.district
        offers = []
        for n, trip in enumerate(self.trips):
            if len(trip.order) < d.rules.max_visits and d.days[visit] >> trip.day & 1:
                extra, order = self._longer(trip, visit)
                if trip.spent + extra + d.service[visit] <= d.rules.duty_minutes:
                    offers.append((extra, n, order))
        for _, n, order in sorted(offers)[:TRIES]:
            if self._joins(self.trips[n], visit) and keeps(d, order):
                self._join(self.trips[n], order)
                return True
        skill = d.skill[visit]
        for day in bits(d.days[visit]):
            if self.ledger.fits(d.office, day, skill):
                self.ledger.add(d.office, day, skill)
                self.trips.append(_Trip(day, (visit,), self.spent((visit,))))
                self.refused = 0
                return True
        self.refused += 1
        return False

    def _joins(self, trip: _Trip, visit: int) -> bool:
        d = self.district
        together = sum(1 << i for i in trip.order) & ~d.together[visit] == 0
        skill, has = d.skill[visit], any(d.skill[i] for i in trip.order)
        fits = not skill or has or self.ledger.fits(d.office, trip.day, skill, False)
        return together and fits

    def _join(self, trip: _Trip, order: tuple[int, ...]) -> None:
        d = self.district
        before = max(d.skill[i] for i in trip.order)
        after = max(d.skill[i] for i in order)
        if before != after:
            self.ledger.add(d.office, trip.day, before, -1)
            self.ledger.add(d.office, trip.day, after)
        trip.order, trip.spent = order, self.spent(order)
        self.refused = 0


def fill(
    work: Workload, packages: Sequence[Package], more: Sequence[Visit]
) -> tuple[Package, ...]:
    """The packages with as many of `more` put in, in their order, as still fit; their
    days and offices kept; named N1, N2, …

    Pairs that must stay apart are heeded only as far as `work.apart` names them.
    """
    placed = {s.visit for p in packages for s in p.stops}
    inside = tuple(v for v in work.visits if v.id in placed)
    whole = replace(work, visits=(*inside, *more), pinned=())
    parts, _ = divide(whole)
    ledger = Ledger(whole)
    offices = [_Office(d, ledger) for d in parts]
    serves = {o.id: n for n, o in enumerate(work.offices)}
    for p in packages:
        offices[serves[p.office]].add(p, work.days.index(p.day))
    by_district = {o.district: offices[n] for n, o in enumerate(work.offices)}
    for v in more:
        if v.district in by_district:
            by_district[v.district].take(v.id)
    visits = {v.id: v for v in whole.visits}
    found: list[Package] = []
    for office in offices:
        for trip in office.trips:
            made = package(
                f"N{len(found) + 1}",
                work.days[trip.day],
                work.offices[office.district.office],
                [visits[office.district.ids[i]] for i in trip.order],
                work.day,
                work.travel,
            )
            if made is None:
                raise RuntimeError(f"infeasible route: {trip.order}")
            found.append(made)
    return tuple(found)
