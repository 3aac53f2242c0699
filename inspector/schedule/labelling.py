"""All cheap packages of one district, exactly: dynamic programming on arrays.

A district, prices and a limit → `Columns`.

With a price per visit, the reduced cost of a package is its travel minus the prices
of its visits. `cheap` lists every set of visits whose best route has a reduced cost
of at most `limit`, by growing partial routes stop by stop (Held-Karp states: set and
last stop), dropping those that no completion can bring below the limit. Completions
are bounded by routes that may repeat visits, but not A-B-A (q-routes). Half-day
windows and lunch follow the rule of `packages`; a set counts with the shortest order
that keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inspector.schedule.column_pool import Columns, Small, joined
from inspector.schedule.completion_bounds import (
    FAR,
    SCALE,
    Flags,
    Ints,
    Layer,
    completions,
)
from inspector.schedule.district import District
from inspector.schedule.sequencing import CALL, CHUNK, Stops, never

__all__ = [
    "FAR", "SCALE", "Columns", "Flags", "Ints", "Net", "Small", "joined", "never",
]  # fmt: skip

CROWD = 1_000_000  # partial routes of which the worst are let go early
LONGEST = 8  # more stops are not enumerated, only bounded
ROUGH = 20_000  # enumerations of at most so many states a level are bounded roughly

# Work is counted in nanoseconds of the reference core, fitted to measured times.
CELL = 36  # a partial route and a visit that may join it
LONGER = 184  # a partial route with one stop more
RELAXED = 2  # a leg of a q-route at one time


@dataclass(slots=True)
class _States:
    """Partial routes with equally many stops."""

    order: Small
    travel: Ints
    time: Ints
    value: Ints
    days: Ints
    free: Flags  # visits that may still join

    def take(self, rows: Ints | Flags) -> _States:
        return _States(
            self.order[rows],
            self.travel[rows],
            self.time[rows],
            self.value[rows],
            self.days[rows],
            self.free[rows],
        )


class Net(Stops):
    """A district as arrays: its stops, and which of them may share a package.

    `halt`: asked now and then; once it says so, enumerations end and are not whole.
    """

    def __init__(self, district: District, halt: Callable[[], bool] = never) -> None:
        super().__init__(district, halt)
        n = district.size
        self.days: Ints = np.array(district.days, np.int64)
        self.together: Flags = np.array(
            [[bool(mask >> j & 1) for j in range(n)] for mask in district.together],
            bool,
        ).reshape(n, n)
        # 上午 never follows 下午, so neither may it join later.
        self.after: Flags = self.together & (
            self.rank[:, None] <= self.rank[None, :] + 1
        )
        self.step = 1 if n <= 48 else 2
        self._measure()

    def _measure(self) -> None:
        """How long packages get, and how long those enumerated; no work yet."""
        most = min(self.rules.max_visits, self.size)
        spent = np.cumsum(np.sort(self.service)[:most])
        self.longest = int((spent <= self.span).sum())
        self.bits = max(1, self.size.bit_length())
        self.width = min(self.longest, 62 // self.bits, LONGEST)
        self.work = 0
        self.floor = int(FAR)

    def part(self, visits: Ints, days: Ints) -> Net:
        """The network of some visits only, on the days given for each of them."""
        net = object.__new__(Net)
        home = np.append(visits, self.size)
        net.size = len(visits)
        net.legs = self.legs[np.ix_(home, home)]
        net.service = self.service[visits]
        net.opens, net.closes = self.opens[visits], self.closes[visits]
        net.until, net.rank = self.until[visits], self.rank[visits]
        net.days = days.astype(np.int64)
        common = (net.days[:, None] & net.days[None, :]) != 0
        net.together = self.together[np.ix_(visits, visits)] & common
        net.after = self.after[np.ix_(visits, visits)] & common
        net.rules, net.span = self.rules, self.span
        net.step, net.halt = self.step, self.halt
        net._measure()
        return net

    # -- completion bounds ---------------------------------------------------

    def _completions(self, price: Ints, stops: int, step: int) -> list[Layer]:
        slots = -(-self.span // step) + 1
        self.work += RELAXED * self.size * self.size * slots * stops
        return completions(
            self.legs, self.service, self.after, price, self.span, stops, step
        )

    def least(self, price: Ints) -> int:
        """A reduced cost that no package undercuts, without enumeration: the best
        route from the office that may repeat visits (q-route)."""
        n = self.size
        best, _, _ = self._completions(price, self.longest - 1, self.step)[-1]
        left = self.span - self.legs[n, :n] - self.service
        at = np.maximum(-(-left // self.step), 0)
        value = self.legs[n, :n] * SCALE - price + best[np.arange(n), at]
        return int(value.min())

    # -- enumeration ---------------------------------------------------------

    def cheap(
        self, price: Ints, limit: int, most: int, top: int = 0
    ) -> tuple[Columns, bool]:
        """All packages of reduced cost at most `limit` (scaled), and whether that is
        all of them: partial routes beyond `most` a level are dropped, worst first.

        With `top` only about so many of each length are returned, the cheapest; no
        other one's reduced cost is below `floor` then.
        """
        n = self.size
        self.floor = int(FAR)
        if not n or not self.width:
            return joined([], max(1, self.width)), True
        step = self.step if most > ROUGH else 4 * self.step
        layers = self._completions(price, self.width - 1, step)
        start = np.arange(n)
        travel = self.legs[n, :n].copy()
        states = _States(
            start[:, None].astype(np.int16),
            travel,
            travel + self.service,
            travel * SCALE - price,
            self.days.copy(),
            self.after.copy(),
        )
        complete = self.width == self.longest
        parts = []
        for stops in range(1, self.width + 1):
            if not len(states.travel):
                break
            parts.append(self._closed(states, limit, top))
            if stops == self.width:
                break
            if self.halt():
                return joined(parts, self.width), False
            states, whole = self._grow(
                states, price, limit, most, step, layers[self.width - stops - 1]
            )
            complete = complete and whole
        return joined(parts, self.width), complete

    def _key(self, order: Small) -> Ints:
        """One integer per set of visits."""
        if self.size <= 55:
            mask: Ints = (np.int64(1) << order.astype(np.int64)).sum(axis=1)
            return mask
        inside = np.sort(order, axis=1).astype(np.int64)
        key = inside[:, 0].copy()
        for place in range(1, order.shape[1]):
            key = (key << self.bits) | inside[:, place]
        return key

    def _first(self, key: Ints, value: Ints) -> Ints:
        """The row of least value for each key, the first of equals, by key."""
        if not len(key):
            return np.zeros(0, np.int64)
        rank = np.argsort(key)
        sorted_, worth = key[rank], value[rank]
        fresh = np.ones(len(rank), bool)
        fresh[1:] = sorted_[1:] != sorted_[:-1]
        begin = np.nonzero(fresh)[0]
        least = np.minimum.reduceat(worth, begin)[np.cumsum(fresh) - 1]
        # The first row of those equally good, however the keys were sorted.
        picked: Ints = np.minimum.reduceat(
            np.where(worth == least, rank, len(key)), begin
        )
        return picked

    def _grow(
        self,
        states: _States,
        price: Ints,
        limit: int,
        most: int,
        step: int,
        layer: Layer,
    ) -> tuple[_States, bool]:
        n = self.size
        best, following, second = layer
        piece = max(1, CHUNK // n)
        cost = self.legs[:n, :n] * SCALE - price[None, :]
        spend = self.legs[:n, :n] + self.service[None, :]
        where_, who_, bound_ = [], [], []
        halted = False
        for first in range(0, len(states.travel), piece):
            if first and self.halt():
                halted = True
                break
            some = states.take(np.arange(first, min(first + piece, len(states.travel))))
            last = some.order[:, -1]
            time = some.time[:, None] + spend[last]
            ok = some.free & (time <= self.until[None, :])
            ok &= (some.days[:, None] & self.days[None, :]) != 0
            self.work += CELL * ok.size + CALL
            rows, who = np.nonzero(ok)
            at = -((time[rows, who] - self.span) // step)
            after = following[who, at]
            # The next stop is never the one just joined, so "itself" is no case.
            open_ = (after == n) | some.free[rows, np.minimum(after, n - 1)]
            bound = some.value[rows] + cost[last[rows], who]
            bound += np.where(open_, best[who, at], second[who, at])
            good = bound <= limit
            where_.append(rows[good] + first)
            who_.append(who[good])
            bound_.append(bound[good])
        where, who = np.concatenate(where_), np.concatenate(who_)
        bound = np.concatenate(bound_)
        if len(bound) > max(CROWD, LONGEST * most):
            # Of one set and last stop there are fewer than LONGEST here, so more than
            # `most` will stay: let go of the worst before they take memory.
            good = bound <= np.partition(bound, LONGEST * most)[LONGEST * most]
            where, who, bound = where[good], who[good], bound[good]
        leg = self.legs[states.order[where, -1], who]
        value = states.value[where] + leg * SCALE - price[who]
        order = np.concatenate(
            [states.order[where], who[:, None].astype(np.int16)], axis=1
        )
        self.work += LONGER * len(where)
        # Keep the best partial route per set and last stop.
        key = self._key(order)
        if n > 55 and self.bits * (order.shape[1] + 1) > 62:
            key = np.unique(key, return_inverse=True)[1]  # else too long with `who`
        keep = self._first(key * n + who, value)
        whole = len(keep) <= most and not halted
        if len(keep) > most:
            keep = keep[np.argsort(bound[keep], kind="stable")[:most]]
        where, who = where[keep], who[keep]
        leg = leg[keep]
        return (
            _States(
                order[keep],
                states.travel[where] + leg,
                states.time[where] + leg + self.service[who],
                value[keep],
                states.days[where] & self.days[who],
                states.free[where] & self.after[who],
            ),
            whole,
        )

    def _closed(self, states: _States, limit: int, top: int) -> Columns:
        """The partial routes driven home, one per set, within the limit."""
        home = self.legs[states.order[:, -1], self.size]
        value = states.value + home * SCALE
        pick = np.nonzero((value <= limit) & (states.time + home <= self.span))[0]
        pick = pick[self._first(self._key(states.order[pick]), value[pick])]
        if top and len(pick) > top:
            pick = pick[np.argsort(value[pick], kind="stable")]
            self.floor = min(self.floor, int(value[pick[top]]))
            pick = pick[:top]
        order = states.order[pick]
        travel = states.travel[pick] + home[pick]
        good = self.keeps(order)
        bad = np.nonzero(~good)[0]
        if len(bad) and order.shape[1] > 1:
            # Windows or lunch forbid the shortest order: take the next one.
            prices = travel[bad] * SCALE - value[pick[bad]]
            sets = np.sort(order[bad], axis=1)
            order[bad], travel[bad] = self.best(sets, (limit + prices) // SCALE)
            good[bad] = travel[bad] < FAR
        return Columns(order[good], travel[good], states.days[pick][good])
