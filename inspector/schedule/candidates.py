"""Candidates of a replan: what may be left of an old package, and new packages.

Visits that may move → candidate packages for the choice in
`inspector.replan.set_partitioning`.

Both come from a small pool of visits that may move; everything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, permutations

import numpy as np

from inspector.domain import Package, Visit
from inspector.schedule.district import District, bits, divide
from inspector.schedule.labelling import FAR, SCALE, Net
from inspector.schedule.packages import package
from inspector.schedule.resources import Dice
from inspector.schedule.workload import Workload

PARTIAL = 8  # times `many`: partial routes per number of stops


@dataclass(frozen=True, slots=True)
class Effort:
    """How many new packages are tried: `many` of several visits per office besides the
    likely ones, each on the old days of its visits and on `days` random ones."""

    many: int
    days: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new package on a day (index). `standby`: driven by a stand-by pair, who have
    no special skill; `taxi`: without a car; `weight`: minutes of travel that calling
    the pair counts as besides."""

    office: int
    day: int
    order: tuple[str, ...]
    travel: int
    skill: str
    standby: bool = False
    taxi: bool = False
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """An old package and what may be left of it, the first option being all of it;
    None when nothing is left."""

    id: str
    office: int
    day: int
    options: tuple[Package | None, ...]


def rest(old: Package, stops: Sequence[Visit], work: Workload) -> Package | None:
    """What is left of `old` with these of its visits only: in their old order when
    that keeps the rules, else in the first order that does. None when nothing is."""
    if len(stops) == len(old.stops):
        return old
    if not stops:
        return None
    office = next(o for o in work.offices if o.id == old.office)
    for order in permutations(stops):
        made = package(old.id, old.day, office, order, work.day, work.travel)
        if made is not None:
            return made
    raise RuntimeError(f"a route without some of its stops breaks a rule: {old.id}")


def held(
    old: Package, stops: Sequence[Visit], free: Collection[str], work: Workload
) -> Held:
    """What may be left of `old` when any of its visits in `free` leave; `stops`: its
    visits in order, without those that fall away anyhow."""
    loose = [v.id for v in stops if v.id in free]
    office = [o.id for o in work.offices].index(old.office)
    options = tuple(
        rest(old, [v for v in stops if v.id not in gone], work)
        for count in range(len(loose) + 1)
        for gone in combinations(loose, count)
    )
    return Held(old.id, office, work.days.index(old.day), options)


def fresh(
    work: Workload,
    pool: Sequence[Visit],
    days: Collection[date],
    sets: Iterable[Collection[str]],
    home: Mapping[str, int],
    effort: Effort,
    dice: Dice,
) -> list[Fresh]:
    """New packages of the visits of `pool` on `days`: every visit alone on each of its
    days, each of the `sets`, and others, short ones first. `home`: old days."""
    open_ = frozenset(days)
    cars = tuple(
        tuple(n if day in open_ else 0 for n, day in zip(row, work.days, strict=True))
        for row in work.cars
    )
    # Gaps are the model's business; here every visit stands alone.
    alone = tuple(replace(v, series="", step=0, gap_min=0, gap_max=0) for v in pool)
    districts, _ = divide(replace(work, visits=alone, cars=cars, pinned=()))
    likely = {frozenset(some) for some in sets}
    found = []
    for district in districts:
        if district.size:
            found += _of_district(district, likely, home, effort, dice)
    return found


def _of_district(
    district: District,
    likely: Iterable[frozenset[str]],
    home: Mapping[str, int],
    effort: Effort,
    dice: Dice,
) -> list[Fresh]:
    net = Net(district)
    rides: dict[tuple[int, ...], tuple[tuple[int, ...], int, int]] = {}
    for order, travel, mask in _routes(district, net, likely):
        rides[tuple(sorted(order))] = (order, travel, mask)
    if district.size > 1:
        price = net.legs[: district.size, district.size] * (SCALE * 3 // 4)
        limit = 2 * int(net.legs[: district.size, district.size].max()) * SCALE
        columns, _ = net.cheap(price, limit, PARTIAL * effort.many)
        value = columns.travel * SCALE - columns.prices(price)
        columns = columns.take(np.argsort(value, kind="stable")[: effort.many])
        for row, travel, mask in zip(
            columns.order.tolist(),
            columns.travel.tolist(),
            columns.days.tolist(),
            strict=True,
        ):
            order = tuple(i for i in row if i >= 0)
            rides.setdefault(tuple(sorted(order)), (order, travel, mask))
    found = []
    for order, travel, mask in rides.values():
        names = tuple(district.ids[i] for i in order)
        days = list(bits(mask))
        if len(order) > 1:
            some = {*dice.shuffled(days)[: effort.days], *map(home.get, names)}
            days = [d for d in days if d in some]
        skill = max(district.skill[i] for i in order)
        found += [Fresh(district.office, d, names, travel, skill) for d in days]
    return found


def parts(group: Sequence[str], least: int) -> Iterator[tuple[str, ...]]:
    """Every part of a group with at least so many visits, 1 or more.

    >>> list(parts("abc", 2))
    [('a', 'b'), ('a', 'c'), ('b', 'c'), ('a', 'b', 'c')]
    """
    for count in range(max(1, least), len(group) + 1):
        yield from combinations(group, count)


def _routes(
    district: District, net: Net, likely: Iterable[frozenset[str]]
) -> list[tuple[tuple[int, ...], int, int]]:
    """Every visit alone and each likely set that may be one package, as (order, travel,
    mask of days)."""
    index = {name: n for n, name in enumerate(district.ids)}
    by_size: dict[int, set[tuple[int, ...]]] = {1: {(i,) for i in range(district.size)}}
    for names in likely:
        some = tuple(sorted(index[name] for name in names if name in index))
        mask = sum(1 << i for i in some)
        if 2 <= len(some) <= net.width and all(
            mask & ~(1 << i | district.together[i]) == 0 for i in some
        ):
            by_size.setdefault(len(some), set()).add(some)
    out = []
    for size in sorted(by_size):
        rows = sorted(by_size[size])
        orders, travels = net.best(
            np.array(rows, np.int16), np.full(len(rows), FAR - 1)
        )
        for order, travel in zip(orders.tolist(), travels.tolist(), strict=True):
            mask = -1
            for i in order:
                mask &= district.days[i]
            if travel < FAR and mask:
                out.append((tuple(order), travel, mask))
    return out
