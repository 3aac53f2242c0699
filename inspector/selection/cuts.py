"""Node sets as proof, and pairs that cannot be used: plain sums and graph search.

A network and a node set → what crosses it, and so what it proves.

By Hoffman's theorem a circulation exists exactly when for every node set W the lower
bounds into W do not exceed the upper bounds out of W. One W that breaks this proves
that no table exists; nothing needs solving again. Nodes are numbered as `network` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspector.selection.network import UNIT, Network, pair_sums


@dataclass(frozen=True, slots=True)
class Crossing:
    """What crosses the border of a node set W.

    `lower_in`, `upper_out`: sums over all arcs but the chance arcs. `leaving`,
    `entering`: indexes of the pairs whose chance arc leaves or enters W.
    """

    lower_in: int
    upper_out: int
    leaving: tuple[int, ...]
    entering: tuple[int, ...]


def members(nodes: int, count: int) -> list[bool]:
    """Bits 0 .. count - 1 of a node set."""
    text = f"{nodes & ((1 << count) - 1):0{count}b}"
    return [c == "1" for c in reversed(text)]


def node_set(nodes: Iterable[int]) -> int:
    """The integer of a node set.

    >>> node_set([0, 3])
    9
    """
    listed = list(nodes)
    bits = bytearray(max(listed, default=0) // 8 + 1)
    for v in listed:
        bits[v >> 3] |= 1 << (v & 7)
    return int.from_bytes(bits, "little")


def crossing(net: Network, loads: Sequence[tuple[int, int]], nodes: int) -> Crossing:
    """The border sums of `nodes` under the load bounds `loads` (in days)."""
    inside = members(nodes, net.nodes)
    seat, pair, day, person = 2, net.first_pair, net.first_day, net.first_person
    source, sink = inside[0], inside[1]
    lower_in = upper_out = 0
    of_seat = inside[seat:pair]
    of_pair = inside[pair:day]
    of_day = inside[day:person]
    of_person = inside[person:]
    if source:
        upper_out += UNIT * (net.seats - sum(of_seat))
    else:
        lower_in += UNIT * sum(of_seat)
    upper_out += UNIT * sum(
        of_seat[s] and not of_pair[p]
        for (s, _), p in zip(net.elements, net.element_pair, strict=True)
    )
    ends = [(of_pair[p], of_day[d]) for p, d in enumerate(net.pair_day)]
    upper_out += UNIT * sum(
        of_day[d] and not of_person[i] for d, (i, _) in enumerate(net.person_days)
    )
    if sink:
        lower_in += UNIT * sum(
            least for (least, _), own in zip(loads, of_person, strict=True) if not own
        )
    else:
        upper_out += UNIT * sum(
            most for (_, most), own in zip(loads, of_person, strict=True) if own
        )
    if sink and not source:
        upper_out += UNIT * net.seats
    elif source and not sink:
        lower_in += UNIT * net.seats
    return Crossing(
        lower_in=lower_in,
        upper_out=upper_out,
        leaving=tuple(p for p, (a, b) in enumerate(ends) if a and not b),
        entering=tuple(p for p, (a, b) in enumerate(ends) if b and not a),
    )


def unusable(
    net: Network,
    loads: Sequence[tuple[int, int]],
    caps: Sequence[int],
    units: Sequence[int],
    unit: int = UNIT,
) -> set[int]:
    """The pairs that no table under `caps` can use; `unit` is a chance of 1.

    `units` per element is any one table with exact margins. An arc without chance can
    get one exactly when the residual graph leads from its head back to its tail, that
    is when both lie in one strongly connected component.
    """
    pair_units = pair_sums(net, units)
    if all(pair_units):
        return set()
    component = _components(_residual(net, loads, caps, units, pair_units, unit))
    pair, day = component[net.first_pair :], net.first_day
    return {
        p
        for p, d in enumerate(net.pair_day)
        if not pair_units[p] and (not caps[p] or pair[p] != component[day + d])
    }


def _residual(
    net: Network,
    loads: Sequence[tuple[int, int]],
    caps: Sequence[int],
    units: Sequence[int],
    pair_units: Sequence[int],
    unit: int,
) -> list[list[int]]:
    """Heads of the residual arcs of each node. Exact arcs have no residual."""
    seat, pair, day, person = 2, net.first_pair, net.first_day, net.first_person
    day_units = [0] * len(net.person_days)
    out: list[list[int]] = [[] for _ in range(net.nodes)]
    for (s, _), p, u in zip(net.elements, net.element_pair, units, strict=True):
        if u < unit:
            out[seat + s].append(pair + p)
        if u > 0:
            out[pair + p].append(seat + s)
    for p, d in enumerate(net.pair_day):
        u = pair_units[p]
        day_units[d] += u
        if u < caps[p]:
            out[pair + p].append(day + d)
        if u > 0:
            out[day + d].append(pair + p)
    load = [0] * net.people
    for d, (i, _) in enumerate(net.person_days):
        u = day_units[d]
        load[i] += u
        if u < unit:
            out[day + d].append(person + i)
        if u > 0:
            out[person + i].append(day + d)
    for i, (least, most) in enumerate(loads):
        if load[i] < most * unit:
            out[person + i].append(1)
        if load[i] > least * unit:
            out[1].append(person + i)
    return out


def _components(out: Sequence[Sequence[int]]) -> list[int]:
    """Strongly connected components (Tarjan 1972, without recursion)."""
    count = len(out)
    order = [0] * count  # 0: not seen; otherwise the step at which it was
    low = [0] * count
    component = [-1] * count
    stack: list[int] = []
    step = 0
    for root in range(count):
        if order[root]:
            continue
        step += 1
        order[root] = low[root] = step
        stack.append(root)
        path = [(root, iter(out[root]))]
        while path:
            v, heads = path[-1]
            for w in heads:
                if not order[w]:
                    step += 1
                    order[w] = low[w] = step
                    stack.append(w)
                    path.append((w, iter(out[w])))
                    break
                if component[w] < 0 and order[w] < low[v]:
                    low[v] = order[w]
            else:
                path.pop()
                if path and low[v] < low[path[-1][0]]:
                    low[path[-1][0]] = low[v]
                if low[v] == order[v]:
                    while component[v] < 0:
                        component[stack.pop()] = v
    return component
