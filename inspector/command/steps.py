"""`inspector plan` with a steps file: any month, step by step, from its folder.

    SCENARIO/steps.json → Run

The file holds the steps of `inspector.month.route` in order, as the service keeps them:
`{"schema": "inspector/steps/v2", "steps": [{"kind": …, …}]}`. What a folder or a solver
gives need not be written down: `freeze` takes the registries of the folder (`policy`:
another policy file, for a later attempt), `pack` without `packing` solves, `amend` and
`call` take `changes` and find the plan, `absent` and `people` may name the staff number
(`inspector`), `close` may carry all other visits for one reason (`carried`), and
`simulate` publishes made-up results, those due before `until` if given.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inspector.command.folders import read_inputs
from inspector.command.plan import Options, Run, searching
from inspector.command.record import Record
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month import demonstration
from inspector.month.audit import (
    assigned_violations,
    drawn_violations,
    packed_violations,
    refuse_violations,
)
from inspector.month.cars import read_out
from inspector.month.change import propose
from inspector.month.facts import call_body, change_of, standby_call
from inspector.month.field import Assigned, refuse_unmade
from inspector.month.pack import schedule
from inspector.month.revision import revision_body
from inspector.month.route import KINDS, Route, apply
from inspector.month.saved import packing_file
from inspector.registry import read_scenario
from inspector.registry.policy_file import FILE as POLICY
from inspector.workdays import local_day

STEPS = "steps.json"
SCHEMA = "inspector/steps/v2"
SIMULATE = "simulate"  # the one kind that is no step of a route

messages(
    {
        "steps.file": (
            "{name} 无法读取：{why}",
            "{name} cannot be read: {why}",
        ),
        "steps.kind": (
            "{name} 第 {number} 步：没有“{kind}”这一步骤",
            '{name} step {number}: there is no step "{kind}"',
        ),
        "steps.body": (
            "{name} 第 {number} 步（{kind}）：缺少或写错 {why}",
            "{name} step {number} ({kind}): missing or wrong: {why}",
        ),
        "steps.begin": (
            "{name} 须以名录冻结（freeze）开始",
            "{name} must begin with a freeze",
        ),
    }
)


@dataclass(slots=True)
class Walk:
    """A route on its way: what was done, and how long each step took."""

    options: Options
    files: Mapping[str, bytes]
    route: Route = field(default_factory=Route)
    seconds: dict[str, float] = field(default_factory=dict)

    def step(self, kind: str, body: dict[str, Any]) -> None:
        """Complete one step, take it, and check what it gave."""
        if kind == SIMULATE:
            for result in self.results(body.get("until", "9999-12-31")):
                self.route = apply(self.route, "publish", result)
            return
        self.route = apply(self.route, kind, self.complete(kind, body))
        route = self.route
        if kind == "draw" and route.drawn is not None:
            refuse_violations(drawn_violations(route.drawn))
        elif kind == "pack" and route.packed is not None:
            refuse_violations(packed_violations(route.packed))
        elif route.assigned is not None and route.closed is None:
            refuse_violations(assigned_violations(route.assigned))

    def complete(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """The body of a step with what the folder or the solver gives."""
        if kind == "freeze":
            name = body.pop("policy", "")
            files = {**self.files, **({POLICY: self._file(name)} if name else {})}
            texts = {n: b64encode(data).decode() for n, data in files.items()}
            return {"demonstration": False, **body, "files": texts}
        if kind == "pack" and "packing" not in body:
            return {**self.packed(body.get("cars_out", ())), **body}
        if kind == "approve":
            return {"number": "", "by": "", **body}
        if kind == "seal":
            return {"entropy": None, **body}
        if kind == "absent" and "inspector" in body:
            frozen = self.route.need("frozen", kind)
            body["person"] = frozen.names[body.pop("inspector")]
        if kind == "amend" and "changes" in body:
            return self._amended(body)
        if kind == "call" and "package" not in body:
            row = _dated({"minutes": 0, "window": "all_day", "skilled": False, **body})
            called = standby_call(self._assigned(kind), row, local_day(body["at"]))
            return call_body(*called, body["at"], body["reason"])
        if kind == "people":
            return {"leave": [], "recusals": [], **body}
        if kind == "close":
            return {**body, "carried": self._carried(body.get("carried", {}))}
        return body

    def _file(self, name: str) -> bytes:
        try:
            return (self.options.scenario / name).read_bytes()
        except OSError as e:
            raise InspectorError("steps.file", name=name, why=e.strerror) from e

    def packed(self, cars_out: Sequence[dict[str, str]]) -> dict[str, Any]:
        """The body of `pack` from the solver."""
        drawn = self.route.need("drawn", "pack")
        with searching(self.options) as search:
            out = [read_out(row) for row in cars_out]
            packed = schedule(drawn, search, self.route.changes, cars_out=out)
        return {
            "packing": packing_file(packed.packing).decode(),
            "runs": packed.runs,
            "budget": f"{self.options.time_limit} s",
            "version": version("ortools"),
        }

    def _amended(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body of `amend` with the plan found for its `changes`."""
        assigned = self._assigned("amend")
        facts = [change_of(assigned, _dated(row)) for row in body.pop("changes")]
        found = propose(assigned, facts, today=local_day(body["at"]))
        named = body.pop("entropy", []) if found.seats else []
        return {**revision_body(found.revision), **body, "entropy": named}

    def _assigned(self, kind: str) -> Assigned:
        assigned: Assigned = self.route.need("assigned", kind)
        return assigned

    def results(self, until: str) -> list[dict[str, Any]]:
        """Bodies of `publish` for every visit before a day that has none yet."""
        assigned = self._assigned(SIMULATE)
        done = {r.visit for r in assigned.results}
        made = demonstration.results(assigned)
        idle = {r.visit for r in made if not _can_be_made(assigned, r.visit)}
        return [
            {
                "visit": r.visit,
                "date": r.date.isoformat(),
                "outcome": r.outcome,
                "follow_up": r.follow_up,
                "score_bp": r.score_bp,
                "findings": list(r.findings),
                "unchecked": list(r.unchecked),
                "published_at": r.published_at,
            }
            for r in made
            if r.visit not in done | idle and r.published_at[:10] < until
        ]

    def _carried(self, told: Any) -> dict[str, str]:
        """Reasons by visit; one alone is that of every visit without a result."""
        if isinstance(told, Mapping):
            return dict(told)
        assigned = self._assigned("close")
        done = {r.visit for r in assigned.results}
        packages = assigned.sealed.packed.packing.packages
        placed = [s.visit for p in packages for s in p.stops]
        return {visit: str(told) for visit in placed if visit not in done}


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


def has_steps(scenario: Path) -> bool:
    """Whether the folder tells its month step by step."""
    return (scenario / STEPS).is_file()


def run_steps(options: Options) -> Run:
    """The month of a steps file. Raises InspectorError steps.* with the step's number,
    and whatever the core refuses."""
    walk = Walk(options, read_inputs(options.scenario))
    record = Record("", "", "", "")
    for number, row in enumerate(_steps(options.scenario), 1):
        body = dict(row)
        kind = str(body.pop("kind", ""))
        if kind not in (*KINDS, SIMULATE):
            raise InspectorError("steps.kind", name=STEPS, number=number, kind=kind)
        started = time.perf_counter()
        if kind == "freeze":
            record = Record(
                str(body.get("blind", "")),
                "",
                str(body.get("secret", "")),
                str(body.get("at", "")),
                demonstration=bool(body.get("demonstration")),
            )
        try:
            walk.step(kind, body)
        except (KeyError, ValueError, TypeError, AttributeError) as e:
            why = f"{type(e).__name__} {e}"
            raise InspectorError(
                "steps.body", name=STEPS, number=number, kind=kind, why=why
            ) from e
        spent = time.perf_counter() - started
        walk.seconds[kind] = walk.seconds.get(kind, 0.0) + spent
    return _run(walk, record)


def _steps(scenario: Path) -> list[Mapping[str, Any]]:
    try:
        body = json.loads((scenario / STEPS).read_bytes())
        if body["schema"] != SCHEMA or not all(
            isinstance(x, dict) for x in body["steps"]
        ):
            raise ValueError(SCHEMA)
    except (OSError, ValueError, KeyError, TypeError) as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError("steps.file", name=STEPS, why=why) from e
    return list(body["steps"])


def _run(walk: Walk, record: Record) -> Run:
    """The stages reached, as the rest of `plan` reads them."""
    route = walk.route
    if route.frozen is None:
        raise InspectorError("steps.begin", name=STEPS)
    return Run(
        walk.options,
        read_scenario(walk.files),
        record,
        route.frozen,
        drawn=route.drawn,
        packed=route.packed,
        sealed=route.sealed,
        assigned=route.assigned,
        closed=route.closed,
        seconds=walk.seconds,
    )
