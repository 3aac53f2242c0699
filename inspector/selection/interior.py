"""The canonical table by an interior point: slower, but it settles tables with hardly a
choice, where the dual has no curvature to climb by.

`ChanceProblem` → shares and multipliers in floats. Second way of `nearest`.

Every quantity with bounds (elements, pairs, rows) is kept off them by a barrier that is
lowered step by step; then the bounds found are taken as exact and the rest is solved.
Source: primal-dual method for convex quadratic programmes, Mehrotra (1992), Vanderbei
(1995) for the reduction to one quasi-definite system.
"""

from __future__ import annotations

from math import fsum

import numpy as np

from inspector.selection.flows import Ints, Marks
from inspector.selection.gauss import solved
from inspector.selection.problem import (
    ChanceProblem,
    Floats,
    Solution,
    matrix,
    neighbours,
    quiet,
)

STEPS = 100
POLISH = 8  # times the bounds found are solved for
LOOSE = 1e30  # a limit that gives way freely


class _Barrier:
    """Quantities `s` kept off their bounds by pulls `z` >= 0; `pull` is the difference
    of the two. Those with equal bounds are not free and stay there."""

    def __init__(self, lo: Floats, hi: Floats, s: Floats, start: float) -> None:
        self.lo, self.hi = lo, hi
        self.free: Floats = np.where(lo < hi, 1.0, 0.0)
        self.pull: Floats = 0 * s
        self.s: Floats = np.where(lo < hi, s, lo)
        self.z: Floats = start * self.free / self.room()
        self._by, self._ds, self._dz = self.pull, self.room(), self.room()

    def room(self) -> Floats:
        sides = np.array((self.s - self.lo, self.hi - self.s))
        return np.maximum(sides, 1e-17) + (1 - self.free)

    def gap(self) -> float:
        return fsum((self.z * self.room() * self.free).ravel())

    def soft(self, mu: float) -> tuple[Floats, Floats]:
        """How far s gives way per unit of pull, and moves when the pull stays."""
        g = self.room()
        give = self.free / ((self.z / g).sum(0) + (1 - self.free))
        return give, give * (mu / g[0] - mu / g[1] - self.pull)

    def aim(self, mu: float, by: Floats) -> float:
        """Set out for a change of pull; the longest step that keeps all positive."""
        (give, wish), g = self.soft(mu), self.room()
        self._by = by
        self._ds = np.array((wish - give * by, give * by - wish))
        self._dz = self.free * ((mu - self.z * self._ds) / g - self.z)
        falls = ((g, self._ds), (self.z, self._dz))
        return min(
            float(np.min(-v[d < 0] / d[d < 0], initial=np.inf)) for v, d in falls
        )

    def go(self, length: float) -> None:
        self.s = self.s + length * self._ds[0]
        self.z = self.z + length * self._dz
        self.pull = self.pull + length * self._by


class _Optimality:
    """The optimality conditions, of the rows in `use` and of duty; `y`: multipliers."""

    def __init__(self, it: ChanceProblem, use: Ints, start: float) -> None:
        self.it, self.use, self.r = it, use, len(use)
        self.people = np.flatnonzero(it.days > 0)
        self.days, self.group = it.days[self.people], it.group[self.people]
        place = np.full(it.size, -1)
        active = np.concatenate((use, it.duty + self.people))
        place[active] = np.arange(len(active))
        self.rows = [(place[r], c) for r, c in it.rows]
        self.y = np.zeros(len(active))
        one, two = neighbours(it.pair)
        every = np.arange(len(it.share))
        self.e, self.f = np.concatenate((every, one)), np.concatenate((every, two))
        zero = 0 * it.share
        self.x = _Barrier(zero, zero + 2, np.maximum(it.share, 1e-3), start)
        self.pairs = _Barrier(it.least, it.most, (it.least + it.most) / 2, start)
        lo, hi = it.lo[use], it.hi[use]
        self.sums = _Barrier(lo, hi, (lo + hi) / 2, start)
        self.total = it.by_group(self.people, self.days)
        self.shared = it.by_pair(it.share) > 0
        self.error = np.inf

    def fold(self, values: Floats) -> Floats:
        out = np.zeros(len(self.y))
        for p, c in self.rows:
            out += np.bincount(p[p >= 0], (values * c)[p >= 0], len(self.y))
        return out

    def spread(self, y: Floats) -> Floats:
        out = np.zeros(len(self.it.share))
        for p, c in self.rows:
            out += np.where(p >= 0, y[p], 0) * c
        return out

    def step(
        self,
        h: Floats,
        rho: Floats,
        pairs: tuple[Floats, Floats],
        sums: tuple[Floats, Floats],
        ridge: float = 1e-14,
    ) -> tuple[Floats, Floats, Floats]:
        """Changes of y, of the pairs' pulls and of x; sets the error met now.

        `h`, `rho`: how far each element gives way, and its wish in terms of pull;
        `pairs`, `sums`: what `soft` says of them.
        """
        it, r, n = self.it, self.r, len(self.y)
        q, share = self.y[r:], it.share
        pull = self.spread(self.y) + self.pairs.pull[it.pair] + self.x.pull
        grad = (self.x.s - share) / share - pull
        off_pair, off = it.by_pair(self.x.s) - self.pairs.s, self.fold(self.x.s)
        off[:r] -= self.sums.s
        off[r:] += it.carry[self.people] + self.days * q / it.weight
        mean = it.by_group(self.people, off[r:]) / np.maximum(1, self.total)
        off[r:] -= self.days * mean[self.group]
        errors = grad * share, np.where(self.shared, off_pair, 0), off
        self.error = max(float(np.abs(v).max(initial=0)) for v in errors)
        rho = rho - grad
        total = it.by_pair(h) + pairs[0]
        total = np.where(total > 0, total, 1)
        m = self._matrix(h, total, sums[0] + ridge)
        lift = (pairs[1] - off_pair - it.by_pair(h * rho)) / total
        right = np.concatenate((sums[1], 0 * self.days))
        right += -off - self.fold(h * (rho + lift[it.pair]))
        free = it.by_group(self.people, self.days * q)
        dy = solved(m, np.concatenate((right, free)))[:n]
        own = lift - it.by_pair(h * self.spread(dy)) / total
        return dy, own, h * (rho + self.spread(dy) + own[it.pair])

    def _matrix(self, h: Floats, total: Floats, sums: Floats) -> Floats:
        """Rows and duty, and one row per group whose mean is free."""
        it, n, e, f = self.it, len(self.y), self.e, self.f
        value = np.where(e == f, h[e], 0) - h[e] * h[f] / total[it.pair[e]]
        size = n + it.groups
        keys, values = [np.arange(size)], [np.zeros(size)]
        for p, c in self.rows:
            for q, d in self.rows:
                on = np.flatnonzero((p[e] >= 0) & (q[f] >= 0) & (value != 0))
                keys.append(p[e[on]] * size + q[f[on]])
                values.append(value[on] * c[e[on]] * d[f[on]])
        m = matrix(keys, values, size)
        means = np.where(self.total > 0, 0.0, -1.0)
        diagonal = np.concatenate((sums, self.days / it.weight, means))
        m[range(size), range(size)] += diagonal
        mine, mean = np.arange(self.r, n), n + self.group
        m[mine, mean] = m[mean, mine] = -self.days
        return m


def _descend(m: _Optimality) -> None:
    """Lower the barrier until the conditions hold or no step is left."""
    every, length = (m.x, m.pairs, m.sums), 1.0
    count = max(1, sum(2 * float(b.free.sum()) for b in every))
    for _ in range(STEPS):
        mu = sum(b.gap() for b in every) / count
        target = mu * (0.05 if length > 0.9 else 0.2 if length > 0.5 else 0.5)
        give, wish = m.x.soft(target)
        h = 1 / (1 / m.it.share + 1 / give)
        soft = m.pairs.soft(target), m.sums.soft(target)
        dy, own, dx = m.step(h, wish / give, *soft)
        if mu < 1e-13 and m.error < 1e-10:
            return
        changes = zip(every, ((wish - dx) / give, own, dy[: m.r]), strict=True)
        length = min(1.0, 0.995 * min(b.aim(target, by) for b, by in changes))
        m.y = m.y + length * dy
        for b in every:
            b.go(length)


def _settle(m: _Optimality) -> None:
    """Take the bounds found as exact and solve for the rest; who is then pulled the
    wrong way was not at that bound after all."""
    r, every = m.r, (m.x, m.pairs, m.sums)
    held: list[Marks] = [
        (b.free == 0) | (b.room().min(0) < np.abs(b.pull)) for b in every
    ]
    side = [np.where(b.pull < 0, -1, 1) for b in every]
    m.y[:r] = np.where(held[2], m.sums.pull, 0)
    m.x.s = np.where(held[0], 0, m.x.s)
    m.pairs.pull = np.where(held[1], m.pairs.pull, 0)
    for _ in range(POLISH):
        bounds = [np.where(k < 0, b.hi, b.lo) for b, k in zip(every, side, strict=True)]
        m.pairs.s = np.where(held[1], bounds[1], m.it.by_pair(m.x.s))
        m.sums.s = np.where(held[2], bounds[2], m.fold(m.x.s)[:r])
        h = np.where(held[0], 0, m.it.share)
        loose = [np.where(on, 0, LOOSE) for on in held]
        limits = (loose[1], 0 * loose[1]), (loose[2], 0 * loose[2])
        dy, own, dx = m.step(h, 0 * h, *limits, 1e-9)
        m.y, m.x.s = m.y + dy, np.maximum(m.x.s + dx, 0)
        m.pairs.pull = m.pairs.pull + np.where(held[1], own, 0)
        pull = 1 + m.spread(m.y) + m.pairs.pull[m.it.pair]
        held[0] = (held[0] | (m.x.s == 0)) & (pull <= 0)
        m.x.pull = np.where(held[0], m.x.pull, 0)
        held[1] &= (m.pairs.free == 0) | (m.pairs.pull * side[1] >= 0)
        held[2] &= (m.sums.free == 0) | (m.y[:r] * side[2] >= 0)
        m.pairs.pull = np.where(held[1], m.pairs.pull, 0)
        m.y[:r] = np.where(held[2], m.y[:r], 0)


@quiet
def interior(it: ChanceProblem, start: float) -> Solution:
    """The optimum from a barrier of height `start`. Person-days enter once they would
    be above 1: most never are."""
    met = it.met()
    use = np.flatnonzero(met & (np.arange(it.duty) < it.stays))
    while True:
        m = _Optimality(it, use, start)
        _descend(m)
        _settle(m)
        sums = it.fold(m.x.s, 3)[: it.duty]
        more = np.setdiff1d(np.flatnonzero(met & (sums > it.hi + 1e-9)), use)
        if not len(more):
            break
        use = np.union1d(use, more)
    y = np.zeros(it.size)
    y[use], y[it.duty + m.people] = m.y[: m.r], m.y[m.r :]
    return it.solution(m.x.s, y, m.pairs.pull)
