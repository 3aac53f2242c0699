"""The canonical table's problem as arrays, for the two ways to its optimum.

A network with its bounds → `ChanceProblem`.

Floats live here, in `newton` and in `interior` only. What is minimised stands in
`distance`. Only + - * / and exact sums in a fixed order are used and no LAPACK, so that
every machine computes the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inspector.policy import Rate
from inspector.selection.flows import Ints, Marks
from inspector.selection.network import (
    WHOLE,
    Network,
    Person,
    SeatNeed,
    equal_shares,
    weight,
)

Floats = npt.NDArray[np.float64]
# Multipliers may run away in a way that fails; the next way is taken then.
quiet = np.errstate(over="ignore", divide="ignore", invalid="ignore", under="ignore")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the chances must keep: `loads` in days; per pair `least` and `most` in units
    of 2^-40, both 0 for a dropped one."""

    loads: Sequence[tuple[int, int]]
    least: Ints
    most: Ints


@dataclass(frozen=True, slots=True)
class Solution:
    """`x` per element; `rows`: multipliers of all rows; `own`: those of the pairs."""

    x: Floats
    rows: Floats
    own: Floats


class ChanceProblem:
    """Rows are sums over elements: seats, loads, person-days (each within `lo`, `hi`),
    then duty. `rows`: per family the row of each usable element and its coefficient.

    Usable are elements with a share in pairs that are not dropped; `usable` are their
    indexes, `pair`, `share` theirs in that order. Duty is counted in `scale` minutes.
    """

    def __init__(
        self,
        net: Network,
        people: Sequence[Person],
        seats: Sequence[SeatNeed],
        bounds: Bounds,
        duty_weight: Rate,
    ) -> None:
        self.net, self.bounds = net, bounds
        self.least, self.most = bounds.least / WHOLE, bounds.most / WHOLE
        shares = np.array(equal_shares(net, people), dtype=np.int64)
        pairs = np.array(net.element_pair, dtype=np.int64)
        self.usable = np.flatnonzero((bounds.most[pairs] > 0) & (shares > 0))
        self.pair, self.share = pairs[self.usable], shares[self.usable] / WHOLE
        ends = np.array(net.elements, dtype=np.int64).reshape(-1, 2)[self.usable]
        seat, person = ends[:, 0], ends[:, 1]
        minutes = np.array([s.minutes for s in seats], dtype=np.float64)
        self.scale = float(minutes.max(initial=1))
        self.people = net.seats  # row of person 0's load
        self.stays = net.seats + net.people
        self.duty = self.stays + len(net.person_days)  # row of person 0's duty
        self.size = self.duty + net.people
        stay = self.stays + np.array(net.pair_day, dtype=np.int64)[self.pair]
        one = np.ones(len(seat))
        self.rows: tuple[tuple[Ints, Floats], ...] = (
            (seat, one),
            (self.people + person, one),
            (stay, one),
            (self.duty + person, minutes[seat] / self.scale),
        )
        loads = np.array(bounds.loads, dtype=np.float64).reshape(-1, 2)
        whole, days = np.ones(net.seats), np.ones(len(net.person_days))
        self.lo: Floats = np.concatenate((whole, loads[:, 0], -days))
        self.hi: Floats = np.concatenate((whole, loads[:, 1], days))
        self.days = np.array([weight(p) for p in people], dtype=np.float64)
        self.carry = np.array([p.carry_minutes for p in people]) / self.scale
        index: dict[str, int] = {}
        for p in people:
            index.setdefault(p.group, len(index))
        self.group = np.array([index[p.group] for p in people], dtype=np.int64)
        self.groups = len(index)
        self.weight = duty_weight[0] / duty_weight[1] * self.scale**2

    def fold(self, values: Floats, families: int = 4) -> Floats:
        """Sums of the rows, of the first `families`, over the usable elements."""
        out = np.zeros(self.size)
        for row, factor in self.rows[:families]:
            out += np.bincount(row, values * factor, self.size)
        return out

    def spread(self, y: Floats) -> Floats:
        """What multipliers of the rows add up to at each usable element."""
        out = np.zeros(len(self.share))
        for row, factor in self.rows:
            out += y[row] * factor
        return out

    def by_pair(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.pair, values, len(self.least)), np.float64)

    def by_group(self, of: Ints, values: Floats) -> Floats:
        sums = np.bincount(self.group[of], values, self.groups)
        return np.asarray(sums, np.float64)

    def met(self) -> Marks:
        """Which bounded rows have an element."""
        found: Marks = self.fold(np.ones(len(self.share)), 3)[: self.duty] > 0
        return found

    def solution(self, part: Floats, y: Floats, own: Floats) -> Solution:
        """All elements; duty multipliers per minute, times the person's days."""
        x, rows = np.zeros(len(self.net.elements)), y.copy()
        x[self.usable] = part
        rows[self.duty :] *= self.days / self.scale
        return Solution(x, rows, own)


Way = Callable[[ChanceProblem], Solution]


def neighbours(pair: Ints) -> tuple[Ints, Ints]:
    """Elements of one pair, two and two, both ways round; the pair's order is free."""
    order = np.argsort(pair, kind="stable")
    sorted_, ones, others = pair[order], [order[:0]], [order[:0]]
    for j in range(1, int(np.bincount(pair).max(initial=1))):
        same = np.flatnonzero(sorted_[:-j] == sorted_[j:])
        ones += [order[same], order[same + j]]
        others += [order[same + j], order[same]]
    return np.concatenate(ones), np.concatenate(others)


def matrix(keys: list[Ints], values: list[Floats], size: int) -> Floats:
    """size x size from entries that add up; key = row · size + column."""
    flat = np.bincount(np.concatenate(keys), np.concatenate(values), size * size)
    return np.asarray(flat, np.float64).reshape(size, size)
