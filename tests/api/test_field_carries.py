"""顺延 between the officers' phones and the leader: one visit, one end."""

from __future__ import annotations

from typing import Any

from service_field import Crew
from service_public import publish

from api.field import duties

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


def test_a_result_that_came_with_the_month_is_not_begun_again(team: Crew) -> None:
    """As after an import of steps: it is public, and nobody wrote it on this phone."""
    team.noon()
    with team.city.desk() as desk:
        field = duties.in_field(desk)[0]
        visit, day = team.visit, desk.today
    result = {
        "visit": visit,
        "date": day.isoformat(),
        "outcome": "no_problem",
        "follow_up": "none",
        "score_bp": 10000,
        "findings": [],
        "published_at": f"{day.isoformat()}T09:00:00Z",
    }
    team.city.clock.to(f"{day.isoformat()}T09:00:00+00:00")
    publish(team.city, field.month.id, result)
    mine = team.client(0).get("/api/v1/my/visits").json["items"]
    assert {v["visit"]: v["state"] for v in mine}[visit] == "passed"
