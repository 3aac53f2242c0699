"""One score for everybody: our packages, our check, our integer travel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.check import PlanView, check_plan, day_cars
from inspector.domain import Package
from inspector.schedule.packages import package
from inspector.schedule.workload import Packing, Unplaced, Workload, month_rows
from tests.bench.compare.area import rows_of

Routes = Sequence[tuple[int, int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Score:
    """`violations`: rule to number, of the published check and of people, pairs kept
    apart and days barred, which the check of a plan cannot see. `lost`: routes that no
    timetable fits; their visits count as unplaced."""

    travel: int
    unplaced: int
    packages: int
    violations: dict[str, int]
    lost: int


def packed(work: Workload, routes: Routes) -> tuple[tuple[Package, ...], int]:
    """Routes as packages with the canonical times, and how many have none."""
    visits = {v.id: v for v in work.visits}
    found: list[Package] = []
    lost = 0
    for office, day, ids in sorted(routes, key=lambda r: (r[1], r[0], list(r[2]))):
        order = [visits[i] for i in ids]
        made = package(
            f"P{len(found) + 1:03d}",
            work.days[day],
            work.offices[office],
            order,
            work.day,
            work.travel,
        )
        if made is None:
            lost += 1
        else:
            found.append(made)
    return tuple(found), lost


def hidden(work: Workload, packages: Sequence[Package]) -> Counter[str]:
    """Broken rules that need the workload: people, pairs apart, days barred."""
    found: Counter[str] = Counter()
    days = {day: d for d, day in enumerate(work.days)}
    skills = sorted({v.skill for v in work.visits} - {""})
    month = Counter(p.skill for p in packages if p.skill)
    for d, rows in rows_of(work).items():
        today = [p for p in packages if days[p.day] == d]
        special = Counter(p.skill for p in today if p.skill)
        found["people"] += sum(not r.holds(len(today), special) for r in rows)
    found["people"] += sum(
        not r.holds(len(packages), month)
        for r in month_rows(work.crew, skills, len(work.days))
    )
    apart = {frozenset(pair) for pair in work.apart}
    barred = set(work.barred)
    for p in packages:
        inside = {s.visit for s in p.stops}
        found["apart"] += sum(pair <= inside for pair in apart)
        found["barred"] += sum((i, p.day) in barred for i in inside)
    return +found


def score_packages(
    work: Workload, packages: Sequence[Package], bound: int = 0, lost: int = 0
) -> Score:
    """Travel, visits left out and every violation of these packages."""
    placed = Counter(s.visit for p in packages for s in p.stops)
    unplaced = tuple(v.id for v in work.visits if v.id not in placed)
    travel = sum(p.travel_minutes for p in packages)
    found = check_plan(
        PlanView(
            work.visits,
            tuple(packages),
            unplaced,
            work.offices,
            day_cars(work.offices, work.days, work.cars),
            work.days,
            work.day,
            work.travel,
            travel,
            bound,
        )
    )
    violations = Counter(v.rule for v in found) + hidden(work, packages)
    return Score(travel, len(unplaced), len(packages), dict(violations), lost)


def score(work: Workload, routes: Routes, bound: int = 0) -> Score:
    """The score of a peer's routes."""
    packages, lost = packed(work, routes)
    return score_packages(work, packages, bound, lost)


def packing(work: Workload, routes: Routes) -> Packing:
    """A peer's routes as the engine's result, so that the month can go on from them."""
    packages, _ = packed(work, routes)
    placed = {s.visit for p in packages for s in p.stops}
    return Packing(
        packages,
        tuple(
            Unplaced(v.id, "plan.full", (("visit", v.id),))
            for v in work.visits
            if v.id not in placed
        ),
        sum(p.travel_minutes for p in packages),
        0,
        (),
        0.0,
        0.0,
        True,
    )
