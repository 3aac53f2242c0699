"""Measure the draw and the lottery: `python tests/bench/draw.py [small]`.

CPU seconds of one process; instances are synthetic and fixed. The goals are printed
beside the figures.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from time import process_time

from inspector.ceremony.canon import SHA256, Key
from inspector.domain import (
    Compound,
    PastVisit,
    Place,
    RiskClass,
    Street,
    VisitKind,
    Window,
)
from inspector.months import month_span
from inspector.policy import Policy
from inspector.selection.draw import draw, exclusions, strata
from inspector.selection.lottery import UNIT, LotteryTable, assign, network

SEED = Key(SHA256, bytes(range(32)))


def city(count: int, streets: int) -> tuple[list[Compound], list[Street]]:
    """`count` compounds on `streets` streets, classes A to D like 30:40:20:10."""
    rng = random.Random(count)
    codes = [f"S{i:04}" for i in range(streets)]
    compounds = [
        Compound(
            id=f"C{i:06}",
            name="小区",
            street=rng.choice(codes),
            community="",
            usc18="",
            type="commercial",
            households=100,
            risk_class=rng.choices(list(RiskClass), [30, 40, 20, 10])[0],
            has_lift=True,
            skill="",
            service_minutes=60,
            window=Window.ALL_DAY,
            place=Place(118_000_000, 36_700_000),
            status="active",
        )
        for i in range(count)
    ]
    return compounds, [Street(c, c, "district", 0) for c in codes]


def history_of(compounds: list[Compound]) -> list[PastVisit]:
    """One counted random visit for every tenth compound, this year."""
    return [
        PastVisit(
            c.id, "", date(2026, 2 + i % 10, 9), VisitKind.RANDOM, True, "p1", "p2"
        )
        for i, c in enumerate(compounds[::10])
    ]


def measure_draw(count: int, streets: int, goal: float) -> None:
    compounds, places = city(count, streets)
    history, policy = history_of(compounds), Policy()
    start = process_time()
    out = exclusions(history, compounds, policy, month_span(policy.month)[0])
    found = strata(compounds, places, out, policy)
    prepared = process_time()
    drawn = draw(found, SEED, policy)
    end = process_time()
    print(
        f"draw {count} compounds, {streets} streets, {len(found)} strata: "
        f"{end - start:.3f} s (draw alone {end - prepared:.3f} s; goal < {goal} s), "
        f"{sum(len(d.drawn) for d in drawn)} drawn, {len(out)} excluded"
    )


def chance_table(people: int, days: int, per_day: int, mixed: int) -> LotteryTable:
    """A table with exact margins: a random mixture of random valid assignments."""
    rng = random.Random(people)
    names = tuple(f"p{i:03}" for i in range(people))
    may_lead = [rng.random() < 0.6 for _ in names]
    packages, seats = [], []
    for d in range(days):
        free = [rng.random() > 0.12 for _ in names]
        for k in range(per_day):
            packages.append((f"K{d:02}{k:02}", f"2026-12-{d + 1:02}"))
            for role in ("lead", "second"):
                who = [
                    i
                    for i in range(people)
                    if free[i]
                    and rng.random() > 0.05
                    and (role == "second" or may_lead[i])
                ]
                mask = sum(1 << i for i in who)
                seats.append((f"{packages[-1][0]}/{role}", len(packages) - 1, mask))
    cuts = sorted(rng.sample(range(1, UNIT), mixed - 1))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, UNIT], strict=True)]
    units: dict[tuple[int, int], int] = {}
    for weight in weights:
        for d in range(days):
            today = range(2 * per_day * d, 2 * per_day * (d + 1))
            for s, p in match(today, seats, people, rng).items():
                units[s, p] = units.get((s, p), 0) + weight
    elements = tuple((s, p, u) for (s, p), u in sorted(units.items()))
    return LotteryTable(names, tuple(packages), tuple(seats), elements)


def match(
    today: range, seats: list[tuple[str, int, int]], people: int, rng: random.Random
) -> dict[int, int]:
    """A random person for each seat of a day (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(seat: int, seen: set[int]) -> bool:
        order = rng.sample(range(people), people)
        for p in order:
            if seats[seat][2] >> p & 1 and p not in seen:
                seen.add(p)
                if p not in taken or place(taken[p], seen):
                    taken[p] = seat
                    return True
        return False

    for seat in rng.sample(list(today), len(today)):
        if not place(seat, set()):
            raise SystemExit("no assignment: change the instance")
    return {s: p for p, s in taken.items()}


def measure_lottery(
    people: int, days: int, per_day: int, mixed: int, goal: float
) -> None:
    table = chance_table(people, days, per_day, mixed)
    arcs = len(network(table))
    start = process_time()
    rounds = 5
    for i in range(rounds):
        assign(table, Key(SHA256, bytes([i]) * 32))
    spent = (process_time() - start) / rounds
    print(
        f"lottery {people} people, {len(table.seats)} seats, "
        f"{len(table.elements)} elements, {arcs} arcs: {spent:.3f} s a draw "
        f"(mean of {rounds}; goal < {goal} s)"
    )


def main() -> None:
    measure_draw(1_388, 31, 0.1)
    measure_lottery(48, 22, 4, 40, 0.4)
    measure_lottery(48, 22, 4, 200, 0.4)
    if "small" not in sys.argv:
        measure_draw(300_000, 31, 10)
        measure_draw(300_000, 6_000, 10)
        measure_lottery(80, 22, 10, 200, 1)


if __name__ == "__main__":
    main()
