"""Rule versions, what they would change, and evaluation."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_credit import (
    CREDIT,
    FIRM,
    OTHER,
    PUBLIC,
    RULES,
    TRIALS,
    accepted,
    credit_of,
    tried,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from inspector.credit import city_rules

WUZHOU = city_rules.text("wuzhou").decode()
OWN, NOW = f"{RULES}?subject=credit", f"{RULES}/in-force:credit"
STRICTER = WUZHOU.replace('version = "2026-2"', 'version = "2026-3"').replace(
    'text = "超标准收费"\npolarity = "criticism"\npoints = 5',
    'text = "超标准收费"\npolarity = "criticism"\npoints = 12.5',
)


def upload(city: City, rules: str = STRICTER, **more: str) -> Any:
    body = {"kind": "credit", "text": rules, "reason": "修订"} | more
    return city.client("head").post(RULES, json=body)


def test_a_bureau_begins_with_the_file_of_its_city(city: City) -> None:
    shown = city.client("planner").get(NOW).json
    assert (shown["number"], shown["id"], shown["at"]) == (0, "", None)
    assert (shown["name"], shown["text"]) == ("wuzhou@2026-2", WUZHOU)
    public = city.client().get(f"{PUBLIC}/credit/rules").json["in_force"]
    names = {"rules": "name", "digest": "digest", "content": "content"}
    assert public == {k: shown[v] for k, v in names.items()}
    other = city.client("planner", "other").get(NOW).json
    assert other["name"] == "zibo@2026-2"
    assert other["content"]["sources"]["grades"].startswith("DOMAIN §5")


@pytest.mark.one_database
def test_the_files_of_all_cities_can_be_read_and_used(city: City) -> None:
    head = city.client("head")
    named = {c["code"]: c["zh"] for c in head.get(f"{CREDIT}/cities").json["items"]}
    assert tuple(named) == city_rules.names()
    assert named["nanning"] == "南宁市物业服务信用评价规则（示例）"
    assert all(name.endswith("（示例）") for name in named.values())
    (one,) = head.get(f"{CREDIT}/cities?name=lianyungang").json["items"]
    assert one["text"].encode() == city_rules.text("lianyungang")
    assert one["content"]["sources"]
    assert head.get(f"{CREDIT}/cities?name=nowhere").status_code == 404
    path = f"{CREDIT}/files/company/{FIRM}?rules=city:lianyungang"
    assert head.get(path).json["points"] == 9000
    assert head.get(f"{CREDIT}/files/company/{FIRM}?rules=x").status_code == 404


def test_a_new_version_scores_from_its_day_on_and_not_before(city: City) -> None:
    accepted(city, code="fees.excess", source="authority")
    assert credit_of(city)["points"] == 7500
    done = upload(city, first="2026-12-01")
    assert done.status_code == 201, done.json
    assert (done.json["number"], done.json["name"]) == (2, "wuzhou@2026-3")
    assert credit_of(city)["points"] == 7500
    city.clock.to("2026-12-05T02:00:00+00:00")
    now = credit_of(city)
    assert (now["points"], now["rules"]) == (6750, "wuzhou@2026-3")
    past = credit_of(city, query="?on=2026-11-30")
    assert (past["points"], past["rules"]) == (7500, "wuzhou@2026-2")
    new, old = city.client().get(f"{PUBLIC}/credit/rules").json["items"]
    assert (new["text"], old["text"]) == (STRICTER, WUZHOU)
    assert new["digest"] == now["rules_digest"]
    assert old["digest"] == past["rules_digest"]


def test_what_is_recorded_keeps_the_rules_it_was_recorded_by(city: City) -> None:
    """A newer release with another file for the city changes no score of the past."""
    public = city.client()
    assert public.get(f"{PUBLIC}/credit/rules").json["items"] == []
    accepted(city)
    (row,) = public.get(f"{PUBLIC}/credit/rules").json["items"]
    assert (row["number"], row["first"], row["text"]) == (1, "0001-01-01", WUZHOU)
    accepted(city, document="文2")
    assert len(public.get(f"{PUBLIC}/credit/rules").json["items"]) == 1


@pytest.mark.one_database
def test_every_fault_of_a_rule_file_is_named_with_line_and_key(city: City) -> None:
    wrong = WUZHOU.replace("base_start = 80", "base_start = 81").replace(
        'name = "优秀"', 'nam = "优秀"'
    )
    head = city.client("head")
    for path, more in (
        (RULES, {"kind": "credit", "reason": "x"}),
        (TRIALS, {"kind": "credit_rules"}),
    ):
        done = head.post(path, json={"text": wrong} | more)
        assert (done.status_code, done.json["code"]) == (422, "input.faults")
        found = [(f["code"], f["column"], f["row"]) for f in done.json["faults"]]
        assert found == [
            ("data.missing", "grades[0].name", 17),
            ("data.unknown", "grades[0].nam", 18),
        ]
    assert head.get(OWN).json["items"] == []


@pytest.mark.one_database
def test_twenty_nine_percent_for_street_and_community_is_refused(city: City) -> None:
    light = WUZHOU.replace(
        '"street", weight_bp = 2000', '"street", weight_bp = 1900'
    ).replace('"housing", weight_bp = 3500', '"housing", weight_bp = 3600')
    done = upload(city, light)
    assert done.status_code == 422
    (fault,) = done.json["faults"]
    assert fault["code"] == "rules.street_weight"
    assert "29.00%" in fault["zh"]
    assert "29.00 %" in fault["en"]


@pytest.mark.one_database
def test_a_dry_run_says_what_the_rules_are_and_keeps_nothing(city: City) -> None:
    planner = city.client("planner")
    found = tried(planner, "credit_rules", text=STRICTER)
    assert found["content"]["entries"][2]["points"] == 1250
    assert planner.get(OWN).json["items"] == []


def test_rules_never_change_backwards_nor_under_their_name(city: City) -> None:
    past = upload(city, first="2026-11-19")
    assert (past.status_code, past.json["code"]) == (422, "rules.past")
    named = upload(city, WUZHOU.replace("points = 5", "points = 6"))
    assert (named.status_code, named.json["code"]) == (422, "rules.same")
    first = upload(city).json
    same = upload(city, STRICTER.replace("12.5", "13"))
    assert (same.status_code, same.json["code"]) == (422, "rules.same")
    comment = upload(city, "# 只改注释\n" + STRICTER)
    assert comment.status_code == 201
    assert comment.json["digest"] == first["digest"]
    planner = city.client("planner")
    assert planner.post(RULES, json={"kind": "credit"}).status_code == 403
    shown = planner.get(f"{RULES}/{first['id']}").json
    assert shown == first
    listed = planner.get(OWN).json["items"]
    assert [r["number"] for r in listed] == [3, 2, 1]
    assert {k: first[k] for k in listed[1]} == listed[1]
    for sql in ("UPDATE version SET at = at", "DELETE FROM version"):
        with (
            city.site.store.engine.connect() as c,
            pytest.raises(DBAPIError, match="append-only"),
        ):
            c.execute(text(sql))


def test_rescoring_names_every_company_that_would_change(city: City) -> None:
    accepted(city, code="fees.excess", source="authority")
    accepted(city, subject=OTHER)
    new = upload(city, first="2027-01-01").json["id"]
    head = city.client("head")
    found = tried(head, "rescoring", new=new)
    assert (found["old"], found["new"]) == ("wuzhou@2026-2", "wuzhou@2026-3")
    assert found["companies"] == 105
    (move,) = found["moves"]
    assert (move["subject"], move["old_points"]) == (FIRM, 7500)
    assert move["new_points"] == 6750
    assert found["old_grades"] == {"合格": 2, "良好": 103}
    assert sum(found["new_grades"].values()) == 105
    elsewhere = tried(head, "rescoring", new="city:lianyungang")
    assert len(elsewhere["moves"]) == 105
    nothing = {"kind": "rescoring", "new": "nothing"}
    assert head.post(TRIALS, json=nothing).status_code == 404


@pytest.mark.one_database
def test_the_ranking_and_what_a_new_version_changes_in_it(city: City) -> None:
    reader = city.client("planner")
    now = reader.get(f"{CREDIT}/tables/ranking").json
    assert len(now["order"]) + len(now["unranked"]) <= 173
    assert now["listed"] == sum(r["listed"] for r in now["order"])
    assert now["listed"] == -(-len(now["order"]) // 10)
    bps = [r["score_bp"] for r in now["order"]]
    assert bps == sorted(bps)
    for by in ("company", "street"):
        grouped = reader.get(f"{CREDIT}/tables/ranking?by={by}").json
        assert 0 < len(grouped["order"]) < len(now["order"])
    changed = tried(reader, "reranking", new="city:kunming")
    assert len(changed["enters"]) == len(changed["leaves"])
    assert changed["enters"]
    moves = {m["subject"]: m for m in changed["moves"]}
    for name in changed["enters"]:
        assert moves[name]["new_rank"] <= now["listed"] < moves[name]["old_rank"]
    same = tried(reader, "reranking", new="city:wuzhou")
    assert same["enters"] == same["leaves"] == []
    assert len(city.events("sealed_data_read")) >= 1


@pytest.mark.one_database
def test_satisfaction_comes_with_its_interval(city: City) -> None:
    reader = city.client("planner")
    found = reader.get(f"{CREDIT}/tables/satisfaction?limit=500").json["items"]
    assert len(found) > 100
    one = {s["compound"]: s for s in found}["C0001"]
    assert (one["score_bp"], one["sample"], one["enough"]) == (5740, 49, True)
    assert one["interval"] == {"low_bp": 4351, "high_bp": 7021}
    few = reader.get(
        f"{CREDIT}/tables/satisfaction?limit=500&rules=city:weifang-2"
    ).json
    assert {s["enough"] for s in few["items"]} == {True, False}


@pytest.mark.one_database
def test_the_next_draw_learns_which_risk_classes_the_scores_suggest(
    city: City,
) -> None:
    """Everybody begins at 80 points, class A; a veto means D."""
    accepted(city, code="veto.funds", source="authority")
    found = city.client("planner").get(f"{CREDIT}/tables/risk-classes").json["items"]
    rows = city.client("planner").get("/api/v1/bureau/registries/compounds?limit=500")
    classes = {r["cells"]["id"]: r["cells"] for r in rows.json["items"]}
    expected = {
        name: "D" if cells["usc18"] == FIRM else "A"
        for name, cells in classes.items()
        if cells["usc18"]
    }
    assert {r["compound"]: r["new_risk"] for r in found} == {
        n: new for n, new in expected.items() if classes[n]["risk_class"] != new
    }
    assert {r["new_risk"] for r in found} == {"A", "D"}
