"""A month between two plans: what stays, what is short, what may move.

The plan before and the changed workload → `ReplanProblem`, which every other part of a
replan is given.

From here `partial_plan` cuts out the exact subproblems of a replan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.domain import Package, Visit
from inspector.errors import InspectorError
from inspector.replan.changes import Change, Changed, changed
from inspector.schedule.candidates import Fresh
from inspector.schedule.workload import Row, Workload, day_rows, month_rows


@dataclass(frozen=True, slots=True)
class ReplanProblem:
    """The changed month beside the plan before.

    `visits`: those that do not fall away; `base`: the stops of each old package that
    are among them; `at`: their package. Days are `past` (up to today), `published`
    (duty dates known) or `free`. `called`: routes of stand-by pairs so far, `taxis`:
    those without a car. `chains`: steps of each series that are placed or new, in
    order.
    """

    change: Changed
    work: Workload
    visits: Mapping[str, Visit]
    old: Mapping[str, Package]
    base: Mapping[str, tuple[Visit, ...]]
    at: Mapping[str, str]
    past: frozenset[date]
    published: frozenset[date]
    free: frozenset[date]
    called: tuple[Package, ...]
    skills: tuple[str, ...]
    chains: tuple[tuple[Visit, ...], ...]
    taxis: frozenset[str] = frozenset()

    def driven(self) -> list[Package]:
        """Routes of called pairs that need a car."""
        return [p for p in self.called if p.id not in self.taxis]

    def day(self, day: date) -> int:
        """The index of a working day."""
        return self.work.days.index(day)

    def office(self, name: str) -> int:
        """The index of an office."""
        return [o.id for o in self.work.offices].index(name)

    def day_of(self, visit: str) -> date:
        """The old day of a placed visit."""
        return self.old[self.at[visit]].day


def between(
    work: Workload,
    packages: Sequence[Package],
    changes: Iterable[Change],
    today: date,
    published: Collection[date],
    called: Sequence[Package],
    taxis: frozenset[str] = frozenset(),
) -> ReplanProblem:
    """Apply the changes; days up to `today` and calls are taken as they were.

    Raises InspectorError change.*, change.cars also for a car that a call needs.
    """
    change = changed(work, changes)
    past = frozenset(d for d in work.days if d <= today)
    after = change.work
    by_car = [p for p in called if p.id not in taxis]
    used = Counter((p.office, p.day) for p in (*packages, *by_car))
    cars = tuple(
        tuple(
            max(n, used[o.id, d]) if d in past else n
            for n, d in zip(row, after.days, strict=True)
        )
        for o, row in zip(after.offices, after.cars, strict=True)
    )
    _refuse_carless(work, after, by_car, past)
    # A call stands (PROTOCOL.md §8): nobody takes its visit from the pair again.
    stand = (*(p for p in packages if p.day in past), *called)
    falls = {n.visit for n in change.falls} - {s.visit for p in stand for s in p.stops}
    visits = {v.id: v for v in after.visits if v.id not in falls}
    base = {
        p.id: tuple(visits[s.visit] for s in p.stops if s.visit in visits)
        for p in packages
    }
    at = {v.id: name for name, stops in base.items() for v in stops}
    return ReplanProblem(
        change,
        replace(after, visits=tuple(visits.values()), cars=cars, pinned=()),
        visits,
        {p.id: p for p in packages},
        base,
        at,
        past,
        frozenset(published) - past,
        frozenset(work.days) - past - frozenset(published),
        tuple(called),
        tuple(sorted({v.skill for v in visits.values()} - {""})),
        _chains(visits.values(), at.keys() | set(change.added)),
        taxis,
    )


def _refuse_carless(
    before: Workload, after: Workload, called: Iterable[Package], past: Collection[date]
) -> None:
    """Refuse to lose the car of a stand-by pair that is called on a coming day."""
    used = Counter((p.office, p.day) for p in called if p.day not in past)
    for o, office in enumerate(after.offices):
        for d, day in enumerate(after.days):
            lost = before.cars[o][d] - after.cars[o][d]
            if lost > 0 and used[office.id, day] > after.cars[o][d]:
                on = day.isoformat()
                raise InspectorError(
                    "change.cars", office=office.id, day=on, count=lost
                )


def _chains(
    visits: Iterable[Visit], known: Collection[str]
) -> tuple[tuple[Visit, ...], ...]:
    found: dict[str, list[Visit]] = {}
    for v in sorted(visits, key=lambda v: (v.series, v.step, v.id)):
        if v.series and v.id in known:
            found.setdefault(v.series, []).append(v)
    return tuple(map(tuple, found.values()))


# -- what is short -----------------------------------------------------------------

Use = tuple[int, Counter[str]]  # packages, and those that need each skill


@dataclass(frozen=True, slots=True)
class Counts:
    """What some packages take: cars per (office, day), people per day and in all."""

    cars: Counter[tuple[int, int]]
    people: Mapping[int, Use]
    month: Use

    def on(self, day: int) -> Use:
        """Packages and skills of a day."""
        return self.people.get(day, (0, Counter()))


def counts(
    c: ReplanProblem, kept: Mapping[str, Sequence[Visit]], new: Iterable[Fresh] = ()
) -> Counts:
    """What old packages take of which these stops are `kept`, and new ones; calls of
    stand-by pairs take cars only, or none."""
    rows = [
        (
            c.office(c.old[name].office),
            c.day(c.old[name].day),
            max(v.skill for v in stops),
        )
        for name, stops in kept.items()
        if stops
    ]
    rows += [(f.office, f.day, f.skill) for f in new if not f.standby]
    cars = Counter((office, day) for office, day, _ in rows)
    cars.update((c.office(p.office), c.day(p.day)) for p in c.driven())
    cars.update((f.office, f.day) for f in new if f.standby and not f.taxi)
    people: dict[int, Use] = {}
    for _, day, skill in rows:
        number, before = people.get(day, (0, Counter()))
        people[day] = (number + 1, before + Counter([skill] if skill else []))
    return Counts(
        cars, people, (len(rows), Counter(skill for *_, skill in rows if skill))
    )


def short(c: ReplanProblem) -> dict[str, str]:
    """Visits that may have to leave their place, with the code of the reason: those
    where cars or people of a coming day, or people of the month, no longer suffice."""
    used = counts(c, c.base)
    hit: dict[str, str] = {}
    for name, stops in c.base.items():
        old = c.old[name]
        if old.day in c.past:
            continue
        day, office = c.day(old.day), c.office(old.office)
        if used.cars[office, day] > c.work.cars[office][day]:
            hit |= {v.id: "replan.car" for v in stops}
        for row in day_rows(c.work.crew, c.skills, day):
            if not row.holds(*used.on(day)):
                hit = {v.id: "replan.people" for v in _take(row, stops)} | hit
    for row in month_rows(c.work.crew, c.skills, len(c.work.days)):
        missing = -row.room(*used.month)
        if missing > 0:
            # Small packages are the ones others can take up.
            free = [n for n in c.base if c.old[n].day in c.free]
            some = [n for n in free if _take(row, c.base[n])]
            some.sort(key=lambda n: (len(c.base[n]), n))
            for name in some[: 2 * missing + 4]:
                freed = {v.id: "replan.people" for v in _take(row, c.base[name])}
                hit = freed | hit
    return hit


def _take(row: Row, stops: Iterable[Visit]) -> list[Visit]:
    """The visits of a package that would have to leave it to ease the row."""
    return [v for v in stops if row.all_weight or v.skill in row.skills]


def gap(a: Visit, b: Visit) -> tuple[int, int]:
    """Least and most days from step `a` to the later step `b` of one series."""
    n = b.step - a.step
    return n * max(a.gap_min, b.gap_min), n * min(a.gap_max, b.gap_max)
