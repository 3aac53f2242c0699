"""Dependent rounding of a circulation, exact for any denominator (PROTOCOL.md §4).

Every arc carries an integer flow in units of 1/D and ends at its floor or ceiling;
its expectation stays its starting flow. Source: FAIRNESS §4 (bihierarchy network,
Budish, Che, Kojima, Milgrom 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from inspector.ceremony.canon import Key
from inspector.ceremony.seed import Coins, in_ticket_order
from inspector.errors import CeremonyError, messages

messages(
    {
        "rounding.unit": (
            "取整单位必须是正整数：{unit}",
            "the unit of a rounding must be a positive integer: {unit}",
        ),
        "rounding.arc": (
            "取整网络的弧 {arc} 无效：{why}",
            "arc {arc} of the rounding network is not valid: {why}",
        ),
        "rounding.unbalanced": (
            "取整网络在节点 {node} 处流量不守恒，差 {surplus}",
            "flow is not conserved at node {node} of the rounding: {surplus} too much",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Arc:
    """`flow` units of 1/D from node `tail` to node `head`; labels are unique."""

    label: str
    tail: str
    head: str
    flow: int


class CoinSource(Protocol):
    """What decides a step: `inspector.ceremony.seed.Coins`, or a test's list."""

    def chance(self, a: int, total: int) -> bool:
        """True with probability a / total."""
        ...  # pragma: no cover


def check(arcs: Sequence[Arc], unit: int) -> None:
    """Refuse what is no circulation.

    Raises CeremonyError: rounding.unit, rounding.arc (a label twice, or an arc from
    a node to itself), rounding.unbalanced (the first node by name).
    """
    if unit < 1:
        raise CeremonyError("rounding.unit", unit=unit)
    surplus: dict[str, int] = {}
    labels: set[str] = set()
    for a in arcs:
        if a.label in labels or a.tail == a.head:
            why = "label twice" if a.label in labels else "ends where it starts"
            raise CeremonyError("rounding.arc", arc=a.label, why=why)
        labels.add(a.label)
        surplus[a.tail] = surplus.get(a.tail, 0) - a.flow
        surplus[a.head] = surplus.get(a.head, 0) + a.flow
    for node in sorted(n for n, s in surplus.items() if s):
        raise CeremonyError("rounding.unbalanced", node=node, surplus=surplus[node])


def round_network(arcs: Sequence[Arc], unit: int, seed: Key) -> dict[str, int]:
    """Whole number per arc label: flow / unit rounded down or up by `seed`.

    Raises CeremonyError as `check` does.

    >>> from inspector.ceremony.canon import SHA256
    >>> ring = [Arc("there", "a", "b", 1), Arc("back", "b", "a", 1)]
    >>> outcome = round_network(ring, 2, Key(SHA256, bytes(32)))
    >>> outcome["there"] == outcome["back"]
    True
    """
    moving = [a for a in arcs if unit > 0 and a.flow % unit]
    # Order decides only among open arcs, and no arc opens again: closed ones need
    # no ticket.
    nodes = in_ticket_order(seed, "node", {n for a in moving for n in (a.tail, a.head)})
    labels = in_ticket_order(seed, "arc", {a.label for a in moving})
    return round_in_order(arcs, unit, nodes, labels, Coins(seed, "rounding"))


def round_in_order(
    arcs: Sequence[Arc],
    unit: int,
    nodes: Sequence[str],
    labels: Sequence[str],
    coins: CoinSource,
) -> dict[str, int]:
    """`round_network` with its order and coins given, so that both can be examined.

    `nodes` and `labels` hold at least those with an open arc, in ticket order.
    """
    check(arcs, unit)
    by_label = {a.label: a for a in arcs}
    moving = [by_label[x] for x in labels if by_label[x].flow % unit]
    full = _settle(moving, unit, nodes, coins)
    return {a.label: a.flow // unit + (a.label in full) for a in arcs}


def _settle(
    arcs: Sequence[Arc], unit: int, nodes: Sequence[str], coins: CoinSource
) -> set[str]:
    """Labels of the open `arcs` (in their order) that end at their ceiling.

    Dart 2e is arc e walked from tail to head, 2e + 1 the same arc walked back; dart
    d ^ 1 is d turned round. `room[d]` is how much more can be pushed along d. Each
    node keeps its open darts in arc order as a linked list, so a closed arc costs
    nothing. The walk starts again at the first closed arc instead of the start node:
    all it passed before is unchanged, so it would come the same way.
    """
    number = {name: i for i, name in enumerate(nodes)}
    room: list[int] = []
    ends: list[int] = []  # ends[d]: the node that dart d leads to
    for a in arcs:
        room += [unit - a.flow % unit, a.flow % unit]
        ends += [number[a.head], number[a.tail]]
    first = [-1] * len(nodes)
    after, before = _chain(ends, first)

    walk: list[int] = []  # the darts walked; walk[i] leaves the node seen at i
    rooms: list[int] = []  # their room; `room` itself is behind while they are walked
    seen = [-1] * len(nodes)
    start = 0
    here, came = -1, -1  # the node reached and the way back from it
    while True:
        if not walk:
            while start < len(nodes) and first[start] < 0:
                start += 1
            if start == len(nodes):
                break
            here, came = start, -1
        steps = len(walk)
        while seen[here] < 0:
            seen[here] = steps
            steps += 1
            dart = first[here]
            if dart == came:
                dart = after[dart]
            walk.append(dart)
            rooms.append(room[dart])
            came = dart ^ 1
            here = ends[dart]
        begin = seen[here]
        cycle = rooms[begin:]
        tight, wide = min(cycle), max(cycle)
        # a = tight along the walk, b = unit - wide against it; a negative push is -b.
        if coins.chance(unit - wide, tight + unit - wide):
            push = edge = tight
        else:
            push, edge = wide - unit, wide
        fixed = cycle.index(edge)  # the first arc that closes
        kept = begin + fixed
        rooms[begin:kept] = [left - push for left in cycle[:fixed]]
        for dart, left in zip(walk[kept:], cycle[fixed:], strict=True):
            back = dart ^ 1
            room[dart] = left - push
            room[back] = unit - room[dart]
            seen[ends[back]] = -1
            if left == edge:
                for d in (dart, back):
                    prior, later = before[d], after[d]
                    if prior < 0:
                        first[ends[d ^ 1]] = later
                    else:
                        after[prior] = later
                    if later >= 0:
                        before[later] = prior
        here = ends[walk[kept] ^ 1]
        del walk[kept:], rooms[kept:]
        came = walk[-1] ^ 1 if walk else -1
    return {a.label for e, a in enumerate(arcs) if not room[2 * e]}


def _chain(ends: Sequence[int], first: list[int]) -> tuple[list[int], list[int]]:
    """Link the darts leaving each node in arc order; sets the heads in `first`."""
    after, before = [-1] * len(ends), [-1] * len(ends)
    last = [-1] * len(first)
    for dart in range(len(ends)):
        node = ends[dart ^ 1]
        if last[node] < 0:
            first[node] = dart
        else:
            after[last[node]], before[dart] = dart, last[node]
        last[node] = dart
    return after, before
