"""Dependent rounding: exact expectations by enumeration, a second implementation,
known answers, refusals."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection_cases import (
    OWN,
    SUITES,
    Recorded,
    all_outcomes,
    random_circulation,
    reference_rounding,
    table_network,
)

from inspector.ceremony.canon import SHA256, Key, Suite
from inspector.ceremony.seed import Coins, in_ticket_order
from inspector.errors import CeremonyError
from inspector.selection.rounding import (
    Arc,
    CoinSource,
    round_in_order,
    round_network,
)

ZERO = Key(SHA256, bytes(32))
UNITS = (2, 3, 5, 7, 10, 12, 16)
TABLES_PER_UNIT = 36  # 252 tables in all; FAIRNESS §4 asks for 240


def order_of(arcs: list[Arc], seed: Key) -> tuple[list[str], list[str]]:
    nodes = {n for a in arcs for n in (a.tail, a.head)}
    return (
        in_ticket_order(seed, "node", nodes),
        in_ticket_order(seed, "arc", [a.label for a in arcs]),
    )


def small_table(rng: random.Random, unit: int) -> list[Arc]:
    """2 × 2, 2 × 3 or 3 × 2 cells, some of them whole numbers or zero."""
    rows, columns = rng.choice([(2, 2), (2, 3), (3, 2)])
    return table_network(
        [[rng.randint(0, unit + 1) for _ in range(columns)] for _ in range(rows)]
    )


def expectations_off(
    arcs: list[Arc], unit: int, seed: Key, swap: bool = False
) -> list[str]:
    """Arcs whose exact expectation over all coins is not their flow.

    Asserts on the way that each outcome is floor or ceiling and conserved.
    """
    nodes, labels = order_of(arcs, seed)

    def run(coins: CoinSource) -> dict[str, int]:
        chosen = Swapped(coins) if swap else coins
        return round_in_order(arcs, unit, nodes, labels, chosen)

    total = Fraction(0)
    mean: Counter[str] = Counter()
    for probability, outcome in all_outcomes(run):
        total += probability
        assert_rounded(arcs, unit, outcome)
        for label, value in outcome.items():
            mean[label] += probability * value
    assert total == 1
    return [a.label for a in arcs if mean[a.label] != Fraction(a.flow, unit)]


def assert_rounded(arcs: list[Arc], unit: int, outcome: dict[str, int]) -> None:
    balance: Counter[str] = Counter()
    for a in arcs:
        assert a.flow // unit <= outcome[a.label] <= -(-a.flow // unit)
        balance[a.tail] -= outcome[a.label]
        balance[a.head] += outcome[a.label]
    assert not any(balance.values())


class Swapped:
    """Planted fault: a and b exchanged."""

    def __init__(self, coins: CoinSource) -> None:
        self.coins = coins

    def chance(self, a: int, total: int) -> bool:
        return self.coins.chance(total - a, total)


@pytest.mark.parametrize("unit", UNITS)
def test_expectations_are_exact_over_all_coins_on_small_tables(unit: int) -> None:
    rng = random.Random(unit)
    for k in range(TABLES_PER_UNIT):
        arcs = small_table(rng, unit)
        assert expectations_off(arcs, unit, Key(SHA256, bytes([k]) * 32)) == []


@pytest.mark.parametrize("unit", UNITS)
def test_expectations_are_exact_over_all_coins_on_any_small_graph(unit: int) -> None:
    rng = random.Random(100 + unit)
    for k in range(12):
        arcs = random_circulation(rng, 4, 4, unit)
        assert expectations_off(arcs, unit, Key(SHA256, bytes([k]) * 32)) == []


def test_at_least_240_small_tables_are_enumerated() -> None:
    assert TABLES_PER_UNIT * len(UNITS) >= 240


def test_a_planted_swap_of_a_and_b_is_caught_by_enumeration() -> None:
    arcs = table_network([[1, 3], [6, 5]])
    assert expectations_off(arcs, 7, ZERO) == []
    assert "cell/0/0" in expectations_off(arcs, 7, ZERO, swap=True)


def test_one_open_cycle_takes_one_coin_with_the_chance_of_the_protocol() -> None:
    # Both orders of the walk: plus is whatever is walked from tail to head.
    arcs = [Arc("up", "x", "y", 3), Arc("down", "y", "x", 3)]
    for nodes in (["x", "y"], ["y", "x"]):
        for labels in (["up", "down"], ["down", "up"]):
            forward = (nodes[0] == "x") == (labels[0] == "up")
            coins = Recorded(Coins(ZERO, "rounding"))
            found = round_in_order(arcs, 10, nodes, labels, coins)
            assert coins.asked == [(3 if forward else 7, 10)]
            coin = Coins(ZERO, "rounding").chance(*coins.asked[0])
            assert found == dict.fromkeys(("up", "down"), int(coin == forward))


# Sizes come from the generator, not from hypothesis, which prefers small ones.
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 7, 10, 64, 2**20, 3**50]))
@settings(max_examples=150, deadline=None)
def test_each_step_is_that_of_the_protocol_read_a_second_time(
    number: int, unit: int
) -> None:
    rng = random.Random(number)
    arcs = random_circulation(rng, rng.randint(2, 9), rng.randint(1, 9), unit)
    seed = Key(SHA256, number.to_bytes(32, "big"))
    fast, slow = (Recorded(Coins(seed, "rounding")) for _ in range(2))
    node_order, arc_order = order_of(arcs, seed)
    found = round_in_order(arcs, unit, node_order, arc_order, fast)
    assert found == reference_rounding(arcs, unit, node_order, arc_order, slow)
    assert fast.asked == slow.asked
    assert round_network(arcs, unit, seed) == found


@pytest.mark.parametrize("size", [(12, 4), (4, 12), (9, 9)])
def test_a_table_rounds_step_by_step_as_the_protocol_says(
    size: tuple[int, int],
) -> None:
    rng = random.Random(size[0])
    arcs = table_network(
        [[rng.randint(0, 40) for _ in range(size[1])] for _ in range(size[0])]
    )
    for k in range(5):
        seed = Key(SHA256, bytes([k]) * 32)
        nodes, labels = order_of(arcs, seed)
        fast, slow = (Recorded(Coins(seed, "rounding")) for _ in range(2))
        found = round_in_order(arcs, 20, nodes, labels, fast)
        assert found == reference_rounding(arcs, 20, nodes, labels, slow)
        assert fast.asked == slow.asked


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_quota_of_a_large_table_ends_at_floor_or_ceiling(number: int) -> None:
    rng = random.Random(number)
    unit, columns = rng.randint(1, 5000), rng.randint(2, 8)
    arcs = table_network(
        [
            [rng.randint(0, 3 * unit) for _ in range(columns)]
            for _ in range(rng.randint(2, 30))
        ]
    )
    seed = Key(SHA256, number.to_bytes(32, "big"))
    coins = Recorded(Coins(seed, "rounding"))
    nodes, labels = order_of(arcs, seed)
    outcome = round_in_order(arcs, unit, nodes, labels, coins)
    assert_rounded(arcs, unit, outcome)
    assert len(coins.asked) <= sum(a.flow % unit != 0 for a in arcs)
    assert all(0 < a < total for a, total in coins.asked)


def test_whole_numbers_stay_and_take_no_coin() -> None:
    arcs = table_network([[6, 0, 3], [9, 3, 12]])
    coins = Recorded(Coins(ZERO, "rounding"))
    outcome = round_in_order(arcs, 3, *order_of(arcs, ZERO), coins)
    assert outcome == {a.label: a.flow // 3 for a in arcs}
    assert coins.asked == []


def test_unit_one_and_the_empty_network_have_nothing_to_round() -> None:
    arcs = table_network([[6, 1], [9, 3]])
    assert round_network(arcs, 1, ZERO) == {a.label: a.flow for a in arcs}
    assert round_network([], 7, ZERO) == {}


def test_the_order_of_the_rows_changes_nothing() -> None:
    rng = random.Random(5)
    arcs = table_network([[rng.randint(0, 30) for _ in range(5)] for _ in range(6)])
    for k in range(10):
        seed = Key(SHA256, bytes([k]) * 32)
        outcome = round_network(arcs, 11, seed)
        assert round_network(rng.sample(arcs, len(arcs)), 11, seed) == outcome


def test_another_seed_gives_another_outcome() -> None:
    arcs = table_network([[1, 1, 1], [1, 1, 1], [1, 1, 1]])
    seen = {
        tuple(sorted(round_network(arcs, 3, Key(SHA256, bytes([k]) * 32)).items()))
        for k in range(60)
    }
    assert len(seen) == 6  # the six permutation matrices


@pytest.mark.parametrize("suite", SUITES)
def test_outcomes_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["rounding"]
    arcs = [Arc(*fields) for fields in known["arcs"]]
    for case in known["outcomes"]:
        seed = Key(suite, bytes.fromhex(case["seed"]))
        assert round_network(arcs, known["unit"], seed) == case["outcome"]
        nodes, labels = order_of(arcs, seed)
        coins = Recorded(Coins(seed, "rounding"))
        round_in_order(arcs, known["unit"], nodes, labels, coins)
        assert len(coins.asked) == case["steps"]


RING = [Arc("there", "a", "b", 1), Arc("back", "b", "a", 1)]


@pytest.mark.parametrize(
    ("arcs", "unit", "code", "params"),
    [
        (RING, 0, "rounding.unit", {"unit": 0}),
        (RING, -2, "rounding.unit", {"unit": -2}),
        (RING[:1], 2, "rounding.unbalanced", {"node": "a", "surplus": -1}),
        (
            [*RING, Arc("more", "b", "c", 2)],
            2,
            "rounding.unbalanced",
            {"node": "b", "surplus": -2},
        ),
        ([*RING, RING[0]], 2, "rounding.arc", {"arc": "there", "why": "label twice"}),
        (
            [*RING, Arc("loop", "a", "a", 1)],
            2,
            "rounding.arc",
            {"arc": "loop", "why": "ends where it starts"},
        ),
    ],
)
def test_what_is_no_circulation_is_refused(
    arcs: list[Arc], unit: int, code: str, params: dict[str, object]
) -> None:
    with pytest.raises(CeremonyError) as refusal:
        round_network(arcs, unit, ZERO)
    assert (refusal.value.code, dict(refusal.value.params)) == (code, params)
    assert all(refusal.value.sentences())
