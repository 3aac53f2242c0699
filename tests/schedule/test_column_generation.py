"""Prices of a district: when they settle, and when the linear programme fails."""

from __future__ import annotations

import time

import numpy as np
import pytest
from ortools.linear_solver import pywraplp
from zibo_month import a_month

from inspector.schedule import column_generation
from inspector.schedule.district import District, divide
from inspector.schedule.labelling import SCALE, Columns, Net, joined
from inspector.schedule.neighbourhood_search import NS_PER_WORK
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Progress
from tests.bench.compare.families import instance


def largest(family: str, seed: int) -> District:
    return max(divide(instance(family, seed))[0], key=lambda d: d.size)


def prices(district: District, work: int) -> column_generation.Prices:
    net = Net(district)
    return column_generation.price(net, sum(district.cars), joined([], net.width), work)


def test_prices_of_short_visits_settle_within_two_and_a_half_seconds_of_work() -> None:
    """Six visits a package: good columns at smoothed prices that are none at the real
    ones once made the search for columns wider and wider instead."""
    district = largest("80-loose", 1)
    found = prices(district, 2_500_000 * NS_PER_WORK)
    assert district.size == 61
    assert found.converged
    assert found.minutes() == 579
    assert found.guide == (*found.visit, found.package)


def test_prices_stopped_early_still_guide_and_their_bound_is_valid() -> None:
    district = largest("80-loose", 1)
    found = prices(district, 200_000 * NS_PER_WORK)
    assert not found.converged
    assert found.minutes() <= 579
    assert len(found.guide) == district.size + 1
    assert any(found.guide)


@pytest.mark.parametrize("after", [0, 2])
def test_a_linear_programme_that_fails_ends_the_prices(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """What was certified before stays valid, and nothing counts as settled."""
    whole, calls = column_generation.Master.solve, 0

    def failing(
        self: column_generation.Master,
    ) -> tuple[float, column_generation.Ints, int] | None:
        nonlocal calls
        calls += 1
        return whole(self) if calls <= after else None

    best = prices(divide(a_month(8, 14, 3, districts=1))[0][0], 10**12)
    monkeypatch.setattr(column_generation.Master, "solve", failing)
    found = prices(divide(a_month(8, 14, 3, districts=1))[0][0], 10**12)
    assert best.converged
    assert not found.converged
    assert found.calls == after + 1
    assert 0 <= found.minutes() <= best.minutes()


@pytest.mark.parametrize("times", [1, 2])
def test_a_linear_programme_that_fails_once_is_built_anew(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """From scratch the solver finds its way; if it fails there, too, that is said."""
    master = column_generation.Master(3, 2)
    row = np.array([[0, 1, -1], [2, -1, -1], [0, 2, -1]], np.int16)
    days = np.ones(3, np.int64)
    assert master.add(Columns(row, np.array([30, 20, 40]), days)) == 3
    value, price, package = master.solve() or (0, (), 0)
    assert value == 50
    solve, left = pywraplp.Solver.Solve, times

    def failing(self: pywraplp.Solver) -> int:
        nonlocal left
        left -= 1
        status = solve(self)
        return int(pywraplp.Solver.ABNORMAL if left >= 0 else status)

    monkeypatch.setattr(pywraplp.Solver, "Solve", failing)
    again = master.solve()
    if times == 2:
        assert again is None
    else:
        assert again is not None
        assert again[0] == value
        assert (again[1].tolist(), again[2]) == (list(price), package)


@pytest.mark.parametrize(
    ("family", "work", "begun", "most"),
    [("40-over", 1_000_000, 12, 10), ("80-over", 6_000_000, 20, 10)],
)
def test_an_over_full_month_is_searched_for_fuller_packages(
    family: str, work: int, begun: int, most: int
) -> None:
    """Visits left out are charged for, so packages that would take them are tried, on
    days that have room for them."""
    seen: list[Progress] = []
    found = plan(
        instance(family, 1),
        seed=1,
        budget=Budget(work, 1e9),
        executor=None,
        now=time.process_time,
        progress=seen.append,
    )
    assert next(p for p in seen if p.stage == "start").unplaced == begun
    assert len(found.unplaced) <= most
    # The prices of all visits say next to nothing about those placed.
    assert [p.bound_minutes for p in seen if p.stage == "search"][
        -1
    ] < found.bound_minutes
    assert found.travel_minutes * 7 // 10 < found.bound_minutes <= found.travel_minutes
    assert 0 < sum(run.work for run in found.runs if run.task == "bound") < work // 4


def test_prices_without_time_to_settle_are_scaled_down_to_a_bound() -> None:
    """No exact enumeration came to its end; q-routes certify a part of the prices."""
    district = largest("80-loose", 1)
    for work, least in ((100_000, 200), (1_000_000, 400)):
        found = prices(district, work * NS_PER_WORK)
        assert not found.converged
        assert least < found.minutes() <= 579


@pytest.mark.parametrize("seed", range(1, 4))
def test_scaled_prices_are_undercut_by_no_package(seed: int) -> None:
    district = largest("40-tight", seed)
    net = Net(district)
    home = net.legs[: net.size, net.size] * SCALE
    total, visit, each = column_generation.scaled(net, home * 3, -5 * SCALE, 99)
    assert total > 0
    found, whole = net.cheap(visit, each - 1, 10**6)
    assert whole
    assert len(found) == 0
