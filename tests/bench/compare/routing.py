"""The OR-Tools routing peer: one round on given bands.

The same model as PyVRP's (see `vrp`), with a vehicle per car and day, the bands as
allowed vehicles, and guided local search. The library takes no seed; runs differ by
their bands.
"""

from __future__ import annotations

from time import process_time
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from tests.bench.compare.area import Area, Plan, Slot, routes
from tests.bench.compare.bands import Choice, Fleet
from tests.bench.compare.vrp import prizes, windows

Vehicle = tuple[Slot, str]  # a car on a day, and the special skill it may serve


def _vehicles(area: Area, choice: Choice, fleet: Fleet) -> list[Vehicle]:
    days = {d for some in choice for d in some}
    return [
        ((o, d), skill)
        for (o, d), cars in sorted(fleet.items())
        if o in area.offices and d in days
        for skill, number in sorted(cars.items())
        for _ in range(number)
    ]


def solve(
    area: Area,
    choice: Choice,
    fleet: Fleet,
    seconds: float,
    seed: int,
    start: Plan | None,
    memory: Any,
) -> Plan:
    """The best plan after so many CPU `seconds`; `seed`, `memory` have no use."""
    day = area.work.day
    vehicles = _vehicles(area, choice, fleet)
    if not vehicles:
        return {}
    depots = [area.depot(slot[0]) for slot, _ in vehicles]
    manager = pywrapcp.RoutingIndexManager(
        len(area.legs), len(vehicles), depots, depots
    )
    model = pywrapcp.RoutingModel(manager)
    drive = model.RegisterTransitMatrix([list(row) for row in area.legs])
    model.SetArcCostEvaluatorOfAllVehicles(drive)
    service = [*(v.service_minutes for v in area.visits), *(0 for _ in area.offices)]
    spend = model.RegisterTransitMatrix(
        [
            [leg + own for leg in row]
            for row, own in zip(area.legs, service, strict=True)
        ]
    )
    last = day.shift_end - day.lunch_minutes
    model.AddDimension(spend, last, last, False, "time")
    clock = model.GetDimensionOrDie("time")
    model.AddConstantDimension(1, day.max_visits + 1, True, "stops")
    for k in range(len(vehicles)):
        clock.CumulVar(model.Start(k)).SetMin(day.shift_start)
        clock.SetSpanUpperBoundForVehicle(day.duty_minutes, k)
    prize = prizes(area)
    for i, visit in enumerate(area.visits):
        node = manager.NodeToIndex(i)
        able = [
            k
            for k, (slot, skill) in enumerate(vehicles)
            if slot[0] == area.home[i]
            and slot[1] in choice[i]
            and (not visit.skill or visit.skill == skill)
        ]
        model.AddDisjunction([node], prize[i])
        model.VehicleVar(node).SetValues([-1, *able])
        first, latest = windows(area, i)
        clock.CumulVar(node).SetRange(first, max(first, latest))
    search = pywrapcp.DefaultRoutingSearchParameters()
    enums = routing_enums_pb2
    search.first_solution_strategy = (
        enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    search.local_search_metaheuristic = (
        enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    # The library's own limit looks at the wall clock: only a fuse here.
    search.time_limit.FromMilliseconds(1000 + int(seconds * 20_000))
    end = process_time() + seconds
    solver = model.solver()
    model.AddSearchMonitor(solver.CustomLimit(lambda: process_time() >= end))
    found = None
    if start is not None:
        model.CloseModelWithParameters(search)
        known = model.ReadAssignmentFromRoutes(
            _start(area, vehicles, start, choice), True
        )
        if known is not None:
            found = model.SolveFromAssignmentWithParameters(known, search)
    if found is None:
        found = model.SolveWithParameters(search)
    return _read(model, manager, found, vehicles) if found is not None else {}


def _start(
    area: Area, vehicles: list[Vehicle], plan: Plan, choice: Choice
) -> list[list[int]]:
    """The plan as one list of nodes per vehicle."""
    found: list[list[int]] = [[] for _ in vehicles]
    for slot, order in sorted(routes(plan), key=lambda r: area.skill(r[1]) == ""):
        skill = area.skill(order)
        order = tuple(i for i in order if slot[1] in choice[i])
        for k, (own, role) in enumerate(vehicles):
            if own == slot and not found[k] and (not skill or role == skill):
                found[k] = list(order)
                break
    return found


def _read(model: Any, manager: Any, found: Any, vehicles: list[Vehicle]) -> Plan:
    plan: Plan = {}
    for k, (slot, _) in enumerate(vehicles):
        order = []
        index = found.Value(model.NextVar(model.Start(k)))
        while not model.IsEnd(index):
            order.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        if order:
            plan.setdefault(slot, []).append(tuple(order))
    return plan
