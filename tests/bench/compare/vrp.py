"""The PyVRP peer (benchmark dependency only): one round on given bands.

What the model knows: a profile per working day whose legs into visits that may not be
made that day, or from another office, cost `FAR`; a vehicle type per office, day and
role; half-day windows; at most `max_visits` stops and one special skill by load
dimensions. Lunch is left out: the shift is an hour shorter and 下午 starts an hour
earlier instead, so every route with lunch has a twin in the model (the reverse may
fail, see `repair`). Visits are optional for a prize above any detour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from inspector.domain import Window
from tests.bench.compare.area import FAR, Area, Plan, Slot, cost, routes
from tests.bench.compare.bands import Choice, Fleet

PRIZE = 5_000  # minutes a visit left out costs


def prizes(area: Area) -> list[int]:
    """What each visit left out costs; more when later steps of its series fall too."""
    found = [PRIZE] * area.size
    for chain in area.chains:
        for later, visit in enumerate(reversed(chain)):
            found[visit] += later * PRIZE // 10
    return found


@dataclass(frozen=True, slots=True)
class _Until:
    """PyVRP's stopping rule by CPU seconds; its own looks at the wall clock."""

    end: float

    def __call__(self, best_cost: float) -> bool:
        return process_time() >= self.end


@dataclass(slots=True)
class Memory:
    """Penalties that PyVRP learnt in earlier rounds of the same area."""

    penalties: Any = None
    iterations: int = 0


def windows(area: Area, visit: int) -> tuple[int, int]:
    """Earliest and latest start of a service when lunch is cut out of the day."""
    day, v = area.work.day, area.visits[visit]
    first, last = day.shift_start, day.shift_end - day.lunch_minutes
    if v.window is Window.AFTERNOON:
        first = max(first, day.afternoon_start - day.lunch_minutes)
    if v.window is Window.MORNING:
        last = min(last, day.morning_end)
    return first, last - v.service_minutes


def _data(
    area: Area, choice: Choice, fleet: Fleet, required: bool
) -> tuple[Any, list[Slot]]:
    """PyVRP's problem, and the slot of each vehicle type."""
    import pyvrp

    day, size = area.work.day, area.size
    skills = sorted({v.skill for v in area.visits} - {""})
    slots, types = [], []
    used = sorted(
        d
        for d in range(len(area.ordinals))
        if any(fleet.get((o, d)) for o in area.offices)
        and any(d in days for days in choice)
    )
    profiles = {d: k for k, d in enumerate(used)}
    for office in area.offices:
        for d in used:
            for skill, cars in sorted(fleet.get((office, d), {}).items()):
                slots.append((office, d))
                some = [day.max_visits if s == skill else 0 for s in skills]
                types.append(
                    pyvrp.VehicleType(
                        cars,
                        capacity=[day.max_visits, *some],
                        start_depot=area.offices.index(office),
                        end_depot=area.offices.index(office),
                        tw_early=day.shift_start,
                        tw_late=day.shift_end - day.lunch_minutes,
                        shift_duration=day.duty_minutes,
                        profile=profiles[d],
                    )
                )
    clients = []
    prize = prizes(area)
    for i, v in enumerate(area.visits):
        first, last = windows(area, i)
        clients.append(
            pyvrp.Client(
                i,
                delivery=[1, *(int(v.skill == s) for s in skills)],
                service_duration=v.service_minutes,
                tw_early=first,
                tw_late=max(first, last),
                prize=0 if required else prize[i],
                required=required,
            )
        )
    base = np.array(area.legs, np.int64)
    distances: list[Any] = []
    for d in used:
        legs = base.copy()
        banned = [i for i in range(size) if d not in choice[i]]
        legs[:, banned] = FAR
        np.fill_diagonal(legs, 0)
        distances.append(legs)
    durations: list[Any] = [np.minimum(base, 1_000)] * len(used)
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(len(area.legs))],
        clients,
        [pyvrp.Depot(size + k) for k in range(len(area.offices))],
        types,
        distances,
        durations,
    )
    return data, slots


def _start(
    area: Area, data: Any, slots: Sequence[Slot], plan: Plan, choice: Choice
) -> Any:
    """The plan as PyVRP's solution: each route on a free vehicle that has its role."""
    import pyvrp

    skills = sorted({v.skill for v in area.visits} - {""})
    left = [t.num_available for t in data.vehicle_types()]
    found = []
    ordered = sorted(routes(plan), key=lambda r: area.skill(r[1]) == "")
    for slot, order in ordered:
        skill = area.skill(order)
        order = tuple(i for i in order if slot[1] in choice[i])
        for k, own in enumerate(slots):
            caps = data.vehicle_type(k).capacity[1:]
            able = not skill or caps[skills.index(skill)]
            if own == slot and left[k] and able and order:
                left[k] -= 1
                kind = pyvrp.ActivityType.CLIENT
                stops = [pyvrp.Activity(kind, i) for i in order]
                found.append(pyvrp.Route(data, stops, k))
                break
    return pyvrp.Solution(data, found)


def solve(
    area: Area,
    choice: Choice,
    fleet: Fleet,
    seconds: float,
    seed: int,
    start: Plan | None,
    memory: Memory,
) -> Plan:
    """PyVRP's best plan after so many CPU `seconds`.

    `pyvrp.solve` with two additions that only help it: rounds start from the best plan
    so far and from the penalties reached, not from 50 000.
    """
    import pyvrp
    from pyvrp import search

    # Optional visits make PyVRP slower; none is needed once all are placed.
    whole = start is not None and not cost(area, start)[0]
    data, slots = _data(area, choice, fleet, whole)
    if not slots:
        return {}
    rng = pyvrp.RandomNumberGenerator(seed=seed)
    params = pyvrp.SolveParams()
    moves = search.compute_neighbours(data, params.neighbourhood)
    shake = search.PerturbationManager(params.perturbation)
    local = search.LocalSearch(data, rng, moves, shake)
    for operator in params.operators:
        if operator.supports(data):
            local.add_operator(operator(data))
    first = memory.penalties or ([20.0] * data.num_load_dimensions, 6.0, 6.0)
    manager = pyvrp.PenaltyManager(first, params.penalty)
    if start is None:
        chance = pyvrp.Solution.make_random(data, rng)
        initial = local(chance, manager.max_cost_evaluator(), exhaustive=True)
    else:
        initial = _start(area, data, slots, start, choice)
    result = pyvrp.IteratedLocalSearch(data, manager, local, initial).run(
        _Until(process_time() + seconds), collect_stats=False
    )
    memory.penalties = manager.penalties()
    memory.iterations += result.num_iterations
    plan: Plan = {}
    for route in result.best.routes():
        order = tuple(a.idx for a in route if a.is_client())
        plan.setdefault(slots[route.vehicle_type()], []).append(order)
    return plan
