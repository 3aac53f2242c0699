"""Whole months pass every rule, and no planted fault passes unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from greedy_month import views

from inspector.check import (
    PlanView,
    check_assigned,
    check_draw,
    check_plan,
    check_seats,
    check_table,
)
from inspector.domain import Package, Visit


@pytest.mark.parametrize(("city", "visits"), [("wuzhou", 30), ("zibo", 230)])
def test_a_whole_month_keeps_every_rule(city: str, visits: int) -> None:
    month = views(city)
    assert len(month.plan.visits) >= visits
    assert month.assigned.absences[0].changes != ()
    assert check_draw(month.draw) == ()
    assert check_plan(month.plan) == ()
    assert check_seats(month.seats) == ()
    assert check_table(month.table) == ()
    assert check_assigned(month.assigned) == ()


# -- planted faults ------------------------------------------------------------

Fault = Callable[[PlanView, Random], PlanView]


def some(view: PlanView, dice: Random) -> tuple[int, Package]:
    k = dice.randrange(len(view.packages))
    return k, view.packages[k]


def put(view: PlanView, k: int, package: Package) -> PlanView:
    made = (*view.packages[:k], package, *view.packages[k + 1 :])
    total = (
        view.travel_minutes + package.travel_minutes - view.packages[k].travel_minutes
    )
    return replace(view, packages=made, travel_minutes=total)


def one_minute(view: PlanView, dice: Random) -> PlanView:
    """Some time of day is off by a few minutes."""
    k, package = some(view, dice)
    by = dice.choice((-3, -1, 1, 5))
    field = dice.choice(("depart", "back", "travel_minutes", "arrive", "start", "end"))
    if field in ("depart", "back", "travel_minutes"):
        return put(view, k, replace(package, **{field: getattr(package, field) + by}))
    n = dice.randrange(len(package.stops))
    stop = replace(package.stops[n], **{field: getattr(package.stops[n], field) + by})
    stops = (*package.stops[:n], stop, *package.stops[n + 1 :])
    return put(view, k, replace(package, stops=stops))


def lost_stop(view: PlanView, dice: Random) -> PlanView:
    """A visit vanishes from its package."""
    k, package = some(view, dice)
    n = dice.randrange(len(package.stops))
    stops = package.stops[:n] + package.stops[n + 1 :]
    return put(view, k, replace(package, stops=stops))


def swapped_visits(view: PlanView, dice: Random) -> PlanView:
    """A stop is at another visit, and that one is made twice."""
    k, package = some(view, dice)
    n = dice.randrange(len(package.stops))
    other = dice.choice([v.id for v in view.visits if v.id != package.stops[n].visit])
    stop = replace(package.stops[n], visit=other)
    stops = (*package.stops[:n], stop, *package.stops[n + 1 :])
    return put(view, k, replace(package, stops=stops))


def another_office(view: PlanView, dice: Random) -> PlanView:
    """A package starts somewhere else."""
    k, package = some(view, dice)
    office = dice.choice(
        [o.id for o in view.offices if o.id != package.office] + ["nowhere"]
    )
    return put(view, k, replace(package, office=office))


def day_off(view: PlanView, dice: Random) -> PlanView:
    """A package runs on a day that is not worked."""
    k, package = some(view, dice)
    day = package.day
    while day in view.working_days:
        day += timedelta(days=1)
    return put(view, k, replace(package, day=day))


def doubled(view: PlanView, dice: Random) -> PlanView:
    """A package is there twice."""
    _, package = some(view, dice)
    return replace(
        view,
        packages=(*view.packages, package),
        travel_minutes=view.travel_minutes + package.travel_minutes,
    )


def dropped(view: PlanView, dice: Random) -> PlanView:
    """A package is left out, and nobody says so."""
    k, package = some(view, dice)
    return replace(
        view,
        packages=view.packages[:k] + view.packages[k + 1 :],
        travel_minutes=view.travel_minutes - package.travel_minutes,
    )


def other_visit(view: PlanView, dice: Random) -> PlanView:
    """What a placed visit needs is not what the plan was made for."""
    placed = {s.visit: p.day for p in view.packages for s in p.stops}
    v = dice.choice([v for v in view.visits if v.id in placed])
    day = placed[v.id]
    made: Visit = dice.choice(
        (
            replace(v, service_minutes=v.service_minutes + 1),
            replace(v, district=v.district + "?"),
            replace(v, skill=v.skill + "?"),
            replace(v, last=day - timedelta(days=1)),
            replace(v, first=day + timedelta(days=1)),
        )
    )
    visits = tuple(made if x.id == v.id else x for x in view.visits)
    return replace(view, visits=visits)


def wrong_total(view: PlanView, dice: Random) -> PlanView:
    return replace(view, travel_minutes=view.travel_minutes + dice.choice((-1, 1)))


FAULTS: tuple[Fault, ...] = (
    one_minute,
    lost_stop,
    swapped_visits,
    another_office,
    day_off,
    doubled,
    dropped,
    other_visit,
    wrong_total,
)


def plant(rounds: int) -> int:
    """How many of the planted faults no rule sees."""
    month = views("wuzhou").plan
    missed = 0
    for k in range(rounds):
        dice = Random(k)
        missed += check_plan(FAULTS[k % len(FAULTS)](month, dice)) == ()
    print(f"{rounds} planted faults, {missed} missed")
    return missed


def test_no_planted_fault_passes() -> None:
    assert plant(450) == 0


@pytest.mark.full
def test_no_planted_fault_passes_in_ten_thousand() -> None:
    assert plant(10_000) == 0
