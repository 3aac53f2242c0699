"""How far a chance table can be from the canonical one: whole numbers, no solver.

A table with its multipliers → what is out of place, and a bound on its distance.

Of all tables within the bounds the canonical one has the smallest

    Σ over elements (x - a)² / a  +  L · Σ over people w · δ²

a = the person's equal share of the seat, w = his days, δ = his expected duty with what
is carried over, per day of w, less the same quotient of sums over his group, L =
`lottery.duty_weight`. Strictly convex, so there is exactly one (PROTOCOL.md §7). The
multipliers s, l, g, q, π of its limits give each element linearly,

    v = a · (1 + s + l + g + minutes·q/w + π),

so anybody can add, multiply and compare. Theorem: the table is the exact optimum for
targets a + r and carries - ρ, where r = x - v and ρ = w·δ + q/L; adding the optimality
conditions of both tables gives, by Cauchy, Σ (x - x*)²/a <= R² with

    R² = Σ r²/a + L · Σ ρ²/w.

Source: weighted least squares with the multipliers of Karush, Kuhn and Tucker (1951).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inspector.policy import LotteryRules
from inspector.selection.network import (
    WHOLE,
    Multipliers,
    Network,
    Person,
    SeatNeed,
    equal_shares,
    pair_sums,
    weight,
)

PRECISION = 10**6  # R is at most 1 / PRECISION: no chance is further off than that


@dataclass(frozen=True, slots=True)
class CandidateTable:
    """A table that keeps its bounds (least, most; pairs in 2^-40, loads in days)."""

    net: Network
    people: Sequence[Person]
    seats: Sequence[SeatNeed]
    pairs: Sequence[tuple[int, int]]
    loads: Sequence[tuple[int, int]]
    units: Sequence[int]
    multipliers: Multipliers

    def duty(self) -> list[int]:
        """Expected duty of each person with what he carries, in minutes / 2^40."""
        made = [p.carry_minutes * WHOLE for p in self.people]
        for (s, i), u in zip(self.net.elements, self.units, strict=True):
            made[i] += u * self.seats[s].minutes
        return made

    def groups(self) -> list[list[int]]:
        """The people who can serve, by group."""
        found: dict[str, list[int]] = {}
        for i, p in enumerate(self.people):
            if weight(p):
                found.setdefault(p.group, []).append(i)
        return list(found.values())


def misplaced(c: CandidateTable) -> Iterator[tuple[str, object]]:
    """Multipliers where none may be: name and value. They stand only on sums that are
    at their bound, push inward, and those of duty are 0 in sum per group."""
    m, net = c.multipliers, c.net
    lengths = len(m.seats), len(m.loads), len(m.duty)
    if lengths != (net.seats, net.people, net.people):
        yield "multipliers", lengths
        return
    days, load = [0] * len(net.person_days), [0] * net.people
    for p, u in enumerate(pair_sums(net, c.units)):
        days[net.pair_day[p]] += u
        load[net.person_days[net.pair_day[p]][0]] += u
    full = {stay for stay, u in zip(net.person_days, days, strict=True) if u == WHOLE}
    keys = [(i, day) for i, day, _ in m.days]
    if keys != sorted(set(keys)):
        yield "days", "order"
    for i, day, pull in m.days:
        if pull >= 0 or (i, day) not in full:
            yield f"days {i} {day}", pull
    for i, (pull, (least, most)) in enumerate(zip(m.loads, c.loads, strict=True)):
        if (pull > 0 and load[i] != least * WHOLE) or (
            pull < 0 and load[i] != most * WHOLE
        ):
            yield f"loads {i}", pull
    for i, person in enumerate(c.people):
        if m.duty[i] and not weight(person):
            yield f"duty {i}", m.duty[i]
    for mine in c.groups():
        if total := sum(m.duty[i] for i in mine):
            yield f"duty {c.people[mine[0]].group}", total


def squared(c: CandidateTable, rules: LotteryRules) -> Fraction:
    """R², for a table and multipliers that are not `misplaced`."""
    return _of_duty(c, rules) + _of_elements(c)


def _of_duty(c: CandidateTable, rules: LotteryRules) -> Fraction:
    """L · Σ ρ²/w, a group at a time."""
    num, den = rules.duty_weight
    made, total = c.duty(), Fraction(0)
    for mine in c.groups():
        mean = Fraction(
            sum(made[i] for i in mine), sum(weight(c.people[i]) for i in mine)
        )
        for i in mine:
            days = weight(c.people[i])
            off = made[i] - days * mean + Fraction(c.multipliers.duty[i] * den, num)
            total += off * off * num / (den * days)
    return total / WHOLE**2


def _of_elements(c: CandidateTable) -> Fraction:
    """Σ r²/a. A pair at a bound may have a multiplier of its own, π; the best one for
    its elements above 0 is taken. Who is at 0 may be pulled below it."""
    net, m = c.net, c.multipliers
    pulls = {(i, day): pull for i, day, pull in m.days}
    rows: list[list[tuple[int, int, int]]] = [[] for _ in net.pairs]
    ends = zip(net.elements, net.element_pair, c.units, strict=True)
    for ((s, i), p, u), a in zip(ends, equal_shares(net, c.people), strict=True):
        if a and c.pairs[p][1]:  # a dropped pair stays 0
            days, seat = max(1, weight(c.people[i])), c.seats[s]
            pull = m.seats[s] + m.loads[i] + pulls.get((i, seat.day), 0)
            pull = pull * days + seat.minutes * m.duty[i]
            rows[p].append(((u - a) * WHOLE * days - a * pull, a, u))
    total = 0
    for (_, i), (least, most), row in zip(net.pairs, c.pairs, rows, strict=True):
        chance = sum(u for _, _, u in row)
        shares = sum(a for _, a, u in row if u)
        own = sum(off for off, _, u in row if u) // max(1, shares)
        own = own if chance == least else min(own, 0)
        own = own if chance == most else max(own, 0)
        days = max(1, weight(c.people[i]))
        for off, a, u in row:
            rest = off - a * own
            rest = rest if u else min(0, rest)
            total += -(-(rest * rest) // (a * days * days))
    return Fraction(total, WHOLE**3)
