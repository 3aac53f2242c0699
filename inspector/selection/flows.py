"""Feasible circulations by one max-flow (OR-Tools), or the node set that forbids one.

A network with bounds → a circulation, or the node set that forbids one.

The only rule that matters for what is published: of all minimum cuts we take the
smallest source side, which is the same for every maximum flow. So node sets, levels
and caps do not depend on how the solver works.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from ortools.graph.python import max_flow

from inspector.selection.cuts import node_set
from inspector.selection.network import UNIT, Network

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


class Circulation:
    """Arc arrays of one network, kept for many flows with other bounds.

    `unit` is a chance of 1.
    """

    def __init__(self, net: Network, unit: int = UNIT) -> None:
        self.net, self.unit = net, unit
        tails, heads = net.ends()
        self.tails = np.array(tails, dtype=np.int64)
        self.heads = np.array(heads, dtype=np.int64)
        elements = net.seats + len(net.elements)
        chances = elements + len(net.pairs)
        self.element_arcs = slice(net.seats, elements)
        self.chance_arcs = slice(elements, chances)
        self.day_arcs = slice(chances, chances + len(net.person_days))
        self.load_arcs = slice(len(tails) - 1 - net.people, len(tails) - 1)
        self.lower = np.zeros(len(tails), dtype=np.int64)
        self.upper = np.full(len(tails), unit, dtype=np.int64)
        self.lower[: net.seats] = unit
        self.lower[-1] = self.upper[-1] = unit * net.seats

    def loads(self, loads: Sequence[tuple[int, int]]) -> None:
        """Set the load bounds, in days."""
        bounds = np.array(loads, dtype=np.int64).reshape(-1, 2) * self.unit
        self.lower[self.load_arcs] = bounds[:, 0]
        self.upper[self.load_arcs] = bounds[:, 1]

    def chances(self, lower: Ints | int, upper: Ints | int) -> None:
        """Set the bounds of the chance arcs, in units."""
        self.lower[self.chance_arcs] = lower
        self.upper[self.chance_arcs] = upper

    def elements(self, lower: Ints, upper: Ints) -> None:
        """Set the bounds of the element arcs, in units."""
        self.lower[self.element_arcs] = lower
        self.upper[self.element_arcs] = upper

    def sums(self, arcs: slice, lower: Ints, upper: Ints) -> None:
        """Set the bounds of `day_arcs` or `load_arcs`, in units."""
        self.lower[arcs], self.upper[arcs] = lower, upper

    def solve(self) -> tuple[Ints | None, int]:
        """Units per element of a table within the bounds, or None and a node set.

        The node set W violates Hoffman's condition: its lower bounds in exceed its
        upper bounds out. Bounds must satisfy lower <= upper on each arc.
        """
        count = self.net.nodes
        # Sending every lower bound leaves each node an excess to route through what
        # is left of the arcs, from a new source `count` to a new sink `count + 1`.
        excess = np.zeros(count, dtype=np.int64)
        np.add.at(excess, self.heads, self.lower)
        np.subtract.at(excess, self.tails, self.lower)
        room = self.upper - self.lower
        arcs = np.flatnonzero(room)
        giving, taking = np.flatnonzero(excess > 0), np.flatnonzero(excess < 0)
        ends = np.full(len(giving), count), np.full(len(taking), count + 1)
        tails = np.concatenate((self.tails[arcs], ends[0], taking))
        heads = np.concatenate((self.heads[arcs], giving, ends[1]))
        room = np.concatenate((room[arcs], excess[giving], -excess[taking]))
        flow = max_flow.SimpleMaxFlow()
        index = flow.add_arcs_with_capacity(tails, heads, room)
        wanted = int(excess[giving].sum())
        if wanted:
            status = flow.solve(count, count + 1)
            if status != flow.OPTIMAL:
                raise RuntimeError(f"max-flow status {status}")
        if wanted and flow.optimal_flow() < wanted:
            side = flow.get_source_side_min_cut()
            return None, node_set(v for v in map(int, side) if v < count)
        units = self.lower.copy()
        if wanted:
            units[arcs] += np.asarray(flow.flows(index[: len(arcs)]), dtype=np.int64)
        return units[self.element_arcs], 0
