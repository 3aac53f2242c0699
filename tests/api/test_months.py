"""Months as replays of their steps, and the plan as a job."""

from __future__ import annotations

import pytest
from service_city import City
from service_month import begin, bodies, published, the_record

from api import replayed
from api.jobs import table
from api.jobs.worker import Worker
from api.months import job_schedule, steps
from api.store.models import Job
from inspector.errors import CeremonyError

pytestmark = pytest.mark.both_databases


def test_a_month_is_frozen_drawn_and_public_at_once(city: City) -> None:
    month = begin(city)
    files = published(city, month)
    assert set(files) == {"freeze.json", "log.json"}
    kinds = [e["event"] for e in files["log.json"]["events"]]
    recorded = ["source_recorded"] * 2
    assert kinds == ["frozen", *recorded, "entropy", "drawn"]
    listed = city.client().get("/api/v1/public/wuzhou/months").json["items"]
    assert [(m["id"], m["stage"]) for m in listed] == [(month, "drawn")]


def test_a_replay_gives_the_same_stage_as_the_first_run(city: City) -> None:
    month = begin(city, "assign")
    with city.desk() as desk:
        first = steps.load(desk, steps.find(desk, month))
    city.site.stages = replayed.Stages()
    with city.desk() as desk:
        again = steps.load(desk, steps.find(desk, month))
    assert again is not first
    assert again.assigned is not None and first.assigned is not None
    assert again.assigned.file == first.assigned.file
    assert again.log.root == first.log.root
    assert again.sealed is not None and first.sealed is not None
    assert again.sealed.commitment == first.sealed.commitment


def test_a_step_in_the_wrong_place_changes_nothing(city: City) -> None:
    month = begin(city)
    with pytest.raises(CeremonyError) as refused, city.desk(write=True) as desk:
        steps.advance(
            desk, steps.find(desk, month), "seal", bodies(the_record())["seal"]
        )
    assert refused.value.code == "step.order"
    with city.desk() as desk:
        assert steps.find(desk, month).stage == "drawn"


def test_a_plan_is_made_by_a_worker_in_a_process_of_its_own(city: City) -> None:
    month = begin(city)
    with city.desk(write=True) as desk:
        job = job_schedule.ask(desk, steps.find(desk, month), 1).id
    assert Worker(city.site).step()
    planner = city.client("planner")
    shown = planner.get(f"/api/v1/bureau/jobs/{job}").json
    assert shown["state"] == "done", shown
    assert shown["result"]["unplaced"] == 0
    with city.desk() as desk:
        row = steps.find(desk, month)
        assert row.stage == "packed"
        assert table.find(desk, job).attempt == 1
        assert desk.db.query(Job).count() == 1
