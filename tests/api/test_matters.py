"""Calls of streets, joint meetings and studies through the service."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City, Client

BASE = "/api/v1/bureau/matters"
WHISTLE = {
    "kind": "whistle",
    "compound": "C0001",
    "caller": "和平社区（合成）",
    "topic": "fees",
    "text": "居民王某反映停车收费（合成）",
    "due": "2026-12-04",
}


@pytest.fixture
def client(city: City) -> Client:
    city.clock.to("2026-12-01T08:00:00+00:00")
    return city.client("planner")


def later(city: City, day: str) -> Client:
    city.clock.to(f"{day}T08:00:00+00:00")
    return city.client("planner")


def opened(client: Client, body: dict[str, Any]) -> Any:
    answer = client.post(BASE, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json


def moved(client: Client, matter: str, kind: str, /, **values: Any) -> Any:
    return client.post(f"{BASE}/{matter}/moves", json={"kind": kind, **values})


def figures(city: City) -> Any:
    return city.client().get("/api/v1/public/wuzhou/matters").json


def test_a_call_is_referred_answered_and_settled_with_deadlines(
    city: City, client: Client
) -> None:
    made = opened(client, WHISTLE)
    assert made["state"] == "received"
    assert (made["due"], made["late"]) == ("2026-12-04", False)
    early = moved(client, made["id"], "refer", to="settled", document="结1号")
    assert (early.status_code, early.json["code"]) == (409, "whistle.move")
    to = {"to": "departments", "units": ["市场监管局"], "due": "2026-12-09"}
    answer = moved(client, made["id"], "refer", document="转1号", **to)
    assert answer.json["state"] == "departments"
    client = later(city, "2026-12-10")
    (late,) = client.get(f"{BASE}?late=true").json["items"]
    assert late["id"] == made["id"]
    assert figures(city)["whistles_late"] == 1
    for to_, document in (("answered", "复1号"), ("settled", "结1号")):
        assert (
            moved(client, made["id"], "refer", to=to_, document=document).status_code
            == 201
        )
    whole = client.get(f"{BASE}/{made['id']}").json
    assert [s["state"] for s in whole["steps"]] == [
        *("departments", "answered", "settled")
    ]
    assert whole["due"] is None
    told = figures(city)
    assert (told["whistles"], told["whistles_settled"]) == (1, 1)


def test_what_a_caller_said_is_sealed_and_reading_it_is_recorded(
    city: City, client: Client
) -> None:
    made = opened(client, WHISTLE)
    with city.desk() as desk:
        rows = desk.db.connection().exec_driver_sql("select body, sealed from move")
        assert all("王某" not in str(row) for row in rows)
    assert client.get(f"{BASE}/{made['id']}").json["text"] == WHISTLE["text"]
    read = [e.body for e in city.events("sealed_data_read")]
    assert {"what": "matter_text"} in read
    public = city.client().get("/api/v1/public/wuzhou/matters").text
    assert "王某" not in public
    assert "和平社区" not in public
    assert "C0001" not in public


def test_a_dispute_climbs_three_levels_and_the_joint_meeting(
    city: City, client: Client
) -> None:
    made = opened(client, WHISTLE | {"topic": "dispute"})
    for to in ("community", "street", "district", "joint"):
        whole = client.get(f"{BASE}/{made['id']}").json
        assert to in whole["possible"]
        step = {"to": to, "document": f"{to}-1", "due": "2026-12-20"}
        assert moved(client, made["id"], "refer", **step).status_code == 201
    done = moved(client, made["id"], "refer", to="settled", document="联席1号")
    assert done.json["state"] == "settled"
    by_level = {m["level"]: m["settled"] for m in figures(city)["mediated"]}
    assert by_level == {"community": 0, "street": 0, "district": 0, "joint": 1}


def test_a_joint_meeting_decides_and_each_decision_is_followed_up(
    city: City, client: Client
) -> None:
    call = opened(client, WHISTLE)
    body = {
        "kind": "meeting",
        "title": "十二月联席会",
        "day": "2026-12-10",
        "units": ["住建局", "市场监管局"],
        "agenda": [{"text": "停车收费", "matter": call["id"]}],
    }
    made = opened(client, body)
    assert made["state"] == "called"
    early = moved(client, made["id"], "minutes", document="联席1号", decisions=[])
    assert early.json["code"] == "meeting.before"
    client = later(city, "2026-12-11")
    decided = [{"text": "明码标价", "unit": "市场监管局", "due": "2026-12-20"}]
    held = moved(client, made["id"], "minutes", document="联席1号", decisions=decided)
    assert (held.json["state"], held.json["due"]) == ("held", "2026-12-20")
    client = later(city, "2026-12-21")
    assert client.get(f"{BASE}/{made['id']}").json["decisions"][0]["state"] == "late"
    done = moved(client, made["id"], "followed", decision=1, document="市监复3号")
    assert done.json["state"] == "followed"
    again = moved(client, made["id"], "followed", decision=1, document="市监复3号")
    assert (again.status_code, again.json["code"]) == (409, "meeting.followed")
    told = figures(city)
    assert (told["meetings"], told["decisions"], told["decisions_followed"]) == (
        *(1, 1, 1),
    )
    assert told["decisions_late"] == 0


def test_a_study_takes_experts_of_the_pool_alone(city: City, client: Client) -> None:
    with city.desk() as desk:
        from api.registry import entries

        pool = entries.scenario(desk).registry.assistants
    expert = next(a for a in pool if a.kind in ("expert", "lawyer"))
    observer = next(a for a in pool if a.kind == "observer")
    body = {
        "kind": "study",
        "compound": "C0001",
        "day": "2026-12-22",
        "theme": "收费争议",
        "members": [expert.id],
    }
    made = opened(client, body)
    assert (made["state"], made["due"]) == ("planned", "2026-12-22")
    refused = client.post(BASE, json=body | {"members": [observer.id]})
    assert (refused.status_code, refused.json["code"]) == (422, "study.member")


def test_a_step_of_another_kind_and_an_unknown_compound_are_refused(
    client: Client,
) -> None:
    made = opened(client, WHISTLE)
    wrong = moved(client, made["id"], "followed", decision=1, document="复1号")
    assert (wrong.status_code, wrong.json["code"]) == (409, "matter.kind")
    unknown = client.post(BASE, json=WHISTLE | {"compound": "C9999"})
    assert unknown.status_code == 422
    assert client.get(f"{BASE}/nothing").status_code == 404
