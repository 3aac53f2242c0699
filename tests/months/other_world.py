"""The same log in another world: as published so far, with something else sealed.

A line of a told bureau → its route up to a moment with other days, other people, other
visits without a place; whatever was published stands where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

import greedy
from bureau import Line

from inspector.domain import Visit
from inspector.errors import NoPlan
from inspector.month.pack import schedule
from inspector.month.route import apply, planned
from inspector.month.stages import Route
from inspector.schedule.workload import Packing, Workload

# What opens people or routes: the other world would have to tell it in other words.
SHOWN = {"absent", "amend", "call", "cancel_seal", "close"}
TOLD = ("publish", "carry")


class Other(greedy.Greedy):
    """Places visits in any order on any day; `fixed`: visits whose day is known."""

    def __init__(self, work: Workload, fixed: Mapping[str, date], seed: int) -> None:
        super().__init__(work)
        self.fixed, self.random = fixed, Random(seed)

    def tried(self) -> list[int]:
        return self.random.sample(range(len(self.work.days)), len(self.work.days))

    def allowed(self, visit: Visit, d: int) -> bool:
        day = self.fixed.get(visit.id, self.work.days[d])
        return day == self.work.days[d] and super().allowed(visit, d)


def days_of(route: Route) -> dict[str, date]:
    """Placed visits and their days."""
    assert route.packed is not None
    packages = route.packed.packing.packages
    return {s.visit: p.day for p in packages for s in p.stops}


def other_world(line: Line, at: str) -> Route | None:
    """The log at a moment, or None when it shows too much by then, or seals nothing."""
    steps = line.steps[: line.taken(at)]
    here = line.at(at)
    kinds = [kind for kind, _ in steps]
    if here is None or here.sealed is None or {*kinds} & SHOWN:
        return None
    if "assign" in kinds and "people" in kinds[kinds.index("assign") :]:
        return None  # who is recused now is absent at once, and that is logged
    told = {b["visit"] for kind, b in steps if kind in TOLD}
    fixed = {v: day for v, day in days_of(here).items() if v in told}
    if told - fixed.keys():  # that it found no place is told
        return None

    def solve(work: Workload, seed: int) -> Packing:
        return greedy.packed(Other(work, fixed, seed))

    route = Route()
    for kind, body in steps:
        if kind == "pack":
            drawn = route.drawn
            assert drawn is not None
            try:
                plan = schedule(drawn, solve, route.changes)
            except NoPlan:
                return None
            if fixed.items() - days_of(planned(route, plan, "", "")).items():
                return None
            route = planned(route, plan, "", "")
            continue
        if kind == "seal":
            body = {**body, "blind": body["blind"][::-1]}
        route = apply(route, kind, body)
    return route
