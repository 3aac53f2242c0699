"""A second look at a cause: the month without it, and whether the visit then fits.

A packed month, a row of what is short and what is removed → what is still wrong, by
`inspector.check` and a seating of its own; nothing means that it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eased_month import eased_registry

from inspector.check import check_plan
from inspector.domain import Package
from inspector.month.causes import Short
from inspector.month.eases import Ease, eased_visit
from inspector.month.gives_way import GivesWay
from inspector.month.pack import Packed, StandBy, people_of, staffing, workload
from inspector.month.places import Plan
from inspector.schedule.workload import Workload, view_of
from inspector.selection.matching import Matching
from inspector.selection.network import weight
from inspector.selection.seats import People


def without(packed: Packed, eases: Sequence[Ease]) -> Packed:
    """The same month and plan, without these causes."""
    drawn = packed.drawn
    frozen = drawn.frozen
    registry = eased_registry(frozen.registry, frozen.policy, eases)
    more = {i.id: f"p{i.id}" for i in registry.inspectors if i.id.startswith("+")}
    frozen = replace(frozen, registry=registry, names={**frozen.names, **more})
    visits = tuple(eased_visit(v, drawn.frozen, eases) for v in drawn.visits)
    return replace(packed, drawn=replace(drawn, frozen=frozen, visits=visits))


def second_look(packed: Packed, row: Short, eases: Sequence[Ease]) -> list[str]:
    """What is wrong when it is put in where it fits best; empty: it fits."""
    eased = without(packed, eases)
    people = people_of(eased.frozen, eased.changes)
    if row.pair:
        return _seated(eased, people, eased.packing.packages, row)
    work = workload(eased.drawn, people, eased.cars_out)
    visits = {v.id: v for v in eased.drawn.visits}
    plan = Plan(
        eased.frozen,
        eased.drawn.visits,
        packed.packing.packages,
        packed.packing.unplaced,
        packed.cars_out,
    )
    worst = ["no route"]
    for old, new in plan.places(visits[row.visit]):
        rest = [p for p in packed.packing.packages if not old or p.id != old.id]
        wrong = _seated(eased, people, [*rest, new], row, new.id)
        wrong = wrong or _checked(work, [*rest, new])
        if not wrong:
            return []
        worst = wrong
    return worst


def _checked(work: Workload, packages: Sequence[Package]) -> list[str]:
    placed = {s.visit for p in packages for s in p.stops}
    out = [v.id for v in work.visits if v.id not in placed]
    travel = sum(p.travel_minutes for p in packages)
    return [
        str(v)
        for v in check_plan(view_of(work, packages, out, travel))
        if v.rule not in NAMING
    ]


NAMING = ("package_numbers",)


def _seated(
    eased: Packed,
    people: People,
    packages: Sequence[Package],
    row: Short,
    new: str = "",
) -> list[str]:
    """Seats that cannot be filled, of those that count, and a share not kept."""
    frozen = eased.frozen
    ways = GivesWay(frozen, eased.drawn.visits)
    rank, at = ways.ranks, ways.pairs
    pairs = list(eased.standby)
    if row.visit and rank[row.visit] > at:
        pairs = []
    if row.pair:
        assert row.day is not None
        pairs.append(StandBy(row.pair, row.day))
        packages = [p for p in packages if any(rank[s.visit] > at for s in p.stops)]
    whole = replace(eased.packing, packages=tuple(packages))
    persons, seats = staffing(eased.drawn, whole, pairs, people, people)
    filled = Matching([weight(p) for p in persons])
    num, den = frozen.policy.seats.keep_share
    wrong = []
    for s in seats:
        if s.package == new and len(s.eligible) * den < s.hardest * num:
            wrong.append(f"{s.id}: too small a share")
        if filled.add(s.id, s.day, s.eligible) is not None:
            wrong.append(f"{s.id}: nobody")
    return wrong
