"""A plain greedy planner, so that whole months can be checked without the solver."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from inspector.domain import Office, Package, Visit
from inspector.schedule.packages import package
from inspector.schedule.workload import (
    Packing,
    Unplaced,
    Workload,
    day_rows,
)


class Greedy:
    """Takes visits one by one; appends each to the first package or free car."""

    def __init__(self, work: Workload) -> None:
        self.work = work
        self.skills = sorted({v.skill for v in work.visits} - {""})
        self.rows = [day_rows(work.crew, self.skills, d) for d in range(len(work.days))]
        self.plans: dict[tuple[int, int], list[list[Visit]]] = {}
        self.days: dict[str, date] = {}
        self.apart = {frozenset(pair) for pair in work.apart}
        self.barred = set(work.barred)

    def fits(self, order: list[Visit], office: Office, day: date) -> bool:
        apart = any(frozenset((a.id, order[-1].id)) in self.apart for a in order[:-1])
        found = package("P", day, office, order, self.work.day, self.work.travel)
        return not apart and found is not None

    def staffed(self, d: int) -> bool:
        """Whether the people of day d can take its packages."""
        plans = [p for (_, e), day in self.plans.items() if e == d for p in day]
        skilled = {
            s: sum(any(v.skill == s for v in p) for p in plans) for s in self.skills
        }
        return all(row.holds(len(plans), skilled) for row in self.rows[d])

    def put(self, visit: Visit, o: int, d: int) -> bool:
        office, day = self.work.offices[o], self.work.days[d]
        plans = self.plans.setdefault((o, d), [])
        for order in plans:
            order.append(visit)
            if self.fits(order, office, day) and self.staffed(d):
                return True
            order.pop()
        if len(plans) < self.work.cars[o][d] and self.fits([visit], office, day):
            plans.append([visit])
            if self.staffed(d):
                return True
            plans.pop()
        return False

    def allowed(self, visit: Visit, d: int) -> bool:
        day = self.work.days[d]
        if not visit.first <= day <= visit.last or (visit.id, day) in self.barred:
            return False
        before = self.days.get(f"{visit.series}/{visit.step - 1}")
        if not visit.series or before is None:
            return True
        return visit.gap_min <= (day - before).days <= visit.gap_max

    def tried(self) -> Iterable[int]:
        """The days in the order in which they are tried."""
        return range(len(self.work.days))

    def place(self, visit: Visit) -> bool:
        offices = {o.district: k for k, o in enumerate(self.work.offices)}
        if visit.district not in offices:
            return False
        key = f"{visit.series}/{visit.step - 1}"
        first = min(v.step for v in self.work.visits if v.series == visit.series)
        if visit.series and visit.step > first and key not in self.days:
            return False
        for d in self.tried():
            if self.allowed(visit, d) and self.put(visit, offices[visit.district], d):
                if visit.series:
                    self.days[f"{visit.series}/{visit.step}"] = self.work.days[d]
                return True
        return False


def greedy(work: Workload, seed: int) -> Packing:
    """A plan that keeps all rules and is far from short; `seed` is not used."""
    return packed(Greedy(work))


def packed(run: Greedy) -> Packing:
    """Everything placed as the planner does."""
    work = run.work
    order = sorted(work.visits, key=lambda v: (not v.series, v.step, v.last, v.id))
    unplaced = tuple(Unplaced(v.id, "plan.full", ()) for v in order if not run.place(v))
    packages: list[Package] = []
    for (o, d), plans in sorted(run.plans.items(), key=lambda x: (x[0][1], x[0][0])):
        for visits in plans:
            made = package(
                f"P{len(packages) + 1:03d}",
                work.days[d],
                work.offices[o],
                visits,
                work.day,
                work.travel,
            )
            assert made is not None
            packages.append(made)
    travel = sum(p.travel_minutes for p in packages)
    return Packing(tuple(packages), unplaced, travel, 0, (), 0.0, 0.0, True)
