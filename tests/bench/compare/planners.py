"""All planners behind one call: workload, seed and CPU seconds in, routes out."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import process_time

from inspector.schedule.workload import Budget, Workload
from tests.bench.compare.area import Area, Plan, areas_of, merged
from tests.bench.compare.bands import fleet
from tests.bench.compare.insert import Desk, insert
from tests.bench.compare.rounds import Answer, rounds

Planner = Callable[[Workload, int, float], Answer]


def ours(work: Workload, seed: int, seconds: float) -> Answer:
    """The engine, one worker; what its bound takes is in the seconds reported."""
    from inspector.schedule.plan import plan

    found = plan(
        work,
        seed=seed,
        budget=Budget.seconds(int(seconds)),
        executor=None,
        now=process_time,
    )
    offices = {o.id: k for k, o in enumerate(work.offices)}
    days = {day: d for d, day in enumerate(work.days)}
    routes = [
        (offices[p.office], days[p.day], [s.visit for s in p.stops])
        for p in found.packages
    ]
    notes = {
        "reproducible": float(found.reproducible),
        "runs": float(len(found.runs)),
        "calls": float(sum(r.calls for r in found.runs)),
        "closed": float(sum(r.closed for r in found.runs)),
    }
    return Answer(routes, found.first_feasible_seconds, notes, found.bound_minutes)


def pyvrp(work: Workload, seed: int, seconds: float) -> Answer:
    """PyVRP on gap-safe bands, office by office, a second a round for 280 visits."""
    from tests.bench.compare import vrp

    number = max(12, min(60, int(seconds * 280 / len(work.visits))))
    return rounds(work, seed, seconds, vrp.solve, vrp.Memory, split=True, number=number)


def pyvrp_whole(work: Workload, seed: int, seconds: float) -> Answer:
    """PyVRP on gap-safe bands, all offices in one model.

    Building the model is slow where it is large: fewer rounds do better then.
    """
    from tests.bench.compare import vrp

    number = max(3, 12 * 280 // max(280, len(work.visits)))
    return rounds(
        work, seed, seconds, vrp.solve, vrp.Memory, split=False, number=number
    )


def routing(work: Workload, seed: int, seconds: float) -> Answer:
    """OR-Tools routing on gap-safe bands, office by office.

    Its local search needs longer rounds than PyVRP's: 4 to 12 of about 5 s.
    """
    from tests.bench.compare import routing as model

    number = max(4, min(12, int(seconds) // 5))
    return rounds(
        work, seed, seconds, model.solve, lambda: None, split=True, number=number
    )


def greedy(work: Workload, seed: int, seconds: float) -> Answer:
    """Greedy regret insertion, once; `seconds` is not used up."""
    begun = process_time()
    rng = Random(seed)
    plans: list[tuple[Area, Plan]] = []
    cars = fleet(work, plans, rng)
    for area in areas_of(work):
        desk = Desk(area, cars)
        insert(desk, range(area.size), rng)
        plans.append((area, desk.plan()))
    return Answer(merged(plans), process_time() - begun)


PLANNERS: dict[str, Planner] = {
    "ours": ours,
    "pyvrp": pyvrp,
    "pyvrp-whole": pyvrp_whole,
    "routing": routing,
    "greedy": greedy,
}
