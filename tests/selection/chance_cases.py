"""Small months for the chance table's tests, and an exact oracle of their own.

The oracle shares no code with the package: its graph is keyed by names, its max-flow is
plain augmenting paths in integers.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from inspector.selection.network import UNIT, Person, SeatNeed

Bound = Callable[[str, int], int]  # (package, person) -> units


def a_person(name: str, days: int = 0b11, **changes: object) -> Person:
    values = {"max_days": days.bit_count(), "group": "g", "carry_minutes": 0}
    return Person(id=name, days=days, **{**values, **changes})  # type: ignore[arg-type]


def a_seat(package: str, k: int, day: int, *who: int, minutes: int = 400) -> SeatNeed:
    return SeatNeed(f"{package}.{k}", package, day, tuple(who), minutes)


def the_hand_example() -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """FAIRNESS §5 (3): one duty day each, four seats on two days."""
    people = tuple(a_person(f"P{i}", max_days=1) for i in range(4))
    seats = (
        a_seat("a", 0, 0, 1, 2, 3),
        a_seat("b", 0, 0, 1, 2),
        a_seat("c", 0, 1, 0, 2),
        a_seat("d", 0, 1, 0, 3),
    )
    return people, seats


def a_small_month(seed: int) -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """2-7 people, 1-4 days, 1-3 seats a package; often tight, sometimes impossible."""
    rng = random.Random(seed)
    days = rng.randint(1, 4)
    people = []
    for i in range(rng.randint(2, 7)):
        free = sum(1 << d for d in range(days) if rng.random() < 0.85)
        most = rng.randint(1, days)
        carry = rng.choice((0, 0, 100, -100))
        people.append(Person(f"p{i}", free, most, rng.choice("xy"), carry))
    seats: list[SeatNeed] = []
    share = rng.choice((0.5, 0.7, 1.0))
    for k in range(rng.randint(1, 5)):
        day = rng.randrange(days)
        here = [i for i, p in enumerate(people) if p.days >> day & 1]
        minutes = rng.choice((0, 300, 420))
        for n in range(rng.choice((1, 1, 2, 2, 3))):
            who = [i for i in here if rng.random() < share]
            seats.append(SeatNeed(f"k{k}.{n}", f"k{k}", day, tuple(who), minutes))
    return tuple(people), tuple(seats)


def a_calm_month() -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """18 people, 10 days, 3 packages and one stand-by pair a day, two groups."""
    return _a_middling_month(lambda rng, k: ((2 * k) % 18, (2 * k + 1) % 18))


def with_carries(
    month: tuple[tuple[Person, ...], tuple[SeatNeed, ...]],
) -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """The month with so much carried over that duty cannot be made equal."""
    rng, (people, seats) = random.Random(11), month
    carried = (replace(p, carry_minutes=240 * rng.randint(-8, 8)) for p in people)
    return tuple(carried), seats


def a_busy_month() -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    """The calm month, but the two recused from each package are at random."""
    return _a_middling_month(lambda rng, k: rng.sample(range(18), 2))


def _a_middling_month(
    recused: Callable[[random.Random, int], Sequence[int]],
) -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    rng = random.Random(7)
    people = [
        Person(f"p{i:02d}", 0b1111111111, 10, "L" if i < 9 else "S", 60 * (i % 3 - 1))
        for i in range(18)
    ]
    seats = []
    for day in range(10):
        for k in range(4):
            minutes = 0 if k == 3 else rng.randint(300, 480)
            out = recused(rng, 3 * day + k) if k < 3 else ()
            for role in (0, 1):
                who = [i for i in range(18) if i not in out and (role or i < 9)]
                seats.append(a_seat(f"d{day}k{k}", role, day, *who, minutes=minutes))
    return tuple(people), tuple(seats)


def table_exists(
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    loads: Sequence[tuple[int, int]],
    most: Bound,
    least: Bound = lambda package, person: 0,
) -> bool:
    """Whether chances exist: seats 1, pairs within bounds, days at most 1, loads."""
    arcs: dict[tuple[object, object], tuple[int, int]] = {}
    for s, seat in enumerate(seats):
        arcs["source", ("seat", s)] = (UNIT, UNIT)
        for i in seat.eligible:
            pair, day = ("pair", seat.package, i), ("day", seat.day, i)
            arcs[("seat", s), pair] = (0, UNIT)
            arcs[pair, day] = (least(seat.package, i), most(seat.package, i))
            arcs[day, ("person", i)] = (0, UNIT)
    for i, (low, high) in enumerate(loads):
        arcs[("person", i), "sink"] = (low * UNIT, high * UNIT)
    arcs["sink", "source"] = (0, UNIT * len(seats))
    return _circulation_exists(arcs)


def _circulation_exists(arcs: dict[tuple[object, object], tuple[int, int]]) -> bool:
    room: dict[object, dict[object, int]] = defaultdict(lambda: defaultdict(int))
    wanted = 0
    for (a, b), (low, high) in arcs.items():
        if low > high:
            return False
        room[a][b] += high - low
        room["from"][b] += low
        room[a]["to"] += low
        wanted += low
    while True:
        parent: dict[object, object] = {"from": None}
        queue = deque(["from"])
        while queue and "to" not in parent:
            v = queue.popleft()
            for w, left in list(room[v].items()):
                if left and w not in parent:
                    parent[w] = v
                    queue.append(w)
        if "to" not in parent:
            return wanted == 0
        path = []
        w: object = "to"
        while parent[w] is not None:
            path.append((parent[w], w))
            w = parent[w]
        push = min(room[a][b] for a, b in path)
        for a, b in path:
            room[a][b] -= push
            room[b][a] += push
        wanted -= push
