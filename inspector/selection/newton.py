"""The canonical table by climbing the dual: a few steps where bounds leave room.

`ChanceProblem` → shares and multipliers in floats. First way of `nearest`.

For given multipliers the best x is known per pair (`_chances`), so the dual has one
unknown per row. Its slope is by how much the rows miss their bounds; its curvature is
that of the elements inside their bounds (`_curvature`). A row counts while it has a
multiplier or breaks a bound. Source: semismooth Newton, Qi and Sun (1993).
"""

from __future__ import annotations

from dataclasses import dataclass
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

CLOSE = 1e-11  # largest margin error to stop at, as a chance
STEPS = 20  # months that leave room take 5 to 10; others are left to `interior`


def _chances(it: ChanceProblem, y: Floats) -> tuple[Floats, Floats, Floats]:
    """x for multipliers y; each pair's own one, 0 inside its bounds; the pull on x."""
    pull = it.spread(y)
    v, count = it.share * (1 + pull), len(it.least)
    sums = it.by_pair(np.maximum(v, 0))
    goal = np.clip(sums, it.least, it.most)
    e = np.flatnonzero((goal != sums)[it.pair])
    pair, share, own = it.pair[e], it.share[e], np.zeros(count)
    up = np.ones(len(e), dtype=bool)
    while len(e):  # Newton from above: who falls to 0 stays there
        room = goal - np.bincount(pair, np.where(up, v[e], 0), count)
        total = np.bincount(pair, np.where(up, share, 0), count)
        own = np.where(total > 0, room / np.where(total > 0, total, 1), 0)
        still = up & (v[e] + share * own[pair] > 0)
        if (still == up).all():
            break
        up = still
    return np.maximum(v + it.share * own[it.pair], 0), own, pull


def _curvature(
    it: ChanceProblem, x: Floats, own: Floats, place: Ints, n: int
) -> Floats:
    """How the rows at work (`place` >= 0) answer to their multipliers: n x n."""
    keys, values = [np.arange(n)], [np.zeros(n)]
    moves = np.flatnonzero((x > 0) & (own[it.pair] == 0))
    for p, c in it.rows:
        for q, d in it.rows:
            one, two = place[p[moves]], place[q[moves]]
            on = (one >= 0) & (two >= 0)
            keys.append((one * n + two)[on])
            values.append((it.share * c * d)[moves][on])
    # In a pair at a bound one element's gain is the others' loss: seats alone feel it.
    held = np.flatnonzero((x > 0) & (own[it.pair] != 0))
    pair, share = it.pair[held], it.share[held]
    seat = place[it.rows[0][0][held]]
    total = it.by_pair(np.where((x > 0) & (own[it.pair] != 0), it.share, 0))[pair]
    one, two = neighbours(pair)
    keys += [seat * n + seat, seat[one] * n + seat[two]]
    values += [share - share * share / total, -share[one] * share[two] / total[one]]
    return matrix(keys, values, n)


@dataclass(frozen=True, slots=True)
class _Look:
    """The dual at one place: its terms, slope, the x it gives; rows at work, and those
    of them at their upper bound."""

    terms: Floats
    slope: Floats
    x: Floats
    own: Floats
    work: Marks
    down: Marks


class _Dual:
    def __init__(self, it: ChanceProblem) -> None:
        self.it, self.fixed, self.met = it, it.lo == it.hi, it.met()
        self.people = np.flatnonzero(it.days > 0)
        self.days, self.group = it.days[self.people], it.group[self.people]
        self.duty = it.duty + self.people
        self.total = it.by_group(self.people, self.days)

    def look(self, y: Floats) -> _Look:
        it, rows, q = self.it, slice(self.it.duty), y[self.duty]
        x, own, pull = _chances(it, y)
        sums, carry = it.fold(x), it.carry[self.people]
        over = (y[rows] == 0) & (sums[rows] > it.hi)
        down = ~self.fixed & ((y[rows] < 0) | over)
        short = sums[rows] < it.lo
        work = self.met & (self.fixed | down | (y[rows] > 0) | short)
        slope = np.zeros(it.size)
        slope[rows] = np.where(work, np.where(down, it.hi, it.lo) - sums[rows], 0)
        due = -sums[self.duty] - carry - self.days * q / it.weight
        mean = it.by_group(self.people, due) / np.maximum(1, self.total)
        slope[self.duty] = due - self.days * mean[self.group]
        terms = (
            (x - it.share) ** 2 / it.share / 2 - x * pull,
            -q * (carry + self.days * q / it.weight / 2),
            y[rows] * np.where(y[rows] < 0, it.hi, it.lo),
        )
        return _Look(np.concatenate(terms), slope, x, own, work, down)

    def direction(self, now: _Look, error: float) -> Floats:
        """Newton's step; each group's mean of duty is free."""
        it = self.it
        active = np.concatenate((np.flatnonzero(now.work), self.duty))
        k, n, place = len(active), len(active) + it.groups, np.full(it.size, -1)
        place[active] = np.arange(k)
        m, mine = _curvature(it, now.x, now.own, place, n), place[self.duty]
        m[mine, mine] += self.days / it.weight
        m[mine, k + self.group] = m[k + self.group, mine] = -self.days
        ridge = np.full(k, max(1e-14, min(1e-6, error * 1e-3)))
        means = np.where(self.total > 0, 0.0, -1.0)
        m[range(n), range(n)] += np.concatenate((ridge, means))
        step = np.zeros(it.size)
        step[active] = solved(m, np.concatenate((now.slope[active], 0 * means)))[:k]
        return step

    def climb(self, y: Floats, now: _Look, step: Floats) -> tuple[Floats, _Look]:
        """The first of step, step/2, ... that gains enough (Armijo)."""
        length, rows = 1.0, slice(self.it.duty)
        while True:
            new = y + length * step
            new[rows][~self.fixed & (new[rows] * np.where(now.down, -1, 1) < 0)] = 0
            there, rise = self.look(new), fsum(now.slope * (new - y))
            gain = fsum(np.concatenate((there.terms, -now.terms)))
            flat = rise < 1e-15 * fsum(np.abs(now.terms))
            if gain >= 1e-4 * rise or flat or length < 1e-9:
                return new, there
            length /= 2


@quiet
def newton(it: ChanceProblem) -> Solution:
    """The optimum, or whatever the last steps gave where they do not settle."""
    dual, y = _Dual(it), np.zeros(it.size)
    now = dual.look(y)
    best, least, worse = (now.x, y, now.own), np.inf, 0
    for _ in range(STEPS):
        error = float(np.abs(now.slope).max(initial=0))
        worse = 0 if error < least else worse + 1
        if error < least:
            least, best = error, (now.x, y, now.own)
        if error == 0 or (least < CLOSE and worse >= 2):
            break
        y, now = dual.climb(y, now, dual.direction(now, error))
    return it.solution(*best)
