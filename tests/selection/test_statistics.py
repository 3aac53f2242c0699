"""Frequencies of the draw and the lottery against their exact chances, with fixed
seeds, and planted faults that must be caught (FAIRNESS §8).

The default run takes a reduced number of rounds and prints it; `-m full` takes all.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from selection_cases import (
    MONTHLY,
    UNIT,
    a_city,
    a_seed,
    a_street,
    a_table,
    all_outcomes,
    chi_square_limit,
    mixture,
    off,
    table_network,
)

from inspector.ceremony.canon import SHA256, Key, digest
from inspector.ceremony.seed import Coins, blind_hash, in_ticket_order, make_seed
from inspector.domain import RiskClass
from inspector.policy import Policy
from inspector.selection import draw as draw_room
from inspector.selection import rounding as rounding_room
from inspector.selection.draw import draw, strata
from inspector.selection.lottery import LotteryTable, assign
from inspector.selection.rounding import Arc, CoinSource, round_in_order, round_network

ZERO = Key(SHA256, bytes(32))

REDUCED, ALL = 3_000, 20_000
PLANTED = 1_500  # rounds in which a planted fault must show


@pytest.fixture(params=[REDUCED, pytest.param(ALL, marks=pytest.mark.full)])
def rounds(request: pytest.FixtureRequest) -> int:
    count: int = request.param
    print(f"{count} rounds")
    return count


# --------------------------------------------------------------- χ² and its limit


@pytest.mark.parametrize(
    ("df", "exact"),
    # Standard tables, upper 0.001 point.
    [
        (3, 16.266),
        (5, 20.515),
        (10, 29.588),
        (30, 59.703),
        (50, 86.661),
        (100, 149.449),
    ],
)
def test_the_limit_lies_just_above_the_tabulated_quantile(
    df: int, exact: float
) -> None:
    assert exact < chi_square_limit(df) < 1.02 * exact


def multinomial_off(
    found: Counter[str], chances: dict[str, Fraction], rounds: int
) -> bool:
    """Whether counts of exclusive outcomes are off by χ² (p < 0.001)."""
    assert sum(chances.values()) == 1
    assert sum(found.values()) == rounds
    if set(found) - set(chances):
        return True
    value = sum(
        float((found[k] - rounds * p) ** 2 / (rounds * p)) for k, p in chances.items()
    )
    return value > chi_square_limit(len(chances) - 1)


# ------------------------------------------------------------ the draw of compounds


def draw_faults(rounds: int) -> list[str]:
    """What is off in that many draws of a small city of 33 compounds.

    Each inclusion and each stratum count within 4.5 standard errors; inside the
    strata, given the counts, draws are without replacement: Σ (f − F/N)² over the
    summed variance n(N − n)/N² times (N − 1)/N is χ² with N − 1 degrees (FAIRNESS §8).
    """
    compounds, streets = a_city("S01:AAAABBBCCDD S02:AABBBCCCDDD S03:AAABBBCCDDD")
    streets[1] = a_street("S02", 4)  # its chances are raised by one factor
    policy = Policy(draw=MONTHLY)
    found = strata(compounds, streets, (), policy)
    assert {s.chance for s in found} > {Fraction(1, 20), Fraction(2, 5)}
    times: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    variance: Counter[str] = Counter()
    for k in range(rounds):
        for s, d in zip(found, draw(found, a_seed("draw", k), policy), strict=True):
            n = len(d.drawn)
            times.update(d.drawn)
            extra[s.id] += n - int(s.expected)
            variance[s.id] += n * (s.size - n)
    faults = []
    chi_square, df = Fraction(0), 0
    for s in found:
        if s.expected % 1 and off(extra[s.id], rounds, s.expected % 1):
            faults.append(f"count {s.id}")
        faults += [c for c in s.compounds if off(times[c], rounds, s.chance)]
        if s.size > 1:
            mean = Fraction(sum(times[c] for c in s.compounds), s.size)
            squares = sum((times[c] - mean) ** 2 for c in s.compounds)
            chi_square += squares * s.size * (s.size - 1) / variance[s.id]
            df += s.size - 1
    if float(chi_square) > chi_square_limit(df):
        faults.append("χ²")
    return faults


def test_every_compound_is_drawn_as_often_as_published(rounds: int) -> None:
    assert draw_faults(rounds) == []


def test_pairs_of_one_stratum_are_those_of_a_plain_sample(rounds: int) -> None:
    # 10 compounds at 2/5: always 4, so each pair has 4·3 / (10·9).
    compounds, streets = a_city("S01:DDDDDDDDDD")
    policy = Policy(draw=MONTHLY)
    found = strata(compounds, streets, (), policy)
    pairs: Counter[tuple[str, ...]] = Counter()
    single: Counter[str] = Counter()
    for k in range(rounds):
        (result,) = draw(found, a_seed("pairs", k), policy)
        assert len(result.drawn) == 4
        single.update(result.drawn)
        pairs.update(combinations(sorted(result.drawn), 2))
    assert len(pairs) == 45
    assert [p for p, n in pairs.items() if off(n, rounds, Fraction(2, 15))] == []
    p = 0.4
    value = sum((n - rounds * p) ** 2 for n in single.values())
    assert value / (rounds * p * (1 - p)) * 9 / 10 < chi_square_limit(9)


FOUR_HALVES = tuple((r, (1, 2)) for r in RiskClass)


def joint_counts(rounds: int) -> Counter[str]:
    """How often each combination of four classes is drawn: one street, each 1/2."""
    compounds, streets = a_city("S01:ABCD")
    policy = Policy(draw=replace(MONTHLY, rates=FOUR_HALVES))
    found = strata(compounds, streets, (), policy)
    seen: Counter[str] = Counter()
    for k in range(rounds):
        drawn = draw(found, a_seed("joint", k), policy)
        seen["".join(d.id[-1] for d in drawn if d.drawn)] += 1
    return seen


# By symmetry: tickets treat the four classes alike, and two of them are always drawn.
SIX_PAIRS = {"".join(p): Fraction(1, 6) for p in combinations("ABCD", 2)}


def test_equal_classes_fall_together_equally_often(rounds: int) -> None:
    assert not multinomial_off(joint_counts(rounds), SIX_PAIRS, rounds)


def test_planted_cycles_in_id_order_are_caught_by_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        rounding_room, "in_ticket_order", lambda _seed, _label, names: sorted(names)
    )
    seen = joint_counts(PLANTED)
    assert multinomial_off(seen, SIX_PAIRS, PLANTED)
    assert len(seen) < 6  # some two classes never fall together


def test_joint_outcomes_are_those_of_exact_enumeration(rounds: int) -> None:
    # One fixed order, so that enumeration is over coins alone: pairs, triples, all.
    arcs = table_network([[1, 4, 2], [3, 1, 3], [2, 5, 1]])
    labels = in_ticket_order(ZERO, "arc", [a.label for a in arcs])
    nodes = in_ticket_order(ZERO, "node", {a.tail for a in arcs})

    def run(coins: CoinSource) -> str:
        outcome = round_in_order(arcs, 7, nodes, labels, coins)
        return "".join(
            str(outcome[f"cell/{i}/{j}"]) for i in range(3) for j in range(3)
        )

    chances: Counter[str] = Counter()
    for probability, key in all_outcomes(run):
        chances[key] += probability
    seen = Counter(run(Coins(a_seed("exact", k), "rounding")) for k in range(rounds))
    common = {k: p for k, p in chances.items() if p * rounds >= 10}
    assert len(common) > 10
    rare = sum((p for k, p in chances.items() if k not in common), Fraction(0))
    pooled = Counter({k: seen[k] for k in common}) + Counter(
        rare=sum(n for k, n in seen.items() if k not in common)
    )
    assert set(seen) <= set(chances)
    if rare:
        common["rare"] = rare
    assert not multinomial_off(pooled, dict(common), rounds)
    pairs: Counter[tuple[int, int]] = Counter()
    exact: Counter[tuple[int, int]] = Counter()
    for key in chances:
        for pair in combinations([k for k in range(9) if key[k] == "1"], 2):
            exact[pair] += chances[key]
            pairs[pair] += seen[key]
    assert [p for p in exact if off(pairs[p], rounds, exact[p])] == []


# ----------------------------------------------------------------------- the lottery


def lottery_faults(rounds: int) -> list[str]:
    """What is off in that many lotteries of 6 people, 3 days and a package a day.

    Each (person, package) chance within 4.5 standard errors; each seat by χ².
    """
    table = a_table(random.Random(11), 6, 3, 1, mixed=9)
    pair: dict[tuple[str, int], int] = {}
    seat: dict[str, dict[str, Fraction]] = {}
    for s, p, units in table.elements:
        name, package, _ = table.seats[s]
        key = table.people[p], package
        pair[key] = pair.get(key, 0) + units
        seat.setdefault(name, {})[table.people[p]] = Fraction(units, UNIT)
    package_of = {name: package for name, package, _ in table.seats}
    times: Counter[tuple[str, int]] = Counter()
    holders: dict[str, Counter[str]] = {name: Counter() for name in seat}
    for k in range(rounds):
        for name, who in assign(table, a_seed("lottery", k)).holders:
            times[who, package_of[name]] += 1
            holders[name][who] += 1
    faults = [
        f"{who} {package}"
        for (who, package), units in pair.items()
        if off(times[who, package], rounds, Fraction(units, UNIT))
    ]
    return faults + [
        name for name in seat if multinomial_off(holders[name], seat[name], rounds)
    ]


def test_every_person_gets_every_package_as_often_as_published(rounds: int) -> None:
    assert lottery_faults(rounds) == []


# ------------------------------------------------------------------- planted faults


class Modulo(Coins):
    """Planted fault: bytes modulo n instead of rejection."""

    def below(self, n: int) -> int:
        size = ((n - 1).bit_length() + 7) // 8
        return int.from_bytes(self._take(size), "big") % n if size else 0


class Exchanged(Coins):
    """Planted fault: a and b exchanged."""

    def chance(self, a: int, total: int) -> bool:
        return super().chance(total - a, total)


def uneven(coins: Coins, rounds: int) -> bool:
    """Whether numbers below 200 are not evenly spread (χ²)."""
    seen = Counter(str(coins.below(200)) for _ in range(rounds))
    return multinomial_off(seen, {str(k): Fraction(1, 200) for k in range(200)}, rounds)


def ring_off(coins: type[Coins]) -> bool:
    """Whether a ring of flow 28/200 does not come up in 7 of 50 roundings."""
    ring = [Arc("there", "a", "b", 28), Arc("back", "b", "a", 28)]
    times = 0
    for k in range(PLANTED):
        source = coins(a_seed("ring", k), "rounding")
        outcome = round_in_order(ring, 200, ["a", "b"], ["there", "back"], source)
        times += outcome["there"]
    return off(times, PLANTED, Fraction(28, 200))


def test_numbers_below_n_are_even_and_a_planted_modulo_is_caught() -> None:
    assert not uneven(Coins(ZERO, "even"), 20_000)
    assert uneven(Modulo(ZERO, "even"), 20_000)


def test_a_planted_modulo_is_caught_in_a_rounding() -> None:
    assert not ring_off(Coins)
    assert ring_off(Modulo)


def test_a_planted_exchange_of_a_and_b_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding_room, "Coins", Exchanged)
    assert len(draw_faults(PLANTED)) > 5
    assert len(lottery_faults(300)) > 5


def test_a_planted_fill_in_registry_order_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        draw_room, "in_ticket_order", lambda _seed, _label, names: list(names)
    )
    faults = draw_faults(PLANTED)
    assert "χ²" in faults
    assert "C0001" in faults


def even_table(people: int, days: int) -> LotteryTable:
    """Everybody in every seat with the same chance: two seats on each day."""
    names = tuple(f"p{i:02}" for i in range(people))
    packages = tuple((f"K{d:02}", f"2026-12-{d + 1:02}") for d in range(days))
    everyone = (1 << people) - 1
    seats = tuple(
        (f"K{d:02}/{role}", d, everyone)
        for d in range(days)
        for role in ("lead", "second")
    )
    turns = [
        [(k + s * (people // 2) + (s // 2)) % people for s in range(2 * days)]
        for k in range(people)
    ]
    return LotteryTable(
        names, packages, seats, mixture(seats, turns, [UNIT // people] * people)
    )


def days_running(table: LotteryTable, seeds: Iterable[bytes]) -> Iterator[int]:
    """Per lottery: how often somebody serves on two days running."""
    for seed in seeds:
        teams: dict[int, set[str]] = {}
        holders = assign(table, seed).holders
        for (_, who), (_, package, _) in zip(holders, table.seats, strict=True):
            teams.setdefault(package, set()).add(who)
        days = [teams[k] for k in sorted(teams)]
        yield sum(len(a & b) for a, b in pairwise(days))


# Loads are 1 or 2 days, so 8 of 16 people serve twice in 12 days; two days at random
# are neighbours with 11/66: 4/3 a month.
NEIGHBOURS = Fraction(4, 3)


def mean_days_running() -> Fraction:
    seeds = [a_seed("running", k) for k in range(60)]
    return Fraction(sum(days_running(even_table(16, 12), seeds)), len(seeds))


def test_people_serve_two_days_running_about_as_often_as_by_chance() -> None:
    assert mean_days_running() > NEIGHBOURS / 2


def test_planted_cycles_in_id_order_are_caught_by_days_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        rounding_room, "in_ticket_order", lambda _seed, _label, names: sorted(names)
    )
    assert mean_days_running() < NEIGHBOURS / 2
    # Single chances stay exact, so frequencies alone would not have shown it.
    assert lottery_faults(300) == []


def stage_correlation(rounds: int, first: str, second: str) -> float:
    """Correlation of two stages' outcomes, in standard errors (1/√rounds)."""
    one = [Arc("a", "x", "y", 10), Arc("b", "y", "x", 10)]
    two = [Arc("c", "u", "v", 10), Arc("d", "v", "u", 10)]
    blind, commitment = ZERO, bytes(32)
    both = ones = twos = 0
    for k in range(rounds):
        chance = digest(SHA256, "randomness", str(k))
        seeds = [
            make_seed(blind, blind_hash(blind), stage, commitment, chance).value
            for stage in (first, second)
        ]
        x = round_network(one, 100, seeds[0])["a"]
        y = round_network(two, 100, seeds[1])["c"]
        both, ones, twos = both + x * y, ones + x, twos + y
    covariance = both / rounds - ones * twos / rounds**2
    spread = (ones / rounds * (1 - ones / rounds)) ** 0.5
    spread *= (twos / rounds * (1 - twos / rounds)) ** 0.5
    return float(covariance / spread * rounds**0.5)


def test_the_two_stages_are_independent_and_a_shared_seed_is_caught() -> None:
    # One seed for both stages is one coin label used twice.
    assert abs(stage_correlation(REDUCED, "draw", "lottery")) < 4.5
    assert stage_correlation(REDUCED, "draw", "draw") > 4.5


def test_coins_of_two_labels_are_independent() -> None:
    one, two = Coins(ZERO, "one"), Coins(ZERO, "two")
    same = sum(one.below(2) == two.below(2) for _ in range(REDUCED))
    assert not off(same, REDUCED, Fraction(1, 2))
    one, two = Coins(ZERO, "one"), Coins(ZERO, "one")
    same = sum(one.below(2) == two.below(2) for _ in range(REDUCED))
    assert off(same, REDUCED, Fraction(1, 2))
