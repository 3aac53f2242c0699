"""On site: arrival, draft, offline draft, submission, two signatures."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import timedelta
from typing import Any

import pytest
from service_field import Crew

from api.field import duties
from inspector.results.outcomes import (
    CheckMethod,
    FollowUp,
    Handling,
    Opinion,
    Outcome,
    Severity,
    codes,
)


def test_an_arrival_is_recorded_with_its_code_and_a_coarse_point(team: Crew) -> None:
    body = {
        "code": "JCM-2026-0001",
        "phone": team.at("01:05"),
        "lon_udeg": 111_278_456,
        "lat_udeg": 23_476_543,
    }
    done = team.move(team.client(), "arrival", **body)
    assert done.status_code == 201, done.json
    before = team.package.day - timedelta(days=1)
    assert done.json["at"] == f"{before}T23:30:00Z"  # 07:30 in Shanghai
    raw = team.signed()
    shown = team.city.client("leader").get(f"{team.results}/{raw['id']}").json
    first = shown["arrivals"][0]
    assert (first["code"], first["officer"]) == ("JCM-2026-0001", team.officers[0])
    assert (first["lon_udeg"], first["lat_udeg"]) == (111_278_000, 23_477_000)


@pytest.mark.parametrize(
    ("scanned", "match"),
    [
        ("", "unread"),
        ("{own}", "same"),
        ("https://qy.example/q?code={own}&t=1", "same"),
        ("91450499HC0000016J", "other"),
    ],
)
@pytest.mark.one_database
def test_the_companys_code_is_compared_and_stops_nobody(
    team: Crew, scanned: str, match: str
) -> None:
    field = team.field()
    with team.city.desk() as desk:
        usc18 = duties.visit_in(desk, field, team.visit).compound.usc18
    code = scanned.format(own=usc18)
    body = {"code": "JCM-2026-0001", "phone": team.at("01:05"), "company": code}
    done = team.move(team.client(), "arrival", **body)
    assert done.status_code == 201, done.json
    assert done.json["match"] == match
    if match == "same":
        months = f"/api/v1/bureau/months/{team.month}"
        shown = team.city.client("planner").get(f"{months}/documents/arrivals.csv")
        assert shown.status_code == 200, shown.json
        (row,) = csv.DictReader(io.StringIO(shown.data.decode("utf-8-sig")))
        assert (row["检查编号"], row["检查码"]) == (team.visit, "JCM-2026-0001")
        assert row["所扫企业码"] == row["统一社会信用代码"] == usc18
        assert row["核对结果"] == "与受检企业一致"
        assert row["执法证号"]
        day = team.package.day.isoformat()
        assert row["到达时间（北京时间）"] == f"{day} 07:30"
        assert team.city.events("sealed_data_read")[-1].body["what"] == "arrivals"


@pytest.mark.one_database
def test_a_code_without_a_credit_code_is_refused_in_words(team: Crew) -> None:
    body = {"code": "x", "company": "https://qy.example/q?code=123"}
    done = team.move(team.client(), "arrival", **body)
    assert done.status_code == 422
    (fault,) = done.json["faults"]
    assert (fault["column"], fault["zh"]) == ("company", "其中没有统一社会信用代码")


@pytest.mark.one_database
def test_an_arrival_without_a_code_is_refused(team: Crew) -> None:
    bodies: list[dict[str, Any]] = [{}, {"code": ""}, {"code": "x", "lon_udeg": 10**10}]
    for body in bodies:
        assert team.move(team.client(), "arrival", **body).status_code == 422


@pytest.mark.one_database
def test_a_draft_is_kept_for_both_officers(team: Crew) -> None:
    one, two = team.client(0), team.client(1)
    empty = one.get(f"{team.path}/draft")
    assert (empty.json["version"], empty.json["state"]) == (0, "drafted")
    written = team.write(one, {"note": "电梯间正在维修"})
    assert (written["version"], written["state"]) == (1, "drafted")
    assert two.get(f"{team.path}/draft").json == written


def test_a_draft_is_not_overwritten_by_somebody_who_has_not_read_it(
    team: Crew,
) -> None:
    one, two = team.client(0), team.client(1)
    tag = one.get(f"{team.path}/draft").headers["ETag"]
    team.write(two, {"note": "先写"})
    path = f"{team.path}/draft"
    late = one.put(path, json={"note": "后写"}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert one.put(path, json={"note": "后写"}).status_code == 428
    assert one.get(path).json["draft"]["note"] == "先写"


def offline(team: Crew, base: int, note: str, which: int = 0) -> Any:
    draft = team.draft(note=note)
    return team.move(team.client(which), "draft", base=base, draft=draft)


def test_a_draft_made_offline_counts_once_however_often_it_is_sent(
    team: Crew,
) -> None:
    first = offline(team, 0, "离线")
    assert (first.status_code, first.json["version"]) == (201, 1)
    assert offline(team, 0, "离线").json == first.json
    assert offline(team, 0, "离线", 1).json == first.json
    assert offline(team, 1, "续写").json["version"] == 2


def test_a_draft_made_offline_on_an_old_version_is_refused(team: Crew) -> None:
    offline(team, 0, "一")
    late = offline(team, 0, "二", 1)
    assert (late.status_code, late.json["code"]) == (409, "draft.stale")
    assert late.json["params"] == {"version": 1}


def test_the_same_key_sends_an_offline_draft_once(team: Crew) -> None:
    client = team.client()
    body = {"kind": "draft", "base": 0, "draft": {"note": "x"}}
    headers = {"Idempotency-Key": "draft-1"}
    one = client.post(f"{team.path}/moves", json=body, headers=headers)
    two = client.post(f"{team.path}/moves", json=body, headers=headers)
    assert two.data == one.data
    assert two.headers["Idempotency-Replayed"] == "true"


def submit(team: Crew, digest: str) -> Any:
    team.noon()
    return team.move(team.client(), "submission", digest=digest)


@pytest.mark.one_database
def test_an_incomplete_result_names_everything_that_is_missing(team: Crew) -> None:
    client = team.client()
    team.arrive(client)
    digest = team.write(client, {"outcome": "ordered"})["digest"]
    refused = submit(team, digest)
    assert refused.status_code == 422
    codes = {f["code"] for f in refused.json["faults"]}
    assert {"result.field", "result.item_missing", "result.problems"} <= codes
    assert client.get(f"{team.path}/draft").json["state"] == "drafted"


@pytest.mark.one_database
def test_an_inspection_on_site_begins_with_an_arrival(team: Crew) -> None:
    digest = team.write(team.client(), team.draft())["digest"]
    assert submit(team, digest).json["code"] == "arrival.missing"
    team.arrive(team.client())
    assert submit(team, digest).json["state"] == "submitted"


@pytest.mark.one_database
def test_an_inspection_in_writing_needs_no_arrival(team: Crew) -> None:
    digest = team.write(team.client(), team.draft(method="written"))["digest"]
    assert submit(team, digest).json["state"] == "submitted"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("started", "ended", "status"),
    [
        ("01:00", "04:10", 201),  # 12:10 in Shanghai, ten minutes ahead of the clock
        ("01:00", "04:11", 422),
        ("01:30", "01:29", 422),
    ],
)
def test_an_inspection_happens_on_its_day_and_is_over_by_now(
    team: Crew, started: str, ended: str, status: int
) -> None:
    team.arrive(team.client())
    draft = team.draft(started=team.at(started), ended=team.at(ended))
    done = submit(team, team.write(team.client(), draft)["digest"])
    assert done.status_code == status
    if status == 422:
        assert "result.times" in {f["code"] for f in done.json["faults"]}


@pytest.mark.one_database
@pytest.mark.parametrize("day", ["2026-11-30", "2027-01-02"])
def test_times_of_another_day_are_refused(team: Crew, day: str) -> None:
    team.arrive(team.client())
    times = {"started": f"{day}T01:00:00Z", "ended": f"{day}T02:00:00Z"}
    done = submit(team, team.write(team.client(), team.draft(**times))["digest"])
    assert [f["code"] for f in done.json["faults"]] == ["result.times"] * 2


@pytest.mark.one_database
def test_a_draft_of_rubbish_is_kept_and_listed_without_a_score(team: Crew) -> None:
    finding = {"item": "nothing", "checked": True, "defects": 3}
    team.write(team.client(), {"outcome": "ordered", "findings": [finding]})
    (row,) = team.city.client("leader").get(team.results).json["items"]
    assert (row["state"], row["score_bp"]) == ("drafted", None)


CODES = {
    **{"outcome": Outcome, "follow_up": FollowUp, "method": CheckMethod},
    **{"opinion": Opinion, "severity": Severity, "handling": Handling},
}


@pytest.mark.one_database
def test_a_code_of_no_list_is_refused_with_the_list(team: Crew) -> None:
    client = team.client()
    headers = {"If-Match": client.get(f"{team.path}/draft").headers["ETag"]}
    for name, kind in CODES.items():
        inside = name in ("severity", "handling")
        finding = {"item": "G1-01", "checked": True, name: "nothing_known"}
        draft = {"findings": [finding]} if inside else {name: "nothing_known"}
        done = client.put(f"{team.path}/draft", json=draft, headers=headers)
        (fault,) = done.json["faults"]
        assert (done.status_code, fault["column"].split(".")[-1]) == (422, name)
        assert ", ".join(codes(kind)) in fault["en"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "draft",
    [
        {"method": "", "started": "2026-11-30T00:00:00Z"},
        {"outcome": "ordered", "ended": "9999-12-31T23:59:59Z"},
        {
            "outcome": "no_problem",
            "findings": [
                {"item": "nothing", "checked": True, "defects": 3},
                *({"item": "G1-01", "checked": c, "defects": 2} for c in (True, False)),
                {"item": "G1-02", "checked": True, "defects": 1, "handling": ""},
            ],
        },
    ],
)
def test_a_record_is_printed_of_every_draft(team: Crew, draft: dict[str, Any]) -> None:
    team.write(team.client(), draft)
    for client, path in (
        (team.client(), f"{team.path}/documents/record.docx"),
        (team.city.client("leader"), f"{team.printed}/record.docx"),
    ):
        assert client.get(path).status_code == 200


@pytest.mark.one_database
def test_what_is_submitted_is_what_was_read(team: Crew) -> None:
    team.arrive(team.client())
    old = team.write(team.client(), team.draft())["digest"]
    team.write(team.client(1), team.draft(note="改"))
    assert submit(team, old).json["code"] == "draft.stale"


def test_both_officers_sign_from_their_own_accounts(team: Crew) -> None:
    raw = team.signed(team.problem())
    assert raw["state"] == "signed"
    assert [s["officer"] for s in raw["signatures"]] == list(team.officers)
    assert {s["digest"] for s in raw["signatures"]} == {raw["digest"]}
    assert raw["draft"]["findings"][0]["days"] == 15  # the list's default deadline


@pytest.mark.one_database
def test_nobody_signs_twice_or_for_the_other(team: Crew) -> None:
    client = team.client()
    team.arrive(client)
    digest = submit(team, team.write(client, team.draft())["digest"]).json["digest"]
    client = team.client()
    assert team.move(client, "signature", digest=digest).status_code == 201
    again = team.move(client, "signature", digest=digest)
    assert (again.status_code, again.json["code"]) == (409, "result.signed")
    other = team.move(team.client(1), "signature", digest="0" * 64)
    assert other.json["code"] == "result.digest"


def test_an_edit_voids_the_signatures(team: Crew) -> None:
    team.signed()
    again = team.write(team.client(), team.draft(note="补充一句"))
    assert (again["state"], again["signatures"]) == ("drafted", [])
    leader = team.city.client("leader")
    passed = team.review(leader, again["id"], "pass")
    assert passed.json["code"] == "result.state"


@pytest.mark.one_database
def test_an_unreachable_compound_has_no_grade_and_no_findings(team: Crew) -> None:
    draft = team.draft(outcome="unreachable", follow_up="daily", findings=[])
    draft["opinion"] = "nobody"
    record = team.published(draft)
    entry = record["record"]["body"]["entry"]
    assert (entry["score_bp"], entry["findings"]) == (-1, [])


@pytest.mark.one_database
def test_a_reserve_who_stepped_in_signs_and_the_absent_officer_does_not(
    team: Crew,
) -> None:
    day = str(team.package.day)
    done = team.request(team.client(0), "absence", day=day, reason="illness")
    assert done.status_code == 201
    now = [i.id for _, i in team.field().team(team.package.id)]
    gone, team.officers = team.officers[0], (now[0], now[1])
    raw = team.signed()
    assert {s["officer"] for s in raw["signatures"]} == set(now)
    assert gone not in now


JUNK: list[Any] = [
    *(None, True, -1, 0, 2, 10**12, 1.5, "", "x", "ordered", "redline", "\u0000"),
    *("\ud800", "e\u0301", "小区", [], {}, ["x"], {"item": "G1-01"}, "A" * 3000),
]


def spoilt(dice: random.Random, draft: dict[str, Any]) -> dict[str, Any]:
    """A draft with some members replaced by anything."""
    out: dict[str, Any] = json.loads(json.dumps(draft))
    for _ in range(dice.randrange(1, 4)):
        target = dice.choice([out, *out["findings"][:3]])
        target[dice.choice(sorted(target))] = dice.choice(JUNK)
        if not isinstance(out["findings"], list) or not out["findings"]:
            break
        if not all(isinstance(f, dict) and f for f in out["findings"]):
            break
    return out


@pytest.mark.one_database
def test_no_draft_makes_the_service_fail_inside(team: Crew) -> None:
    team.noon()
    dice, client = random.Random(20261201), team.client()
    team.arrive(client)
    seen: set[int] = set()
    for _ in range(150):
        shown = client.get(f"{team.path}/draft")
        body = json.dumps(spoilt(dice, team.problem()))
        headers = {
            "If-Match": shown.headers["ETag"],
            "Content-Type": "application/json",
        }
        done = client.put(f"{team.path}/draft", data=body, headers=headers)
        seen.add(done.status_code)
        if done.status_code == 200:
            done = team.move(client, "submission", digest=done.json["digest"])
            seen.add(done.status_code)
        assert done.status_code < 500, (body, done.json)
    assert {200, 422} <= seen
