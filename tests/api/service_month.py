"""The wuzhou month through the service, step by step, with its made-up record."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import asdict, replace
from typing import Any

from service_city import SCENARIO, City, scenario_files
from sqlalchemy import select

from api.jobs.worker import drain
from api.months import job_schedule, steps
from api.store.models import Step
from inspector.command import record as records
from inspector.command.record import Record
from inspector.month.assigned import Assigned
from inspector.policy import Source
from inspector.registry import read_scenario


def the_record() -> Record:
    """The record with the announced issues filled in."""
    data = (SCENARIO / "entropy.json").read_bytes()
    record = records.load("entropy.json", data, demonstration=True)
    policy = read_scenario(scenario_files()).policy

    def issued(values: Any, sources: tuple[Source, ...]) -> Any:
        issue = {s.id: s.issue for s in sources}
        return tuple(replace(v, issue=v.issue or issue[v.source]) for v in values)

    return replace(
        record,
        draw=issued(record.draw, policy.draw_entropy),
        lottery=issued(record.lottery, policy.lottery_entropy),
    )


def bodies(record: Record) -> dict[str, dict[str, Any]]:
    """The body of each step but the plan."""
    files = {n: b64encode(b).decode() for n, b in scenario_files().items()}
    return {
        "freeze": {
            "files": files,
            "blind": record.draw_blind,
            "secret": record.secret,
            "at": record.frozen_at,
            "demonstration": True,
        },
        "draw": {"entropy": [asdict(e) for e in record.draw], "at": record.drawn_at},
        "approve": {"number": "梧房〔2026〕12号", "by": "head", "at": record.drawn_at},
        "seal": {"blind": record.seal_blind, "at": record.sealed_at, "entropy": None},
        "assign": {
            "entropy": [asdict(e) for e in record.lottery],
            "at": record.assigned_at,
        },
    }


def begin(city: City, upto: str = "draw") -> str:
    """A month as far as the step `upto`; its id. A plan is made by a job, inline."""
    body = bodies(the_record())
    with city.desk(write=True) as desk:
        month = steps.create(desk, "2026-12")
        steps.advance(desk, month, "freeze", body["freeze"])
    if upto != "freeze":
        step(city, month.id, "draw", body["draw"])
    if upto in ("freeze", "draw"):
        return month.id
    _pack(city, month.id)
    for kind in ("approve", "seal", "assign"):
        if upto == "pack":
            break
        step(city, month.id, kind, body[kind])
        if upto == kind:
            break
    return month.id


def step(city: City, month_id: str, kind: str, body: dict[str, Any]) -> Any:
    """A step of a month, what its seed needs recorded before; its route."""
    with city.desk(write=True) as desk:
        month = steps.find(desk, month_id)
        if stage := {"draw": "draw", "assign": "lottery"}.get(kind):
            for value in body["entropy"]:
                given = {"stage": stage, "attempt": 1, **value}
                steps.advance(desk, month, "record", given)
        return steps.advance(desk, month, kind, body)


def assigned_of(city: City, month: str) -> Assigned:
    """A month after its lottery."""
    with city.desk() as desk:
        found = steps.load(desk, steps.find(desk, month)).assigned
    assert found is not None
    return found


# The plan of the record, made once per run: the solver takes seconds.
_PLAN: dict[str, Any] = {}


def _pack(city: City, month_id: str) -> None:
    if not _PLAN:
        with city.desk(write=True) as desk:
            job_schedule.ask(desk, steps.find(desk, month_id), 1)
        assert drain(city.site) == 1
        with city.desk() as desk:
            last = desk.db.scalars(select(Step).where(Step.kind == "pack")).one()
            _PLAN.update(steps.opened(desk, last))
        return
    with city.desk(write=True) as desk:
        steps.advance(desk, steps.find(desk, month_id), "pack", _PLAN)


def published(city: City, month: str) -> dict[str, Any]:
    """The published documents of a month by name, as the public gets them."""
    public = city.client()
    base = f"/api/v1/public/wuzhou/months/{month}/documents"
    newest: dict[str, Any] = {}
    for row in public.get(base).json["items"]:
        newest[row["name"]] = row
    return {
        name: json.loads(public.get(f"{base}/{name}/{row['sha256']}").data)
        for name, row in newest.items()
    }
