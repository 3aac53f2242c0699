"""The job that makes a month's plan (编排)."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from api.jobs.kinds import Kind, register
from api.jobs.table import Claim, enqueue
from api.months.steps import advance, find, load, made, opened, refuse_away
from api.site import Desk
from api.store.models import Job, Month
from inspector.month.route import apply
from inspector.month.saved import packing_file
from inspector.month.stages import Route, misplaced
from inspector.schedule.workload import Budget, Packing, Progress, Workload

# What the plan depends on; later steps cannot be there before a plan is.
_NEEDED = ("freeze", "record", "draw", "people", "cancel_draw")


def ask(desk: Desk, month: Month, seconds: int) -> Job:
    """Queue the making of a plan; one at a time per month. Raises InspectorError
    step.order, Problem month.away."""
    refuse_away(month)
    route = load(desk, month)
    route.need("drawn", "pack")
    route.refuse("sealed", "pack")  # what the plan would be refused for at its end
    payload = {"month": month.id, "seconds": seconds, "head": month.head}
    return enqueue(
        desk, "schedule", payload, month_id=month.id, lock_key=f"month:{month.id}"
    )


def prepare(desk: Desk, claim: Claim) -> dict[str, Any]:
    """The steps that lead to the drawn month, opened."""
    month = find(desk, claim.payload["month"])
    _same(month, claim)
    desk.disclosed(f"month:{month.id}", job=claim.id)
    rows = [s for s in made(desk, month) if s.kind in _NEEDED]
    found = [(s.kind, opened(desk, s)) for s in rows]
    # What a lottery's sources gave needs a seal, and seeds no plan.
    needed = [x for x in found if x[0] != "record" or x[1]["stage"] == "draw"]
    return {"steps": needed, "seconds": claim.payload["seconds"]}


def _same(month: Month, claim: Claim) -> None:
    """Refuse a plan for a month that has moved on since it was asked for."""
    if month.head != claim.payload["head"]:
        raise misplaced(month.stage, "pack")


def run(
    data: dict[str, Any],
    tell: Callable[[dict[str, Any]], None],
    stop: Callable[[], bool],
) -> dict[str, Any]:
    """Pack the visits and make the chance table; the packing comes back as text."""
    # The solver takes a second to import; only the child needs it.
    from inspector.month.planned import planned
    from inspector.schedule.plan import plan as solve

    route = Route()
    for kind, body in data["steps"]:
        route = apply(route, kind, body)
    drawn = route.need("drawn", "pack")

    def search(work: Workload, seed: int) -> Packing:
        return solve(
            work,
            seed=seed,
            budget=Budget.seconds(data["seconds"]),
            executor=None,
            progress=lambda now: tell(shown(now)),
            stop=stop,
            now=time.monotonic,
        )

    packed = planned(drawn, search, route.changes)
    return {
        "packing": packing_file(packed.packing).decode(),
        "runs": packed.runs,
        "budget": f"{data['seconds']} s",
        "version": version("ortools"),
        "seconds": int(packed.packing.seconds),
    }


def shown(now: Progress) -> dict[str, Any]:
    """Progress as people see it: numbers only, nothing that tells a visit."""
    return {
        "stage": now.stage,
        "travel_minutes": now.travel_minutes,
        "bound_minutes": now.bound_minutes,
        "unplaced": now.unplaced,
        "done": now.done,
        "total": now.total,
    }


def finish(desk: Desk, claim: Claim, result: dict[str, Any]) -> dict[str, Any]:
    """Take the plan into the month, if the month is still where it was."""
    month = find(desk, claim.payload["month"])
    _same(month, claim)
    body = {k: result[k] for k in ("packing", "runs", "budget", "version")}
    packed = advance(desk, month, "pack", body, job=claim.id).packed
    assert packed is not None
    packing = packed.packing
    return {
        "packages": len(packing.packages),
        "unplaced": len(packing.unplaced),
        "travel_minutes": packing.travel_minutes,
        "bound_minutes": packing.bound_minutes,
        "reproducible": packing.reproducible,
        "runs": packed.runs,
    }


register("schedule", Kind(prepare, run, finish))
