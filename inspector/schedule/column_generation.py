"""Lower bound and prices: column generation over all packages of a district.

A district → prices per visit and a proven least travel. Asks `labelling` for packages
that beat the prices; `neighbourhood_search` searches by them.

    min  Σ travel(p) x(p)   subject to   Σ {x(p): v in p} ≥ 1 for each visit v,
    Σ x(p) ≤ cars in service over the month,   x ≥ 0

ignores on which day a package runs (only that its visits share one day), so it is a
relaxation. Prices y ≥ 0 per visit and m ≤ 0 per package with Σ y(v in p) + m ≤
travel(p) for *every* package p prove that no plan travels less than Σ y + cars * m.
The linear programme only proposes; prices are rounded to integers and shifted until
an exact enumeration finds no package that violates them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np
from ortools.linear_solver import pywraplp

from inspector.schedule.labelling import SCALE, Columns, Ints, Net

BATCH = 500  # columns entered per round
FRESH = 25  # fewer new ones in a round: look closer, or smooth less
FIRST = 3000  # columns to begin with, and partial routes per number of stops for them
SPARE = 10 * SCALE  # reduced cost up to which columns are good to begin with
ENTERED = 9_500  # nanoseconds to enter a column
SOLVED, PIVOT = 1_500, 14  # nanoseconds per column: to solve, and for each iteration
SCALES = 64  # steps by which prices are scaled down
OUT = 10_000  # minutes charged for a visit left out: more than any plan travels


@dataclass(frozen=True, slots=True)
class Prices:
    """Certified prices, in 1/SCALE minute: per visit, and per package (≤ 0).

    `work`: nanoseconds of the reference core it took. `guide`: prices of the last
    linear programme for the search, per visit and then per package; certified ones too
    when `converged`.
    """

    visit: tuple[int, ...]
    package: int
    slots: int
    converged: bool
    calls: int
    work: int
    guide: tuple[int, ...]

    def minutes(self, placed: Iterable[int] | None = None) -> int:
        """No plan for the visits `placed` (all when None) travels less than this."""
        some = self.visit if placed is None else [self.visit[i] for i in placed]
        total = sum(some) + self.slots * self.package
        return max(0, -(-total // SCALE))


class Master:
    """The linear programme over the columns found so far."""

    def __init__(self, size: int, slots: int) -> None:
        self._size, self._limit = size, slots
        self._known: dict[tuple[int, ...], int] = {}
        self.work = 0  # nanoseconds of the reference core, as `Net.work`
        self._begin()

    def _begin(self) -> None:
        """An empty programme: every visit out, no column."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.SuppressOutput()
        self._solver, most = solver, solver.infinity()
        self._rows = [solver.Constraint(1, most) for _ in range(self._size)]
        self._slots = solver.Constraint(-most, self._limit)
        self._cost = solver.Objective()
        self._cost.SetMinimization()
        for row in self._rows:
            out = solver.NumVar(0, most, "")
            row.SetCoefficient(out, 1)
            self._cost.SetCoefficient(out, OUT)

    def add(self, columns: Columns) -> int:
        """Enter columns; how many were new or shorter than known."""
        new = 0
        self.work += ENTERED * len(columns)
        for order, travel in zip(
            columns.order.tolist(), columns.travel.tolist(), strict=True
        ):
            key = tuple(sorted(i for i in order if i >= 0))
            if self._known.get(key, OUT) <= travel:
                continue
            self._known[key] = travel
            new += 1
            self._enter(key, travel)
        return new

    def _enter(self, key: tuple[int, ...], travel: int) -> None:
        x = self._solver.NumVar(0, self._solver.infinity(), "")
        self._cost.SetCoefficient(x, travel)
        self._slots.SetCoefficient(x, 1)
        for visit in key:
            self._rows[visit].SetCoefficient(x, 1)

    def solve(self) -> tuple[float, Ints, int] | None:
        """The optimum, the prices rounded down, and the price per package; None when
        the solver loses its way (numerically), from its last basis and from scratch."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            self._begin()
            for key, travel in self._known.items():
                self._enter(key, travel)
            if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
                return None
        steps, columns = self._solver.iterations(), self._solver.NumVariables()
        self.work += columns * (SOLVED + steps * PIVOT)
        price = np.array([row.dual_value() for row in self._rows])
        scaled = np.floor(np.maximum(price, 0.0) * SCALE).astype(np.int64)
        package = min(0, int(np.floor(self._slots.dual_value() * SCALE)))
        return float(self._cost.Value()), scaled, package


def _reduced(columns: Columns, price: Ints, package: int) -> Ints:
    found: Ints = columns.travel * SCALE - columns.prices(price) - package
    return found


def _done(value: float, total: int) -> bool:
    """Whether the bound in whole minutes cannot rise further."""
    return -(-total // SCALE) >= value - 0.001


Valid = tuple[int, Ints, int]  # bound, prices of the visits, price of a package


def _shifted(visit: Ints, package: int, least: int, slots: int) -> Valid:
    """Prices that no package undercuts any more, when one did by `least` (≤ 0) at most:
    either each package costs more, or each visit less, of which each holds one."""
    both = ((visit, package + least), (visit + least, package))
    return max(
        ((int(v.sum()) + slots * each, v, each) for v, each in both),
        key=lambda valid: valid[0],
    )


def scaled(net: Net, visit: Ints, package: int, slots: int) -> Valid:
    """The prices scaled down until no q-route undercuts them, or shifted before: where
    there is no time for an exact enumeration. One look only when `net.halt` says so."""
    best, low, high = (0, np.zeros(len(visit), np.int64), 0), 0, 2 * SCALES
    while high - low > 1:
        part = SCALES if high > SCALES else (low + high) // 2
        some, each = visit * part // SCALES, -(-package * part // SCALES)
        least = min(0, net.least(some) - each)
        best = max(best, _shifted(some, each, least, slots), key=lambda b: b[0])
        if least == 0:
            low = part
        else:
            high = part
        if net.halt() or low == SCALES:
            break
    return best


def price(net: Net, slots: int, columns: Columns, work: int) -> Prices:
    """Certified prices of a district with `slots` package slots in the month.

    `columns`: packages known so far, for a warm start. Stops when the bound in whole
    minutes cannot rise any more or when `net.work` passes `work`; the prices are valid
    either way. Column generation with prices smoothed towards the best ones so far
    (Wentges 1997), and at first with truncated enumerations.
    """
    size = net.size
    if not size:
        return Prices((), 0, slots, True, 0, 0, (0,))
    master = Master(size, slots)
    home = net.legs[:size, size] * 2
    single = Columns(np.arange(size)[:, None].astype(np.int16), home, net.days)
    guess: Ints = home * SCALE * 3 // 8
    master.add(single)
    master.add(columns)
    master.add(net.cheap(guess, SPARE, FIRST, top=FIRST)[0])
    best: Valid = (0, np.zeros(size, np.int64), 0)
    centre, hold, most, calls = guess, 500, 1000, 0
    value, dual, package = 0.0, guess, 0
    while True:
        calls += 1
        if (solved := master.solve()) is None:
            value = inf
            break
        value, dual, package = solved
        asked = (hold * centre + (1000 - hold) * dual) // 1000
        found, whole = net.cheap(asked, package - 1, most, top=4 * BATCH)
        reduced = _reduced(found, asked, package)
        least = int(reduced.min()) if len(found) else 0
        least = min(least, net.floor - package)
        over = net.work + master.work > work or net.halt()
        if whole:
            valid = _shifted(asked, package, least, slots)
            if valid[0] > best[0]:
                best, centre = valid, asked
        else:
            centre = (centre + dual) // 2
        if over and not _done(value, best[0]):
            # The first prices are charges for visits out; a guess is better then.
            for some, each in ((asked, package), (guess, 0)):
                best = max(best, scaled(net, some, each, slots), key=lambda b: b[0])
        if _done(value, best[0]) or over:
            break
        rank = _reduced(found, dual, package)
        order = np.argsort(rank, kind="stable")[:BATCH]
        fresh = master.add(found.take(order[rank[order] < -1]))
        if fresh < FRESH and len(found) >= BATCH and hold:
            hold = hold // 2 if hold > 100 else 0  # good only at smoothed prices
        elif fresh < FRESH and not whole:
            most *= 4
        elif not fresh:
            if not hold:
                break
            hold = hold // 2 if hold > 100 else 0
    total, visit, each = best
    converged = _done(value, total)
    guide = (visit, each) if converged else (dual, package)
    return Prices(
        tuple(visit.tolist()),
        each,
        slots,
        converged,
        calls,
        net.work + master.work,
        (*guide[0].tolist(), guide[1]),
    )
