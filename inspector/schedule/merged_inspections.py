"""综合查一次: one company's drawn compounds on one day, where that costs nothing.

A workload with its plan → the same packages, a company's visits on fewer days. After
the search, inside `inspector.month.pack`.

Whole packages move to another day, alone or in exchange with one of the same office;
routes stay as they are, so travel does not change. Source: 优化营商环境条例 art. 54
(merged inspections), DESIGN §3 "The draw".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from inspector.domain import Package, Visit
from inspector.schedule.packages import numbered
from inspector.schedule.workload import Packing, Workload, day_rows


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
