"""Candidates let go by the linear relaxation against all choices tried."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import example, given
from hypothesis import strategies as st

from inspector.schedule.linear_relaxation import hopeful
from inspector.schedule.resources import Room
from inspector.schedule.set_partitioning import (
    NOISE_SCALE,
    PartitionProblem,
    Ride,
    solve,
)

Cover = tuple[int, ...]


def covers(members: list[Cover]) -> list[Cover]:
    """Every choice of candidates that holds each visit exactly once."""
    every = sorted({visit for visits in members for visit in visits})
    numbers = range(len(members))
    some = chain.from_iterable(combinations(numbers, k) for k in range(1, 5))
    return [
        used for used in some if sorted(v for n in used for v in members[n]) == every
    ]


ORDERS = st.sets(st.integers(0, 3), min_size=1, max_size=3).map(
    lambda some: tuple(sorted(some))
)
# Every visit alone is a candidate, so that there is a choice.
ALONE: list[Cover] = [(0,), (1,), (2,), (3,)]


@given(
    st.lists(ORDERS, max_size=6, unique=True),
    st.lists(st.integers(1, 60), min_size=10, max_size=10),
    st.integers(1, 160),
)
@example([(0, 1), (2, 3)], [30] * 10, 60)
@example([(0, 1), (2, 3)], [30] * 10, 61)
def test_no_cheaper_choice_loses_a_candidate(
    more: list[Cover], costs: list[int], best: int
) -> None:
    members = ALONE + [order for order in more if order not in ALONE]
    cost = costs[: len(members)]
    some, work = hopeful(members, cost, best)
    assert work > 0
    assert some == sorted(some)
    for used in covers(members):
        if sum(cost[n] for n in used) < best:
            assert set(used) <= set(some)


def test_nothing_is_left_of_a_plan_that_is_best() -> None:
    members = [*ALONE, (0, 1), (2, 3)]
    assert hopeful(members, [30] * 6, 60)[0] == []


def test_a_plan_that_can_be_better_loses_what_is_dear() -> None:
    members = [*ALONE, (0, 1), (2, 3), (1, 2)]
    some, _ = hopeful(members, [30, 30, 30, 30, 30, 30, 90], 90)
    assert {4, 5} <= set(some)
    assert 6 not in some


def month(rides: tuple[Ride, ...], current: tuple[int, ...]) -> PartitionProblem:
    visits = tuple(sorted({i for ride in rides for i in ride.order}))
    room = Room((9, 9), (), 9, ())
    days = dict.fromkeys(visits, 0b11)
    return PartitionProblem(
        visits, rides, days, (), (10, 11), room, (), current, (0,) * len(current)
    )


RIDES = (
    Ride((0,), 30, 0b11),
    Ride((1,), 30, 0b11),
    Ride((0, 1), 40, 0b11),
    Ride((1, 0), 90, 0b11),
)


def test_the_packages_in_use_stay_unless_others_cost_less() -> None:
    best = solve(month(RIDES, (2,)), 1, 1.0)
    assert (best.chosen, best.closed, best.seen) == ((2,), True, 0)
    better = solve(month(RIDES, (0, 1)), 1, 1.0)
    assert (better.chosen, better.closed, better.seen) == ((2,), True, 3)


def test_noise_counts_in_the_relaxation_too() -> None:
    noise = (0, 0, 20 * NOISE_SCALE + 1, 0)
    assert solve(month(RIDES, (2,)), 1, 1.0, noise).chosen == (0, 1)
