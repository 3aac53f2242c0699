"""A workload as small integers, and exact routes on it; shared by all peers.

Nothing here comes from the engine under test but the published timetable rule and the
people rows: peers and engine must be told apart by how well they search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations

from inspector.domain import Visit
from inspector.places import minutes
from inspector.schedule.packages import times, timetable
from inspector.schedule.workload import Row, Workload, day_rows

FAR = 100_000  # minutes of a leg nobody may drive

Slot = tuple[int, int]  # office and working day, by index
Order = tuple[int, ...]  # visits of one route, by index
Plan = dict[Slot, list[Order]]


@dataclass(frozen=True, slots=True)
class Area:
    """What the cars of some offices must visit.

    `home[i]`: office of visit i; `days[i]`: working days it may take when nothing else
    is placed, none when it never fits; `legs`: minutes between visits, offices after
    them in the order of `offices`. `chains`: visits of each series by step; `apart`:
    pairs that may not share a route.
    """

    work: Workload
    offices: tuple[int, ...]
    visits: tuple[Visit, ...]
    home: tuple[int, ...]
    days: tuple[frozenset[int], ...]
    legs: tuple[tuple[int, ...], ...]
    chains: tuple[Order, ...]
    apart: tuple[tuple[int, int], ...]
    ordinals: tuple[int, ...]
    _known: dict[tuple[int, Order], bool] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        return len(self.visits)

    def depot(self, office: int) -> int:
        """Index of an office in `legs`."""
        return self.size + self.offices.index(office)

    def skill(self, order: Order) -> str:
        """The special skill a route needs, "" for none."""
        return max((self.visits[i].skill for i in order), default="")

    def travel(self, office: int, order: Order) -> int:
        """Minutes from the office along `order` and back."""
        depot = self.depot(office)
        return sum(self.legs[a][b] for a, b in pairwise((depot, *order, depot)))

    def keeps(self, office: int, order: Order) -> bool:
        """Whether the route keeps every rule, lunch and people apart included."""
        key = office, order
        if key not in self._known:
            self._known[key] = self._keeps(office, order)
        return self._known[key]

    def _keeps(self, office: int, order: Order) -> bool:
        day = self.work.day
        some = [self.visits[i] for i in order]
        if len(order) > day.max_visits or len({v.skill for v in some} - {""}) > 1:
            return False
        if any(a in order and b in order for a, b in self.apart):
            return False
        depot = self.depot(office)
        legs = [self.legs[a][b] for a, b in pairwise((depot, *order, depot))]
        spent = sum(legs) + sum(v.service_minutes for v in some)
        if spent > day.duty_minutes:
            return False
        return (
            times([(v.service_minutes, v.window) for v in some], legs, day) is not None
        )

    def shortest(self, office: int, order: Order) -> Order | None:
        """The order of these visits with the least travel that keeps the rules."""
        if self.keeps(office, order):
            return order
        if len(order) > self.work.day.max_visits:
            return None
        tried = sorted(permutations(order), key=lambda o: (self.travel(office, o), o))
        return next((o for o in tried if self.keeps(office, o)), None)


def cost(area: Area, plan: Plan) -> tuple[int, int]:
    """Visits left out, then minutes of travel."""
    placed = sum(len(o) for routes in plan.values() for o in routes)
    travel = sum(area.travel(s[0], o) for s, routes in plan.items() for o in routes)
    return area.size - placed, travel


def days_of(plan: Plan) -> dict[int, int]:
    """The working day of each placed visit."""
    return {i: day for (_, day), routes in plan.items() for o in routes for i in o}


def _allowed(
    work: Workload, visit: Visit, office: int, rows: Mapping[int, tuple[Row, ...]]
) -> frozenset[int]:
    if timetable([visit], work.offices[office].place, work.day, work.travel) is None:
        return frozenset()
    barred = {day for name, day in work.barred if name == visit.id}
    need = {visit.skill: 1} if visit.skill else {}
    return frozenset(
        d
        for d, day in enumerate(work.days)
        if visit.first <= day <= visit.last
        and day not in barred
        and work.cars[office][d]
        and all(row.holds(1, need) for row in rows[d])
    )


def rows_of(work: Workload) -> dict[int, tuple[Row, ...]]:
    """The people rows of each working day."""
    skills = sorted({v.skill for v in work.visits} - {""})
    return {d: day_rows(work.crew, skills, d) for d in range(len(work.days))}


def area_of(work: Workload, offices: Sequence[int]) -> Area:
    """The part of the month that these offices serve."""
    serves = {work.offices[o].district: o for o in offices}
    rows = rows_of(work)
    visits = tuple(v for v in work.visits if v.district in serves)
    home = tuple(serves[v.district] for v in visits)
    index = {v.id: i for i, v in enumerate(visits)}
    points = [*(v.place for v in visits), *(work.offices[o].place for o in offices)]
    base = (*home, *offices)
    legs = tuple(
        tuple(
            minutes(work.travel, a, b) if base[i] == base[j] else FAR
            for j, b in enumerate(points)
        )
        for i, a in enumerate(points)
    )
    chains: dict[str, list[int]] = {}
    for i, v in enumerate(visits):
        if v.series:
            chains.setdefault(v.series, []).append(i)
    return Area(
        work,
        tuple(offices),
        visits,
        home,
        tuple(_allowed(work, v, o, rows) for v, o in zip(visits, home, strict=True)),
        legs,
        tuple(
            tuple(sorted(c, key=lambda i: visits[i].step))
            for c in chains.values()
            if len(c) > 1
        ),
        tuple((index[a], index[b]) for a, b in work.apart if a in index and b in index),
        tuple(day.toordinal() for day in work.days),
    )


def areas_of(work: Workload) -> tuple[Area, ...]:
    """One area per office that has visits, the smallest first."""
    every = (area_of(work, (o,)) for o in range(len(work.offices)))
    return tuple(sorted((a for a in every if a.size), key=lambda a: a.size))


def gaps(area: Area, before: int, after: int) -> tuple[int, int]:
    """Fewest and most calendar days from one step to the next (as the check has it)."""
    a, b = area.visits[before], area.visits[after]
    return max(a.gap_min, b.gap_min), min(a.gap_max, b.gap_max)


def domains(area: Area, chain: Order, fixed: Mapping[int, int]) -> list[frozenset[int]]:
    """Days each step may take so that the others still have one; exact on a path."""
    at = area.ordinals
    left = [
        frozenset({fixed[i]}) & area.days[i] if i in fixed else area.days[i]
        for i in chain
    ]

    def agree(k: int, other: int, low: int, high: int) -> frozenset[int]:
        return frozenset(
            d for d in left[k] if any(low <= at[d] - at[e] <= high for e in left[other])
        )

    for k in range(1, len(chain)):
        low, high = gaps(area, chain[k - 1], chain[k])
        left[k] = agree(k, k - 1, low, high)
    for k in reversed(range(len(chain) - 1)):
        low, high = gaps(area, chain[k], chain[k + 1])
        left[k] = agree(k, k + 1, -high, -low)
    return left


def routes(plan: Plan) -> Iterator[tuple[Slot, Order]]:
    """Every route with its slot, in order."""
    for slot in sorted(plan):
        for order in plan[slot]:
            yield slot, order


def merged(plans: Iterable[tuple[Area, Plan]]) -> list[tuple[int, int, list[str]]]:
    """(office, day, visit ids) of every route of several areas."""
    return [
        (slot[0], slot[1], [area.visits[i].id for i in order])
        for area, plan in plans
        for slot, order in routes(plan)
        if order
    ]
