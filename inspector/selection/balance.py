"""Max-entropy chances within caps and floor, with expected duty made equal.

Floats live here only. The chances sought are the flattest with: each seat 1, each pair
within its bounds, each person-day at most 1, each load within its bounds, and equal
expected duty (with what is carried over) per weight inside each group. Every limit has
a multiplier; a sweep sets one family after the other (iterative proportional fitting
with one-sided limits, Bregman 1967). Only +, -, *, / are used, in a fixed order, so
that every machine computes the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inspector.selection.flows import Ints, Marks
from inspector.selection.network import UNIT, Network, Person, SeatNeed, weight

Floats = npt.NDArray[np.float64]

BALANCE_SWEEPS = 300  # sweeps that also move the duty multipliers
MARGIN_SWEEPS = 800  # then sweeps for the margins alone, at most
CLOSE = 1e-9  # largest margin error to stop at, as a chance
LONGEST_STEP = 0.3  # of a duty multiplier in one sweep
# Bounds of a duty multiplier, for who cannot be made equal; the next when margins do
# not settle under the one before.
STRONGEST = (10.0, 3.0, 0.0)
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the chances must keep: `loads` in days, `least` and `most` per pair in
    units, `able` per element (False: it cannot be used and stays 0)."""

    loads: Sequence[tuple[int, int]]
    least: Ints
    most: Ints
    able: Marks


class _Fit:
    """The chances `x` per element and the multipliers of all limits."""

    def __init__(self, net: Network, bounds: Bounds, start: Floats) -> None:
        elements = np.array(net.elements, dtype=np.int64).reshape(-1, 2)
        self.seat, self.person = elements[:, 0], elements[:, 1]
        self.pair = np.array(net.element_pair, dtype=np.int64)
        self.day = np.array(net.pair_day, dtype=np.int64)[self.pair]
        self.seats = net.seats
        self.least, self.most = bounds.least / UNIT, bounds.most / UNIT
        self.loads = np.array(bounds.loads, dtype=np.float64).reshape(-1, 2)
        self.by_pair = np.ones(len(net.pairs))
        self.by_day = np.ones(len(net.person_days))
        self.by_load = np.ones(net.people)
        self.x = np.where(bounds.able, start[self.person], 0.0)
        self.fill_seats()

    def fill_seats(self) -> None:
        sums = np.bincount(self.seat, self.x, self.seats)
        self.x /= np.maximum(sums, TINY)[self.seat]

    def margins(self) -> float:
        """One sweep over pairs, person-days, loads, seats; the largest error met."""
        error = 0.0
        for group, factor, least, most in (
            (self.pair, self.by_pair, self.least, self.most),
            (self.day, self.by_day, np.zeros(len(self.by_day)), np.ones(1)),
            (self.person, self.by_load, self.loads[:, 0], self.loads[:, 1]),
        ):
            sums = np.bincount(group, self.x, len(factor))
            error = max(error, float(np.max(sums - most)), float(np.max(least - sums)))
            plain = np.maximum(sums / factor, TINY)
            new = np.maximum(np.clip(plain, least, most) / plain, TINY)
            new[sums <= 0] = 1.0
            self.x *= (new / factor)[group]
            factor[:] = new
        self.fill_seats()
        return error


def _grow(z: Floats) -> Floats:
    """About e^z for small z, by multiplication alone."""
    y: Floats = 1 + z / 1024
    for _ in range(10):
        y = y * y
    return y


class _Duty:
    """Multipliers that pull each person's expected duty to the mean of his group.

    Inside a group their weighted sum stays 0: the group's mean is left free.
    """

    def __init__(
        self, people: Sequence[Person], seats: Sequence[SeatNeed], strongest: float
    ) -> None:
        self.strongest = strongest
        index: dict[str, int] = {}
        self.group = np.array(
            [index.setdefault(p.group, len(index)) for p in people], dtype=np.int64
        )
        self.weight = np.array([weight(p) for p in people], dtype=np.float64)
        self.carry = np.array([p.carry_minutes for p in people], dtype=np.float64)
        sums = np.bincount(self.group, self.weight, len(index))
        self.group_weight = np.maximum(sums, 1.0)
        self.minutes = np.array([s.minutes for s in seats], dtype=np.float64)
        duty = [s.minutes for s in seats if s.minutes > 0]
        self.scale = sum(duty) / len(duty) if duty else 1.0
        self.pull = np.zeros(len(people))

    def mean(self, values: Floats) -> Floats:
        """Per person, the sum of `values` over his group per weight of the group."""
        sums = np.bincount(self.group, values, len(self.group_weight))
        return np.asarray((sums / self.group_weight)[self.group])

    def adjust(self, fit: _Fit) -> None:
        minutes = self.minutes[fit.seat]
        people = len(self.pull)
        duty = np.bincount(fit.person, fit.x * minutes, people)
        slope = np.bincount(fit.person, fit.x * minutes * minutes, people)
        goal = self.mean(duty + self.carry) * self.weight - self.carry
        # Half a Newton step: the margins answer with about the other half.
        step = (goal - duty) * (0.5 * self.scale) / np.maximum(slope, TINY)
        step = np.where(slope > 0, np.clip(step, -LONGEST_STEP, LONGEST_STEP), 0.0)
        pull = self.pull + step
        pull -= self.mean(pull * self.weight)
        pull = np.clip(pull, -self.strongest, self.strongest)
        fit.x *= _grow((pull - self.pull)[fit.person] * (minutes / self.scale))
        self.pull = pull


def balanced(
    net: Network,
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    bounds: Bounds,
) -> Floats:
    """Chances per element, in units but not whole; margins hold to about 1e-9.

    A table within the bounds must exist that uses every able element. People who differ
    in nothing get the same chances.
    """
    if not net.elements:
        return np.zeros(0)
    start = [weight(p) / max(1, p.days.bit_count()) for p in people]
    for strongest in STRONGEST:
        fit = _Fit(net, bounds, np.array(start, dtype=np.float64))
        duty = _Duty(people, seats, strongest)
        for _ in range(BALANCE_SWEEPS):
            duty.adjust(fit)
            fit.margins()
        for _ in range(MARGIN_SWEEPS):
            if fit.margins() < CLOSE:
                return fit.x * UNIT
    return fit.x * UNIT
