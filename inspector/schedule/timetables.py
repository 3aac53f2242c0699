"""The rule of `packages` on many orders and ways to take lunch at once.

Arrays of orders, one way to take lunch → which of them keep the rule. The arithmetic
below `sequencing`.
"""

from __future__ import annotations

import numpy as np

from inspector.policy import DayRules
from inspector.schedule.completion_bounds import Flags, Ints


def kept(
    rules: DayRules, way: Ints, legs: Ints, opens: Ints, closes: Ints, service: Ints
) -> Flags:
    """Whether `packages.times` finds times, per column: an order and its `way`.

    Each array has one row per stop (`legs` one more) and one column per order.
    """
    stops, count = service.shape
    late = max(rules.shift_start, rules.lunch_first + rules.lunch_minutes)
    depart = np.where(way == 1, late, rules.shift_start)
    clock = depart
    waited = np.zeros(count, np.int64)
    later = np.full(count, rules.shift_end, np.int64)
    good = np.ones(count, bool)
    for stop in range(stops):
        clock = clock + legs[stop]
        for place in (2 * stop + 2, 2 * stop + 3):
            if place % 2:
                start = np.maximum(clock, opens[stop])
                waited = waited + (start - clock)
                clock = start + service[stop]
                slack = closes[stop] - clock
                good &= slack >= 0
                later = np.minimum(later, slack + waited)
            here = np.nonzero(way == place)[0]
            if len(here):
                begun = clock[here]
                lunch = np.maximum(begun, rules.lunch_first)
                waited[here] += lunch - begun
                slack = rules.lunch_last - lunch
                good[here] &= slack >= 0
                later[here] = np.minimum(later[here], slack + waited[here])
                clock[here] = lunch + rules.lunch_minutes
    back = clock + legs[stops]
    good &= back <= np.where(way == 0, rules.lunch_last, rules.shift_end)
    duty = back - depart - np.minimum(waited, later)
    duty -= np.where(way > 1, rules.lunch_minutes, 0)
    good &= duty <= rules.duty_minutes
    return good
