"""本年已查 / 上限: in public of what is published alone; the plan's, for staff."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_planner import Planner, code
from service_public import PUBLIC, publish, running

pytestmark = pytest.mark.one_database


def of_firm(city: City, usc18: str) -> list[dict[str, Any]]:
    """The firm's counts; those of its credit file are the same."""
    public = city.client()
    found = public.get(f"{PUBLIC}/companies/{usc18}").json["yearly"]
    filed = public.get(f"{PUBLIC}/credit/companies/{usc18}").json["yearly"]
    assert filed == found
    return list(found)


def test_a_firm_is_counted_by_what_is_published(city: City) -> None:
    month, made = running(city, 0)
    public = city.client()
    rows = {
        c["usc18"]: c for c in public.get(f"{PUBLIC}/companies?limit=500").json["items"]
    }
    before = {usc18: of_firm(city, usc18) for usc18 in list(rows)[:6]}
    publish(city, month, *made)
    results = public.get(f"{PUBLIC}/results?limit=500").json["items"]
    firm = next(r for r in results if r["count"] and r["usc18"])
    after = of_firm(city, firm["usc18"])
    mine = [r for r in results if r["usc18"] == firm["usc18"] and r["count"]]
    assert {y["count"] for y in after} == {max(r["count"] for r in mine)}
    assert {r["limit"] for r in mine} <= {y["limit"] for y in after}
    for y in after:
        assert y["limit"] == y["cap"] + y["cases"] * (y["steps"] + 3)
        assert f"本年已查 {y['count']} 次 / 上限 {y['limit']}" in y["zh"]
    for usc18, counts in before.items():
        days = {r["date"] for r in results if r["usc18"] == usc18 and r["count"]}
        assert [y["count"] + len(days) for y in counts] >= [
            y["count"] for y in of_firm(city, usc18)
        ]
    told = public.get(f"{PUBLIC}/months/{month}").json["results"]
    over = [r for r in results if r["count"] > r["limit"]]
    assert (told["over"], told["unexplained"]) == (
        len(over),
        sum(not r["excess"] for r in over),
    )
    words = after[0]["zh"]
    page = str(public.get(f"/wuzhou/companies/{firm['usc18']}").text)
    assert words in page
    assert words in str(public.get(f"/wuzhou/credit/companies/{firm['usc18']}").text)
    shown = public.get(f"/wuzhou/results/{month}/{firm['visit']}").text
    assert f"本年已查 {firm['count']} 次 / 上限 {firm['limit']}" in str(shown)


def test_without_a_firm_nobody_is_counted(city: City) -> None:
    month, made = running(city, 0)
    publish(city, month, *made)
    public = city.client()
    results = public.get(f"{PUBLIC}/results?limit=500").json["items"]
    none = [r for r in results if not r["usc18"]]
    assert none and {(r["count"], r["limit"]) for r in none} == {(0, 0)}
    place = public.get(f"{PUBLIC}/compounds/{none[0]['compound']}").json
    assert place["yearly"] == []
    assert "本年已查" not in str(public.get(f"/wuzhou/compounds/{place['id']}").text)


def test_the_head_gives_reasons_for_visits_of_the_plan_alone(city: City) -> None:
    planner = Planner(city)
    planner.draw()
    planner.schedule()
    shown = planner.get(f"{planner.base}/plan").json
    assert isinstance(shown["excess"], list)
    visit = shown["packages"][0]["stops"][0]["visit"]
    told = {"number": "1", "excess": [{"visit": "V9999", "reason": "投诉集中"}]}
    assert code(planner.post("approve", told, "head"))[1] == "excess.visit"
    told["excess"] = [{"visit": visit, "reason": "投诉集中"}]
    planner.do("approve", told, "head")
    public = city.client()
    for path in ("months", f"months/{planner.month}"):
        assert "投诉集中" not in str(public.get(f"{PUBLIC}/{path}").text)
