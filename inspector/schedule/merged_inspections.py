"""综合查一次: one company's compounds on one day and in one package.

A workload with its plan → a company's visits on fewer days (`together`), then in fewer
packages (`joined`). After the search, inside `inspector.month.pack`.

First whole packages move to another day, alone or in exchange with one of the same
office; routes stay as they are, so travel does not change. Then single visits move to
a package that has another of their company, alone or in exchange, while all of them
together add at most a hundredth of the travel. Source: 优化营商环境条例 art. 54 (merged
inspections), 国办发〔2024〕54号; DOMAIN §0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, permutations

from inspector.domain import Package, Visit, by_number
from inspector.places import minutes
from inspector.schedule.packages import numbered, package
from inspector.schedule.workload import Packing, Workload, day_rows

MORE_TRAVEL = (1, 100)  # of the plan's travel, for all visits that join another package


class _Days:
    """Which day each package may have, given all the others."""

    def __init__(self, work: Workload, packages: tuple[Package, ...]) -> None:
        self.work = work
        self.index = {day: k for k, day in enumerate(work.days)}
        self.office = {o.id: k for k, o in enumerate(work.offices)}
        self.visits = {v.id: v for v in work.visits}
        self.barred = set(work.barred)
        self.fixed = {s.visit for p in work.pinned for s in p.stops}
        self.packages = list(packages)
        self.day = {s.visit: p.day for p in packages for s in p.stops}
        self.series: dict[str, list[Visit]] = {}
        for v in work.visits:
            if v.series:
                self.series.setdefault(v.series, []).append(v)
        skills = sorted({p.skill for p in packages} - {""})
        self.rows = [day_rows(work.crew, skills, k) for k in range(len(work.days))]

    def movable(self, package: Package) -> bool:
        return not any(s.visit in self.fixed for s in package.stops)

    def visits_allow(self, package: Package, day: date) -> bool:
        """Windows, barred days and the gaps to siblings that do not move along."""
        inside = {s.visit for s in package.stops}
        for name in inside:
            v = self.visits[name]
            if not v.first <= day <= v.last or (name, day) in self.barred:
                return False
            for other in self.series.get(v.series, ()):
                if other.id in inside or other.id not in self.day:
                    continue
                steps = other.step - v.step
                gap = (self.day[other.id] - day).days * (1 if steps > 0 else -1)
                if abs(steps) == 1 and not v.gap_min <= gap <= v.gap_max:
                    return False
        return True

    def room(self, days: set[date]) -> bool:
        """Cars and people suffice on these days."""
        for day in days:
            k = self.index[day]
            here = [p for p in self.packages if p.day == day]
            cars = Counter(p.office for p in here)
            if any(n > self.work.cars[self.office[o]][k] for o, n in cars.items()):
                return False
            skilled = Counter(p.skill for p in here if p.skill)
            if not all(row.holds(len(here), skilled) for row in self.rows[k]):
                return False
        return True

    def put(self, number: int, day: date) -> None:
        self.packages[number] = replace(self.packages[number], day=day)
        for s in self.packages[number].stops:
            self.day[s.visit] = day

    def try_moves(self, moves: dict[int, date]) -> bool:
        """Move these packages together if every rule holds; else change nothing."""
        before = {n: self.packages[n].day for n in moves}
        for n, day in moves.items():
            self.put(n, day)
        good = all(self.visits_allow(self.packages[n], day) for n, day in moves.items())
        if good and self.room({*moves.values(), *before.values()}):
            return True
        for n, day in before.items():
            self.put(n, day)
        return False


def scattered(day: Mapping[str, date], groups: Mapping[str, tuple[str, ...]]) -> int:
    """Days needed beyond one per company, over all companies."""
    return sum(
        len({day[v] for v in visits if v in day}) - 1
        for visits in groups.values()
        if any(v in day for v in visits)
    )


def together(work: Workload, packing: Packing, company: Mapping[str, str]) -> Packing:
    """The same packages with the visits of one company on fewer days.

    `company`: visit → credit code, for the visits to be bundled. Each accepted move
    lowers the number of extra days; packages keep their routes and their number.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for visit, code in sorted(company.items()):
        if code:
            groups[code] = (*groups.get(code, ()), visit)
    groups = {code: v for code, v in groups.items() if len(v) > 1}
    days = _Days(work, packing.packages)
    for code in sorted(groups):
        _gather(days, groups, code)
    return replace(packing, packages=numbered(days.packages))


def _gather(days: _Days, groups: Mapping[str, tuple[str, ...]], code: str) -> None:
    """Move the packages of one company's visits towards one of their days."""
    wanted = set(groups[code])
    mine = [
        n
        for n, p in enumerate(days.packages)
        if any(s.visit in wanted for s in p.stops)
    ]
    targets = sorted({days.packages[n].day for n in mine})
    for number in mine:
        if not days.movable(days.packages[number]):
            continue
        for day in targets:
            own = days.packages[number].day
            if day == own:
                continue
            before = scattered(days.day, groups)
            swaps = [
                n
                for n, p in enumerate(days.packages)
                if p.day == day
                and p.office == days.packages[number].office
                and n not in mine
                and days.movable(p)
            ]
            options = [{number: day}, *({number: day, n: own} for n in swaps)]
            for moves in options:
                back = {n: days.packages[n].day for n in moves}
                if days.try_moves(moves):
                    if scattered(days.day, groups) < before:
                        break
                    for n, old in back.items():
                        days.put(n, old)


# ------------------------------------------------------------------- in one package


@dataclass(frozen=True, slots=True)
class _Joint:
    """Two packages as they would be; `second` None: nothing is left of it."""

    more: int  # minutes of travel
    first: Package
    second: Package | None


class _Joining:
    """Packages that hold visits of one company, and how they could be."""

    def __init__(self, days: _Days, company: Mapping[str, str]) -> None:
        self.days, self.work = days, days.work
        self.company = {v: code for v, code in company.items() if code}
        self.groups: dict[str, tuple[str, ...]] = {}
        for v, code in self.company.items():
            self.groups[code] = (*self.groups.get(code, ()), v)
        self.apart = {frozenset(pair) for pair in self.work.apart}
        self.legs: dict[tuple[int, str, str], int] = {}
        self.made: dict[tuple[Package, Package], tuple[_Joint, ...]] = {}

    def firms(self, package: Package | None) -> set[str]:
        stops = () if package is None else package.stops
        return {self.company[s.visit] for s in stops if s.visit in self.company}

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Packages that share a company: the one that gains comes first."""
        rows = [
            (n, self.firms(p))
            for n, p in enumerate(self.days.packages)
            if self.days.movable(p)
        ]
        for (a, own), (b, other) in permutations(rows, 2):
            if own & other:
                yield a, b

    def options(self, a: int, b: int) -> tuple[_Joint, ...]:
        """Ways to bring the companies of both together in the first, cheapest first."""
        key = self.days.packages[a], self.days.packages[b]
        if key not in self.made:
            found = self._options(*key)
            self.made[key] = tuple(sorted(found, key=lambda j: (j.more, *_order(j))))
        return self.made[key]

    def _options(self, gains: Package, loses: Package) -> Iterator[_Joint]:
        shared = self.firms(gains) & self.firms(loses)
        before = len(self.firms(gains)) + len(self.firms(loses))
        travel = gains.travel_minutes + loses.travel_minutes
        here, there = _names(gains), _names(loses)
        for name in there:
            if self.company.get(name) not in shared:
                continue
            rest = [v for v in there if v != name]
            for back in ("", *here):  # nothing, or a visit in exchange
                stay = [v for v in here if v != back]
                if self._spread([*stay, name], [*rest, back]) >= before:
                    continue
                first = self._best(gains, stay, name)
                second = self._best(loses, rest, back) if first is not None else None
                if first is None or (second is None and (rest or back)):
                    continue
                left = 0 if second is None else second.travel_minutes
                yield _Joint(first.travel_minutes + left - travel, first, second)

    def _spread(self, *packages: Sequence[str]) -> int:
        """Companies of each package, summed up."""
        known = self.company
        return sum(len({known[v] for v in names if v in known}) for names in packages)

    def _best(self, like: Package, stay: Sequence[str], new: str) -> Package | None:
        """The package with `new` where it costs least; None when it cannot be."""
        home = self.days.office[like.office]
        office, visits = self.work.offices[home], self.days.visits
        if new and not self._may(visits[new], like.day, office.district, stay):
            return None
        orders = [[*stay[:k], new, *stay[k:]] for k in range(len(stay) + 1)]
        rows = [(self._travel(home, o), o) for o in (orders if new else [list(stay)])]
        for _, order in sorted(rows):
            row = [visits[v] for v in order]
            day, travel = self.work.day, self.work.travel
            made = package(like.id, like.day, office, row, day, travel) if row else None
            if made is not None:
                return made
        return None

    def _may(self, visit: Visit, day: date, district: str, stay: Sequence[str]) -> bool:
        """Whether the visit may be in a package of this day with these others."""
        others = [self.days.visits[v] for v in stay]
        return (
            visit.district == district
            and visit.first <= day <= visit.last
            and not any(frozenset((visit.id, v.id)) in self.apart for v in others)
            and not any(visit.series and visit.series == v.series for v in others)
        )

    def _travel(self, home: int, order: Sequence[str]) -> int:
        points = ["", *order, ""]
        return sum(self._leg(home, a, b) for a, b in pairwise(points))

    def _leg(self, home: int, a: str, b: str) -> int:
        """Minutes between two visits; "" is the office."""
        if (home, a, b) not in self.legs:
            visits, office = self.days.visits, self.work.offices[home].place
            one, other = (visits[v].place if v else office for v in (a, b))
            self.legs[home, a, b] = minutes(self.work.travel, one, other)
        return self.legs[home, a, b]

    def take(self, a: int, b: int, joint: _Joint) -> bool:
        """Whether the rules of days, cars and people hold; then it is done."""
        days, packages, day = self.days, self.days.packages, dict(self.days.day)
        made = {a: joint.first, b: joint.second}
        rows = [made.get(n, p) for n, p in enumerate(packages)]
        touched = {packages[a].day, packages[b].day}
        days.packages = [p for p in rows if p is not None]
        for p in filter(None, made.values()):
            days.day |= dict.fromkeys(_names(p), p.day)
        good = all(days.visits_allow(p, p.day) for p in made.values() if p is not None)
        worse = scattered(days.day, self.groups) > scattered(day, self.groups)
        if good and not worse and days.room(touched):
            return True
        days.packages, days.day = packages, day
        return False


def _names(package: Package) -> list[str]:
    return [s.visit for s in package.stops]


def _order(joint: _Joint) -> tuple[list[tuple[int, str]], ...]:
    """Equal ones by the numbers of their visits."""
    second = [] if joint.second is None else _names(joint.second)
    rows = _names(joint.first), second
    return tuple([by_number(v) for v in row] for row in rows)


def same_day_apart(packages: Sequence[Package], company: Mapping[str, str]) -> int:
    """Packages beyond one per company and day, over all of them."""
    rows = Counter(
        (p.day, code)
        for p in packages
        for code in {company.get(s.visit, "") for s in p.stops} - {""}
    )
    return sum(rows.values()) - len(rows)


def joined(work: Workload, packing: Packing, company: Mapping[str, str]) -> Packing:
    """The plan with a company's visits in fewer packages, on no more days.

    The cheapest change first, while travel is within `MORE_TRAVEL` of that of the plan
    given. Rules of route, day, cars and people hold.
    """
    over, under = MORE_TRAVEL
    most = packing.travel_minutes + packing.travel_minutes * over // under
    state = _Joining(_Days(work, packing.packages), company)
    travel = packing.travel_minutes
    while True:
        found = [
            (joint.more, _order(joint), a, b, joint)
            for a, b in state.pairs()
            for joint in state.options(a, b)
            if travel + joint.more <= most
        ]
        found.sort(key=lambda row: row[:2])
        done = next((r for r in found if state.take(*r[2:])), None)
        if done is None:
            break
        travel += done[0]
    packages = numbered(state.days.packages)
    return replace(packing, packages=packages, travel_minutes=travel)
