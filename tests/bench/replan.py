"""Measure replans of the Zibo month: `python -m tests.bench.replan [SECONDS]`.

One row per change of the week 10-16 December, replanned on 3 December (4, 7 and 8 are
published): wall and processor seconds of the one thread, visits that had to leave their
package because its car or people are gone, share of all *other* visits changed (goal:
5 % at most), and travel beside a free replan, which solves the rest of the month anew
with `SECONDS` (20) of search and no regard for the old plan (goal: 1.02 at most).

A pair ill for a week is two people fewer: reserves step in and no package moves. "Team
with its car" is the harder reading: an office loses a car for the week as well; "all
cars" is an office that cannot drive at all; "half the crew" is an epidemic. "Nothing"
shows what the free replan gains by searching on, whatever changes. A second table has
a tight synthetic month (cars 1.15 times what is needed, people 1.3 times).
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.domain import Package, Visit, VisitKind
from inspector.month.pack import people_of, solver_seed, workload
from inspector.replan.changes import (
    CarsGone,
    Change,
    CompoundShut,
    PeopleAway,
    RecheckFailed,
    Shut,
    WhistleCalled,
)
from inspector.replan.disruption import between, short
from inspector.replan.replan import published_days, replan
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload
from tests.bench.compare.families import a_drawn_month, instance

TODAY = date(2026, 12, 3)
WEEK = tuple(date(2026, 12, d) for d in (10, 11, 14, 15, 16))


def searched(work: Workload, seed: int, seconds: int) -> Packing:
    """A plan from scratch."""
    return plan(
        work,
        seed=seed,
        budget=Budget.seconds(seconds),
        executor=None,
        now=time.perf_counter,
    )


def an_extra(visit: Visit, kind: VisitKind) -> Visit:
    return replace(
        visit,
        id="X001",
        kinds=(kind,),
        series="",
        step=0,
        gap_min=0,
        gap_max=0,
        first=TODAY,
        last=date(2026, 12, 18),
    )


def cases(work: Workload) -> list[tuple[str, list[Change]]]:
    """Label and changes of every row."""
    crew = work.crew.groups
    lead = next(g for g in crew if g.may_lead and not g.skills)
    other = next(g for g in crew if not g.may_lead and not g.skills)
    pair: list[Change] = [PeopleAway(g.may_lead, g.skills, WEEK) for g in (lead, other)]
    half: list[Change] = [
        PeopleAway(g.may_lead, g.skills, WEEK, count)
        for g in crew
        if (count := min(g.present) // 2)
    ]
    most: list[Change] = [
        PeopleAway(g.may_lead, g.skills, WEEK, count)
        for g in crew
        if (count := min(g.present) * 4 // 5)
    ]
    found: list[tuple[str, list[Change]]] = [
        ("nothing", []),
        ("a pair ill", pair),
        ("half the crew ill", half),
        ("four fifths of the crew ill", most),
    ]
    for office, cars in zip(work.offices, work.cars, strict=True):
        where = f"{office.id} {office.district}"
        there = {d: cars[work.days.index(d)] for d in WEEK}
        one: list[Change] = [CarsGone(office.id, (d,)) for d, n in there.items() if n]
        found.append((f"team with its car, {where}", [*pair, *one]))
        if max(there.values()) > 1:
            every: list[Change] = [
                CarsGone(office.id, (d,), n) for d, n in there.items() if n
            ]
            found.append((f"all cars, {where}", every))
    visit = work.visits[len(work.visits) // 2]
    found += [
        ("a compound closed", [CompoundShut(visit.compound, Shut.CLOSED)]),
        ("a whistle visit", [WhistleCalled(an_extra(visit, VisitKind.WHISTLE))]),
        ("a failed re-check", [RecheckFailed(an_extra(visit, VisitKind.RECHECK))]),
    ]
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """One replan. `driven`: visits that had to leave their package; `others`: share of
    all others that changed; `free_*`: the free replan."""

    label: str
    seconds: float
    cpu_seconds: float
    driven: int
    changed: int
    days_changed: int
    unplaced: int
    others: float
    travel: int
    free_travel: int
    free_unplaced: int
    closed: bool

    @property
    def ratio(self) -> float:
        """Travel beside the free replan's."""
        return self.travel / self.free_travel


def free_replan(
    work: Workload, stays: Sequence[Package], known: date, seed: int, seconds: int
) -> Packing:
    """The days after `known` planned anew; up to it nothing may be added."""
    used = Counter((p.office, p.day) for p in stays)
    cars = tuple(
        tuple(
            used[o.id, d] if d <= known else n
            for n, d in zip(row, work.days, strict=True)
        )
        for o, row in zip(work.offices, work.cars, strict=True)
    )
    return searched(replace(work, pinned=tuple(stays), cars=cars), seed, seconds)


def figures(
    label: str,
    work: Workload,
    before: Packing,
    changes: Sequence[Change],
    seed: int,
    seconds: int,
) -> Figures:
    """Replan once, and once without regard for the old plan."""
    published = published_days(work.days, TODAY, 3)
    begun, worked = time.perf_counter(), time.process_time()
    packages = before.packages
    found = replan(
        work,
        packages,
        changes,
        today=TODAY,
        published=published,
        seed=seed,
        unplaced=before.unplaced,
    )
    spent, worked = time.perf_counter() - begun, time.process_time() - worked
    driven = set(short(between(work, packages, changes, TODAY, published, ())))
    others = {
        m.visit for m in found.moves if m.new_package in found.new and m.old_package
    } - driven
    rest = len(work.visits) - len(driven)
    known = max(published)
    stays = [p for p in packages if p.day <= known and p in set(found.packages)]
    free = free_replan(found.work, stays, known, seed, seconds)
    return Figures(
        label,
        spent,
        worked,
        len(driven),
        found.changed,
        found.days_changed,
        len(found.unplaced),
        len(others) / rest,
        found.travel_after,
        free.travel_minutes,
        len(free.unplaced),
        found.closed,
    )


def line(f: Figures) -> str:
    """A row of the table."""
    return (
        f"{f.label:34s} {f.seconds:5.2f} {f.cpu_seconds:5.2f} {f.driven:6d} "
        f"{f.changed:7d} {f.days_changed:5d} {f.unplaced:8d} {f.others:7.1%} "
        f"{f.travel:6d} {f.free_travel:6d} ({f.free_unplaced}) {f.ratio:6.3f}"
        f"{'' if f.closed else '  not closed'}"
    )


def measured(work: Workload, seed: int, seconds: int) -> Iterator[Figures]:
    """All changes of one month, after a plan of `seconds`."""
    before = searched(work, seed, seconds)
    for label, changes in cases(work):
        yield figures(label, work, before, changes, seed, seconds)


def zibo() -> tuple[Workload, int]:
    """The drawn month of 淄博 and its solver seed."""
    drawn = a_drawn_month("zibo")
    return workload(drawn, people_of(drawn.frozen)), solver_seed(drawn)


def table(name: str, work: Workload, seed: int, seconds: int) -> None:
    print(f"{name}: {len(work.visits)} visits")
    print(
        f"{'change':34s} {'s':>5s} {'cpu s':>5s} {'driven':>6s} {'changed':>7s} "
        f"{'days':>5s} "
        f"{'unplaced':>8s} {'others':>7s} {'travel':>6s} {'free':>6s}     {'ratio':>6s}"
    )
    for one in measured(work, seed, seconds):
        print(line(one), flush=True)


def main(seconds: int) -> None:
    table("Zibo", *zibo(), seconds)
    table("280-tight", instance("280-tight", 1), 1, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
