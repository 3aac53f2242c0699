"""Days for packages: within cars and people per day, gaps kept, otherwise at random.

Packages without days → a day for each, or None.

Among days that are equally good a plan takes one by its seed, so that nobody can
guess the day of a visit; and prefers days on which less is going on.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from inspector.schedule.district import Link, bits
from inspector.schedule.resources import Dice, Room
from inspector.schedule.set_partitioning import Ride

EFFORT = 0.2

Options = dict[int, cp_model.IntVar]  # day -> whether the ride takes it


def days(
    rides: tuple[Ride, ...],
    links: tuple[Link, ...],
    ordinals: tuple[int, ...],
    room: Room,
    dice: Dice,
) -> tuple[int, ...] | None:
    """A day for each ride within its mask, None when none was found.

    `links`: the series steps inside these rides, by visit. Days are drawn as the
    cheapest choice under random weights.
    """
    cp = cp_model.CpModel()
    at: list[Options] = []
    weighted: list[tuple[cp_model.IntVar, int]] = []
    for ride in rides:
        options = {day: cp.new_bool_var("") for day in bits(ride.days)}
        if not options:
            return None
        cp.add_exactly_one(options.values())
        at.append(options)
        weighted += [(var, dice.below(100)) for var in options.values()]
    _within_room(cp, rides, at, room)
    holder = {visit: n for n, ride in enumerate(rides) for visit in ride.order}
    for link in links:
        if link.before in holder and link.after in holder:
            before, after = at[holder[link.before]], at[holder[link.after]]
            _keeps_gap(cp, before, after, link, ordinals)
    cp.minimize(
        cp_model.LinearExpr.weighted_sum(
            [var for var, _ in weighted], [weight for _, weight in weighted]
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = dice.below(1 << 31)
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return tuple(
        next(day for day, var in options.items() if solver.boolean_value(var))
        for options in at
    )


def _within_room(
    cp: cp_model.CpModel, rides: tuple[Ride, ...], at: list[Options], room: Room
) -> None:
    """On each day no more packages, and no more with a skill, than there is room."""
    for day, most in enumerate(room.packages):
        some = [options[day] for options in at if day in options]
        if len(some) > most:
            cp.add(cp_model.LinearExpr.sum(some) <= most)
        for skill, limits in room.skilled:
            few = [
                options[day]
                for ride, options in zip(rides, at, strict=True)
                if day in options and ride.skill == skill
            ]
            if len(few) > limits[day]:
                cp.add(cp_model.LinearExpr.sum(few) <= limits[day])


def _keeps_gap(
    cp: cp_model.CpModel,
    before: Options,
    after: Options,
    link: Link,
    ordinals: tuple[int, ...],
) -> None:
    """Whatever day one step takes, the other takes one within the gap of it."""
    for one, others, sign in ((before, after, 1), (after, before, -1)):
        for day, var in one.items():
            fits = [
                other
                for later, other in others.items()
                if link.gap_min
                <= sign * (ordinals[later] - ordinals[day])
                <= link.gap_max
            ]
            cp.add_bool_or([var.negated(), *fits])
