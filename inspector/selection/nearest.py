"""The canonical chances: the one table nearest to equal shares, and what proves it.

A network with its bounds → units per element, and multipliers that prove them.

What is minimised stands in `distance`; `newton` and `interior` solve it in floats. Here
the result becomes whole units of 2^-40 with exact margins, next to the optimum, and is
published only when `distance` proves it. Pools that share no person, no seat and no
duty group are solved each on its own: none changes a byte of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from inspector.errors import InspectorError, messages
from inspector.policy import LotteryRules
from inspector.selection import distance
from inspector.selection.distance import PRECISION, CandidateTable
from inspector.selection.flows import Circulation
from inspector.selection.interior import interior
from inspector.selection.network import (
    WHOLE,
    Multipliers,
    Network,
    Person,
    SeatNeed,
    network,
    weight,
)
from inspector.selection.newton import newton
from inspector.selection.problem import Bounds, ChanceProblem, Floats, Solution, Way

messages(
    {
        "chances.unproven": (
            "未能求得可证明的派员概率表；请稍改计划（时限、一次检查或一人的可用日）后再编排",
            "no chance table was found that can be proven; change the plan a little "
            "(time limit, one visit, one person's days) and schedule again",
        ),
    }
)

# Values this close to a whole unit (as a part of one) may go either way, so that no
# machine's last bit decides.
NEAR = 0.125
WIDER = (0, 1, 8, 64)  # units more, rarely needed: where multipliers are large
# Ways to the optimum, each tried when the one before proves nothing.
WAYS: tuple[Way, ...] = (
    newton,
    *(partial(interior, start=height) for height in (10.0, 1e3, 1e5, 0.1)),
)


def nearest(
    net: Network,
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    bounds: Bounds,
    rules: LotteryRules,
) -> tuple[list[int], Multipliers]:
    """Units of 2^-40 per element, and the multipliers. A table within the bounds must
    exist. Raises InspectorError chances.unproven when no way led to a proven one."""
    pair_at = {pair: k for k, pair in enumerate(net.pairs)}
    name_at = {name: k for k, name in enumerate(net.packages)}
    units = dict.fromkeys(net.elements, 0)
    of_seat, of_load, of_duty = [0] * net.seats, [0] * net.people, [0] * net.people
    days: list[tuple[int, int, int]] = []
    for who, where in pools(people, seats):
        place = {i: k for k, i in enumerate(who)}
        mine = [people[i] for i in who]
        needs = [
            replace(seats[s], eligible=tuple(place[i] for i in seats[s].eligible))
            for s in where
        ]
        own = network(mine, needs)
        at = [pair_at[name_at[own.packages[p]], who[i]] for p, i in own.pairs]
        limits = Bounds(
            [bounds.loads[i] for i in who], bounds.least[at], bounds.most[at]
        )
        found, m = _of_pool(own, mine, needs, limits, rules)
        for (s, i), u in zip(own.elements, found, strict=True):
            units[where[s], who[i]] = u
        for s, pull in zip(where, m.seats, strict=True):
            of_seat[s] = pull
        for i, load, duty in zip(who, m.loads, m.duty, strict=True):
            of_load[i], of_duty[i] = load, duty
        days += [(who[i], day, pull) for i, day, pull in m.days]
    made = Multipliers(
        tuple(of_seat), tuple(of_load), tuple(sorted(days)), tuple(of_duty)
    )
    return list(units.values()), made


def pools(
    people: Sequence[Person], seats: Sequence[SeatNeed]
) -> list[tuple[list[int], list[int]]]:
    """People and seats (indexes, ascending) that hang together: by a seat's eligible
    people, or by the duty group of people who can serve.

    >>> a, b = Person("a", 1, 1, "x"), Person("b", 1, 1, "y")
    >>> pools((a, b), (SeatNeed("p.1", "p", 0, (1,), 0),))
    [([0], []), ([1], [0])]
    """
    parent = list(range(len(people)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    groups: dict[str, list[int]] = {}
    for i, p in enumerate(people):
        if weight(p):
            groups.setdefault(p.group, []).append(i)
    for together in (*groups.values(), *(s.eligible for s in seats)):
        for i in together[1:]:
            one, two = sorted((root(together[0]), root(i)))
            parent[two] = one
    found: dict[int, tuple[list[int], list[int]]] = {}
    for i in range(len(people)):
        found.setdefault(root(i), ([], []))[0].append(i)
    for s, seat in enumerate(seats):
        found[root(seat.eligible[0])][1].append(s)
    return [found[r] for r in sorted(found)]


def _of_pool(
    net: Network,
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    bounds: Bounds,
    rules: LotteryRules,
) -> tuple[list[int], Multipliers]:
    it = ChanceProblem(net, people, seats, bounds, rules.duty_weight)
    pairs = list(zip(bounds.least.tolist(), bounds.most.tolist(), strict=True))
    for way in WAYS:
        try:
            solution = way(it)
        except (ArithmeticError, ValueError):  # ran away
            continue
        if not np.isfinite(solution.rows).all():
            continue
        whole = _whole(it, solution)
        units = _snapped(it, solution, whole)
        if units is None:
            continue
        made = _multipliers(it, whole)
        found = CandidateTable(net, people, seats, pairs, bounds.loads, units, made)
        proven = not any(distance.misplaced(found))
        if proven and distance.squared(found, rules) * PRECISION**2 <= 1:
            return units, made
    raise InspectorError("chances.unproven")


def _whole(it: ChanceProblem, solution: Solution) -> list[int]:
    """Multipliers of all rows in 2^-40; those of duty are 0 in sum in each group."""
    whole = [round(v) for v in (solution.rows * WHOLE).tolist()]
    for g in range(it.groups):
        mine = (it.duty + np.flatnonzero((it.group == g) & (it.days > 0))).tolist()
        if mine:
            whole[mine[0]] -= sum(whole[k] for k in mine)
    return whole


def _multipliers(it: ChanceProblem, whole: Sequence[int]) -> Multipliers:
    stays = zip(it.net.person_days, whole[it.stays : it.duty], strict=True)
    return Multipliers(
        tuple(whole[: it.people]),
        tuple(whole[it.people : it.stays]),
        tuple((i, day, pull) for (i, day), pull in stays if pull),
        tuple(whole[it.duty :]),
    )


def _snapped(
    it: ChanceProblem, solution: Solution, whole: Sequence[int]
) -> list[int] | None:
    """Whole units next to x by max-flow, sums with a multiplier exactly at their bound;
    None when there are none."""
    flow = Circulation(it.net, WHOLE)
    pull = np.sign(np.array(whole[: it.duty], dtype=np.float64))
    low, high = (np.maximum(b * WHOLE, 0).astype(np.int64) for b in (it.lo, it.hi))
    low, high = np.where(pull < 0, high, low), np.where(pull > 0, low, high)
    loads, days = slice(it.people, it.stays), slice(it.stays, it.duty)
    flow.sums(flow.day_arcs, low[days], high[days])
    flow.sums(flow.load_arcs, low[loads], high[loads])
    own, b = np.where(np.abs(solution.own) > 1e-9, solution.own, 0), it.bounds
    flow.chances(np.where(own < 0, b.most, b.least), np.where(own > 0, b.least, b.most))
    wanted: Floats = solution.x * WHOLE
    for wider in WIDER:
        most = np.where(solution.x > 0, np.ceil(wanted + NEAR) + wider, 0)
        least = np.clip(np.floor(wanted - NEAR) - wider, 0, most)
        flow.elements(least.astype(np.int64), np.minimum(most, WHOLE).astype(np.int64))
        units, _ = flow.solve()
        if units is not None:
            return [int(u) for u in units]
    return None
