"""The canonical table: by hand, against every other table, and against the planner.

Nothing here trusts the maker: known optima are typed in, others are compared with
tables from plain max-flows in exact fractions.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from chance_cases import a_busy_month, a_calm_month, a_person, a_seat

from inspector.errors import InspectorError, NoTable
from inspector.policy import LotteryRules
from inspector.selection import distance, nearest
from inspector.selection.chances import chance_table
from inspector.selection.distance import CandidateTable
from inspector.selection.flows import Circulation
from inspector.selection.network import (
    FINE,
    WHOLE,
    ChanceTable,
    Network,
    Person,
    SeatNeed,
    equal_shares,
    network,
    pair_sums,
    weight,
)
from inspector.selection.problem import Bounds, ChanceProblem
from inspector.selection.proofs import check_table

HERE = Path(__file__).parent
RULES = LotteryRules()
Month = tuple[tuple[Person, ...], tuple[SeatNeed, ...]]
MILLIONTH = Fraction(1, 10**6)


def _candidate(month: Month, table: ChanceTable) -> CandidateTable:
    people, seats = month
    pairs = [(0, 0) if p.dropped else (table.floor, p.cap) for p in table.pairs]
    return CandidateTable(
        network(people, seats),
        people,
        seats,
        [(low * FINE, high * FINE) for low, high in pairs],
        table.loads,
        [e.units for e in table.elements],
        table.multipliers,
    )


def _radius(month: Month, table: ChanceTable, rules: LotteryRules = RULES) -> float:
    found = _candidate(month, table)
    assert not list(distance.misplaced(found))
    return float(distance.squared(found, rules)) ** 0.5


def _objective(month: Month, units: list[int], rules: LotteryRules) -> Fraction:
    """What is minimised, exactly: FAIRNESS and PROTOCOL.md §7 word by word."""
    people, seats = month
    net, total = network(people, seats), Fraction(0)
    duty = [Fraction(p.carry_minutes) for p in people]
    for (s, i), u, a in zip(
        net.elements, units, equal_shares(net, people), strict=True
    ):
        total += Fraction((u - a) ** 2, a * WHOLE)
        duty[i] += Fraction(u * seats[s].minutes, WHOLE)
    groups: dict[str, list[int]] = {}
    for i, p in enumerate(people):
        if weight(p):
            groups.setdefault(p.group, []).append(i)
    for mine in groups.values():
        mean = sum(duty[i] for i in mine) / sum(weight(people[i]) for i in mine)
        for i in mine:
            off = duty[i] / weight(people[i]) - mean
            total += Fraction(*rules.duty_weight) * weight(people[i]) * off**2
    return total


def _apart(month: Month, one: list[int], two: list[int]) -> Fraction:
    """The distance in which one is nearest: Σ (x - y)² / a."""
    shares = equal_shares(network(*month), month[0])
    rows = zip(one, two, shares, strict=True)
    return sum((Fraction((x - y) ** 2, a * WHOLE) for x, y, a in rows), Fraction(0))


# ------------------------------------------------------------------------ by hand


def test_who_carries_a_minute_over_gets_a_twelfth_less() -> None:
    """One seat, two people, m = 2, carry 1, L = 1/4. With x = 1/2 + d and 1/2 - d:
    4 d² + 2 L (m d + 1/2)² is least at d = -L m / (4 + 2 L m²) = -1/12."""
    people = (a_person("a", 0b1, carry_minutes=1), a_person("b", 0b1))
    seats = (a_seat("k", 0, 0, 0, 1, minutes=2),)
    table = chance_table(people, seats, RULES)
    wanted = [Fraction(5, 12), Fraction(7, 12)]
    for e, chance in zip(table.elements, wanted, strict=True):
        assert abs(Fraction(e.units, WHOLE) - chance) < Fraction(1, 10**10)
    # s = 0, and q answers to the duty that is left uneven: q = -L w δ.
    made = [Fraction(5, 6) + 1, Fraction(7, 6)]
    off = made[0] - sum(made) / 2
    assert abs(Fraction(table.multipliers.duty[0], WHOLE) + off / 4) < Fraction(
        1, 10**9
    )


def test_who_carries_a_day_over_is_left_at_the_floor() -> None:
    people = (a_person("a", 0b1, carry_minutes=480), a_person("b", 0b1))
    seats = (a_seat("k", 0, 0, 0, 1),)
    table = chance_table(people, seats, RULES)
    assert [e.units for e in table.elements] == [
        table.floor * FINE,
        WHOLE - table.floor * FINE,
    ]
    assert _radius((people, seats), table) < 1e-9


def test_shares_differ_by_rate_and_nothing_else_without_duty() -> None:
    """Three may sit, one of them on half of his days: 2/5, 2/5, 1/5."""
    people = (a_person("a", 0b1111), a_person("b", 0b1111), Person("c", 0b1111, 2, "h"))
    seats = tuple(a_seat(f"k{d}", 0, d, 0, 1, 2, minutes=0) for d in range(4))
    rules = replace(RULES, cap_factor=(100, 1), floor_factor=(0, 1))
    table = chance_table(people, seats, rules)
    wanted = [Fraction(2, 5), Fraction(2, 5), Fraction(1, 5)] * 4
    for e, chance in zip(table.elements, wanted, strict=True):
        assert abs(Fraction(e.units, WHOLE) - chance) < Fraction(1, 10**11)


def test_a_lone_person_has_the_seat_and_a_dropped_pair_none() -> None:
    people = (a_person("A", 0b11), a_person("B", 0b11))
    seats = (
        a_seat("x", 0, 0, 0, 1),
        a_seat("y", 0, 0, 1),
        a_seat("z", 0, 1, 0, 1),
    )
    table = chance_table(people, seats, RULES)
    units = {(e.seat, e.person): e.units for e in table.elements}
    assert units[0, 0] == units[1, 1] == WHOLE
    assert units[0, 1] == 0
    assert [p.person for p in table.pairs if p.dropped and p.package == 0] == [1]
    assert check_table(people, seats, RULES, table) == []


# ------------------------------------------------- against every other table


def _others(month: Month, table: ChanceTable, count: int) -> Iterator[list[int]]:
    """Tables within the same bounds: max-flows that favour some elements."""
    people, seats = month
    flow, rng = Circulation(network(people, seats), WHOLE), random.Random(5)
    flow.loads(table.loads)
    used = np.array([not p.dropped for p in table.pairs])
    caps = np.array([p.cap for p in table.pairs], dtype=np.int64) * used * FINE
    flow.chances(np.where(used, table.floor * FINE, 0), caps)
    size = len(table.elements)
    for _ in range(count):
        upper = np.array([WHOLE if rng.random() < 0.9 else 0 for _ in range(size)])
        now = np.array([e.units for e in table.elements])
        near = np.maximum(
            upper, np.where(np.array([rng.random() < 0.5] * size), now, 0)
        )
        flow.elements(np.zeros(size, dtype=np.int64), np.minimum(near, WHOLE))
        units, _ = flow.solve()
        if units is not None:
            yield [int(u) for u in units]


@pytest.mark.parametrize("name", ["calm", "busy"])
def test_every_other_table_is_worse_by_its_squared_distance_and_more(name: str) -> None:
    """f(y) - f(x*) >= Σ (y - x*)²/a for all tables y: x* is the least, and the only."""
    month = {"calm": a_calm_month, "busy": a_busy_month}[name]()
    table = chance_table(*month, RULES)
    mine = [e.units for e in table.elements]
    least, tried = _objective(month, mine, RULES), 0
    for other in _others(month, table, 30):
        apart = _apart(month, other, mine)
        if apart:
            tried += 1
            worse = _objective(month, other, RULES) - least
            assert worse >= apart * (1 - MILLIONTH) - MILLIONTH
        for share in (Fraction(1, 2), Fraction(1, 1000)):  # and on the way there
            mixed = [int(m + (o - m) * share) for m, o in zip(mine, other, strict=True)]
            assert _objective(month, mixed, RULES) > least - MILLIONTH**2
    assert tried >= 10


def test_the_weight_of_duty_is_the_policys() -> None:
    month = a_busy_month()
    spreads = []
    for duty_weight in ((1, 64), (1, 4), (1, 1)):
        rules = replace(RULES, duty_weight=duty_weight)
        table = chance_table(*month, rules)
        assert _radius(month, table, rules) < 1e-7
        assert check_table(*month, rules, table) == []
        duty = [Fraction(p.carry_minutes) for p in month[0]]
        for e in table.elements:
            duty[e.person] += Fraction(e.units * month[1][e.seat].minutes, WHOLE)
        spreads.append(max(duty[:9]) - min(duty[:9]))
        other = replace(RULES, duty_weight=(2, 3))
        assert "table.canonical" in {v.code for v in check_table(*month, other, table)}
    assert spreads == sorted(spreads, reverse=True)


# -------------------------------------------------------------- odd months, twins


def an_odd_month(seed: int) -> Month:
    """Lone seats, scarce people, no days, fixed loads, full days, no seats at all."""
    rng = random.Random(f"odd {seed}")
    days, people = rng.randint(1, 4), []
    for i in range(rng.randint(2, 8)):
        free = sum(1 << d for d in range(days) if rng.random() < 0.85)
        most = rng.randint(0, days)
        carry = 240 * rng.choice((0, 0, 0, 1, -1, 3, -8, 20))
        people.append(Person(f"p{i}", free, most, rng.choice("xxyz"), carry))
    seats: list[SeatNeed] = []
    share, number = rng.choice((0.4, 0.7, 1.0)), rng.choice((0, 2, 4, 6))
    for k in range(number):
        day, minutes = rng.randrange(days), rng.choice((0, 300, 420, 471))
        here = [i for i, p in enumerate(people) if p.days >> day & 1 and p.max_days]
        for n in range(rng.choice((1, 1, 2))):
            who = [i for i in here if rng.random() < share] or here[:1]
            seats.append(SeatNeed(f"k{k}.{n}", f"k{k}", day, tuple(who), minutes))
    return tuple(people), tuple(seats)


def _odd(seeds: range) -> Counter[str]:
    found = Counter[str]()
    for seed in seeds:
        month = an_odd_month(seed)
        try:
            table = chance_table(*month, RULES)
        except NoTable:
            found["impossible"] += 1
            continue
        assert check_table(*month, RULES, table) == [], seed
        found["tables"] += 1
        found["lone"] += any(len(s.eligible) == 1 for s in month[1])
        found["dropped"] += any(p.dropped for p in table.pairs)
        found["fixed"] += any(a == b > 0 for a, b in table.loads)
        found["full days"] += bool(table.multipliers.days)
        found["nobody there"] += any(not weight(p) for p in month[0])
        found["no seats"] += not month[1]
        found["floor is cap"] += any(p.cap == table.floor for p in table.pairs)
        most = max((abs(v) for v in table.multipliers.seats), default=0)
        found["more than 2^53"] += most >= 1 << 53
    return found


def test_odd_months_are_all_proven() -> None:
    found = _odd(range(150))
    kinds = ("lone", "dropped", "fixed", "full days", "nobody there", "no seats")
    assert all(found[kind] >= 3 for kind in (*kinds, "more than 2^53")), found


def test_a_chance_of_a_millionth_is_found_in_a_month_with_hardly_a_choice() -> None:
    """June of a made-up year: at the barrier's end it looked like 0 for good."""
    told = json.loads((HERE / "tight_month.json").read_text("utf-8"))
    people = tuple(Person(*row) for row in told["people"])
    seats = tuple(
        SeatNeed(name, package, day, tuple(eligible), minutes)
        for name, package, day, eligible, minutes in told["seats"]
    )
    table = chance_table(people, seats, RULES)
    assert check_table(people, seats, RULES, table) == []
    assert 0 < min(e.units for e in table.elements if e.units) < 4 * WHOLE // 10**6


def test_what_no_way_proves_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inspector.selection.nearest.WAYS", ())
    with pytest.raises(InspectorError, match=r"chances\.unproven"):
        chance_table(*a_calm_month(), RULES)


@pytest.mark.full
def test_many_odd_months_are_all_proven() -> None:
    assert _odd(range(150, 2000))["tables"] > 600


def test_six_twins_get_the_same_chance_to_the_last_unit() -> None:
    """A third of 2^40 is no whole number: one unit is all that they may differ by."""
    people, seats = a_calm_month()
    twins = tuple(replace(people[0], id=f"t{k}") for k in range(6))
    every = range(len(people), len(people) + 6)
    shared = tuple(
        replace(s, eligible=(*s.eligible, *every)) if 0 in s.eligible else s
        for s in seats
    )
    table = chance_table((*people, *twins), shared, RULES)
    units: dict[int, list[int]] = {}
    for e in table.elements:
        if e.person in every:
            units.setdefault(e.seat, []).append(e.units)
    assert len(units) > 60
    assert all(len(own) == 6 and max(own) - min(own) <= 1 for own in units.values())


# -------------------------------------------------------------------------- pools


def _shifted(month: Month, name: str, by: int) -> Month:
    people, seats = month
    return (
        tuple(replace(p, id=name + p.id, group=name + p.group) for p in people),
        tuple(
            replace(
                s,
                id=name + s.id,
                package=name + s.package,
                eligible=tuple(i + by for i in s.eligible),
            )
            for s in seats
        ),
    )


def _bounds(month: Month, net: Network) -> Bounds:
    table = chance_table(*month, RULES)
    pairs = _candidate(month, table).pairs
    assert [(p.package, p.person) for p in table.pairs] == list(net.pairs)
    least, most = np.array(pairs, dtype=np.int64).T
    return Bounds(table.loads, least, most)


def test_pools_side_by_side_give_the_bytes_of_each_alone() -> None:
    one, two = a_calm_month(), a_busy_month()
    ahead = len(one[0])
    a, b = _shifted(one, "a", 0), _shifted(two, "b", ahead)
    both = (*a[0], *b[0]), (*a[1], *b[1])
    nets = network(*one), network(*two)
    bounds = _bounds(one, nets[0]), _bounds(two, nets[1])
    together = Bounds(
        (*bounds[0].loads, *bounds[1].loads),
        np.concatenate((bounds[0].least, bounds[1].least)),
        np.concatenate((bounds[0].most, bounds[1].most)),
    )
    units, made = nearest.nearest(network(*both), *both, together, RULES)
    alone = [
        nearest.nearest(net, *month, own, RULES)
        for net, month, own in zip(nets, (one, two), bounds, strict=True)
    ]
    assert units == alone[0][0] + alone[1][0]
    for name in ("seats", "loads", "duty"):
        parts = [getattr(m, name) for _, m in alone]
        assert getattr(made, name) == parts[0] + parts[1]
    assert len(nearest.pools(*both)) == 2


def test_a_shared_duty_group_makes_one_pool() -> None:
    people = (a_person("a"), a_person("b"), a_person("c", max_days=0))
    seats = (a_seat("k", 0, 0, 0), a_seat("l", 0, 1, 1))
    assert nearest.pools(people, seats) == [([0, 1], [0, 1]), ([2], [])]


# --------------------------------------------------------------- the planner's moves


@cache
def _made(name: str) -> tuple[Month, ChanceTable]:
    month = {"calm": a_calm_month, "busy": a_busy_month}[name]()
    return month, chance_table(*month, RULES)


def _moved(table: ChanceTable, net: Network, rng: random.Random) -> ChanceTable | None:
    """A bit more than a millionth from one pair to another, round two seats and two
    people; None when this breaks a bound that other claims prove."""
    size = int(WHOLE * MILLIONTH) * 11 // 10
    at = {end: k for k, end in enumerate(net.elements)}
    s, t = rng.sample(range(net.seats), 2)
    i, j = rng.sample(range(net.people), 2)
    four = [(s, i, size), (s, j, -size), (t, j, size), (t, i, -size)]
    if net.seat_package[s] == net.seat_package[t] or any(
        (k, who) not in at for k, who, _ in four
    ):
        return None
    units = [e.units for e in table.elements]
    for k, who, by in four:
        units[at[k, who]] += by
    rows = zip(pair_sums(net, units), table.pairs, strict=True)
    kept = all(table.floor * FINE <= u <= p.cap * FINE for u, p in rows)
    if min(units) < 0 or not kept:
        return None
    rows_ = zip(table.elements, units, strict=True)
    return replace(table, elements=tuple(replace(e, units=u) for e, u in rows_))


@pytest.mark.parametrize("name", ["calm", "busy"])
def test_no_pair_moves_by_a_millionth_inside_the_bounds(name: str) -> None:
    month, table = _made(name)
    net, rng, tried = network(*month), random.Random(name), 0
    while tried < 40:
        moved = _moved(table, net, rng)
        if moved is not None:
            tried += 1
            assert "table.canonical" in {
                v.code for v in check_table(*month, RULES, moved)
            }


@pytest.mark.parametrize("name", ["calm", "busy"])
def test_whoever_uses_up_the_whole_tolerance_moves_no_pair_by_a_millionth(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planner solves for other targets, so tilted that all of R is used, and
    publishes the multipliers of that: accepted, and hardly anything moves."""
    month, table = _made(name)
    net = network(*month)
    before, rng, largest = _candidate(month, table), random.Random(f"tilt {name}"), 0.0
    bounds = _bounds(month, net)
    sums = pair_sums(net, before.units)
    rows = enumerate(zip(sums, before.pairs, strict=True))
    inner = [k for k, (u, (low, high)) in rows if low < u < high]
    for pair in rng.sample(inner, 5):
        tilt = _tilted(pair, 0.7e-6)
        monkeypatch.setattr(nearest, "ChanceProblem", tilt)
        monkeypatch.setattr(nearest, "PRECISION", 1)  # he asks nobody
        units, made = nearest.nearest(net, *month, bounds, RULES)
        monkeypatch.undo()
        found = replace(before, units=units, multipliers=made)
        assert not list(distance.misplaced(found))
        assert 0.1e-12 < distance.squared(found, RULES) <= 1e-12
        moves = [abs(a - b) for a, b in zip(pair_sums(net, units), sums, strict=True)]
        largest = max(largest, max(moves) / WHOLE)
    assert 1e-8 < largest < 1e-6


def _tilted(pair: int, radius: float) -> type[ChanceProblem]:
    """The problem with targets moved up at one pair, as far as R allows."""

    class Tilted(ChanceProblem):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            mine = np.flatnonzero(self.pair == pair)
            share = self.share.copy()
            share[mine] += radius * np.sqrt(self.share[mine] / len(mine))
            self.share = share

    return Tilted
