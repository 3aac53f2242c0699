"""What somebody who knows all earlier days can guess about the next one.

The chance table says how likely each person is for each package before anything is
known. Month loads end at floor or ceiling, so whoever has had few duties so far is the
likelier the later it gets. Many lotteries of one table tell by how much: for each
package and person, the share of lotteries in which he has it, among those in which he
has had equally many duties before that day. What is largest is chosen on one half of
the lotteries and counted on the other; cells seen fewer than `SEEN` times do not count.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from inspector.ceremony.canon import SHA256, Key
from inspector.month.assigned import table_of
from inspector.month.pack import Packed
from inspector.month.seal import seal
from inspector.selection.lottery import UNIT, LotteryTable, network
from inspector.selection.rounding import round_network
from tests.bench.compare.families import a_record

LOTTERIES = 1_000
SEEN = 30

Duties = Mapping[tuple[int, int], int]  # (person, day index) -> package index
Cell = tuple[int, int, int]  # package, person, duties before its day


@dataclass(frozen=True, slots=True)
class Guess:
    """`before`: largest chance of a person for a package in the table; `after`: largest
    given his earlier duties; `best`: mean over packages of the chance of the likeliest
    person given everybody's earlier duties; `settled`: share of (person, day) on which
    his earlier duties make it certain that he is on duty, or that he is not."""

    lotteries: int
    before: float
    after: float
    best: float
    settled: float


def lotteries(table: LotteryTable, count: int) -> list[Duties]:
    """Who has which package on which day, by `count` seeds of the bench's own."""
    days = sorted({day for _, day in table.packages})
    on = [days.index(day) for _, day in table.packages]
    arcs = network(table)
    found = []
    for n in range(count):
        outcome = round_network(arcs, UNIT, Key(SHA256, n.to_bytes(32, "big")))
        found.append(
            {
                (p, on[table.seats[s][1]]): table.seats[s][1]
                for s, p, _ in table.elements
                if outcome[f"element/{table.people[p]}/{table.seats[s][0]}"]
            }
        )
        if n % 200 == 199:
            print(f"  {n + 1} lotteries", file=sys.stderr, flush=True)
    return found


def chances(table: LotteryTable) -> dict[tuple[int, int], int]:
    """Units of each (package, person)."""
    found: Counter[tuple[int, int]] = Counter()
    for s, p, units in table.elements:
        found[table.seats[s][1], p] += units
    return dict(found)


def before(runs: Sequence[Duties], people: int, days: int) -> list[list[list[int]]]:
    """Duties of each person before each day, per lottery."""
    found = []
    for run in runs:
        counts = [[0] * people]
        for day in range(days):
            now = counts[-1]
            counts.append([n + ((p, day) in run) for p, n in enumerate(now)])
        found.append(counts)
    return found


def guess(table: LotteryTable, runs: Sequence[Duties]) -> Guess:
    """The figures of these lotteries of a table."""
    days = sorted({day for _, day in table.packages})
    known = before(runs, len(table.people), len(days))
    prior = chances(table)
    halves = []
    for half in (0, 1):
        seen: Counter[Cell] = Counter()
        hit: Counter[Cell] = Counter()
        for run, counts in list(zip(runs, known, strict=True))[half::2]:
            for package, person in prior:
                day = days.index(table.packages[package][1])
                cell = package, person, counts[day][person]
                seen[cell] += 1
                hit[cell] += run.get((person, day)) == package
        halves.append((seen, hit))
    return Guess(
        len(runs),
        max(prior.values()) / UNIT,
        fmean(_largest(halves[a], halves[1 - a]) for a in (0, 1)),
        _likeliest(table, known, prior, halves),
        _certain(runs, known, len(table.people), len(days)),
    )


Half = tuple[Counter[Cell], Counter[Cell]]


def _largest(one: Half, other: Half) -> float:
    """The cell that looks largest in one half, as the other half has it."""
    often = [c for c, n in one[0].items() if n >= SEEN and other[0][c] >= SEEN]
    top = max(often, key=lambda c: one[1][c] / one[0][c], default=None)
    return other[1][top] / other[0][top] if top else 0.0


def _likeliest(
    table: LotteryTable,
    known: Sequence[Sequence[Sequence[int]]],
    prior: Mapping[tuple[int, int], int],
    halves: Sequence[Half],
) -> float:
    """Mean over lotteries and packages: the likeliest person by the other half's
    figures, and how likely he is by its own."""
    days = sorted({day for _, day in table.packages})
    people: dict[int, list[int]] = {}
    for package, person in prior:
        people.setdefault(package, []).append(person)
    found = []
    for n, counts in enumerate(known):
        (seen, hit), (own_seen, own_hit) = halves[1 - n % 2], halves[n % 2]
        for package, some in people.items():
            day = days.index(table.packages[package][1])
            rates = [
                (hit[c] / seen[c], own_hit[c] / own_seen[c])
                for c in ((package, p, counts[day][p]) for p in some)
                if seen[c] >= SEEN and own_seen[c] >= SEEN
            ]
            if rates:
                found.append(max(rates)[1])
    return fmean(found) if found else 0.0


def _certain(
    runs: Sequence[Duties],
    known: Sequence[Sequence[Sequence[int]]],
    people: int,
    days: int,
) -> float:
    """Share of (person, day) whose duty is settled by his duties before."""
    seen: Counter[Cell] = Counter()
    hit: Counter[Cell] = Counter()
    for run, counts in zip(runs, known, strict=True):
        for day in range(days):
            for p in range(people):
                cell = day, p, counts[day][p]
                seen[cell] += 1
                hit[cell] += (p, day) in run
    sure = {cell for cell, n in seen.items() if hit[cell] in (0, n) and n >= SEEN}
    serves = {cell[:2] for cell, n in hit.items() if n}
    whole = {cell: n for cell, n in seen.items() if cell[:2] in serves}
    return sum(n for cell, n in whole.items() if cell in sure) / sum(whole.values())


def earlier(packed: Packed, name: str, count: int = LOTTERIES) -> Guess:
    """The figures of a planned month."""
    record = a_record(name)
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    table = table_of(sealed.packed)
    return guess(table, lotteries(table, count))
