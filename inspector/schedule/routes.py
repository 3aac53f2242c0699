"""All cheap packages of one district, exactly: dynamic programming on arrays.

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
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from inspector.domain import Window
from inspector.schedule.clocks import kept
from inspector.schedule.columns import Columns, Small, joined
from inspector.schedule.completions import (
    FAR,
    SCALE,
    Flags,
    Ints,
    Layer,
    completions,
)
from inspector.schedule.district import District
from inspector.schedule.packages import closing, opening

__all__ = [
    "FAR", "SCALE", "Columns", "Flags", "Ints", "Net", "Small", "joined", "never",
]  # fmt: skip

LONGEST = 8  # more stops are not enumerated, only bounded
ROUGH = 20_000  # enumerations of at most so many states a level are bounded roughly
CALL = 4_000  # cells that a round of array operations costs even on few rows
_CHUNK = 2_000_000  # cells of a work array

Tiny = NDArray[np.int8]


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


def never() -> bool:
    """Go on whatever happens."""
    return False


class Net:
    """A district as arrays. `work` counts the cells touched, for the budget.

    `halt`: asked now and then; once it says so, enumerations end and are not whole.
    """

    def __init__(self, district: District, halt: Callable[[], bool] = never) -> None:
        n = district.size
        rules = district.rules
        self.size = n
        self.legs: Ints = np.array(district.legs, np.int64).reshape(n + 1, n + 1)
        self.service: Ints = np.array(district.service, np.int64)
        self.opens: Ints = np.array(
            [opening(w, rules) for w in district.window], np.int64
        )
        self.closes: Ints = np.array(
            [closing(w, rules) for w in district.window], np.int64
        )
        self.days: Ints = np.array(district.days, np.int64)
        self.together: Flags = np.array(
            [[bool(mask >> j & 1) for j in range(n)] for mask in district.together],
            bool,
        ).reshape(n, n)
        # 上午 never follows 下午, so neither may it join later.
        late = np.array([w is Window.AFTERNOON for w in district.window], bool)
        early = np.array([w is Window.MORNING for w in district.window], bool)
        self.after: Flags = self.together & ~(late[:, None] & early[None, :])
        self.rank: Tiny = late.astype(np.int8) - early.astype(np.int8)
        self.morning: Ints = self.closes - rules.shift_start
        self.rules = rules
        self.span = min(rules.duty_minutes, rules.shift_end - rules.shift_start)
        self.step = 1 if n <= 48 else 2
        self.halt = halt
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
        """The same for some visits only, on the days given for each of them."""
        net = object.__new__(Net)
        home = np.append(visits, self.size)
        net.size = len(visits)
        net.legs = self.legs[np.ix_(home, home)]
        net.service = self.service[visits]
        net.opens, net.closes = self.opens[visits], self.closes[visits]
        net.morning, net.rank = self.morning[visits], self.rank[visits]
        net.days = days.astype(np.int64)
        common = (net.days[:, None] & net.days[None, :]) != 0
        net.together = self.together[np.ix_(visits, visits)] & common
        net.after = self.after[np.ix_(visits, visits)] & common
        net.rules, net.span = self.rules, self.span
        net.step, net.halt = self.step, self.halt
        net._measure()
        return net

    # -- times ---------------------------------------------------------------

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
        # Lunch in the middle of the route fits most often: try those ways first.
        ways = [0, 1, *range(2, 2 * stops + 2)]
        ways.sort(key=lambda way: abs(way - (stops + 2)))
        left = np.arange(count)
        for way in ways:
            if not len(left):
                break
            self.work += (stops + 1) * len(left) + CALL
            fits = kept(
                self.rules,
                way,
                legs[:, left],
                opens[:, left],
                closes[:, left],
                service[:, left],
            )
            good[left[fits]] = True
            left = left[~fits]
        return good

    def best(self, sets: Small, most: Ints) -> tuple[Small, Ints]:
        """The shortest order of each set that keeps the rule, and its travel.

        Travel above `most` counts as none; FAR where there is none. Equal travel:
        the first order in lexical order of positions wins.
        """
        count, stops = sets.shape
        orders, travels = sets.copy(), np.full(count, FAR)
        tries = np.array(list(permutations(range(stops))), np.int64)
        piece = max(1, _CHUNK // (len(tries) * (stops + 1)))
        for first in range(0, count, piece):
            if first and self.halt():
                break
            some = slice(first, min(count, first + piece))
            self._best(sets[some], most[some], tries, orders[some], travels[some])
        return orders, travels

    def _best(
        self, sets: Small, most: Ints, tries: Ints, orders: Small, travels: Ints
    ) -> None:
        routes = sets[:, tries]
        travel = self.legs[self.size, routes[:, :, 0]].copy()
        for place in range(1, sets.shape[1]):
            travel += self.legs[routes[:, :, place - 1], routes[:, :, place]]
        travel += self.legs[routes[:, :, -1], self.size]
        self.work += travel.size
        rank = self.rank[routes]
        high = np.maximum.accumulate(rank, axis=2)
        travel[(high > rank + 1).any(axis=2)] = FAR
        self._first_kept(routes, travel, most, orders, travels)

    def _first_kept(
        self, routes: Small, travel: Ints, most: Ints, orders: Small, travels: Ints
    ) -> None:
        """The first order of each set by travel that keeps the rule, tried in blocks
        of more and more orders."""
        rank = np.argsort(travel, axis=1, kind="stable")
        left = np.arange(len(travel))
        at, size = 0, 4
        while len(left) and at < travel.shape[1] and not self.halt():
            cols = rank[left, at : at + size]
            cost = travel[left[:, None], cols]
            live = (cost <= most[left][:, None]) & (cost < FAR)
            row, col = np.nonzero(live)
            chosen = routes[left[row], cols[row, col]]
            good = np.nonzero(self.keeps(chosen))[0]
            found, first = np.unique(row[good], return_index=True)
            pick = good[first]
            orders[left[found]] = chosen[pick]
            travels[left[found]] = cost[row[pick], col[pick]]
            open_ = live[:, -1]
            open_[found] = False
            left = left[open_]
            at, size = at + size, size * 4

    # -- completion bounds ---------------------------------------------------

    def _completions(self, price: Ints, stops: int, step: int) -> list[Layer]:
        slots = -(-self.span // step) + 1
        self.work += 4 * self.size * self.size * slots * stops
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
        inside = np.sort(order, axis=1).astype(np.int64)
        key = inside[:, 0].copy()
        for place in range(1, order.shape[1]):
            key = (key << self.bits) | inside[:, place]
        return key

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
        piece = max(1, _CHUNK // n)
        everyone = np.arange(n)[None, :]
        where_, who_, bound_ = [], [], []
        halted = False
        for first in range(0, len(states.travel), piece):
            if first and self.halt():
                halted = True
                break
            some = states.take(np.arange(first, min(first + piece, len(states.travel))))
            last = some.order[:, -1]
            legs = self.legs[last, :n]
            time = some.time[:, None] + legs + self.service[None, :]
            left = self.span - time
            at = np.maximum(-(-left // step), 0)
            value = some.value[:, None] + legs * SCALE - price[None, :]
            after = following[everyone, at]
            free = np.concatenate([some.free, np.ones((len(last), 1), bool)], axis=1)
            open_ = np.take_along_axis(free, after, axis=1)
            # The next stop is never the one just joined, so "itself" is no case.
            bound = value + np.where(open_, best[everyone, at], second[everyone, at])
            ok = some.free & (left >= 0) & (bound <= limit)
            ok &= time <= self.morning[None, :]
            ok &= (some.days[:, None] & self.days[None, :]) != 0
            self.work += 4 * ok.size
            rows, who = np.nonzero(ok)
            where_.append(rows + first)
            who_.append(who)
            bound_.append(bound[rows, who])
        where, who = np.concatenate(where_), np.concatenate(who_)
        bound = np.concatenate(bound_)
        leg = self.legs[states.order[where, -1], who]
        value = states.value[where] + leg * SCALE - price[who]
        order = np.concatenate(
            [states.order[where], who[:, None].astype(np.int16)], axis=1
        )
        # Keep the best partial route per set and last stop.
        key = self._key(order)
        sort = np.lexsort((value, who, key))
        fresh = np.ones(len(sort), bool)
        fresh[1:] = (key[sort][1:] != key[sort][:-1]) | (
            who[sort][1:] != who[sort][:-1]
        )
        keep = sort[fresh]
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
        key = self._key(states.order[pick])
        sort = np.lexsort((value[pick], key))
        fresh = np.ones(len(sort), bool)
        fresh[1:] = key[sort][1:] != key[sort][:-1]
        pick = pick[sort[fresh]]
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
