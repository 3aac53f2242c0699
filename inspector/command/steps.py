"""Steps as people tell them → whole steps, taken: `SCENARIO/steps.json`, any month.

The file is that of `inspector.month.steps_file`. What a folder or a solver gives need
not be written down: `freeze` takes the registries of the folder (`policy`: another
policy file, for a later attempt), `pack` without `packing` solves, `amend` and `call`
take `changes` and find the plan, `absent` and `people` may name the staff number
(`inspector`), `close` may carry all other visits for one reason (`carried`), and
`simulate` publishes made-up results, those due before `until` if given, and carries
what found no place.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

from inspector.command.beside import EVER, others, rests_on
from inspector.command.walk import Run, searching
from inspector.errors import CeremonyError, InspectorError
from inspector.month import demonstration
from inspector.month.ahead import made_up_reasons
from inspector.month.amendment_facts import call_body, changes_of, standby_call
from inspector.month.amendment_plan import amended_plan_body
from inspector.month.amendment_proposal import propose
from inspector.month.assigned import Assigned
from inspector.month.audit import packed_violations, refuse_violations
from inspector.month.cars import read_out
from inspector.month.documents import entry
from inspector.month.field import refuse_unmade
from inspector.month.planned import planned
from inspector.month.saved import packing_file
from inspector.month.steps_file import Told, at_step, refuse_headless
from inspector.policy import LotteryRules
from inspector.registry import settle
from inspector.registry.policy_file import FILE as POLICY
from inspector.selection.chances import chance_table
from inspector.selection.network import ChanceTable, Person, SeatNeed
from inspector.workdays import local_day

SIMULATE = "simulate"  # the one kind that is no step of a route
FIELD = "field"  # the same with an absence: the field work of a demonstration


def walk(run: Run, name: str, steps: Sequence[Told]) -> None:
    """Take all these steps of the file `name`. Raises InspectorError steps.* with the
    step's number, and whatever the core refuses."""
    refuse_headless(name, steps)
    for number, (kind, body) in enumerate(steps, 1):
        with at_step(name, number, kind):
            tell(run, kind, dict(body))


def tell(run: Run, kind: str, body: dict[str, Any]) -> None:
    """One step, or the steps of field work, completed and taken."""
    if kind == SIMULATE:
        for one, done in results(run, body.get("until", "9999-12-31")):
            run.take(one, complete(run, one, done))
    elif kind == FIELD:
        for one, done in run.options.field_work(_assigned(run, kind)):
            run.take(one, complete(run, one, done))
    elif kind == "pack" and "packing" not in body:
        solve(run, body.get("cars_out", ()))
    else:
        run.take(kind, complete(run, kind, body))


def complete(run: Run, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body of a step with what the folder or the month gives."""
    if kind == "freeze" and "files" not in body:
        name = body.pop("policy", "")
        files = {**run.files, **({POLICY: _file(run, name)} if name else {})}
        kept = settle(files, made_up=bool(body.get("demonstration")))
        texts = {n: b64encode(data).decode() for n, data in kept.items()}
        return {"demonstration": False, **body, "files": texts}
    if kind == "approve":
        return {"number": "", "by": "", **_reasons(run), **body}
    if kind == "absent" and "inspector" in body:
        frozen = run.route.need("frozen", kind)
        body["person"] = frozen.names[body.pop("inspector")]
    if kind == "amend" and "changes" in body:
        return _amended(run, body)
    if kind == "call" and "package" not in body:
        row = _dated({"minutes": 0, "window": "all_day", "skilled": False, **body})
        called = standby_call(_assigned(run, kind), row, local_day(body["at"]))
        said = body["at"], body["reason"], body.get("excess", "")
        return call_body(*called, *said)
    if kind == "publish":
        return {**body, **rests_on(run, body)}
    if kind == "people":
        return {"leave": [], "recusals": [], **body}
    if kind == "close":
        return {**body, "carried": _carried(run, body.get("carried", {}))}
    return body


def _reasons(run: Run) -> dict[str, Any]:
    """The made-up reasons of a demonstration whose plan goes over a yearly limit."""
    if not run.demonstration or run.packed is None:
        return {}
    rows = made_up_reasons(run.packed, others(run, EVER))
    return {"excess": [entry(row) for row in rows]} if rows else {}


def _file(run: Run, name: str) -> bytes:
    try:
        return (run.options.scenario / name).read_bytes()
    except OSError as e:
        raise InspectorError("steps.file", name=name, why=e.strerror) from e


def solve(run: Run, cars_out: Sequence[dict[str, str]] = ()) -> None:
    """The step `pack` from the solver, checked."""
    drawn = run.route.need("drawn", "pack")
    run.route.refuse("sealed", "pack")

    def tabulate(
        people: Sequence[Person], seats: Sequence[SeatNeed], rules: LotteryRules
    ) -> ChanceTable:
        return run.timed("table", lambda: chance_table(people, seats, rules))

    out = [read_out(row) for row in cars_out]
    with searching(run.options) as search:
        packed = run.timed(
            "pack",
            lambda: planned(
                drawn, search, run.route.changes, tabulate=tabulate, cars_out=out
            ),
        )
    refuse_violations(packed_violations(packed))
    body: dict[str, Any] = {
        "packing": packing_file(packed.packing).decode(),
        "runs": packed.runs,
        "budget": f"{run.options.time_limit} s",
        "version": version("ortools"),
    }
    run.solved(packed, body | ({"cars_out": list(cars_out)} if cars_out else {}))


def _amended(run: Run, body: dict[str, Any]) -> dict[str, Any]:
    """The body of `amend` with the plan found for its `changes`."""
    assigned = _assigned(run, "amend")
    told = [_dated(row) for row in body.pop("changes")]
    facts = [change for row in told for change in changes_of(assigned, row)]
    found = propose(assigned, facts, today=local_day(body["at"]))
    named = body.pop("entropy", []) if found.seats else []
    return {**amended_plan_body(found.amended_plan), **body, "entropy": named}


def _assigned(run: Run, kind: str) -> Assigned:
    assigned: Assigned = run.route.need("assigned", kind)
    return assigned


def results(run: Run, until: str) -> list[Told]:
    """A result published before a day for every visit that can be made and has none
    yet; what found no place is carried."""
    assigned = _assigned(run, SIMULATE)
    left = assigned.pending
    made = (r for r in demonstration.results(assigned) if r.visit in left)
    return demonstration.in_order(
        [
            r
            for r in made
            if r.published_at[:10] < until and _can_be_made(assigned, r.visit)
        ],
        [c for c in demonstration.carried(assigned) if c.at[:10] < until],
    )


def _carried(run: Run, told: Any) -> dict[str, str]:
    """Reasons by visit; one alone is that of every visit without a result."""
    if isinstance(told, Mapping):
        return dict(told)
    assigned = _assigned(run, "close")
    return dict.fromkeys(sorted(assigned.outstanding), str(told))


def _can_be_made(assigned: Assigned, visit: str) -> bool:
    """Whether somebody drawn in time was there for the visit."""
    try:
        refuse_unmade(assigned, visit)
    except CeremonyError:
        return False
    return True


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of facts with its days as dates."""
    out = dict(row)
    for name in ("first", "last"):
        if name in out:
            out[name] = date.fromisoformat(out[name])
    if "day" in out:
        out["first"] = out["last"] = date.fromisoformat(out.pop("day"))
    if "days" in out:
        out["days"] = [date.fromisoformat(day) for day in out["days"]]
    return out
