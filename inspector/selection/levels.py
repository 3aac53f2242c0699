"""Caps and floor of the chance table: load slack, leximax levels, t*, each proven.

A network and its flow → slack, levels and floor, each with its node set.

Every search is Newton's method on the cut: solve, take the violated node set, jump to
the smallest (or largest) value that this set still allows, until a table exists. The
last node set then proves the value exactly. Source: FAIRNESS §5 (recipe and
certificates), Dinkelbach (1967) for the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inspector.errors import NoTable, messages
from inspector.selection.cuts import crossing, members
from inspector.selection.flows import Circulation, Ints, Marks
from inspector.selection.network import (
    LEAST_LEVEL,
    UNIT,
    LeximaxLevel,
    Network,
    Person,
    SeatNeed,
    load_bounds,
    weight,
)

messages(
    {
        "chances.no_table": (
            "第{days}个工作日的工作包 {packages} 共有 {needed} 个席位，"
            "可派人员（{people}）最多只能承担 {possible} 个",
            "packages {packages} on working day {days} have {needed} seats, but those "
            "who may sit there ({people}) can take {possible} at most",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why no table exists: these seats need more than their people can give.

    Indexes of seats and people; `days` are working-day indexes from 0.
    """

    seats: tuple[int, ...]
    people: tuple[int, ...]
    packages: tuple[str, ...]
    days: tuple[int, ...]
    possible: int


@dataclass(frozen=True, slots=True)
class Slack:
    """Least load slack w, its load bounds, and the proof that w - 1 does not fit."""

    value: int
    nodes: int
    loads: tuple[tuple[int, int], ...]


def least_slack(
    flow: Circulation,
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    fair: Sequence[int],
) -> Slack:
    """The smallest w >= 0 for which a table exists; leaves its loads set in `flow`.

    Raises:
        NoTable: no w will do; the error's `shortage` parameter says which seats.
    """
    widest = max(map(weight, people), default=0)
    slack, nodes = 0, 0
    flow.chances(0, UNIT)
    while True:
        loads = load_bounds(people, fair, slack)
        flow.loads(loads)
        units, cut = flow.solve()
        if units is not None:
            return Slack(slack, nodes, loads)
        nodes = cut
        while True:
            slack += 1
            if slack > widest:
                raise _no_table(flow, people, seats)
            border = crossing(flow.net, load_bounds(people, fair, slack), nodes)
            if border.lower_in <= border.upper_out + UNIT * len(border.leaving):
                break


def _no_table(
    flow: Circulation, people: Sequence[Person], seats: Sequence[SeatNeed]
) -> NoTable:
    """The smallest connected part of the cut that falls short even without bounds."""
    loads = tuple((0, weight(p)) for p in people)
    flow.loads(loads)
    _, nodes = flow.solve()
    net = flow.net
    short = []
    for part in _parts(flow, nodes):
        border = crossing(net, loads, part)
        possible = border.upper_out // UNIT + len(border.leaving)
        inside = members(part, net.nodes)
        named = tuple(s for s in range(net.seats) if inside[2 + s])
        if len(named) > possible:
            short.append((len(named), named, possible))
    _, named, possible = min(short)
    who = sorted({i for s in named for i in seats[s].eligible})
    shortage = Shortage(
        seats=named,
        people=tuple(who),
        packages=tuple(dict.fromkeys(seats[s].package for s in named)),
        days=tuple(sorted({seats[s].day for s in named})),
        possible=possible,
    )
    return NoTable(
        "chances.no_table",
        days=", ".join(str(d + 1) for d in shortage.days),
        packages=", ".join(shortage.packages),
        people=", ".join(people[i].id for i in who) or "-",
        needed=len(named),
        possible=possible,
        shortage=shortage,
    )


def _parts(flow: Circulation, nodes: int) -> list[int]:
    """The connected parts of a node set that hold seats, S and T left out."""
    inside = members(nodes, flow.net.nodes)
    inside[0] = inside[1] = False
    near: dict[int, list[int]] = {v: [] for v, own in enumerate(inside) if own}
    for a, b in zip(flow.tails.tolist(), flow.heads.tolist(), strict=True):
        if inside[a] and inside[b]:
            near[a].append(b)
            near[b].append(a)
    parts = []
    while near:
        start = min(near)
        if start >= flow.net.first_pair:
            break
        part, todo = 0, [start]
        links = {start: near.pop(start)}
        while todo:
            v = todo.pop()
            part |= 1 << v
            for w in links.pop(v):
                if w in near:
                    links[w] = near.pop(w)
                    todo.append(w)
        parts.append(part)
    return parts


@dataclass(frozen=True, slots=True)
class Leximax:
    """The levels, each pair's level index and value; `spare` as in the table."""

    levels: tuple[LeximaxLevel, ...]
    level_of: tuple[int, ...]
    spare: tuple[int, ...]


def leximax(
    flow: Circulation, loads: Sequence[tuple[int, int]], max_levels: int
) -> Leximax:
    """Smallest possible largest chance, then the next, at most `max_levels` levels.

    Stage k: pairs fixed before keep their level as cap, all others share the cap q.
    Q_k is the smallest q that has a table; the free pairs leaving the node set W_k are
    fixed at Q_k. After the last stage the rest shares its value. If the rest is hardly
    needed (a q below `LEAST_LEVEL` has a table) a further level would all but bar it
    from every seat: the levels end early instead, and `spare` is that table.
    """
    net = flow.net
    free = np.ones(len(net.pairs), dtype=bool)
    caps = np.zeros(len(net.pairs), dtype=np.int64)
    level_of = np.zeros(len(net.pairs), dtype=np.int64)
    levels: list[LeximaxLevel] = []
    spare: tuple[int, ...] = ()
    while free.any() and len(levels) < max_levels:
        least = LEAST_LEVEL if levels else 1
        value = max(least, _package_bound(net, free, caps)) - 1
        nodes = 0
        while True:
            flow.chances(0, np.where(free, value, caps))
            units, cut = flow.solve()
            if units is not None:
                break
            nodes = cut
            value = _needed(net, loads, nodes, free, caps)
        if not nodes:
            spare = tuple(units.tolist())
            break
        tight = np.zeros(len(net.pairs), dtype=bool)
        tight[list(crossing(net, loads, nodes).leaving)] = True
        tight &= free
        level_of[free] = len(levels)
        caps[tight] = value
        free &= ~tight
        levels.append(LeximaxLevel(value, nodes))
    return Leximax(tuple(levels), tuple(level_of.tolist()), spare)


def _package_bound(net: Network, free: Marks, caps: Ints) -> int:
    """A first lower bound of the level: each package alone must fill its seats."""
    package = np.array([p for p, _ in net.pairs], dtype=np.int64)
    count = len(net.packages)
    seats = np.bincount(np.array(net.seat_package), minlength=count) * UNIT
    fixed = np.zeros(count, dtype=np.int64)
    np.add.at(fixed, package, np.where(free, 0, caps))
    left = np.bincount(package[free], minlength=count)
    short = seats - fixed
    return max(
        (
            -(-s // n)
            for s, n in zip(short.tolist(), left.tolist(), strict=True)
            if n and s > 0
        ),
        default=0,
    )


def _needed(
    net: Network,
    loads: Sequence[tuple[int, int]],
    nodes: int,
    free: Marks,
    caps: Ints,
) -> int:
    """The least common cap of the free pairs that the node set allows."""
    border = crossing(net, loads, nodes)
    leaving = np.array(border.leaving, dtype=np.int64)
    open_ = free[leaving]
    fixed = border.upper_out + int(caps[leaving][~open_].sum())
    return -((fixed - border.lower_in) // int(open_.sum()))


def largest_floor(
    flow: Circulation,
    loads: Sequence[tuple[int, int]],
    caps: Ints,
    used: Marks,
) -> tuple[int, int]:
    """t*: the largest chance that all used pairs can have at once, and its node set.

    The node set is 0 when t* is the smallest cap. `caps` is 0 for dropped pairs.
    """
    value, nodes = min(caps[used].tolist(), default=0), 0
    while True:
        flow.chances(np.where(used, value, 0), caps)
        units, cut = flow.solve()
        if units is not None:
            return value, nodes
        nodes = cut
        border = crossing(flow.net, loads, nodes)
        out = border.upper_out + int(caps[list(border.leaving)].sum())
        value = (out - border.lower_in) // int(used[list(border.entering)].sum())
