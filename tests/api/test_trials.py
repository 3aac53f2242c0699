"""Trials answer and change nothing; the answers themselves are tested by subject."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_credit import TRIALS, accepted, tried
from test_matrix import rows_of

from inspector.credit import city_rules

ASKED: dict[str, dict[str, Any]] = {
    "credit_rules": {"text": city_rules.text("wuzhou").decode()},
    "rescoring": {"new": "city:kunming", "on": "2026-11-20"},
    "reranking": {"new": "city:kunming", "by": "street"},
    "rolls": {"rules": "city:lianyungang"},
}


@pytest.mark.one_database
def test_a_trial_changes_nothing_and_says_so_twice(city: City) -> None:
    accepted(city)
    planner = city.client("planner")
    before = rows_of(city)
    for kind, values in ASKED.items():
        assert tried(planner, kind, **values) == tried(planner, kind, **values)
    after = rows_of(city)
    read = len(city.events("sealed_data_read"))
    assert len(after.pop("event")) == len(before.pop("event")) + read
    assert after == before


@pytest.mark.one_database
def test_a_trial_needs_no_key_and_tells_a_day_to_come(city: City) -> None:
    planner = city.client("planner")
    body = {"kind": "rescoring", "new": "city:kunming", "on": "2027-01-01"}
    answer = planner.post(TRIALS, json=body, headers={"Idempotency-Key": ""})
    (fault,) = answer.json["faults"]
    assert (answer.status_code, fault["column"], fault["file"]) == (422, "on", "body")


@pytest.mark.one_database
def test_a_kind_keeps_to_its_own_body(city: City) -> None:
    planner = city.client("planner")
    for body in ({"kind": "rolls", "new": "x"}, {"kind": "rescoring"}, {"new": "x"}):
        assert planner.post(TRIALS, json=body).status_code == 422, body
