"""Signals and credit files: reported, verified, counted once, shown with every term."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from service_city import City
from service_credit import (
    CREDIT,
    FIRM,
    OTHER,
    PUBLIC,
    SIGNALS,
    accepted,
    credit_of,
    decided,
    reported,
    signal,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.credit import facts as credit
from api.store import moves


def test_a_signal_scores_only_once_it_is_accepted(city: City) -> None:
    assert credit_of(city)["points"] == 8000  # wuzhou begins at 80
    fact = reported(city)
    assert credit_of(city)["points"] == 8000
    assert credit_of(city)["facts"] == []
    assert decided(city, fact).json["state"] == "accepted"
    found = credit_of(city)
    assert (found["points"], found["points_text"], found["grade"]) == (
        7800,
        "78",
        "合格",
    )
    assert [f["id"] for f in found["facts"]] == [fact]


def test_a_rejected_signal_never_scores(city: City) -> None:
    fact = reported(city)
    assert decided(city, fact, "rejected").status_code == 201
    assert credit_of(city)["points"] == 8000
    again = decided(city, fact)
    assert (again.status_code, again.json["code"]) == (409, "credit.move")


def test_the_file_explains_the_score_term_by_term(city: City) -> None:
    bad = accepted(city)
    good = accepted(city, polarity="praise", source="media", document="晚报2026-11-02")
    (level,) = credit_of(city)["levels"]
    assert [(t["part"], t["points"], t["fact"]) for t in level["terms"]] == [
        ("start", 8000, ""),
        ("good", 100, good),
        ("bad", -200, bad),
    ]
    assert sum(t["points"] for t in level["terms"]) == level["points"] == 7900
    assert level["terms"][2]["source"] == "street"
    assert level["terms"][2]["document"] == "万街函〔2026〕7号"
    assert level["terms"][2]["last"] == "2027-11-20"


def test_the_same_fact_counts_once_whoever_reports_it(city: City) -> None:
    accepted(city)
    planner = city.client("planner")
    again = planner.post(SIGNALS, json=signal(source="media"))
    assert (again.status_code, again.json["code"]) == (409, "credit.twice")
    other = planner.post(SIGNALS, json=signal(subject=OTHER))
    assert other.status_code == 201
    assert credit_of(city)["points"] == 7800


def test_a_rejected_report_does_not_bar_the_same_fact(city: City) -> None:
    decided(city, reported(city), "rejected")
    accepted(city)
    assert credit_of(city)["points"] == 7800


def test_a_repaired_fact_no_longer_counts_and_is_off_the_public_page(
    city: City,
) -> None:
    fact = accepted(city)
    city.clock.forward(days=30)
    assert decided(city, fact, "repaired").status_code == 201
    found = credit_of(city)
    assert (found["points"], found["facts"]) == (8000, [])
    shown = city.client("head").get(f"{CREDIT}/files/company/{FIRM}").json
    assert [f["state"] for f in shown["facts"]] == ["repaired"]


def test_any_past_day_can_be_scored_again(city: City) -> None:
    city.clock.to("2026-11-20T02:00:00+00:00")
    fact = accepted(city)
    city.clock.forward(days=10)
    decided(city, fact, "repaired")
    city.clock.forward(days=10)
    points = [
        credit_of(city, query=f"?on={day}")["points"]
        for day in ("2026-11-19", "2026-11-20", "2026-11-29", "2026-11-30")
    ]
    assert points == [8000, 7800, 7800, 8000]
    late = city.client().get(f"{PUBLIC}/credit/companies/{FIRM}?on=2027-01-01")
    assert late.status_code == 422


def test_the_cached_page_follows_decisions_and_the_day(city: City) -> None:
    public, path = city.client(), f"{PUBLIC}/credit/companies/{FIRM}"
    first = public.get(path)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert public.get(path, headers=tag).status_code == 304
    accepted(city)
    assert public.get(path, headers=tag).status_code == 200
    before = public.get(path).json
    city.clock.forward(days=366)
    assert (before["points"], public.get(path).json["points"]) == (7800, 8000)


def test_what_a_reporter_wrote_is_sealed_and_its_reading_recorded(city: City) -> None:
    fact = reported(city)
    secret = "业主张某".encode()
    with city.site.store.engine.connect() as c:
        (sealed,) = c.execute(text("SELECT sealed FROM credit_fact")).one()
    assert secret not in bytes(sealed)
    assert "张某".encode() not in city.client("leader").get(SIGNALS).data
    shown = city.client("leader").get(f"{SIGNALS}/{fact}").json
    assert shown["text"] == signal()["text"]
    assert [e.subject for e in city.events("sealed_data_read")] == [
        f"credit_fact:{fact}"
    ]
    decided(city, fact)
    assert "张某" not in str(credit_of(city))


def test_who_reported_a_signal_does_not_verify_it(city: City) -> None:
    leader = city.client("leader")
    fact = leader.post(SIGNALS, json=signal()).json["id"]
    done = decided(city, fact)
    assert (done.status_code, done.json["code"]) == (403, "credit.four_eyes")
    head = city.client("head")
    body = {"state": "accepted", "reason": "核实"}
    assert head.post(f"{SIGNALS}/{fact}/decisions", json=body).status_code == 201


REFUSED: list[dict[str, Any]] = [
    {"subject": "91450499HC0009999X"},
    {"kind": "compound", "subject": "C9999"},
    {"kind": "manager", "subject": "张三"},
    {"kind": "manager", "subject": "13800138000"},
    {"kind": "manager", "subject": "45040419800101001X"},
    {"source": "neighbour"},
    {"polarity": "neutral"},
    {"polarity": "base"},
    {"code": "no.such"},
    {"code": "visit.minor"},
    {"code": "fees.excess", "polarity": "praise"},
    {"code": "good.observers", "polarity": "praise"},  # not by a street
    {"points": -1},
    {"points": "5"},
    {"document": ""},
    {"first": "2026-11-22"},
    {"last": "2026-11-19"},
    {"level": "province"},
]


@pytest.mark.one_database
def test_a_signal_that_no_file_can_hold_is_refused(city: City) -> None:
    planner = city.client("planner")
    for changes in REFUSED:
        done = planner.post(SIGNALS, json=signal(**changes))
        assert done.status_code == 422, (changes, done.json)
    assert planner.get(SIGNALS).json["items"] == []


@pytest.mark.one_database
def test_points_that_a_document_states_stay(city: City) -> None:
    accepted(city, code="fees.excess", source="authority", document="罚1")
    accepted(city, points=1234, document="罚2")
    assert credit_of(city)["points"] == 8000 - 500 - 1234


@pytest.mark.one_database
def test_a_veto_forces_the_lowest_grade(city: City) -> None:
    accepted(city, code="veto.cut_off", source="authority")
    found = credit_of(city)
    assert (found["points"], found["grade"], found["risk"]) == (8000, "不合格", "D")
    assert found["label"] == "不合格（一票否决）"
    assert found["vetoes"][0]["zh"] == "停水停电催费"


@pytest.mark.one_database
def test_a_manager_has_a_file_inside_but_none_for_the_public(city: City) -> None:
    accepted(city, kind="manager", subject="PM-017", document="通报1")
    head = city.client("head")
    shown = head.get(f"{CREDIT}/files/manager/PM-017")
    assert (shown.status_code, shown.json["points"]) == (200, 7800)
    assert head.get(f"{CREDIT}/files/manager/PM-018").status_code == 404
    assert head.get(f"{CREDIT}/files/person/PM-017").status_code == 404
    public = city.client()
    assert public.get(f"{PUBLIC}/credit/companies/PM-017").status_code == 404
    assert public.get(f"{PUBLIC}/credit?kind=manager").status_code == 422


def test_lists_of_signals_have_filters_and_pages(city: City) -> None:
    facts = [reported(city, document=f"文{k}", source="media") for k in range(3)]
    decided(city, facts[1])
    reader = city.client("auditor")
    first = reader.get(f"{SIGNALS}?limit=2&source=media").json
    rest = reader.get(f"{SIGNALS}?limit=2&source=media&cursor={first['next']}").json
    assert {f["id"] for f in (*first["items"], *rest["items"])} == set(facts)
    assert reader.get(f"{SIGNALS}?source=street").json["items"] == []
    waiting = reader.get(f"{SIGNALS}?pending=true").json["items"]
    assert {f["id"] for f in waiting} == {facts[0], facts[2]}


@pytest.mark.one_database
def test_roles_are_kept_apart(city: City) -> None:
    fact = reported(city)
    body = {"state": "accepted", "reason": "核实"}
    path = f"{SIGNALS}/{fact}/decisions"
    assert city.client("planner").post(path, json=body).status_code == 403
    assert city.client("auditor").post(SIGNALS, json=signal()).status_code == 403
    assert city.client("inspector").get(SIGNALS).status_code == 403
    assert city.client().get(SIGNALS).status_code == 401


def test_another_bureau_sees_nothing_of_it(city: City) -> None:
    fact = accepted(city)
    there = city.client("leader", "other")
    assert there.get(f"{SIGNALS}/{fact}").status_code == 404
    assert there.get(SIGNALS).json["items"] == []
    path = f"/api/v1/public/other/credit/companies/{FIRM}"
    assert city.client().get(path).status_code == 404


def test_the_public_list_gives_every_company_a_score(city: City) -> None:
    accepted(city)
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = city.client().get(f"{PUBLIC}/credit?limit=50{cursor}").json
        rows += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(rows) == 105
    points = {r["subject"]: r["points"] for r in rows}
    assert points[FIRM] == 7800
    assert {v for k, v in points.items() if k != FIRM} == {8000}
    assert all(r["name"].startswith("合成物业") for r in rows)
    inside = city.client("head").get(f"{CREDIT}/companies?limit=500").json["items"]
    assert inside == rows
    compounds = city.client().get(f"{PUBLIC}/credit?kind=compound&limit=500").json
    assert len(compounds["items"]) == 173


def test_facts_and_decisions_cannot_be_changed(city: City) -> None:
    accepted(city)
    for table in ("credit_fact", "move"):
        for sql in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):
            with (
                city.site.store.engine.connect() as c,
                pytest.raises(DBAPIError, match="append-only"),
            ):
                c.execute(text(sql))


@pytest.mark.one_database
def test_each_decision_cites_the_event_that_told_it(city: City) -> None:
    fact = accepted(city)
    decided(city, fact, "repaired")
    city.client("planner").post(SIGNALS, json={"kind": "adopt"})
    with city.desk() as desk:
        made = moves.by_thing(desk, credit.THING)
    told = [city.events(f"credit_{k}")[0].seq for k in ("accepted", "repaired")]
    assert [m.position for m in made.pop(fact)] == told
    (adopted,) = city.events("signals_adopted")
    assert {m.position for ms in made.values() for m in ms} == {adopted.seq}
    assert len(made) == 35  # of 60; 25 wait for a decision


def test_the_signals_of_the_registry_become_facts_once(city: City) -> None:
    planner = city.client("planner")
    done = planner.post(SIGNALS, json={"kind": "adopt"})
    assert done.status_code == 201, done.json
    assert done.json == {"adopted": 60, "known": 0, "left_out": 0}
    again = planner.post(SIGNALS, json={"kind": "adopt"})
    assert again.json == {"adopted": 0, "known": 60, "left_out": 0}
    facts = planner.get(f"{SIGNALS}?limit=500").json["items"]
    states = Counter(f["state"] for f in facts)
    assert states == {"accepted": 28, "pending": 25, "rejected": 7}
    assert len(planner.get(f"{SIGNALS}?pending=true&limit=500").json["items"]) == 25
    # 2026-09-04, an association's criticism of another company: 2 points
    assert credit_of(city, "91450499HC0000315G")["points"] < 8000
