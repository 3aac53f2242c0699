"""The table of all goals: its rows, and what earlier days tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.selection.lottery import UNIT, LotteryTable
from tests.bench import replan
from tests.bench.compare.earlier import SEEN, before, chances, guess, lotteries
from tests.bench.compare.families import instance
from tests.bench.compare.goals import (
    gap_row,
    ratio_row,
    replan_rows,
    scale_goals,
    text_of,
)
from tests.bench.compare.runner import Result

ROW = replan.Figures("a pair ill", 1, 1, 2, 2, 2, 0, 0.01, 100, 100, 0, True)


def a_result(method: str, seed: int, travel: int, **more: object) -> Result:
    return replace(
        Result(method, "280-loose", seed, 280, 60, travel=travel),
        **more,  # type: ignore[arg-type]
    )


def two_days() -> LotteryTable:
    """Two people, one seat on each of two days, half and half."""
    half = UNIT // 2
    return LotteryTable(
        ("a", "b"),
        (("P1", "2026-12-01"), ("P2", "2026-12-02")),
        (("s1", 0, 3), ("s2", 1, 3)),
        tuple((s, p, half) for s in (0, 1) for p in (0, 1)),
    )


# -- earlier days --------------------------------------------------------------------


def test_the_last_day_is_certain_when_loads_are_whole_numbers() -> None:
    table = two_days()
    runs = lotteries(table, 8 * SEEN)
    found = guess(table, runs)
    assert chances(table) == {(k, p): UNIT // 2 for k in (0, 1) for p in (0, 1)}
    assert all(len({p for p, _ in run}) == 2 for run in runs)
    assert (found.before, found.after) == (0.5, 1.0)
    assert found.best == pytest.approx(
        0.75, abs=0.05
    )  # half of the first day, the last
    assert found.settled == 0.5


def test_duties_before_a_day_count_only_earlier_ones() -> None:
    assert before([{(0, 0): 0, (1, 1): 1}], 2, 2) == [[[0, 0], [1, 0], [1, 1]]]


# -- rows ----------------------------------------------------------------------------


def test_a_ratio_counts_seeds_that_place_equally_many() -> None:
    results = [a_result("ours", s, 99) for s in (1, 2, 3)]
    results += [a_result("pyvrp", s, 100) for s in (1, 2)]
    results.append(a_result("pyvrp", 3, 50, unplaced=4))
    row = ratio_row(results, "pyvrp", 1.0)
    assert (row.reached, row.held) == ("0.990 (0.990–0.990)", True)
    assert ratio_row(results, "pyvrp", 0.98).held is False
    assert ratio_row(results, "routing", 0.93).held is None


def test_the_largest_gap_decides() -> None:
    results = [a_result("ours", s, 100 + s, bound=100) for s in (1, 2, 9)]
    assert gap_row(results, "with series", 0.08).held is False
    assert gap_row(results[:2], "with series", 0.08).held is True
    assert gap_row([a_result("ours", 1, 100)], "with series", 0.08).held is False


def test_a_replan_fails_its_goal_by_time_or_by_visits_moved() -> None:
    far = replace(ROW, label="all cars, O1", seconds=9, cpu_seconds=9, unplaced=3)
    rows = replan_rows([ROW, far])
    assert [r.held for r in rows] == [True, None, False]
    assert rows[2].reached == "3"
    slow = replan_rows([replace(ROW, cpu_seconds=5.1)])
    moved = replan_rows([replace(ROW, others=0.06)])
    assert slow[0].held is moved[0].held is False


def test_four_times_the_visits_may_take_a_little_more_than_four_times() -> None:
    some = [a_result("ours", 1, 104, bound=100, cpu_seconds=10.0)]
    for size, seconds in ((560, 30.0), (1120, 41.0)):
        big = a_result("ours", 1, 105, bound=100, cpu_seconds=seconds)
        some.append(replace(big, family=f"{size}-loose"))
    double, four = scale_goals(some, (280, 560, 1120))
    assert (double.held, four.held) == (None, True)
    assert four.reached == "4.10 × the time, gap 4.0% → 5.0%"
    assert "| 4 times the visits | ≤ 4.2 × the time | 4.10 ×" in text_of([four])


def test_a_free_replan_adds_nothing_to_days_already_known() -> None:
    work = instance("80-tight", 1)
    plan = replan.searched(work, 1, 1)
    known = replan.published_days(work.days, replan.TODAY, 3)[-1]
    stays = [p for p in plan.packages if p.day <= known]
    free = replan.free_replan(work, stays, known, 1, 1)
    assert {p.stops for p in free.packages if p.day <= known} == {
        p.stops for p in stays
    }
    assert free.packages != plan.packages
