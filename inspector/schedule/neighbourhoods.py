"""Which packages of a district a subproblem frees: those beside a random visit.

A district and its packages → which of them a round of `neighbourhood_search` frees.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.schedule.completion_bounds import SCALE, Ints
from inspector.schedule.district import District
from inspector.schedule.regret_insertion import Trip
from inspector.schedule.resources import Dice

# Measured: packages of near days, or none in particular, gain most.
WAYS = (0, 1, 2, 2, 3, 3)  # nearest visit, mean distance, near days, anywhere
TOURNAMENT = 2  # packages of which the one with most to save is freed


def neighbours(
    district: District,
    trips: Sequence[Trip],
    out: Sequence[int],
    price: Ints,
    dice: Dice,
    size: int,
    most: int,
) -> list[int]:
    """Numbers of the packages to free: `most` at most, of `size` visits together (but
    one always). `out`: visits left out; `price`: in 1/SCALE minute per visit."""
    legs = district.legs

    def above(number: int) -> int:
        """The reduced cost of a package: large where travel may be saved."""
        trip = trips[number]
        return trip.travel * SCALE - int(price[list(trip.order)].sum())

    seed = dice.below(len(trips))
    if dice.below(4):
        some = [dice.below(len(trips)) for _ in range(TOURNAMENT - 1)]
        seed = max((seed, *some), key=above)
    order = trips[seed].order
    centre = order[dice.below(len(order))]
    way = WAYS[dice.below(len(WAYS))]
    beside: set[int] = set()
    if out and dice.below(2):
        # Make room for a visit left out: near it, and around its series.
        centre = out[dice.below(len(out))]
        seed, way = -1, way % 2
        beside = siblings(district, centre)
    noise = 1 + dice.below(3)

    def far(number: int) -> tuple[int, int, int]:
        trip = trips[number]
        near = min(legs[centre][i] for i in trip.order)
        if way == 1:
            near = sum(legs[centre][i] for i in trip.order) // len(trip.order)
        elif way == 2:
            near = abs(trip.day - trips[seed].day) * 4 + near // 2
        elif way == 3:
            near = 0
        blur = dice.below(1 + 6 * noise)
        other = number != seed and not beside & set(trip.order)
        return (other, near + blur, number)

    ranked = sorted(range(len(trips)), key=far)
    chosen: list[int] = []
    count = 0
    for number in ranked:
        count += len(trips[number].order)
        if chosen and (count > size or len(chosen) == most):
            break
        chosen.append(number)
    return sorted(chosen)


def siblings(district: District, visit: int) -> set[int]:
    """The steps right before and after a visit of a series."""
    before = {link.before for link in district.links if link.after == visit}
    return before | {link.after for link in district.links if link.before == visit}
