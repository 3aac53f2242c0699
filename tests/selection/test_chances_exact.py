"""Levels, w, t*, dropped pairs against an exact oracle and against linear programs."""

from __future__ import annotations

import random

import pytest
from chance_cases import a_small_month, table_exists, the_hand_example
from ortools.linear_solver import pywraplp

from inspector.errors import NoTable
from inspector.policy import LotteryRules
from inspector.selection.chances import chance_table
from inspector.selection.cuts import members
from inspector.selection.flows import Circulation
from inspector.selection.levels import Shortage, largest_floor, leximax
from inspector.selection.network import (
    LEAST_LEVEL,
    UNIT,
    ChanceTable,
    Network,
    Person,
    SeatNeed,
    load_bounds,
    network,
    weight,
)
from inspector.selection.proofs import check_table

RULES = LotteryRules()
People = tuple[Person, ...]
Seats = tuple[SeatNeed, ...]


def _stage_caps(net: Network, table: ChanceTable) -> list[set[int]]:
    """Pairs still free before each stage, re-derived from the node sets alone."""
    free, before = set(range(len(net.pairs))), []
    for level in table.levels:
        before.append(set(free))
        inside = members(level.nodes, net.nodes)
        free -= {
            p
            for p in free
            if inside[net.first_pair + p]
            and not inside[net.first_day + net.pair_day[p]]
        }
    return [*before, free]


def _check_against_the_oracle(people: People, seats: Seats, rules: LotteryRules) -> str:
    """Compare every claim of the table with the oracle; says what kind of month."""
    try:
        table = chance_table(people, seats, rules)
    except NoTable as refusal:
        _check_the_shortage(people, seats, refusal)
        return "impossible"
    assert check_table(people, seats, rules, table) == []
    net = network(people, seats)
    name = {(net.packages[p], i): k for k, (p, i) in enumerate(net.pairs)}

    if table.slack:
        tighter = load_bounds(people, table.fair, table.slack - 1)
        assert not table_exists(people, seats, tighter, lambda p, i: UNIT)

    free = _stage_caps(net, table)
    fixed: dict[int, int] = {}
    for k, level in enumerate(table.levels):

        def caps(q: int, k: int = k) -> bool:
            return table_exists(
                people,
                seats,
                table.loads,
                lambda p, i: q if name[p, i] in free[k] else fixed[name[p, i]],
            )

        assert caps(level.value)
        assert not caps(level.value - 1)
        fixed.update(dict.fromkeys(free[k] - free[k + 1], level.value))
    if len(table.levels) < rules.max_levels:
        rest = LEAST_LEVEL - 1
        hardly = table_exists(
            people, seats, table.loads, lambda p, i: fixed.get(name[p, i], rest)
        )
        assert hardly or not free[-1]

    def cap(p: str, i: int) -> int:
        return table.pairs[name[p, i]].cap

    for k, pair in enumerate(table.pairs):
        usable = table_exists(
            people, seats, table.loads, cap, lambda p, i, k=k: int(name[p, i] == k)
        )
        assert pair.dropped is not usable

    def with_floor(q: int) -> bool:
        used = [not p.dropped for p in table.pairs]
        return table_exists(
            people,
            seats,
            table.loads,
            lambda p, i: cap(p, i) if used[name[p, i]] else 0,
            lambda p, i: q if used[name[p, i]] else 0,
        )

    assert with_floor(table.t_star)
    assert not with_floor(table.t_star + 1)
    kinds = [
        ("slack", table.slack > 0),
        ("early", bool(table.spare)),
        ("dropped", any(p.dropped for p in table.pairs)),
        ("capped", table.t_nodes == 0),
    ]
    return next((kind for kind, holds in kinds if holds), "plain")


def _check_the_shortage(people: People, seats: Seats, refusal: NoTable) -> None:
    short = refusal.params["shortage"]
    assert isinstance(short, Shortage)
    assert short.possible < len(short.seats)
    loads = tuple((0, weight(p)) for p in people)
    named = [seats[s] for s in short.seats]
    assert not table_exists(people, named, loads, lambda p, i: UNIT)
    assert {s.package for s in named} == set(short.packages)
    assert {s.day for s in named} == set(short.days)
    assert {i for s in named for i in s.eligible} == set(short.people)


def _many(count: int) -> None:
    rules = (RULES, LotteryRules(max_levels=2), LotteryRules(max_levels=40))
    kinds = [
        _check_against_the_oracle(*a_small_month(seed), rules[seed % 3])
        for seed in range(count)
    ]
    tally = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    print(f"{count} small months: {tally}")
    assert set(tally) >= {"impossible", "slack", "early", "dropped", "plain"}


def test_every_claim_of_120_small_months_agrees_with_the_oracle() -> None:
    _many(120)


@pytest.mark.full
def test_every_claim_of_3000_small_months_agrees_with_the_oracle() -> None:
    _many(3000)


def test_in_the_hand_example_q_is_a_half_and_t_a_third_without_caps() -> None:
    people, seats = the_hand_example()
    net = network(people, seats)
    flow = Circulation(net)
    loads = ((1, 1),) * 4
    flow.loads(loads)
    steps = leximax(flow, loads, 8)
    assert steps.levels[0].value == UNIT // 2
    import numpy as np

    used = np.ones(len(net.pairs), dtype=bool)
    t_star, nodes = largest_floor(flow, loads, np.full(len(net.pairs), UNIT), used)
    assert t_star == UNIT // 3
    assert nodes
    # Taken apart, 0.8 t* and 1.25 Q* do not fit together ...
    cap, floor = 5 * UNIT // 8, 4 * t_star // 5
    assert not table_exists(people, seats, loads, lambda *_: cap, lambda *_: floor)
    # ... so t* is sought under the caps, and then its floor always fits.
    table = chance_table(people, seats, RULES)
    assert table.loads == ((1, 1), (0, 1), (1, 1), (0, 1))
    assert table.levels[0].value == UNIT // 2
    assert {p.cap for p in table.pairs} == {cap}
    assert table.t_star == UNIT // 4
    assert check_table(people, seats, RULES, table) == []


def _program(
    people: People, seats: Seats, table: ChanceTable, *, lowest: bool
) -> float:
    """Q* (or t* under the caps when `lowest`) as a linear program over seats."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    pair: dict[tuple[str, int], list[pywraplp.Variable]] = {}
    day: dict[tuple[int, int], list[pywraplp.Variable]] = {}
    load: dict[int, list[pywraplp.Variable]] = {i: [] for i in range(len(people))}
    for seat in seats:
        row = []
        for i in seat.eligible:
            x = solver.NumVar(0, 1, "")
            row.append(x)
            pair.setdefault((seat.package, i), []).append(x)
            day.setdefault((seat.day, i), []).append(x)
            load[i].append(x)
        solver.Add(sum(row) == 1)
    for xs in day.values():
        solver.Add(sum(xs) <= 1)
    for i, xs in load.items():
        solver.Add(solver.Sum(xs) >= table.loads[i][0])
        solver.Add(solver.Sum(xs) <= table.loads[i][1])
    z = solver.NumVar(0, 1, "")
    net = network(people, seats)
    for (p, i), known in zip(net.pairs, table.pairs, strict=True):
        xs = pair[net.packages[p], i]
        if not lowest:
            solver.Add(sum(xs) <= z)
        elif known.dropped:
            solver.Add(sum(xs) <= 0)
        else:
            solver.Add(sum(xs) >= z)
            solver.Add(sum(xs) <= known.cap / UNIT)
    (solver.Maximize if lowest else solver.Minimize)(z)
    assert solver.Solve() == solver.OPTIMAL
    return float(z.solution_value())


@pytest.mark.parametrize("seed", range(6))
def test_q_and_t_agree_with_a_linear_program_on_a_middling_month(seed: int) -> None:
    rng = random.Random(seed)
    people = tuple(
        Person(f"p{i}", sum(1 << d for d in range(6) if rng.random() < 0.8), 6, "g")
        for i in range(12)
    )
    seats = []
    for k in range(12):
        here = [i for i, p in enumerate(people) if p.days >> (k // 2) & 1]
        for n in range(2):
            who = [i for i in here if rng.random() < (0.4, 0.8)[n]] or here
            seats.append(SeatNeed(f"k{k}.{n}", f"k{k}", k // 2, tuple(who), 400))
    table = chance_table(people, tuple(seats), RULES)
    best = _program(people, tuple(seats), table, lowest=False)
    assert abs(table.levels[0].value - best * UNIT) <= 1.01
    best = _program(people, tuple(seats), table, lowest=True)
    assert abs(table.t_star - best * UNIT) <= 1.01
