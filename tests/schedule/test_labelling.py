"""Enumeration of packages against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from zibo_month import Dice, a_month

from inspector.domain import Window
from inspector.policy import DayRules
from inspector.schedule.column_generation import price
from inspector.schedule.district import District, divide
from inspector.schedule.labelling import SCALE, Net, joined
from inspector.schedule.packages import times


def small(seed: int, visits: int = 8) -> District:
    """The only district of a small month, with short services so that many fit."""
    work = a_month(seed, visits - 3, 1, districts=1)
    parts, out = divide(work)
    assert not out
    return parts[0]


def legs_of(district: District, order: tuple[int, ...]) -> list[int]:
    stops = (district.size, *order, district.size)
    return [district.legs[a][b] for a, b in pairwise(stops)]


def every_package(district: District, rules: DayRules) -> dict[tuple[int, ...], int]:
    """Least travel of each set of visits, by trying all orders."""
    found: dict[tuple[int, ...], int] = {}
    for size in range(1, rules.max_visits + 1):
        for group in combinations(range(district.size), size):
            pairs = combinations(group, 2)
            if not all(district.together[a] >> b & 1 for a, b in pairs):
                continue
            days = -1
            for visit in group:
                days &= district.days[visit]
            if not days:
                continue
            for order in permutations(group):
                legs = legs_of(district, order)
                stays = [(district.service[i], district.window[i]) for i in order]
                travel = sum(legs)
                if travel < found.get(group, 1 << 30) and times(stays, legs, rules):
                    found[group] = travel
    return found


@pytest.mark.parametrize("seed", range(1, 7))
def test_enumeration_finds_every_package_with_its_least_travel(seed: int) -> None:
    district = small(seed)
    net = Net(district)
    columns, whole = net.cheap(np.zeros(district.size, np.int64), 10**8, 10**6)
    assert whole
    got = {
        tuple(sorted(i for i in order if i >= 0)): travel
        for order, travel in zip(
            columns.order.tolist(), columns.travel.tolist(), strict=True
        )
    }
    assert got == every_package(district, district.rules)
    for order, travel in zip(
        columns.order.tolist(), columns.travel.tolist(), strict=True
    ):
        stops = tuple(i for i in order if i >= 0)
        assert sum(legs_of(district, stops)) == travel


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_limit_on_reduced_cost_loses_nothing_below_it(seed: int) -> None:
    district = small(seed)
    dice = Dice(seed)
    prices = np.array([dice.below(30) * SCALE for _ in range(district.size)])
    found, whole = Net(district).cheap(prices, 2 * SCALE, 10**6)
    assert whole
    wanted = {
        group
        for group, travel in every_package(district, district.rules).items()
        if travel * SCALE - int(prices[list(group)].sum()) <= 2 * SCALE
    }
    assert wanted
    assert {
        tuple(sorted(i for i in order if i >= 0)) for order in found.order.tolist()
    } == wanted


def test_array_times_agree_with_the_scalar_rule() -> None:
    district = small(3, 14)
    net = Net(district)
    dice = Dice(5)
    orders = []
    for _ in range(600):
        size = 2 + dice.below(4)
        picks = sorted(range(district.size), key=lambda _: dice.below(1 << 30))
        orders.append(tuple(picks[:size]))
    agreed = {True: 0, False: 0}
    for order in orders:
        stays = [(district.service[i], district.window[i]) for i in order]
        scalar = times(stays, legs_of(district, order), district.rules) is not None
        assert bool(net.keeps(np.array([order], np.int16))[0]) == scalar
        agreed[scalar] += 1
    assert min(agreed.values()) > 50


@pytest.mark.parametrize("seed", range(1, 5))
def test_no_package_violates_the_certified_prices(seed: int) -> None:
    district = small(seed, 9)
    slots = sum(district.cars)
    found = price(Net(district), slots, joined([], 6), 10**9)
    assert found.converged
    assert found.package <= 0
    for group, travel in every_package(district, district.rules).items():
        total = sum(found.visit[i] for i in group) + found.package
        assert total <= travel * SCALE


def test_the_bound_is_not_above_the_best_partition() -> None:
    district = small(2, 8)
    packages = every_package(district, district.rules)
    masks = {sum(1 << i for i in group): cost for group, cost in packages.items()}
    best = {0: 0}
    for mask in range(1, 1 << district.size):
        low = mask & -mask
        best[mask] = min(
            (
                best[mask ^ some] + cost
                for some, cost in masks.items()
                if some & low and some & mask == some
            ),
            default=1 << 30,
        )
    slots = sum(district.cars)
    bound = price(Net(district), slots, joined([], 6), 10**9).minutes()
    assert 0.9 * best[(1 << district.size) - 1] <= bound
    assert bound <= best[(1 << district.size) - 1]


def test_prices_stopped_early_are_still_valid() -> None:
    district = small(4, 9)
    slots = sum(district.cars)
    found = price(Net(district), slots, joined([], 6), 1)
    for group, travel in every_package(district, district.rules).items():
        total = sum(found.visit[i] for i in group) + found.package
        assert total <= travel * SCALE


def test_packages_longer_than_those_enumerated_are_bounded_too() -> None:
    work = a_month(3, 11, 0, districts=1)
    visits = tuple(
        replace(v, service_minutes=10, window=Window.ALL_DAY, skill="")
        for v in work.visits
    )
    work = replace(work, visits=visits, day=DayRules(max_visits=20))
    district = divide(work)[0][0]
    net = Net(district)
    assert net.width < net.longest
    assert not net.cheap(np.zeros(11, np.int64), 10**8, 10**6)[1]
    # One package of all eleven, the nearest visit next.
    order: list[int] = []
    while len(order) < 11:
        last = order[-1] if order else 11
        left = sorted(set(range(11)) - set(order))
        order.append(min(left, key=lambda visit: district.legs[last][visit]))
    stays = [(10, Window.ALL_DAY)] * 11
    assert times(stays, legs_of(district, tuple(order)), district.rules)
    found = price(Net(district), sum(district.cars), joined([], 8), 10**7)
    assert not found.converged
    assert found.minutes() <= district.tour(tuple(order))


def test_an_enumeration_that_is_halted_is_not_whole() -> None:
    district = small(3, 9)
    none = np.zeros(district.size, np.int64)
    assert Net(district).cheap(none, 10**8, 10**6)[1]
    columns, whole = Net(district, lambda: True).cheap(none, 10**8, 10**6)
    assert not whole
    assert len(columns) == district.size  # alone only
