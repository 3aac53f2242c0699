"""Random months that are short of people, cars, skills, certificates; all made up.

A number → a drawn month of at most 60 visits that hardly fits, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

from month_stages import drawn_with, freeze_city, read_city

from inspector.ceremony.seed import Entropy
from inspector.command.record import Record
from inspector.domain import Leave, Place, Recusal, Registry, Role
from inspector.month.freeze import Drawn
from inspector.policy import Policy, SeatRule
from inspector.workdays import Calendar

CITIES = ("wuzhou", "kunming", "gaomi", "weifang")
MOST_VISITS = 60


@cache
def city(name: str) -> tuple[Registry, Policy, Calendar, Record]:
    return read_city(name)


def days_of(policy: Policy) -> list[date]:
    first = date.fromisoformat(f"{policy.month}-01")
    days = [first + timedelta(n) for n in range(31)]
    return [d for d in days if d.month == first.month and d.weekday() < 5]


Change = Callable[[Random, Registry, Policy], tuple[Registry, Policy]]


def fewer_people(rng: Random, registry: Registry, policy: Policy):
    keep = rng.randint(1, 7)
    some = rng.sample(registry.inspectors, min(keep, len(registry.inspectors)))
    people = tuple(sorted(some, key=lambda i: i.id))
    known = {i.id for i in people}
    leave = tuple(x for x in registry.leave if x.inspector in known)
    recusals = tuple(x for x in registry.recusals if x.inspector in known)
    new = replace(registry, inspectors=people, leave=leave, recusals=recusals)
    return new, policy


def people_changed(rng: Random, registry: Registry, share: float, **values):
    people = tuple(
        replace(i, **{k: v(i) if callable(v) else v for k, v in values.items()})
        if rng.random() < share
        else i
        for i in registry.inspectors
    )
    return replace(registry, inspectors=people)


def certificates(rng: Random, registry: Registry, policy: Policy):
    day = rng.choice(days_of(policy))
    new = people_changed(rng, registry, rng.random(), cert_valid_to=day)
    return people_changed(rng, new, rng.random() / 3, cert_no=""), policy


def few_days(rng: Random, registry: Registry, policy: Policy):
    most = rng.randint(0, 6)
    return people_changed(rng, registry, rng.random(), max_days=most), policy


def no_leads(rng: Random, registry: Registry, policy: Policy):
    share = rng.choice((0.5, 0.8, 1.0))
    return people_changed(rng, registry, share, may_lead=False), policy


def no_skills(rng: Random, registry: Registry, policy: Policy):
    return people_changed(rng, registry, rng.random(), skills=()), policy


def training(rng: Random, registry: Registry, policy: Policy):
    days = rng.sample(days_of(policy), rng.randint(1, 12))
    rows = tuple(
        Leave(i.id, day, day)
        for i in registry.inspectors
        for day in days
        if rng.random() < 0.9
    )
    return replace(registry, leave=tuple(sorted((*registry.leave, *rows), key=str))), (
        policy
    )


def recused(rng: Random, registry: Registry, policy: Policy):
    due = {c.compound for c in registry.docket}
    homes = [c for c in registry.compounds if c.id in due or rng.random() < 0.3]
    some = rng.sample(homes, min(len(homes), rng.randint(1, 40)))
    rows = {
        (i.id, c.id): Recusal(i.id, c.id, "kin")
        for c in some
        for i in registry.inspectors
        if rng.random() < 0.9
    }
    had = {(r.inspector, r.subject): r for r in registry.recusals}
    new = tuple(v for _, v in sorted({**rows, **had}.items()))
    return replace(registry, recusals=new), policy


def few_cars(rng: Random, registry: Registry, policy: Policy):
    day = rng.choice(days_of(policy))
    cars = tuple(
        replace(c, first=None, last=day) if rng.random() < 0.8 else c
        for c in registry.cars
    )
    return replace(registry, cars=cars), policy


def far_away(rng: Random, registry: Registry, policy: Policy):
    due = {c.compound for c in registry.docket}
    homes = tuple(
        replace(c, place=Place(c.place.lon_udeg + 1_500_000, c.place.lat_udeg))
        if c.id in due and rng.random() < 0.2
        else c
        for c in registry.compounds
    )
    return replace(registry, compounds=homes), policy


def too_long(rng: Random, registry: Registry, policy: Policy):
    homes = tuple(
        replace(c, service_minutes=rng.randint(300, 600)) if rng.random() < 0.2 else c
        for c in registry.compounds
    )
    return replace(registry, compounds=homes), policy


def rotating(rng: Random, registry: Registry, policy: Policy):
    return registry, replace(policy, seats=replace(policy.seats, rotation_months=12))


def scoped(rng: Random, registry: Registry, policy: Policy):
    group = rng.choice(registry.items).group
    return people_changed(rng, registry, rng.random(), scope=(group,)), policy


def expert(rng: Random, registry: Registry, policy: Policy):
    rule = SeatRule(Role.EXPERT, rng.choice(("always", "skill", "docket")))
    seats = replace(policy.seats, seats=(*policy.seats.seats, rule))
    new = people_changed(rng, registry, 0.15, expert=True, may_lead=False)
    return new, replace(policy, seats=seats)


def joint(rng: Random, registry: Registry, policy: Policy):
    unit = rng.choice([i.unit for i in registry.inspectors] + ["消防"])
    rule = SeatRule(Role.JOINT, rng.choice(("always", "docket")), unit)
    seats = replace(policy.seats, seats=(*policy.seats.seats, rule))
    return registry, replace(policy, seats=seats)


def more_pairs(rng: Random, registry: Registry, policy: Policy):
    seats = replace(policy.seats, standby_pairs=rng.randint(0, 4))
    return registry, replace(policy, seats=seats)


def other_order(rng: Random, registry: Registry, policy: Policy):
    """Something else gives way first, the pairs last, say."""
    order = tuple(rng.sample(policy.gives_way, len(policy.gives_way)))
    return registry, replace(policy, gives_way=order)


CHANGES: tuple[Change, ...] = (
    *(fewer_people, certificates, few_days, no_leads, no_skills, training, recused),
    *(few_cars, far_away, too_long, rotating, scoped, expert, joint, more_pairs),
    other_order,
)


def short_scenario(number: int) -> tuple[str, Registry, Policy]:
    """A city that 1 to 3 things are wrong with."""
    rng = Random(number)
    name = rng.choice(CITIES)
    registry, policy, _, _ = city(name)
    for change in rng.sample(CHANGES, rng.randint(1, 3)):
        registry, policy = change(rng, registry, policy)
    return name, registry, policy


def short_month(number: int) -> Drawn:
    """The month drawn, with entropy of its own."""
    name, registry, policy = short_scenario(number)
    _, _, calendar, record = city(name)
    frozen = freeze_city(registry, policy, calendar, record)
    return drawn_with(frozen, values(record.draw, number), record.drawn_at)


def values(entropy: tuple[Entropy, ...], number: int) -> list[Entropy]:
    """Other values of the same sources: lottery balls from a number."""
    out = []
    for e in entropy:
        rng = Random(f"{e.source}{number}")
        if "|" in e.value:
            front, back = e.value.split("|")
            one, other = len(front.split()), len(back.split())
            most = (33, 16) if one == 6 else (35, 12)
            some = sorted(rng.sample(range(1, most[0] + 1), one))
            last = sorted(rng.sample(range(1, most[1] + 1), other))
            value = " ".join(f"{n:02}" for n in some)
            value += "|" + " ".join(f"{n:02}" for n in last)
            e = replace(e, value=value)
        out.append(e)
    return out
