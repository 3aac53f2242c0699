"""Objections over HTTP: recorded, answered once, counted in public without texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from service_field import Crew

PUBLIC = "/api/v1/public/wuzhou/objections"


def file_one(team: Crew, record: str, **changes: Any) -> Any:
    body = {
        "number": "异议〔2026〕1号",
        "received": str(team.package.day),
        "text": "扣分依据特征文字",
    }
    client = team.city.client("planner")
    return team.record(client, record, "objection", **body | changes)


def answer(team: Crew, filed: Any, **changes: Any) -> Any:
    body = {
        "replied": str(team.package.day),
        "ruling": "partly",
        "reply": "答复特征文字",
    }
    path = f"/api/v1/bureau/months/{team.month}/objections/{filed.json['id']}/reply"
    headers = {"If-Match": filed.headers["ETag"]}
    planner = team.city.client("planner")
    return planner.put(path, json=body | changes, headers=headers)


def public(team: Crew) -> Any:
    return team.city.client().get(PUBLIC)


def test_an_objection_is_linked_to_its_record_and_counted(team: Crew) -> None:
    record = team.published()
    filed = file_one(team, record["id"])
    assert filed.status_code == 201, filed.json
    assert filed.json["record"] == record["digest"]
    counts = public(team).json["counts"]
    assert (counts["received"], counts["open"], counts["upheld"]) == (1, 1, 0)
    done = answer(team, filed)
    assert (done.status_code, done.json["late"]) == (200, False)
    counts = public(team).json["counts"]
    assert (counts["open"], counts["partly"]) == (0, 1)
    (row,) = public(team).json["items"]
    assert (row["result_id"], row["ruling"]) == (record["id"], "partly")


@pytest.mark.one_database
def test_the_public_reads_no_text_of_an_objection(team: Crew) -> None:
    filed = file_one(team, team.published()["id"])
    answer(team, filed)
    shown = public(team).text
    assert "异议〔2026〕1号" in public(team).json["items"][0]["number"]
    assert "特征文字" not in shown
    path = f"/api/v1/bureau/months/{team.month}/objections"
    (inside,) = team.city.client("leader").get(path).json["items"]
    assert (inside["text"], inside["reply"]) == ("扣分依据特征文字", "答复特征文字")


def test_an_objection_has_a_number_of_its_own(team: Crew) -> None:
    record = team.published()["id"]
    assert file_one(team, record).status_code == 201
    twice = file_one(team, record)
    assert (twice.status_code, twice.json["code"]) == (409, "objection.number")
    assert file_one(team, record, number="异议〔2026〕2号").status_code == 201


@pytest.mark.one_database
def test_an_objection_is_dated_between_publication_and_today(team: Crew) -> None:
    record = team.published()["id"]
    day = team.package.day
    early = file_one(team, record, received=str(day - timedelta(days=1)))
    assert early.json["code"] == "objection.early"
    late = file_one(team, record, received=str(day + timedelta(days=1)))
    assert late.json["code"] == "objection.future"


def test_there_is_one_reply(team: Crew) -> None:
    filed = file_one(team, team.published()["id"])
    done = answer(team, filed)
    assert answer(team, filed).status_code == 412
    assert answer(team, done).json["code"] == "objection.replied"


@pytest.mark.one_database
def test_an_open_objection_past_its_day_is_overdue(team: Crew) -> None:
    filed = file_one(team, team.published()["id"])
    assert public(team).json["counts"]["overdue"] == 0
    team.morning("09:00", team.package.day + timedelta(days=60))
    assert public(team).json["counts"]["overdue"] == 1
    done = answer(team, filed, replied=str(team.package.day + timedelta(days=60)))
    assert done.json["late"] is True
    counts = public(team).json["counts"]
    assert (counts["overdue"], counts["late"]) == (0, 1)


@pytest.mark.one_database
def test_only_the_planner_records_objections(team: Crew) -> None:
    record = team.published()["id"]
    for role in ("leader", "inspector", "auditor"):
        client = team.city.client(role)
        assert team.record(client, record, "objection").status_code == 403
    assert file_one(team, "nothing").status_code == 404
