"""Seats filled one by one, against every way to fill them; each cut proves itself."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

from inspector.selection.matching import Matching

DAYS = [date(2026, 12, n) for n in (1, 2, 3)]
Seats = list[tuple[date, tuple[int, ...]]]


def possible(seats: Seats, most: list[int]) -> bool:
    """By trying everything."""
    for chosen in product(*(who for _, who in seats)):
        stays = [(i, day) for i, (day, _) in zip(chosen, seats, strict=True)]
        held = [chosen.count(i) for i in range(len(most))]
        if len(set(stays)) == len(stays) and all(
            n <= m for n, m in zip(held, most, strict=True)
        ):
            return True
    return False


def test_a_seat_is_filled_or_a_cut_says_why_not() -> None:
    dice, refused = random.Random(7), 0
    for _ in range(400):
        most = [dice.randint(0, 2) for _ in range(4)]
        matching, seats = Matching(most), list[tuple[date, tuple[int, ...]]]()
        for k in range(6):
            who = tuple(i for i in range(4) if dice.random() < 0.5)
            one = (dice.choice(DAYS), who)
            cut = matching.add(str(k), *one)
            assert (cut is None) == possible([*seats, one], most)
            if cut is None:
                seats.append(one)
                held = [i for i, _ in matching.place.values()]
                assert all(held.count(i) <= m for i, m in enumerate(most))
                assert len(matching.place) == len(seats) == len(matching.taken)
            else:
                refused += 1
                need = sum(cut.needs(*x) for x in (*seats, one))
                assert need > cut.holds(most)
                assert not cut.people & {i for i, _ in cut.days}
    assert refused > 100


def test_a_seat_dropped_makes_room() -> None:
    matching = Matching([1])
    assert matching.add("a", DAYS[0], (0,)) is None
    assert matching.copy().add("b", DAYS[1], (0,)) is not None
    matching.drop("a")
    assert matching.add("b", DAYS[1], (0,)) is None
