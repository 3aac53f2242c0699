"""The red and the black list, and who belongs there."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City, scenario_files
from service_credit import (
    CREDIT,
    FIRM,
    OTHER,
    PUBLIC,
    ROLLS,
    accepted,
    credit_of,
    decided,
    tried,
)
from service_http import BASE
from service_http import upload as upload_of
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from inspector.credit.lists import StepKind


def proposal(**changes: str) -> dict[str, str]:
    return {
        "roll": "black",
        "kind": "company",
        "subject": FIRM,
        "reason": "停水停电催费",
        "document": "万建罚〔2026〕3号",
    } | changes


def proposed(city: City, **changes: str) -> str:
    done = city.client("planner").post(ROLLS, json=proposal(**changes))
    assert done.status_code == 201, done.json
    entry: str = done.json["id"]
    return entry


def step(city: City, entry: str, kind: str, head: Any = None, **more: str) -> Any:
    body = {"kind": kind} | more
    return (head or city.client("head")).post(f"{ROLLS}/{entry}/steps", json=body)


def on_the_list(city: City, roll: str = "black", query: str = "") -> list[str]:
    shown = city.client().get(f"{PUBLIC}/rolls/{roll}{query}")
    assert shown.status_code == 200, shown.json
    return [e["subject"] for e in shown.json["items"]]


def test_nobody_is_listed_without_notice_and_hearing(city: City) -> None:
    entry = proposed(city)
    early = step(city, entry, "listed", document="决1")
    assert (early.status_code, early.json["code"]) == (409, "roll.move")
    told = step(city, entry, "notified", document="告1")
    assert told.status_code == 201, told.json
    assert told.json["hearing_until"] == "2026-11-25"
    soon = step(city, entry, "listed", document="决1")
    assert (soon.status_code, soon.json["code"]) == (409, "roll.hearing")
    assert on_the_list(city) == []
    city.clock.forward(days=6)
    done = step(city, entry, "listed", document="决1")
    assert (done.json["listed"], done.json["until"]) == ("2026-11-26", "2027-11-26")
    (shown,) = city.client().get(f"{PUBLIC}/rolls/black").json["items"]
    assert shown["reason"] == "停水停电催费"
    assert [(s["step"], s["on"]) for s in shown["steps"]] == [
        ("notified", "2026-11-20"),
        ("listed", "2026-11-26"),
    ]
    assert on_the_list(city, query="?on=2026-11-25") == []
    (mine,) = credit_of(city)["rolls"]
    assert (mine["id"], mine["until"]) == (entry, "2027-11-26")
    assert credit_of(city, query="?on=2026-11-25")["rolls"] == []


WAYS = {
    "black": (
        *("notified", "heard", "listed", "repair_applied", "repair_refused"),
        *("repair_applied", "revoked"),
    ),
    "red": ("notified", "heard", "listed", "lapsed"),
}


@pytest.mark.one_database
def test_each_step_is_made_where_it_is_possible_and_refused_elsewhere(
    city: City,
) -> None:
    """Every kind at every state of a way through the black and the red list."""
    head = city.client("head")
    for roll, way in WAYS.items():
        entry = proposed(city, roll=roll)
        for kind in way:
            shown = head.get(f"{ROLLS}/{entry}").json
            possible = set(shown["possible"])
            for other in set(StepKind) - possible:
                refused = step(city, entry, other, document="文1", head=head)
                assert refused.status_code == 409, (roll, kind, other, refused.json)
            assert head.get(f"{ROLLS}/{entry}").json == shown
            done = step(city, entry, kind, document="文1", head=head)
            assert done.status_code == 201, (roll, kind, done.json)
        assert done.json["possible"] == []
        assert [s["step"] for s in done.json["steps"]] == list(way)


def test_what_was_said_in_a_hearing_stays_inside(city: City) -> None:
    entry = proposed(city)
    step(city, entry, "notified", document="告1")
    heard = step(city, entry, "heard", note="法定代表人李某（合成）到场陈述")
    assert heard.status_code == 201
    assert step(city, entry, "listed", document="决1").status_code == 201
    seen = city.client().get(f"{PUBLIC}/rolls/black").data
    assert "李某".encode() not in seen
    assert "李某" not in city.client("planner").get(f"{ROLLS}/{entry}").text
    head = city.client("head")
    shown = head.get(f"{ROLLS}/{entry}").json
    assert shown["notes"] == [{"seq": 2, "note": "法定代表人李某（合成）到场陈述"}]
    assert len(city.events("sealed_data_read")) == 1
    for role in ("planner", "leader"):
        assert city.client(role).get(f"{ROLLS}/{entry}").json["notes"] is None
    assert len(city.events("sealed_data_read")) == 1


def test_an_entry_ends_by_repair_or_with_its_term(city: City) -> None:
    for subject, end in ((FIRM, "repair"), (OTHER, "term")):
        entry = proposed(city, subject=subject)
        step(city, entry, "notified", document="告1")
        step(city, entry, "heard")
        step(city, entry, "listed", document="决1")
        early = step(city, entry, "expired")
        assert (early.status_code, early.json["code"]) == (409, "roll.term")
        if end == "repair":
            assert step(city, entry, "repair_applied").status_code == 201
            assert on_the_list(city) == [FIRM]
            done = step(city, entry, "repair_granted", document="修1")
            assert done.json["removed"] == "2026-11-20"
            assert on_the_list(city) == []
    city.clock.to("2027-11-21T02:00:00+00:00")
    assert step(city, entry, "expired").status_code == 201
    assert on_the_list(city) == []
    assert on_the_list(city, query="?on=2027-11-20") == [OTHER]


def test_a_past_day_shows_the_list_without_what_came_later(city: City) -> None:
    """Listed on the 20th, repair applied for on the 22nd, granted on the 24th."""
    entry = proposed(city)
    step(city, entry, "notified", document="告1")
    step(city, entry, "heard")
    step(city, entry, "listed", document="决1")
    city.clock.forward(days=2)
    assert step(city, entry, "repair_applied").status_code == 201
    city.clock.forward(days=2)
    done = step(city, entry, "repair_granted", document="修1")
    assert done.json["removed"] == "2026-11-24"
    begun = ["notified", "heard", "listed"]
    for day, state, steps in (
        ("2026-11-20", "listed", begun),
        ("2026-11-21", "listed", begun),
        ("2026-11-22", "repairing", [*begun, "repair_applied"]),
        ("2026-11-23", "repairing", [*begun, "repair_applied"]),
    ):
        (shown,) = city.client().get(f"{PUBLIC}/rolls/black?on={day}").json["items"]
        assert (shown["state"], shown["removed"]) == (state, None)
        assert [s["step"] for s in shown["steps"]] == steps
        assert (shown["listed"], shown["until"]) == ("2026-11-20", "2027-11-20")
        (own,) = credit_of(city, query=f"?on={day}")["rolls"]
        assert own == shown
        for path in ("rolls", f"credit/companies/{FIRM}"):
            text = city.client().get(f"/wuzhou/{path}?on={day}").text
            assert "决1" in text
            applied = "<li>2026-11-22 申请信用修复"
            assert (applied in text) == (state == "repairing")
            assert "准予修复" not in text
            assert "修1" not in text
    assert on_the_list(city, query="?on=2026-11-19") == []
    for query in ("?on=2026-11-24", ""):
        assert on_the_list(city, query=query) == []
    inside = city.client("planner").get(f"{ROLLS}/{entry}").json
    assert len(inside["steps"]) == 5  # the bureau sees all of them


def test_an_entry_needs_fact_and_document_and_stands_once(city: City) -> None:
    planner = city.client("planner")
    for wrong in ({"reason": ""}, {"document": ""}, {"subject": "nobody"}):
        assert planner.post(ROLLS, json=proposal(**wrong)).status_code == 422
    entry = proposed(city)
    again = planner.post(ROLLS, json=proposal())
    assert (again.status_code, again.json["code"]) == (409, "roll.twice")
    missing = step(city, entry, "dropped")
    assert (missing.status_code, missing.json["code"]) == (422, "http.invalid")
    assert [f["column"] for f in missing.json["faults"]] == ["document"]
    assert step(city, entry, "dropped", document="申辩成立").status_code == 201
    assert planner.post(ROLLS, json=proposal()).status_code == 201
    listed = planner.get(f"{ROLLS}?subject={FIRM}&limit=1").json
    assert listed["next"] is not None
    told = {"kind": "notified", "document": "告1"}
    assert planner.post(f"{ROLLS}/{entry}/steps", json=told).status_code == 403
    assert planner.get(f"{ROLLS}/nothing").status_code == 404
    assert city.client().get(f"{PUBLIC}/rolls/grey").status_code == 404


def test_steps_cannot_be_changed(city: City) -> None:
    entry = proposed(city)
    step(city, entry, "notified", document="告1")
    for table in ("roll_proposal", "move"):
        for sql in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):
            with (
                city.site.store.engine.connect() as c,
                pytest.raises(DBAPIError, match="append-only"),
            ):
                c.execute(text(sql))


def test_lists_are_recomputed_under_any_version_and_list_nobody(city: City) -> None:
    veto = accepted(city, code="veto.cut_off", source="authority")
    planner = city.client("planner")
    found = tried(planner, "rolls")
    assert found["black"] == [FIRM]
    (mine,) = [c for c in found["propose"] if c["roll"]["code"] == "black"]
    assert (mine["subject"], mine["grounds"][0]["code"]) == (FIRM, "veto")
    assert mine["grounds"][0]["facts"] == ["veto.cut_off"]
    assert on_the_list(city) == []
    assert planner.get(ROLLS).json["items"] == []
    elsewhere = tried(planner, "rolls", rules="city:lianyungang")
    assert elsewhere["rules"] == "lianyungang@2018-2"
    proposed(city)
    again = tried(planner, "rolls")
    assert [c for c in again["propose"] if c["roll"]["code"] == "black"] == []
    decided(city, veto, "repaired")
    assert tried(planner, "rolls")["black"] == []


def test_the_lowest_grade_on_two_published_days_leads_to_the_black_list(
    city: City,
) -> None:
    accepted(city, code="fees.excess", source="authority", points=2100)
    head = city.client("head")
    first = head.post(f"{CREDIT}/gradings")
    assert first.status_code == 201, first.json
    assert first.json["grades"] == {"不合格": 1, "良好": 104}
    twice = head.post(f"{CREDIT}/gradings")
    assert (twice.status_code, twice.json["code"]) == (409, "credit.graded")
    assert tried(head, "rolls")["black"] == []
    city.clock.forward(days=90)
    head = city.client("head")
    assert head.post(f"{CREDIT}/gradings").status_code == 201
    found = tried(head, "rolls")
    assert found["black"] == [FIRM]
    (ground,) = found["propose"][0]["grounds"]
    assert (ground["code"], ground["facts"]) == ("grade", ["2026-11-20", "2027-02-18"])
    days = city.client().get(f"{PUBLIC}/credit/gradings").json["items"]
    assert [d["day"] for d in days] == ["2027-02-18", "2026-11-20"]


def contented(city: City) -> None:
    """Import evaluations in which the owners of the company's compounds are happy."""
    files = scenario_files()
    rows = files["compounds.csv"].decode("utf-8-sig").splitlines()
    mine = {r.split(",")[0] for r in rows if FIRM in r}
    assert mine
    given = files["evaluations.csv"].decode("utf-8-sig").splitlines()
    lines = [x.split(",") for x in given]
    for line in lines:
        if line[0] in mine and line[1] == "owners":
            line[2] = "9500"
    body = "\n".join(",".join(x) for x in lines).encode()
    planner = city.client("planner")
    checked = planner.post(f"{BASE}/imports", **upload_of({"evaluations.csv": body}))
    assert checked.status_code == 201, checked.json
    planner.post(f"{BASE}/imports/{checked.json['id']}/commit")


def red_now(city: City) -> list[str]:
    found = tried(city.client("head"), "rolls")
    proposals = [c for c in found["propose"] if c["roll"]["code"] == "red"]
    assert [c["subject"] for c in proposals] == found["red"]
    red: list[str] = found["red"]
    return red


@pytest.mark.one_database
def test_the_red_list_asks_for_grade_satisfaction_and_a_clean_record(
    city: City,
) -> None:
    accepted(city, polarity="praise", points=1000, document="表彰1")
    assert credit_of(city)["grade"] == "优秀"
    assert red_now(city) == []  # the owners are not happy
    contented(city)
    assert red_now(city) == [FIRM]
    accepted(city, points=0, document="通报1")
    assert credit_of(city)["grade"] == "优秀"
    assert red_now(city) == []  # a bad record, be it of no points
