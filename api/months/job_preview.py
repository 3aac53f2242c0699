"""The job that says what a month could carry, before anything is drawn (试算).

It draws with a test seed (`inspector.month.preview`), never with one of a live month.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.jobs.kinds import Kind, register
from api.jobs.table import Claim, enqueue
from api.months import basis
from api.months.steps import find, load
from api.site import Desk
from api.store.models import Job, Month


def ask(desk: Desk, month: Month) -> Job:
    """Queue a preview of the present registries; faults are refused at once.

    Raises Faults, CeremonyError step.order when the month is drawn already.
    """
    load(desk, month).refuse("drawn", "preview")
    basis.scenario(desk, month)
    lock = f"preview:{month.id}"
    payload = {"month": month.id}
    return enqueue(desk, "preview", payload, month_id=month.id, lock_key=lock)


def prepare(desk: Desk, claim: Claim) -> dict[str, Any]:
    """Registries and policy as files."""
    month = find(desk, claim.payload["month"])
    load(desk, month).refuse("drawn", "preview")
    desk.disclosed(f"month:{month.id}", job=claim.id)
    return {"files": basis.files(desk, month)}


def run(
    data: dict[str, Any],
    tell: Callable[[dict[str, Any]], None],
    stop: Callable[[], bool],
) -> dict[str, Any]:
    """Rates against room, by district and skill; what is short, why, what helps."""
    # The solver takes a second to import; only the child needs it.
    from inspector.command.explain import data as plain
    from inspector.command.preview import LABEL, begin, quick
    from inspector.month import preview as trial
    from inspector.registry import read_scenario
    from inspector.workdays import load_calendar

    tell({"stage": "preview"})
    scenario = read_scenario(data["files"])
    calendar = load_calendar(scenario.calendar)
    rows = scenario.registry, scenario.policy
    found = trial.preview(*rows, calendar, begin, quick=quick)
    return {"label": LABEL, **plain(found)}


def finish(desk: Desk, claim: Claim, result: dict[str, Any]) -> dict[str, Any]:
    """Keep the answer; the month does not move."""
    month = claim.payload["month"]
    city = result["city"]
    figures = {"fits": city["fits"], "limit": city["limit"]}
    desk.event("capacity_previewed", f"month:{month}", job=claim.id, **figures)
    return result


register("preview", Kind(prepare, run, finish))
