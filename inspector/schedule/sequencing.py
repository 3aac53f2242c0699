"""The orders in which stops may be driven: which keep the rule of `packages`, and the
shortest that does, for many sets of visits at once.

Sets of visits → the shortest order that keeps the rule, for each.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import NDArray

from inspector.domain import Window
from inspector.schedule.column_pool import Small
from inspector.schedule.completion_bounds import FAR, Flags, Ints
from inspector.schedule.district import District
from inspector.schedule.packages import closing, opening
from inspector.schedule.timetables import kept

# Work is counted in nanoseconds of the reference core, fitted to measured times.
CALL = 155_000  # a round of array operations, even on few rows
CELL = 29  # an order of a set and a visit that may come next
TIMED = 10  # a stop of an order and a way to take lunch
CHUNK = 2_000_000  # cells of a work array
_MANY = 2000  # orders and ways to take lunch worth one round of array operations

Tiny = NDArray[np.int8]


def never() -> bool:
    """Go on whatever happens."""
    return False


class Stops:
    """The visits of a district as arrays, the office last. `work` counts for the
    budget; `halt`: asked now and then, orders not tried by then count as none."""

    def __init__(self, district: District, halt: Callable[[], bool] = never) -> None:
        n, rules = district.size, district.rules
        self.size = n
        self.legs: Ints = np.array(district.legs, np.int64).reshape(n + 1, n + 1)
        self.service: Ints = np.array(district.service, np.int64)
        self.opens: Ints = np.array(
            [opening(w, rules) for w in district.window], np.int64
        )
        self.closes: Ints = np.array(
            [closing(w, rules) for w in district.window], np.int64
        )
        late = np.array([w is Window.AFTERNOON for w in district.window], bool)
        early = np.array([w is Window.MORNING for w in district.window], bool)
        self.rank: Tiny = late.astype(np.int8) - early.astype(np.int8)
        self.rules = rules
        self.span = min(rules.duty_minutes, rules.shift_end - rules.shift_start)
        # Travel and service up to the end of a visit at most, without lunch.
        self.until: Ints = np.minimum(self.closes - rules.shift_start, self.span)
        self.halt = halt
        self.work = 0

    def keeps(self, order: Small) -> Flags:
        """Which orders (rows, all of one length) keep the rule of `packages`."""
        count, stops = order.shape
        good = np.zeros(count, bool)
        last = np.full(count, self.size)
        legs = np.empty((stops + 1, count), np.int64)
        for place in range(stops):
            legs[place] = self.legs[last, order[:, place]]
            last = order[:, place]
        legs[stops] = self.legs[last, self.size]
        opens, closes = self.opens[order].T, self.closes[order].T
        service = self.service[order].T
        # Lunch in the middle of the route fits most often: try that first, then the
        # other ways, all at once for as many orders as are worth it.
        ways = sorted(range(2 * stops + 2), key=lambda way: abs(way - (stops + 2)))
        left, tried = np.arange(count), 0
        while len(left) and tried < len(ways):
            at_once = 1 if not tried else max(1, min(len(ways), _MANY // len(left)))
            some = np.array(ways[tried : tried + at_once], np.int64)
            tried += at_once
            col = np.repeat(left, len(some))
            self.work += TIMED * stops * len(col) + CALL
            fits = kept(
                self.rules,
                np.tile(some, len(left)),
                legs[:, col],
                opens[:, col],
                closes[:, col],
                service[:, col],
            )
            good[left] = fits.reshape(len(left), -1).any(axis=1)
            left = left[~good[left]]
        return good

    def best(self, sets: Small, most: Ints) -> tuple[Small, Ints]:
        """The shortest order of each set that keeps the rule, and its travel.

        Travel above `most` counts as none; FAR where there is none. Equal travel:
        the first order in lexical order of positions wins.
        """
        count, stops = sets.shape
        orders, travels = sets.copy(), np.full(count, FAR)
        most = np.minimum(most, self.span - self.service[sets].sum(axis=1))
        piece = max(1, CHUNK // (factorial(min(stops, 7)) * (stops + 1)))
        for first in range(0, count, piece):
            if first and self.halt():
                break
            some = slice(first, min(count, first + piece))
            self._first_kept(sets[some], most[some], orders[some], travels[some])
        return orders, travels

    def _orders(self, sets: Small, most: Ints) -> tuple[Ints, Small, Ints]:
        """Orders of the sets that travel at most `most`: the row of the set, the
        visits, the travel; by row, then travel, then lexical order of positions.

        Grown stop by stop; each visit still to come costs its shortest leg at least.
        """
        count, stops = sets.shape
        everyone = np.arange(stops)
        self.work += CALL
        legs = self.legs[sets[:, :, None], sets[:, None, :]]
        rank = self.rank[sets]
        after = rank[:, :, None] <= rank[:, None, :] + 1
        until = self.until[sets]
        service = self.service[sets]
        start, home = self.legs[self.size, sets], self.legs[sets, self.size]
        others = np.where(everyone[:, None] == everyone, FAR, legs)
        into = np.minimum(start, others.min(axis=1))
        row = np.repeat(np.arange(count), stops)
        place = np.tile(everyone, count)[:, None]
        travel, time = start.ravel(), (start + service).ravel()
        rest = (into.sum(axis=1) + home.min(axis=1))[row] - into.ravel()
        left = ~np.eye(stops, dtype=bool)[place[:, 0]]
        spend, more = legs + service[:, None, :], legs - into[:, None, :]
        for _ in range(stops - 1):
            last = place[:, -1]
            ok = left & after[row, last]
            ok &= more[row, last] <= (most[row] - travel - rest)[:, None]
            ok &= spend[row, last] <= until[row] - time[:, None]
            self.work += CELL * ok.size
            old, new = np.nonzero(ok)
            row, last = row[old], last[old]
            travel = travel[old] + legs[row, last, new]
            time = time[old] + spend[row, last, new]
            rest = rest[old] - into[row, new]
            left = left[old]
            left[np.arange(len(old)), new] = False
            place = np.concatenate([place[old], new[:, None]], axis=1)
        travel = travel + home[row, place[:, -1]]
        pick = np.lexsort((travel, row))
        pick = pick[travel[pick] <= most[row[pick]]]
        row = row[pick]
        return row, sets[row[:, None], place[pick]], travel[pick]

    def _first_kept(
        self, sets: Small, most: Ints, orders: Small, travels: Ints
    ) -> None:
        """The first order of each set by travel that keeps the rule, tried in blocks
        of more and more orders."""
        row, order, travel = self._orders(sets, most)
        begin = np.searchsorted(row, np.arange(len(sets) + 1))
        left = np.arange(len(sets))
        at, size = 0, 4
        while len(left) and not self.halt():
            first = begin[left] + at
            count = np.clip(begin[left + 1] - first, 0, size)
            skip = np.repeat(first - np.cumsum(count) + count, count)
            pick = skip + np.arange(len(skip))
            good = pick[self.keeps(order[pick])]
            found, at_first = np.unique(row[good], return_index=True)
            orders[found] = order[good[at_first]]
            travels[found] = travel[good[at_first]]
            left = left[(count == size) & ~np.isin(left, found)]
            at, size = at + size, size * 4
