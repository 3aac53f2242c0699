"""顺延 between the officers' phones and the leader: one visit, one end."""

from __future__ import annotations

from typing import Any

from service_field import Crew

MONTHS = "/api/v1/bureau/months"


def carry(team: Crew, visit: str) -> Any:
    """The leader's step, as somebody who has just read the month."""
    leader, path = team.city.client("leader"), f"{MONTHS}/{team.month}"
    tag = {"If-Match": leader.get(path).headers["ETag"]}
    body = {"kind": "carry", "visit": visit, "reason": "safety"}
    return leader.post(f"{path}/steps", json=body, headers=tag)


def test_a_signed_result_is_reviewed_not_carried(team: Crew) -> None:
    signed = team.signed()
    refused = carry(team, team.visit)
    assert (refused.status_code, refused.json["code"]) == (409, "carry.signed")
    leader = team.city.client("leader")
    waiting = leader.get("/api/v1/bureau/results").json["items"]
    assert [(w["visit"], w["month"]) for w in waiting] == [(team.visit, "2026-12")]
    body = {"reason": "笔录不全"}
    assert team.review(leader, signed["id"], "return", **body).status_code == 201
    assert carry(team, team.visit).status_code == 201
    assert leader.get("/api/v1/bureau/results").json["items"] == []


def test_a_carried_visit_takes_no_draft_and_says_so(team: Crew) -> None:
    team.noon()
    assert carry(team, team.visit).status_code == 201
    officer = team.client(0)
    mine = officer.get("/api/v1/my/visits").json["items"]
    states = {v["visit"]: v["state"] for v in mine}
    assert states[team.visit] == "carried"
    tag = {"If-Match": officer.get(f"{team.path}/draft").headers["ETag"]}
    refused = officer.put(f"{team.path}/draft", json=team.draft(), headers=tag)
    assert (refused.status_code, refused.json["code"]) == (409, "result.carried")
    listed = team.city.client("leader").get(f"{team.results}?view=uninspected").json
    assert [(u["visit"], u["reason"]) for u in listed["items"]] == [
        (team.visit, "safety")
    ]
