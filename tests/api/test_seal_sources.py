"""Which sources a seal waits for: the policy's plan, or later ones with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from service_city import City
from service_month import published
from service_planner import Planner, code
from test_whole_month import failed, public_bundle

from api.months.sealing import _later
from inspector.policy import Source

LATER = {
    "id": "dlt-2026135",
    "kind": "lottery",
    "name": "大乐透",
    "issue": "2026136",
    "at": "2026-11-28T13:25:00Z",
}
VALUE = {"source": LATER["id"], "value": "02 07 11 24 32|02 05"}


def planned(city: City) -> Planner:
    """A drawn month with an approved plan."""
    planner = Planner(city)
    planner.draw()
    planner.schedule()
    planner.do("approve", {"number": "梧房〔2026〕12号"}, "head")
    return planner


def faults(answer: Any) -> list[tuple[str, str]]:
    """Code and column of each fault of a refusal."""
    assert code(answer) == (422, "input.faults"), answer.json
    return [(f["code"], f["column"]) for f in answer.json["faults"]]


@pytest.mark.one_database
def test_a_month_says_until_when_the_policys_sources_serve(city: City) -> None:
    planner = planned(city)
    shown = planner.get(planner.base).json
    assert shown["sealing"] == {
        "reason": "",
        "lottery_at": "2026-11-25T13:25:00Z",
        "seal_by": "2026-11-25T11:25:00Z",
        "earliest": "2026-11-23T15:30:00Z",
        "sources": [e["source"] for e in shown["entropy"] if e["stage"] == "lottery"],
    }
    refused = planner.post("seal", {"entropy": [LATER]})
    assert faults(refused) == [("seal.no_cause", "entropy")]
    city.clock.to("2026-11-25T11:25:00+00:00")
    assert planner.do("seal", {})["sealing"] is None
    doc = published(city, planner.month)["seal.json"]
    assert doc["entropy_reason"] == ""


WRONG: tuple[tuple[list[dict[str, str]], list[tuple[str, str]]], ...] = (
    ([LATER | {"id": "dlt-2026136"}], [("seal.sources", "entropy")]),
    ([LATER | {"name": "双色球"}], [("seal.sources", "entropy")]),
    ([LATER, LATER], [("seal.sources", "entropy")]),
    (
        [LATER | {"issue": "2026134"}],
        [("entropy.used", "entropy[0].issue")],
    ),
    (
        [LATER | {"at": "2026-11-25T13:25:00Z"}],
        [("seal.too_soon", "entropy[0].at")],
    ),
    (
        [LATER | {"issue": "26136", "at": "2026-11-27T13:25:00Z"}],
        [("entropy.drawing", "entropy[0].at"), ("entropy.issue", "entropy[0].issue")],
    ),
)


def test_a_late_signature_names_later_sources(city: City) -> None:
    planner = planned(city)
    city.clock.to("2026-11-25T11:40:00+00:00")  # 19:40 in Wuzhou, drawn at 21:25
    shown = planner.get(planner.base).json
    assert shown["sealing"]["reason"] == "wait"
    assert shown["sealing"]["earliest"] == "2026-11-25T13:40:00Z"
    (next_,) = shown["sealing"]["sources"]
    assert next_ == LATER | {"issue": "", "commit": ""}
    assert [m["code"] for m in shown["missing"]] == ["seal.plan"]
    assert faults(planner.post("seal", {})) == [("seal.plan", "entropy")]
    for entropy, found in WRONG:
        assert faults(planner.post("seal", {"entropy": entropy})) == found, entropy
    planner.do("seal", {"entropy": [LATER]})
    doc = published(city, planner.month)["seal.json"]
    assert doc["entropy_reason"] == "wait"
    assert [s["issue"] for s in doc["entropy"]] == ["2026136"]
    city.clock.to("2026-11-28T13:26:00+00:00")
    assert planner.value(VALUE)["next"]["action"] == "assign"
    assert planner.do("lottery")["stage"] == "assigned"


@pytest.mark.one_database
def test_after_a_cancelled_seal_later_sources_are_named(city: City) -> None:
    planner = planned(city)
    planner.do("seal", {})
    city.clock.forward(hours=1)
    planner.do("cancel_seal", {"reason": "车辆事故"})
    planner.do("approve", {"number": "梧房〔2026〕13号"}, "head")
    assert planner.get(planner.base).json["sealing"]["reason"] == "cancelled"
    assert faults(planner.post("seal", {})) == [("seal.plan", "entropy")]
    planner.do("seal", {"entropy": [LATER]})
    assert published(city, planner.month)["seal.json"]["entropy_reason"] == "cancelled"


@pytest.mark.one_database
def test_what_a_cancelled_attempt_would_have_given_is_recorded_later(
    city: City,
) -> None:
    planner = planned(city)
    planner.do("seal", {})
    city.clock.forward(hours=1)
    shown = planner.do("cancel_seal", {"reason": "车辆事故"})
    missing = [m["code"] for m in shown["missing"]]
    assert "month.entropy_missing" in missing
    city.clock.to("2026-11-25T14:00:00+00:00")
    given = VALUE | {"stage": "lottery", "attempt": 1}
    assert code(planner.post("entropy", VALUE)) == (409, "step.order")
    planner.do("entropy", given)
    assert code(planner.post("entropy", given)) == (403, "entropy.four_eyes")
    shown = planner.do("entropy", given, "head")
    (line,) = (e for e in shown["entropy"] if e["cancelled"])
    assert (line["value"], line["confirmed"]) == (VALUE["value"], True)
    assert "month.entropy_missing" not in [m["code"] for m in shown["missing"]]
    assert planner.get(planner.base).json["stage"] == "packed"


@pytest.mark.one_database
def test_a_close_needs_two_people_for_a_cancelled_attempt(
    city: City, tmp_path: Path
) -> None:
    planner = planned(city)
    planner.do("seal", {})
    city.clock.forward(hours=1)
    planner.do("cancel_seal", {"reason": "车辆事故"})
    planner.do("approve", {"number": "梧房〔2026〕13号"}, "head")
    planner.do("seal", {"entropy": [LATER]})
    city.clock.to("2026-11-28T13:26:00+00:00")
    planner.value(VALUE)
    planner.do("lottery")
    planner.field_work()
    city.clock.to("2027-01-30T08:00:00+00:00")
    shown = planner.get(planner.base).json
    assert [m["code"] for m in shown["missing"]] == ["month.entropy_missing"]
    body: dict[str, Any] = {"carried": {}}
    assert code(planner.post("close", body)) == (409, "entropy.missing")
    given = VALUE | {"stage": "lottery", "attempt": 1}
    planner.do("entropy", given)
    assert code(planner.post("close", body)) == (409, "entropy.second")
    planner.do("entropy", given, "leader")
    assert planner.do("close", body)["stage"] == "closed"
    assert code(planner.post("entropy", given)) == (409, "step.order")
    path = public_bundle(planner, tmp_path / "closed.zip")
    assert failed(path) == []


@pytest.mark.one_database
def test_a_later_source_is_typed_in_local_time_and_of_its_day(city: City) -> None:
    planner = planned(city)
    city.clock.to("2026-11-25T11:40:00+00:00")
    wrong = LATER | {"issue": "2026137", "at": "2026-11-28 21:25"}
    refused = planner.post("seal", {"entropy": [wrong]})
    assert faults(refused) == [("entropy.calendar", "entropy[0].at")]
    planner.do("seal", {"entropy": [LATER | {"at": "2026-11-28 21:25"}]})
    (source,) = published(city, planner.month)["seal.json"]["entropy"]
    assert source["at"] == LATER["at"]


def test_nothing_is_suggested_for_a_day_of_rest() -> None:
    plan = Source("d", "lottery", "大乐透", "2026112", "2026-09-30T13:25:00Z")
    later = _later(plan, "2026-09-30T14:00:00Z")
    assert later.at == "2026-10-05T13:25:00Z"  # 3 October is a Saturday of rest
    assert _later(plan, "2027-10-01T00:00:00Z").at == "2027-10-02T13:25:00Z"
