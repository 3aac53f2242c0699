"""Median seconds of the chance table on synthetic months: python tests/bench/chances.py

48 people with about 220 seats and 80 people with about 440, 23 days, one stand-by pair
a day; half may lead, skills are scarce, a tenth of the days is leave, some people are
away for half the month. Prints seconds and what the table promises; asserts nothing.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from fractions import Fraction

from inspector.policy import LotteryRules
from inspector.selection.network import (
    UNIT,
    WHOLE,
    ChanceTable,
    Person,
    SeatNeed,
    weight,
)

DAYS = 23
SKILLS = {"lift": 0.35, "fire": 0.25, "power": 0.08}


def a_month(
    count: int, per_day: float, seed: int, short_leave: float = 0.06
) -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """People and seats of one synthetic month; about `per_day` packages a day."""
    rng = random.Random(seed)
    people, lead, skilled = [], [], []
    for i in range(count):
        lead.append(i % 2 == 0)
        has = {s for s, share in SKILLS.items() if rng.random() < share}
        skilled.append(has)
        days = sum(1 << d for d in range(DAYS) if rng.random() >= short_leave)
        if rng.random() < 0.1:  # away for up to half the month
            first = rng.randrange(DAYS)
            days &= ~(((1 << rng.randint(4, 11)) - 1) << first)
        group = ("L" if lead[i] else "-") + "+".join(sorted(has))
        most = rng.choice((DAYS,) * 8 + (12, 8))
        carry = rng.choice((0, 0, 0, -120, 90, 240))
        people.append(Person(f"p{i:03d}", days, most, group, carry))
    seats = []
    for day in range(DAYS):
        here = [i for i in range(count) if people[i].days >> day & 1]
        number = int(per_day * (day + 1)) - int(per_day * day)
        for k in range(number + 1):
            package, stand_by = f"d{day:02d}-{k}", k == number
            out = set() if stand_by else {i for i in here if rng.random() < 0.05}
            skill = rng.choice([*SKILLS]) if rng.random() < 0.3 and not stand_by else ""
            minutes = 0 if stand_by else rng.randint(300, 480)
            able = [i for i in here if i not in out]
            for role in ("lead", "second"):
                fit = (
                    [i for i in able if lead[i]]
                    if role == "lead"
                    else [i for i in able if not skill or skill in skilled[i]]
                )
                seats.append(
                    SeatNeed(f"{package}.{role}", package, day, tuple(fit), minutes)
                )
    return tuple(people), tuple(seats)


def spreads(
    people: tuple[Person, ...], seats: tuple[SeatNeed, ...], table: ChanceTable
) -> dict[str, float]:
    """(max - min) / mean of expected duty per weight, per group of two or more."""
    duty = [Fraction(p.carry_minutes) for p in people]
    for e in table.elements:
        duty[e.person] += Fraction(e.units * seats[e.seat].minutes, WHOLE)
    groups: dict[str, list[Fraction]] = {}
    for person, minutes in zip(people, duty, strict=True):
        if weight(person):
            groups.setdefault(person.group, []).append(minutes / weight(person))
    return {
        g: float((max(r) - min(r)) / (sum(r) / len(r)))
        for g, r in sorted(groups.items())
        if len(r) > 1
    }


def main(repeats: int) -> None:
    from inspector.selection.chances import chance_table

    for count, per_day in ((48, 3.8), (80, 8.6)):
        for seed in (1, 2, 3):
            people, seats = a_month(count, per_day, seed)
            seconds = []
            for _ in range(repeats):
                start = time.perf_counter()
                table = chance_table(people, seats, LotteryRules())
                seconds.append(time.perf_counter() - start)
            spread = spreads(people, seats, table)
            print(
                f"{count} people, {len(seats)} seats, {len(table.elements)} elements, "
                f"seed {seed}: median {statistics.median(seconds):.3f} s; w "
                f"{table.slack}, {len(table.levels)} levels "
                f"{[round(k.value / UNIT, 3) for k in table.levels]}, "
                f"t* {table.t_star / UNIT:.4f}, chances {table.min_chance / WHOLE:.4f}"
                f"..{table.max_chance / WHOLE:.4f}, dropped "
                f"{sum(p.dropped for p in table.pairs)}, exceptions "
                f"{len(table.exceptions.seats)}+{len(table.exceptions.pairs)}, spread "
                f"worst {max(spread.values()):.3f} mean "
                f"{statistics.mean(spread.values()):.3f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
