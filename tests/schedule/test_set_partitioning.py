"""The exact subproblem against brute force, with days counted and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.schedule.column_generation import OUT
from inspector.schedule.district import Link, bits
from inspector.schedule.resources import Room
from inspector.schedule.set_partitioning import PartitionProblem, Ride, solve

DAYS = 3
ALL = (1 << DAYS) - 1
ORDINALS = (10, 11, 14)  # calendar days: a weekend lies between


def room(*packages: int, fire: tuple[int, ...] = (9, 9, 9)) -> Room:
    return Room(packages, (("fire", fire),), 9, (("fire", 9),))


def choice(
    rides: tuple[Ride, ...], left: Room, dated: bool = True, **more: object
) -> PartitionProblem:
    visits = tuple(sorted({i for ride in rides for i in ride.order}))
    days = dict.fromkeys(visits, ALL)
    made = PartitionProblem(
        visits, rides, days, (), ORDINALS, left, visits, (), (), dated
    )
    return replace(made, **more)  # type: ignore[arg-type]


def placed(some: PartitionProblem) -> set[int]:
    answer = solve(some, 1, 1.0)
    assert answer.closed
    assert answer.chosen is not None
    return {i for n in answer.chosen for i in some.rides[n].order}


ALONE = (Ride((0,), 30, 0b001), Ride((1,), 20, 0b001))


def test_two_packages_on_one_day_need_two_cars() -> None:
    assert placed(choice(ALONE, room(2, 0, 0))) == {0, 1}
    assert placed(choice(ALONE, room(1, 0, 0))) == {1}
    assert placed(choice(ALONE, room(1, 0, 0), dated=False)) == {0, 1}  # days later


def test_two_packages_with_a_skill_on_one_day_need_people_for_both() -> None:
    skilled = tuple(replace(ride, skill="fire") for ride in ALONE)
    assert placed(choice(skilled, room(2, 0, 0, fire=(2, 0, 0)))) == {0, 1}
    assert placed(choice(skilled, room(2, 0, 0, fire=(1, 0, 0)))) == {1}


@pytest.mark.parametrize(("gap", "both"), [((1, 1), True), ((2, 2), False)])
def test_steps_keep_their_gap_on_the_days_that_have_room(
    gap: tuple[int, int], both: bool
) -> None:
    rides = tuple(replace(ride, days=ALL) for ride in ALONE)
    steps = (Link(0, 1, *gap),)
    assert (placed(choice(rides, room(1, 1, 1), links=steps)) == {0, 1}) is both


def test_steps_in_one_package_share_its_day() -> None:
    rides = (Ride((0, 2), 30, ALL), Ride((1,), 20, 0b001))
    steps = (Link(0, 1, 1, 9),)
    # The second step would have to come after the first, on the first day.
    assert placed(choice(rides, room(1, 1, 1), links=steps)) == {0, 2}


# -- all choices tried ---------------------------------------------------------


def plans(some: PartitionProblem) -> Iterator[tuple[int, dict[int, int]]]:
    """Every allowed plan: its cost, and the day of each visit placed."""
    numbers = range(len(some.rides))
    for used in chain.from_iterable(combinations(numbers, k) for k in range(6)):
        rides = [some.rides[n] for n in used]
        visits = [i for ride in rides for i in ride.order]
        if len(visits) != len(set(visits)):
            continue
        out = set(some.visits) - set(visits)
        if any(k.before in out and k.after not in out for k in some.links):
            continue
        for on in product(*(bits(ride.days) for ride in rides)):
            day = {i: d for ride, d in zip(rides, on, strict=True) for i in ride.order}
            if fits(some, rides, on) and all(
                link.gap_min
                <= ORDINALS[day[link.after]] - ORDINALS[day[link.before]]
                <= link.gap_max
                for link in some.links
                if link.after in day
            ):
                yield sum(r.travel for r in rides) + OUT * len(out), day


def fits(some: PartitionProblem, rides: list[Ride], on: tuple[int, ...]) -> bool:
    assert some.dated
    packages, skilled = Counter(on), Counter[int]()
    for ride, day in zip(rides, on, strict=True):
        skilled[day] += ride.skill == "fire"
    limits = dict(some.room.skilled)["fire"]
    return all(
        packages[d] <= some.room.packages[d] and skilled[d] <= limits[d]
        for d in range(DAYS)
    )


@st.composite
def choices(draw: st.DrawFn) -> PartitionProblem:
    orders = st.sets(st.integers(0, 4), min_size=1, max_size=3).map(
        lambda some: tuple(sorted(some))
    )
    rides = tuple(
        Ride(
            order,
            draw(st.integers(1, 60)),
            draw(st.integers(1, ALL)),
            draw(st.sampled_from(["", "fire"])),
        )
        for order in draw(st.lists(orders, min_size=1, max_size=7, unique=True))
        if not {0, 1} <= set(order)  # steps of one series never share a package
    ) or (Ride((0,), 5, ALL),)
    some = st.tuples(*[st.integers(0, 2)] * DAYS)
    links = (Link(0, 1, 1, draw(st.integers(1, 4))),) if draw(st.booleans()) else ()
    return choice(rides, room(*draw(some), fire=draw(some)), links=links)


@given(choices())
@example(choice(ALONE, room(1, 0, 0)))
def test_the_answer_is_the_cheapest_of_all(some: PartitionProblem) -> None:
    visits = set(some.visits)
    some = replace(
        some, links=tuple(k for k in some.links if {k.before, k.after} <= visits)
    )
    answer = solve(some, 1, 1.0)
    assert answer.closed
    assert answer.chosen is not None
    out = len(visits) - len(placed(some))
    cost = sum(some.rides[n].travel for n in answer.chosen) + OUT * out
    assert cost == min(cost for cost, _ in plans(some))
