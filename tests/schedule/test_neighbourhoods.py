"""Which packages a subproblem frees."""

from __future__ import annotations

import numpy as np
import pytest
from zibo_month import a_month

from inspector.schedule.district import divide
from inspector.schedule.neighbourhoods import neighbours
from inspector.schedule.regret_insertion import begin
from inspector.schedule.resources import Dice, Ledger


@pytest.mark.parametrize(("size", "most"), [(1, 9), (14, 2), (30, 5), (30, 99)])
def test_no_more_packages_and_visits_than_asked_for(size: int, most: int) -> None:
    work = a_month(2, 60, 10, districts=1)
    district = divide(work)[0][0]
    trips, _ = begin(district, Ledger(work), Dice(1, "start"))
    price = np.full(district.size, 1000, np.int64)
    seen = set()
    full = 0
    for n in range(60):
        chosen = neighbours(district, trips, (), price, Dice(n, "x"), size, most)
        count = sum(len(trips[number].order) for number in chosen)
        assert chosen == sorted(set(chosen))
        assert 1 <= len(chosen) <= most
        assert count <= size or len(chosen) == 1
        full += len(chosen) == most
        seen.update(chosen)
    if size > 1:
        assert seen == set(range(len(trips)))  # every package has its turn
    assert (full > 0) == (most < 9)
