"""Re-banding rounds around a peer's solver, in equal total time (SCHEDULING 4a-4c).

Each round chooses bands anew around the plan so far (the first at random), starts the
solver from it, repairs what its model does not know, and goes on from what is no worse.
Once all is placed, an area without progress begins anew from random bands: measured,
this takes PyVRP 1.2 % further than more rounds around one plan. The best plan counts.
Seconds are CPU seconds of the process, so that other work on the machine harms nobody.
Offices route on their own, so they may be solved one by one: the seconds of a round are
split by their number of visits, and what a small one leaves over goes to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import process_time
from typing import Any

from inspector.schedule.workload import Workload
from tests.bench.compare.area import Area, Plan, area_of, areas_of, cost, merged
from tests.bench.compare.bands import Choice, Fleet, bands, fleet
from tests.bench.compare.repair import repaired

# (area, choice, fleet, seconds, seed, start, memory) -> a plan, lunch not yet taken
Solver = Callable[[Area, Choice, Fleet, float, int, Plan | None, Any], Plan]

STALE = 3  # rounds without progress after which an area begins anew


@dataclass(slots=True)
class Answer:
    """What a planner gives: routes as (office, day, visit ids), and how it went.

    `first_seconds`: CPU seconds until it had a whole plan that keeps every rule.
    """

    routes: list[tuple[int, int, list[str]]]
    first_seconds: float
    notes: dict[str, float] = field(default_factory=dict)
    bound: int = 0


@dataclass(slots=True)
class _Chain:
    """One area's search: the plan it goes on from, and the best one ever."""

    area: Area
    memory: Any
    plan: Plan | None = None
    worth: tuple[int, int] = (0, 0)
    best: Plan | None = None
    best_worth: tuple[int, int] = (0, 0)
    stale: int = 0

    def enter(self, plan: Plan) -> None:
        """Go on from this plan if it is no worse; begin anew after stale rounds."""
        worth = cost(self.area, plan)
        fresh = self.plan is None
        self.stale = 0 if fresh or worth < self.worth else self.stale + 1
        if fresh or worth <= self.worth:
            self.plan, self.worth = plan, worth
            if self.best is None or worth <= self.best_worth:
                self.best, self.best_worth = plan, worth
        if self.stale >= STALE and not self.worth[0]:
            self.plan, self.stale = None, 0


def rounds(
    work: Workload,
    seed: int,
    seconds: float,
    solver: Solver,
    memory: Callable[[], Any],
    *,
    split: bool,
    number: int,
) -> Answer:
    """Run `number` rounds after a short first one; `split`: office by office."""
    begun = process_time()
    every = range(len(work.offices))
    areas = areas_of(work) if split else (area_of(work, every),)
    rng = Random(seed)
    chains = [_Chain(area, memory()) for area in areas]
    changed = routes = 0
    first = 0.0
    for turn in range(number + 1):
        known = [(c.area, c.plan) for c in chains if c.plan is not None]
        cars = fleet(work, known, rng)
        # The first round only needs a plan to start from.
        end = begun + seconds * (0.02 if not turn else 0.02 + 0.98 * turn / number)
        left = sum(area.size for area in areas)
        for chain in chains:
            area, now = chain.area, process_time()
            share = (end - now) * area.size / left
            left -= area.size
            if turn and share < 0.01:
                continue
            choice = bands(area, chain.plan, rng)
            share -= process_time() - now
            rough = solver(
                area,
                choice,
                cars,
                max(0.01, share),
                rng.randrange(2**31),
                chain.plan,
                chain.memory,
            )
            plan, bad = repaired(area, cars, rough, rng)
            changed += bad
            routes += sum(len(orders) for orders in plan.values())
            chain.enter(plan)
        if not turn:
            first = process_time() - begun
    plans = [(c.area, c.best) for c in chains if c.best is not None]
    notes = {
        "rounds": float(number),
        "routes_repaired_share": round(changed / max(1, routes), 4),
    }
    iterations = sum(getattr(c.memory, "iterations", 0) for c in chains)
    if iterations:
        notes["iterations"] = float(iterations)
    return Answer(merged(plans), first, notes)
