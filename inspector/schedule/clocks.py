"""The rule of `packages` on many orders at once, one way to take lunch at a time."""

from __future__ import annotations

import numpy as np

from inspector.policy import DayRules
from inspector.schedule.completions import Flags, Ints


def kept(
    rules: DayRules, way: int, legs: Ints, opens: Ints, closes: Ints, service: Ints
) -> Flags:
    """Whether `packages.times` finds times for this `way`, per column.

    Each array has one row per stop (`legs` one more) and one column per order.
    """
    stops, count = service.shape
    depart = rules.shift_start
    if way == 1:
        depart = max(depart, rules.lunch_first + rules.lunch_minutes)
    clock = np.full(count, depart, np.int64)
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
            if way == place:
                lunch = np.maximum(clock, rules.lunch_first)
                waited = waited + (lunch - clock)
                slack = rules.lunch_last - lunch
                good &= slack >= 0
                later = np.minimum(later, slack + waited)
                clock = lunch + rules.lunch_minutes
    back = clock + legs[stops]
    good &= back <= (rules.lunch_last if way == 0 else rules.shift_end)
    duty = back - depart - np.minimum(waited, later)
    if way > 1:
        duty = duty - rules.lunch_minutes
    good &= duty <= rules.duty_minutes
    return good
