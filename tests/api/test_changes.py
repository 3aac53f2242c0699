"""Changes after the lottery through the service: preview, commit, lottery, call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from amended_month import still_to_come
from service_changes import SOURCE, FirstMorning, last_car
from service_city import City
from service_month import published
from service_planner import TRIALS

from api import replayed
from api.months import amendments as changes
from api.months import steps
from inspector.domain import Visit
from inspector.errors import InspectorError
from inspector.month import demonstration
from inspector.month.documents import entry
from inspector.verify import FAILS, HOLDS, verify_bundle


def verdicts(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """Verdict by claim of the public's verifier; none fails."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found = verify_bundle(folder).findings
    assert [f for f in found if f["verdict"] == FAILS] == []
    return {f["id"]: f["verdict"] for f in found}


def amend(body: dict[str, Any]) -> dict[str, Any]:
    """A change of the plan as a request says it."""
    return {"kind": "amend", **body}


def tried(month: str, body: dict[str, Any]) -> dict[str, Any]:
    """The same, tried only."""
    return {"kind": "plan_change", "month": month, **body}


class Changed(FirstMorning):
    """A month after its lottery, on its first morning."""

    def send(self, kind: str, body: dict[str, Any] | None) -> Any:
        """A change of the month as it is now."""
        return self.post("changes", {"kind": kind, **(body or {})})

    def preview(self, *changes: dict[str, Any], **more: Any) -> Any:
        body = {"changes": list(changes), **more}
        return self.planner.post(TRIALS, json=tried(self.month, body))

    def rows(self) -> Any:
        return self.planner.get(f"{self.base}/changes").json


@pytest.fixture
def changed(city: City) -> Iterator[Changed]:
    yield Changed(city)


def shut(month: Changed) -> dict[str, Any]:
    packed = month.assigned().sealed.packed
    return {
        "kind": "compound_shut",
        "compound": still_to_come(packed, date(2026, 12, 1))[0],
    }


def no_car(month: Changed) -> dict[str, Any]:
    return last_car(month.assigned())


def recheck(month: Changed) -> dict[str, Any]:
    assigned = month.assigned()
    days = assigned.frozen.working_days
    visit: Visit = assigned.sealed.packed.drawn.visits[0]
    return {
        "kind": "recheck_failed",
        "compound": visit.compound,
        "minutes": 60,
        "first": str(days[8]),
        "last": str(days[12]),
    }


@pytest.mark.one_database
def test_a_preview_shows_the_diff_with_reasons_and_changes_nothing(
    changed: Changed,
) -> None:
    before = changed.assigned()
    answer = changed.preview(shut(changed), no_car(changed), recheck(changed))
    assert answer.status_code == 200, answer.json
    found = answer.json
    codes = {m["code"] for m in found["moves"]}
    assert {"replan.closed", "replan.car", "replan.recheck"} <= codes
    assert all(m["zh"] and m["en"] for m in found["moves"])
    assert found["new"] and found["seats"] >= 2 * len(found["new"])
    (low, unit), (high, _) = found["min_chance"], found["max_chance"]
    assert 0 < low <= high <= unit == 1 << 40
    assert changed.assigned() is before
    assert changed.rows()["amendments"] == []


def test_nobody_waits_while_changes_are_thought_through(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer gets his turn in the middle of a preview and of a commit."""
    body = {"changes": [no_car(changed)], "reason": "修车", "entropy": [SOURCE]}
    propose, written = changes.propose, 0

    def slow(*args: Any, **more: Any) -> Any:
        nonlocal written
        with changed.city.desk(write=True) as desk:
            desk.event("sealed_data_read", "test", turn=written)
        written += 1
        return propose(*args, **more)

    monkeypatch.setattr(changes, "propose", slow)
    assert changed.preview(no_car(changed)).status_code == 200
    assert changed.send("amend", body).status_code == 201
    assert written == 2
    assert len(changed.rows()["amendments"]) == 1


def test_changes_thought_through_for_another_plan_are_not_taken(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever says `If-Match: *` does not get a plan that has moved on, either."""
    first = {"changes": [shut(changed)], "reason": "停业", "entropy": []}
    second = {"changes": [no_car(changed)], "reason": "修车", "entropy": [SOURCE]}
    propose, sent = changes.propose, []

    def late(*args: Any, **more: Any) -> Any:
        if not sent:
            sent.append("")
            sent[0] = changed.send("amend", first).status_code
        return propose(*args, **more)

    monkeypatch.setattr(changes, "propose", late)
    answer = changed.planner.post(
        f"{changed.base}/changes", json=amend(second), headers={"If-Match": "*"}
    )
    assert sent == [201]
    assert (answer.status_code, answer.json["code"]) == (412, "http.precondition")
    assert [a["reason"] for a in changed.rows()["amendments"]] == ["停业"]


def test_an_amendment_is_sealed_and_drawn_with_later_entropy(
    changed: Changed, tmp_path: Path
) -> None:
    wanted = [shut(changed), no_car(changed), recheck(changed)]
    before = dict(changed.assigned().now.holders)
    body = {"changes": wanted, "reason": "停业、修车", "entropy": [SOURCE]}
    answer = changed.send("amend", body)
    assert answer.status_code == 201, answer.json
    (row,) = changed.rows()["amendments"]
    assert (row["attempt"], row["waiting"], row["reason"]) == (1, True, "停业、修车")
    assert sum(row["changed"].values()) > 3
    early = changed.value()
    assert (early.status_code, early.json["code"]) == (409, "entropy.early")
    none = changed.send("amend_lottery", None)
    assert (none.status_code, none.json["code"]) == (409, "entropy.missing")
    changed.drawn()
    assert changed.rows()["amendments"][0]["waiting"] is False
    after = dict(changed.assigned().now.holders)
    kept = set(before) & set(after)
    assert {s: before[s] for s in kept} == {s: after[s] for s in kept}
    assert set(after) - set(before)
    files = published(changed.city, changed.month)
    assert len(files["amendments.json"]["amendments"]) == 1
    assert "amended.json" not in files
    data = {
        name: json.dumps(
            doc, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
        for name, doc in files.items()
    }
    assert verdicts(tmp_path, data)["amendments.commitment"] == HOLDS


def test_a_whole_changed_month_closes_and_verifies(
    changed: Changed, tmp_path: Path
) -> None:
    """And a replay from the stored steps gives the same bytes, without solving."""
    body = {"changes": [no_car(changed)], "reason": "修车", "entropy": [SOURCE]}
    assert changed.send("amend", body).status_code == 201
    changed.drawn()
    city, month = changed.city, changed.month
    with city.desk(write=True) as desk:
        row = steps.find(desk, month)
        for result in demonstration.results(changed.assigned()):
            steps.advance(desk, row, "publish", entry(result))
        at = "2027-01-29T09:00:00Z"
        done = steps.advance(desk, row, "close", {"at": at, "carried": {}})
    assert done.closed is not None
    city.site.stages = replayed.Stages()
    with city.desk() as desk:
        again = steps.load(desk, steps.find(desk, month))
    assert again.closed is not None
    assert dict(again.closed.auditor) == dict(done.closed.auditor)
    found = verdicts(tmp_path, dict(done.closed.auditor))
    assert found["amendments.lottery"] == HOLDS


@pytest.mark.one_database
def test_events_of_a_change_name_nobody_and_no_compound(changed: Changed) -> None:
    one = shut(changed)
    body = {"changes": [one], "reason": "停业", "entropy": []}
    assert changed.send("amend", body).status_code == 201
    (event,) = changed.city.events("plan_amended")
    assert set(event.body) == {"seq", "changed", "new_packages", "dissolved"}
    assert one["compound"] not in json.dumps(event.body)


@pytest.mark.one_database
def test_a_closed_compound_alone_needs_no_entropy(changed: Changed) -> None:
    one = shut(changed)
    answer = changed.send("amend", {"changes": [one], "reason": "停业", "entropy": []})
    assert answer.status_code == 201, answer.json
    (row,) = changed.rows()["amendments"]
    assert (row["waiting"], row["seats"], row["entropy"]) == (False, 0, [])
    visits = changed.assigned().sealed.packed.drawn.visits
    assert one["compound"] not in {v.compound for v in visits}


@pytest.mark.one_database
def test_a_whistle_calls_the_standby_pair_of_the_day(changed: Changed) -> None:
    assigned = changed.assigned()
    busy = {p.day for p in assigned.sealed.packed.packing.packages}
    day = next(d for d in assigned.frozen.working_days[1:] if d not in busy)
    visits = assigned.sealed.packed.drawn.visits
    body = {
        "compound": visits[0].compound,
        "day": str(day),
        "minutes": 60,
        "reason": "12345 热线",
    }
    answer = changed.send("call", body)
    assert answer.status_code == 201, answer.json
    (made,) = changed.rows()["calls"]
    assert made["package"] == f"S-{day}-1"
    again = changed.send("call", body)
    assert (again.status_code, again.json["code"]) == (409, "change.no_call")
    log = published(changed.city, changed.month)["log.json"]["events"]
    assert [e["event"] for e in log].count("called") == 1


@pytest.mark.one_database
def test_what_does_not_fit_is_refused_by_name(changed: Changed) -> None:
    unknown = {"kind": "compound_shut", "compound": "C9999"}
    answer = changed.preview(unknown)
    assert (answer.status_code, answer.json["code"]) == (409, "change.compound")
    answer = changed.preview({"kind": "cars_gone", "office": "O1"})
    assert (answer.status_code, answer.json["code"]) == (422, "http.invalid")
    body = {"changes": [no_car(changed)], "reason": "修车", "entropy": []}
    answer = changed.send("amend", body)
    assert (answer.status_code, answer.json["code"]) == (409, "change.entropy")
    answer = changed.send("amend_lottery", None)
    assert (answer.status_code, answer.json["code"]) == (409, "change.none_waiting")


@pytest.mark.one_database
def test_a_change_of_a_month_that_moved_on_is_refused(changed: Changed) -> None:
    tag = changed.planner.get(changed.base).headers["ETag"]
    one = {"changes": [shut(changed)], "reason": "停业", "entropy": []}
    assert changed.send("amend", one).status_code == 201
    late = changed.planner.post(
        f"{changed.base}/changes", json=amend(one), headers={"If-Match": tag}
    )
    assert late.status_code == 412


@pytest.mark.one_database
def test_only_the_planner_changes_a_plan(changed: Changed) -> None:
    for role in ("head", "leader", "auditor"):
        client = changed.city.client(role)
        assert client.get(f"{changed.base}/changes").status_code == 200
        answer = client.post(TRIALS, json=tried(changed.month, {}))
        assert answer.status_code == 403
    other = changed.city.client("planner", "other")
    assert other.get(f"{changed.base}/changes").status_code == 404


@pytest.mark.one_database
def test_a_changed_month_cannot_be_cancelled(changed: Changed) -> None:
    one = {"changes": [shut(changed)], "reason": "停业", "entropy": []}
    assert changed.send("amend", one).status_code == 201
    body = {"at": "2026-12-01T02:00:00Z", "reason": "x"}
    with (
        pytest.raises(InspectorError) as refused,
        changed.city.desk(write=True) as desk,
    ):
        steps.advance(desk, steps.find(desk, changed.month), "cancel_seal", body)
    assert refused.value.code == "cancel.field"


@pytest.mark.one_database
def test_a_waiting_amendment_can_be_cancelled_and_made_again(changed: Changed) -> None:
    body = {"changes": [no_car(changed)], "reason": "修车", "entropy": [SOURCE]}
    assert changed.send("amend", body).status_code == 201
    busy = changed.send("amend", body)
    assert (busy.status_code, busy.json["code"]) == (409, "change.waiting")
    answer = changed.send("amend_cancel", {"reason": "开奖延期"})
    assert answer.status_code == 201, answer.json
    other = {**body, "entropy": [{**SOURCE, "issue": "2026139"}]}
    assert changed.send("amend", other).status_code == 201
    rows = changed.rows()["amendments"]
    assert [(r["attempt"], r["waiting"]) for r in rows] == [(1, False), (2, True)]
    assert [r["cancelled"] for r in rows] == [True, False]
