"""Review and publication: pass, return, correct, withdraw, deadlines, secrets."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from audit_paths import root_from_proof
from service_field import Crew, a_picture, one_file
from service_month import published
from sqlalchemy import inspect, text

from api.access import accounts
from api.field.reviews import deadlines
from api.months import steps
from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.ceremony.log import leaf_hash
from inspector.month.field import due
from inspector.results.review import PublicRecord
from inspector.verify import FAILS, HOLDS, verify_bundle


def test_a_result_goes_from_package_to_publication(team: Crew) -> None:
    record = team.published(team.problem())
    entry = record["record"]["body"]["entry"]
    assert entry["visit"] == team.visit
    assert entry["outcome"] == "ordered"
    assert entry["findings"] == ["G1-01"]
    assert entry["score_bp"] == 9_775  # the item weighs 2.25 points
    with team.city.desk() as desk:
        route = steps.load(desk, steps.find(desk, team.month))
    assert route.assigned is not None
    assert [r.visit for r in route.assigned.results] == [team.visit]
    events = published(team.city, team.month)["log.json"]["events"]
    (event,) = [e for e in events if e["event"] == "result"]
    assert event["digest"] == digest(SHA256, "result", canonical(entry)).hex()


def test_a_published_record_opens_the_leaf_of_its_visit(team: Crew) -> None:
    team.published()
    leaf = team.opened()
    salted = digest(
        SHA256, "leaf", bytes.fromhex(leaf["salt"]), canonical(leaf["sealed"])
    )
    assert salted.hex() == leaf["leaf"]
    assert leaf["sealed"]["id"] == team.visit
    assert leaf["sealed"]["day"] == str(team.package.day)
    path = [bytes.fromhex(h) for h in leaf["proof"]]
    size = len(team.field().assigned.sealed.leaves.leaves)
    root = root_from_proof(leaf_hash(salted), leaf["index"], size, path)
    seal = published(team.city, team.month)["seal.json"]
    assert root is not None
    assert root.hex() == leaf["visit_root"] == seal["visit_root"]


@pytest.mark.one_database
def test_the_leaders_queue_has_what_both_have_signed(team: Crew) -> None:
    leader = team.city.client("leader")
    path = f"{team.results}?state=signed"
    assert leader.get(path).json["items"] == []
    raw = team.signed()
    (row,) = leader.get(path).json["items"]
    assert (row["id"], row["score_bp"]) == (raw["id"], 10_000)
    assert row["officers"] == list(team.officers)
    assert len(row["signatures"]) == 2
    assert leader.get(f"{team.results}?inspected=false").json["items"] == []
    assert leader.get(f"{team.results}?state=nothing").status_code == 422


@pytest.mark.one_database
def test_outcomes_without_inspection_are_kept_apart(team: Crew) -> None:
    draft = team.draft(outcome="ceased", follow_up="other", findings=[])
    team.signed(draft)
    planner = team.city.client("planner")
    (row,) = planner.get(f"{team.results}?inspected=false").json["items"]
    assert (row["score_bp"], row["inspected"]) == (-1, False)
    assert planner.get(f"{team.results}?inspected=true").json["items"] == []


@pytest.mark.one_database
def test_visits_without_a_grade_have_a_list_of_their_own(team: Crew) -> None:
    planner = team.city.client("planner")
    path = f"{team.results}?view=uninspected"
    assert planner.get(path).json["items"] == []
    team.published(team.draft(outcome="ceased", follow_up="other", findings=[]))
    (row,) = planner.get(path).json["items"]
    assert (row["visit"], row["why"]) == (team.visit, "ceased")
    placed = {s.visit for p in team.field().packages.values() for s in p.stops}
    close(team)
    rows = planner.get(f"{path}&limit=500").json["items"]
    assert {r["why"] for r in rows} == {"ceased", "carried"}
    assert len(rows) == len(placed)
    assert team.city.client("inspector").get(path).status_code == 403


def test_a_returned_result_comes_back_with_its_reason(team: Crew) -> None:
    raw = team.signed()
    leader = team.city.client("leader")
    assert team.review(leader, raw["id"], "return", reason="").status_code == 422
    done = team.review(leader, raw["id"], "return", reason="照片不清")
    assert (done.status_code, done.json["state"]) == (201, "returned")
    shown = team.client().get(f"{team.path}/draft").json
    assert (shown["state"], shown["returned"]) == ("returned", "照片不清")
    assert shown["signatures"] == []
    refused = team.move(team.client(), "submission", digest=shown["digest"])
    assert refused.json["code"] == "result.state"
    assert team.signed(team.draft(note="已补拍"))["state"] == "signed"


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["planner", "inspector", "head", "auditor"])
def test_only_the_leader_passes_and_returns(team: Crew, role: str) -> None:
    raw = team.signed()
    client = team.city.client(role)
    assert team.review(client, raw["id"], "pass").status_code == 403
    assert team.review(client, raw["id"], "return", reason="x").status_code == 403


@pytest.mark.one_database
def test_an_officer_who_leads_does_not_review_his_own_result(team: Crew) -> None:
    raw = team.signed()
    account = team.city.accounts["wuzhou", team.officers[0]]
    with team.city.desk(write=True, role="admin") as desk:
        row = accounts.find(desk, account)
        accounts.change(desk, row, {"roles": ["inspector", "leader"]})
    refused = team.review(team.client(), raw["id"], "pass")
    assert (refused.status_code, refused.json["code"]) == (403, "result.reviewer")


def test_a_result_is_passed_once(team: Crew) -> None:
    raw = team.signed()
    leader = team.city.client("leader")
    assert team.review(leader, raw["id"], "pass").status_code == 201
    again = team.review(leader, raw["id"], "pass")
    assert (again.status_code, again.json["code"]) == (409, "result.state")
    headers = {"If-Match": team.client().get(f"{team.path}/draft").headers["ETag"]}
    edit = team.client().put(f"{team.path}/draft", json={}, headers=headers)
    assert edit.json["code"] == "result.state"


def records(team: Crew) -> list[dict[str, Any]]:
    path = f"/api/v1/public/wuzhou/months/{team.month}/records"
    found: list[dict[str, Any]] = team.city.client().get(path).json["items"]
    return found


def test_a_correction_is_a_linked_record_that_both_sign_again(team: Crew) -> None:
    first = team.published(team.problem())
    leader = team.city.client("leader")
    opened = team.record(leader, first["id"], "correction", reason="事项录错")
    assert (opened.status_code, opened.json["state"]) == (201, "drafted")
    assert opened.json["corrects"] == first["digest"]
    twice = team.record(leader, first["id"], "correction", reason="再来")
    assert twice.json["code"] == "result.open"
    second = team.published(team.draft())
    assert (second["kind"], second["number"]) == ("correction", 2)
    shown = records(team)
    assert [r["kind"] for r in shown] == ["result", "correction"]
    assert shown[0]["record"] == first["record"]
    chain = [PublicRecord(**r["record"]) for r in shown]
    assert [r.replaces for r in chain] == ["", chain[0].digest]
    assert [r.digest for r in chain] == [r["digest"] for r in shown]
    assert chain[1].reason == "事项录错"
    stale = team.record(leader, first["id"], "correction", reason="旧")
    assert stale.json["code"] == "result.replaced"


def close(team: Crew) -> None:
    """Carry over whatever has no result, and close the month."""
    placed = {s.visit for p in team.field().packages.values() for s in p.stops}
    done = {r.visit for r in team.field().assigned.results}
    body = {
        "at": "2027-01-04T00:00:00Z",
        "carried": dict.fromkeys(placed - done, "weather"),
    }
    with team.city.desk(write=True) as desk:
        steps.advance(desk, steps.find(desk, team.month), "close", body)


@pytest.mark.one_database
def test_a_month_published_from_the_field_verifies(team: Crew, tmp_path: Path) -> None:
    team.published(team.problem())
    close(team)
    for name, document in published(team.city, team.month).items():
        (tmp_path / name).write_bytes(canonical(document))
    found = {f["id"]: f["verdict"] for f in verify_bundle(tmp_path).findings}
    assert FAILS not in found.values()
    assert found["results.log"] == HOLDS


@pytest.mark.one_database
def test_a_published_result_is_corrected_after_the_month_is_closed(
    team: Crew,
) -> None:
    first = team.published(team.problem())
    close(team)
    team.morning("09:00", date(2027, 1, 5))
    leader = team.city.client("leader")
    opened = team.record(leader, first["id"], "correction", reason="事项录错")
    assert opened.status_code == 201
    second = team.published(team.draft())
    assert (second["kind"], second["number"]) == ("correction", 2)


def test_a_withdrawal_is_a_linked_record_and_the_last_one(team: Crew) -> None:
    first = team.published()
    planner = team.city.client("planner")
    done = team.record(planner, first["id"], "withdrawal", reason="对象有误")
    assert (done.status_code, done.json["kind"]) == (201, "withdrawal")
    assert done.json["record"]["replaces"] == first["digest"]
    for record, kind in ((first["id"], "withdrawal"), (done.json["id"], "correction")):
        again = team.record(planner, record, kind, reason="x")
        assert again.json["code"] == "result.replaced"
    assert [r["kind"] for r in records(team)] == ["result", "withdrawal"]


def test_visits_past_their_publish_by_date_are_listed(team: Crew) -> None:
    by = due(team.field().assigned.frozen, team.package.day)
    planner = team.city.client("planner")
    path = f"{team.results}?view=deadlines"
    rows = planner.get(f"{path}&limit=500").json["items"]
    (row,) = [r for r in rows if r["visit"] == team.visit]
    assert (row["due"], row["state"], row["result"]) == (str(by), "open", "none")
    assert max(r["day"] for r in rows) == str(team.package.day)  # none of the future
    for day, late in ((by, False), (date.fromordinal(by.toordinal() + 1), True)):
        team.morning("09:00", day)
        with team.city.desk() as desk:
            found = {d.visit: d.state for d in deadlines(desk, team.month)}
        assert (found[team.visit] == "overdue") == late
    listed = team.city.client("leader").get(f"{path}&overdue=true&limit=500").json
    assert team.visit in [r["visit"] for r in listed["items"]]


@pytest.mark.one_database
def test_a_carried_visit_is_no_longer_open(team: Crew) -> None:
    """Nobody waits for its result: not the list of deadlines, not the close, and the
    list of visits without a grade names it once."""
    team.noon()
    team.arrive(team.client(0))
    begun = team.write(team.client(0), team.draft())
    planner = team.city.client("planner")
    month = f"/api/v1/bureau/months/{team.month}"
    before = planner.get(month).json["counts"]["pending"]
    at = f"{team.package.day}T08:00:00Z"
    body = {"visit": team.visit, "reason": "weather", "at": at}
    with team.city.desk(write=True) as desk:
        steps.advance(desk, steps.find(desk, team.month), "carry", body)
        assert team.visit not in {d.visit for d in deadlines(desk, team.month)}
    assert planner.get(month).json["counts"]["pending"] == before - 1
    (row,) = planner.get(f"{team.results}?view=uninspected").json["items"]
    assert (row["visit"], row["reason"]) == (team.visit, "weather")
    refused = team.move(team.client(0), "submission", digest=begun["digest"])
    assert (refused.status_code, refused.json["code"]) == (409, "result.carried")


@pytest.mark.one_database
def test_a_published_result_is_no_longer_open(team: Crew) -> None:
    team.published()
    with team.city.desk() as desk:
        found = {d.visit: (d.state, d.result) for d in deadlines(desk, team.month)}
    assert found[team.visit] == ("published", "passed")


@pytest.mark.one_database
def test_a_deadline_on_a_calendar_not_announced_yet_says_so(team: Crew) -> None:
    with team.city.desk() as desk:
        rows = deadlines(desk, team.month)
    assert rows[0].provisional == team.field().assigned.frozen.provisional is True


@pytest.mark.one_database
def test_an_officer_finds_his_own_published_results(team: Crew) -> None:
    record = team.published()
    path = "/api/v1/my/results"
    for which in (0, 1):
        (row,) = team.client(which).get(path).json["items"]
        assert row["digest"] == record["digest"]
    frozen = team.field().assigned.frozen
    other = next(i for i in frozen.names if i not in team.officers)
    assert team.city.client(other).get(path).json["items"] == []


@pytest.mark.one_database
def test_reading_raw_results_is_recorded(team: Crew) -> None:
    raw = team.signed()
    team.city.client("auditor").get(f"{team.results}/{raw['id']}")
    subjects = {e.subject for e in team.city.events("sealed_data_read")}
    assert f"field_result:{raw['id']}" in subjects


def test_raw_results_of_another_bureau_are_not_there(team: Crew) -> None:
    raw = team.signed()
    leader = team.city.client("leader", "other")
    assert leader.get(team.results).status_code == 404
    assert leader.get(f"{team.results}/{raw['id']}").status_code == 404
    assert team.review(leader, raw["id"], "pass").status_code == 404


def test_a_stolen_database_tells_nothing_of_field_work(team: Crew) -> None:
    client = team.client()
    client.post(f"{team.path}/photos", **one_file(a_picture()))
    draft = team.problem(text="楼道堆物特征文字")
    draft |= {"note": "备注特征文字", "opinion_text": "意见特征文字"}
    team.signed(draft)
    asked = {
        "package": team.package.id,
        "whom": "self",
        "behalf": "officer",
        "reason": "回避特征文字",
    }
    assert team.request(client, "recusal", **asked).status_code == 201
    dump = _dump(team)
    people = team.field().assigned.frozen.registry.inspectors
    secrets = [
        *("楼道堆物特征文字", "备注特征文字", "意见特征文字", "回避特征文字"),
        *("JCM-2026-0001", "物业项目负责人（合成）", "SECRET-PLACE"),
        *(p.cert_no for p in people if p.cert_no),
        f'"{team.visit}"',
    ]
    for secret in secrets:
        assert secret.encode() not in dump, secret
        assert json.dumps(secret).strip('"').encode() not in dump, secret


@pytest.mark.one_database
def test_a_stolen_database_tells_nothing_of_requests_and_objections(
    team: Crew,
) -> None:
    record = team.published()
    planner, officer = team.city.client("planner"), team.client()
    day = str(team.package.day)
    filed = team.record(
        planner, record["id"], "objection", number="1", received=day, text="异议特征"
    )
    path = f"/api/v1/bureau/months/{team.month}/objections/{filed.json['id']}/reply"
    reply = {"replied": day, "ruling": "partly", "reply": "答复特征"}
    headers = {"If-Match": filed.headers["ETag"]}
    assert planner.put(path, json=reply, headers=headers).status_code == 200
    asked = {"package": team.package.id, "whom": "partner", "behalf": "party"}
    assert team.request(officer, "recusal", **asked, reason="回避特征").json["id"]
    gone = {"day": day, "reason": "illness", "note": "病假特征"}
    gone |= {"from": team.package.stops[-1].visit}  # the first is published
    assert team.request(officer, "absence", **gone).status_code == 201
    dump = _dump(team)
    secrets = ("异议特征", "答复特征", "回避特征", "病假特征", "illness", "partner")
    for secret in secrets:
        assert secret.encode() not in dump, secret
        assert json.dumps(secret).strip('"').encode() not in dump, secret


def _dump(team: Crew) -> bytes:
    out = []
    with team.city.site.store.engine.connect() as c:
        for table in inspect(c).get_table_names():
            for row in c.execute(text(f"SELECT * FROM {table}")):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    out.append(raw)
    return b"\n".join(out)
