"""Random months of every kind: no rule broken, no visit lost, no exception."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from plan_check import people
from zibo_month import Dice, a_month

from inspector.check import PlanView, check_plan, day_cars
from inspector.policy import DayRules
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload

FAMILIES = ("loose", "tight", "over-full")
BUDGET = Budget(60_000, 600.0)


def shortened(work: Workload, days: int) -> Workload:
    """The same visits in the first `days` working days."""
    groups = tuple(replace(g, present=g.present[:days]) for g in work.crew.groups)
    return replace(
        work,
        days=work.days[:days],
        cars=tuple(row[:days] for row in work.cars),
        crew=replace(work.crew, groups=groups),
    )


def twisted(work: Workload, dice: Dice) -> Workload:
    """Some other rules of the day, short services, pairs apart and barred days."""
    visits = work.visits
    if not dice.below(4):
        visits = tuple(replace(v, service_minutes=15) for v in visits)
    ids = [v.id for v in visits]
    some = [ids[dice.below(len(ids))] for _ in range(6)]
    apart = tuple((a, b) for a, b in pairwise(some) if a != b)
    barred = tuple((one, work.days[dice.below(len(work.days))]) for one in some)
    day = DayRules(max_visits=(6, 6, 6, 1, 3, 20)[dice.below(6)])
    travel = replace(work.travel, parking_minutes=dice.below(2) * 4)
    crew = replace(work.crew, standby_pairs=dice.below(3))
    return replace(
        work,
        visits=visits,
        apart=apart,
        barred=barred,
        day=day,
        travel=travel,
        crew=crew,
    )


def month(family: str, seed: int) -> Workload:
    """A month of about 10 to 60 visits."""
    dice = Dice(seed)
    singles, series, districts = 6 + dice.below(24), dice.below(7), 1 + dice.below(3)
    if family == "loose":
        work = a_month(seed, singles, series, 48, 2, dice.below(30), districts)
    else:
        many = singles if family == "tight" else singles + 20
        officers = 5 + dice.below(8)
        work = a_month(seed, many, series, officers, 1, dice.below(100), districts)
        work = replace(work, cars=((1,) * len(work.days),) * districts)
    if family == "over-full":
        work = shortened(work, 3 + dice.below(7))
    return twisted(work, dice)


def view(work: Workload, found: Packing) -> PlanView:
    return PlanView(
        work.visits,
        found.packages,
        tuple(gone.visit for gone in found.unplaced),
        work.offices,
        day_cars(work.offices, work.days, work.cars),
        work.days,
        work.day,
        work.travel,
        found.travel_minutes,
        found.bound_minutes,
    )


def wrong(work: Workload, found: Packing) -> list[str]:
    """Violations by the independent check, and people, pairs and days it cannot see."""
    on = {s.visit: p for p in found.packages for s in p.stops}
    left = {gone.visit for gone in found.unplaced}
    bad = [str(violation) for violation in check_plan(view(work, found))]
    bad += people(work, found.packages)
    bad += [f"{a}, {b}: share" for a, b in work.apart if a in on and on[a] == on.get(b)]
    bad += [f"{v}: barred" for v, day in work.barred if v in on and on[v].day == day]
    if left & on.keys() or left | on.keys() != {v.id for v in work.visits}:
        bad.append("a visit is neither placed nor named")
    return bad


def survey(family: str, seeds: range) -> Counter[str]:
    """Plan every month; what was counted."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        work = month(family, seed)
        found = plan(
            work, seed=seed, budget=BUDGET, executor=None, now=lambda: float(0)
        )
        assert wrong(work, found) == [], f"{family} {seed}"
        assert found.reproducible
        seen["months"] += 1
        seen["visits"] += len(work.visits)
        seen["placed"] += sum(len(p.stops) for p in found.packages)
        seen["named"] += len(found.unplaced)
        seen["months with visits left out"] += bool(found.unplaced)
        seen["bounds"] += found.bound_minutes > 0
    return seen


def reported(family: str, seeds: range) -> Counter[str]:
    seen = survey(family, seeds)
    print(f"{family}: {dict(seen)}, violations 0")
    assert seen["months"] == len(seeds)
    assert seen["placed"] + seen["named"] == seen["visits"]
    assert seen["placed"] > 5 * len(seeds)
    if family == "over-full":
        assert seen["months with visits left out"] > len(seeds) // 2
    return seen


@pytest.mark.parametrize("family", FAMILIES)
def test_no_rule_is_broken_in_a_few_random_months(family: str) -> None:
    reported(family, range(5000, 5004))


@pytest.mark.full
@pytest.mark.parametrize(
    ("family", "count"), [*zip(FAMILIES, (333, 333, 334), strict=True)]
)
def test_no_rule_is_broken_in_a_thousand_random_months(family: str, count: int) -> None:
    reported(family, range(count))
