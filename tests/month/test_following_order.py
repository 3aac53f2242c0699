"""The registry of a freeze whatever the order in which its logs are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hand_logs import (
    ACCEPTANCE,
    AT,
    LOOKBACK,
    RANDOM,
    RECHECK,
    SERIES,
    a_case,
    cancelled,
    carries,
    day,
    froze,
    published,
    stands,
    with_cases,
)

from inspector.domain import CaseState
from inspector.month.standing import Stood


def a_history(random: Random) -> list[Stood]:
    """Four logs of three months with results, carries, a cancelled freeze, in true
    order of time; some closed."""
    states = (CaseState.RECTIFYING, CaseState.ACCEPTING, CaseState.LISTED)
    cases = [
        a_case(n, random.choice(states), day("2026-11-25"), (3, 12)) for n in range(6)
    ]
    logs: list[Stood] = []
    for month, at in AT.items():
        log = froze(logs, month, at, base=with_cases(*cases))
        if random.random() < 0.3:
            hour = f"{at[:11]}09:00:00Z"
            gone = cancelled(log, hour)
            later = f"{at[:8]}24T1{random.randint(0, 9)}:30:00Z"
            log = froze(logs, month, later, base=with_cases(*cases), log=gone)
        logs.append(log)
        for d in range(25, 31):
            k = random.randrange(len(logs))
            when, number = f"{at[:8]}{d}T09:00:00Z", random.randrange(12)
            if logs[k].month == month:
                continue  # its month has not begun
            made = day(f"{logs[k].month}-{random.randint(1, 19):02d}")
            kinds = random.choice(
                ((RANDOM,), (SERIES,), (RECHECK,), (ACCEPTANCE,), (LOOKBACK,))
            )
            if random.random() < 0.3:
                logs[k] = carries(logs[k], when, number, *kinds)
            else:
                good = random.random() < 0.5
                logs[k] = published(logs[k], when, number, *kinds, day=made, good=good)
    return logs


@pytest.mark.parametrize("seed", range(12))
def test_the_order_in_which_logs_are_given_does_not_matter(seed: int) -> None:
    logs = a_history(Random(seed))
    at = "2027-02-20T08:00:00Z"
    made = [stands(list(p), "2027-03", at) for p in permutations(logs)]
    assert all(m == made[0] for m in made)
    # Each inspection is there once; every case that a freeze held still is.
    rows = [(h.log, h.compound, h.date, h.kind, h.at) for h in made[0].history]
    told = [
        (s.origin, p.compound, p.day, k, p.at)
        for s in logs
        for p in s.results
        for k in p.kinds
    ]
    assert sorted(rows) == sorted(told)
    held = {c.id for s in logs if s.frozen for c in s.frozen.intake.cases}
    names = [c.id for c in made[0].docket]
    assert held <= set(names) and len(names) == len(set(names))


@pytest.mark.parametrize("seed", range(12))
def test_cases_are_the_same_from_the_newest_freeze_and_from_all_of_them(
    seed: int,
) -> None:
    """What a freeze holds of a case is what the results before it say."""
    logs = a_history(Random(100 + seed))
    at = "2027-02-20T08:00:00Z"
    mar = froze(logs, "2027-03", at, base=with_cases())
    assert mar.frozen is not None
    again = stands([*logs, mar], "2027-04", "2027-02-20T09:00:00Z")
    start = mar.frozen.registry.docket
    over = [
        replace(c, next_first=None, next_last=None)
        if c.state is CaseState.CLOSED
        and c.next_last is not None
        and c.next_last < day("2027-04-01")
        else c
        for c in start
    ]
    assert list(again.docket) == over
