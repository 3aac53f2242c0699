"""The yearly plan over HTTP: kept, published, held against the months."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import Any

import pytest
from service_city import City
from service_field import confirmed
from service_month import begin

from inspector.words import word

YEAR = "/api/v1/bureau/year/2026"
STEPS = f"{YEAR}/steps"
PUBLIC = "/api/v1/public/wuzhou/year/2026"


def the_text(**numbers: int) -> str:
    """A plan of wuzhou's classes: 112 A, 44 B, 14 C, 3 D."""
    rows = {"A": (36, 4), "B": (24, 5), "C": (12, 6), "D": (3, 8)}
    lines = [
        "year = 2026",
        'number = "合成〔2026〕1号"',
        'name = "年度抽查工作计划"',
        'office = "合成局"',
        'subject = "物业服务企业及其项目"',
        'made_on = "2025-12-25"',
        "exclude_recent_months = 5",
    ]
    for risk, (number, cap) in rows.items():
        lines += [
            "[[ratios]]",
            'item_class = "general"',
            f'risk_class = "{risk}"',
            f"number = {numbers.get(risk, number)}",
            f"cap = {cap}",
        ]
    return "\n".join(lines)


def planned(city: City, **numbers: int) -> Any:
    body = {"kind": "plan", "text": the_text(**numbers)}
    return city.client("planner").post(STEPS, json=body)


def published(city: City) -> Any:
    body = {"kind": "publish", "approval": "合成批〔2026〕3号"}
    return city.client("head").post(STEPS, json=body)


@pytest.mark.parametrize("year", ["02026", "+2026", "２０２６", "2026.0", "x"])
def test_a_year_has_one_spelling(year: str, city: City) -> None:
    planned(city)
    planner, public = city.client("planner"), city.client()
    assert public.get("/wuzhou/year/2026").status_code == 200
    assert planner.get(f"/api/v1/bureau/year/{year}").status_code == 404
    assert public.get(f"/api/v1/public/wuzhou/year/{year}").status_code == 404
    assert public.get(f"/wuzhou/year/{year}").status_code == 404


def test_the_plan_is_shown_and_published_beside_faults_of_the_registries(
    city: City,
) -> None:
    """Only the coverage needs registries without faults."""
    planned(city)
    planner, streets = city.client("planner"), "/api/v1/bureau/registries/streets"
    row = f"{streets}/{planner.get(streets).json['items'][0]['id']}"
    tag = {"If-Match": planner.get(row).headers["ETag"]}
    assert planner.delete(f"{row}?reason=r", headers=tag).status_code < 300
    assert planner.get(YEAR).json["coverage"] is None
    assert published(city).json["coverage"] is None
    assert "coverage" not in city.client().get(PUBLIC).json
    for page in ("/wuzhou/year", "/wuzhou/year/2026"):
        assert city.client().get(page).status_code == 200


def test_a_plan_is_kept_on_the_base_of_the_present_registries(city: City) -> None:
    answer = planned(city)
    assert answer.status_code == 201, answer.text
    plan = answer.json
    assert [(r["risk_class"], r["base"]) for r in plan["ratios"]] == [
        ("A", 112),
        ("B", 44),
        ("C", 14),
        ("D", 3),
    ]
    assert plan["ratios"][0]["batches"] == [3] * 12
    # random inspections alone count: the caps leave the draw its classes
    assert all(0 <= r["out_bp"] <= 1500 and r["out_all_bp"] < 0 for r in plan["ratios"])
    page = city.client().get("/wuzhou/year/2026").text
    assert "32.14 %" in page and "12月退出抽查" in page
    for risk, number in (("A", 36), ("D", 3)):
        mine = [s for s in plan["strata"] if s["stratum"].endswith(f"/{risk}")]
        assert sum(Fraction(*s["total"]) for s in mine) == number
        for s in mine:
            assert sum(Fraction(*e) for e in s["expected"]) == Fraction(*s["total"])
    assert plan["versions"] == 1
    assert city.client("auditor").get(YEAR).json == plan


def test_a_plan_is_provisional_overdue_after_march_and_then_public(city: City) -> None:
    city.clock.to("2026-02-01T08:00:00+00:00")
    assert planned(city).json["standing"] == "provisional"
    shown = city.client().get(PUBLIC).json
    assert (shown["standing"], shown["published_on"]) == ("provisional", None)
    city.clock.to("2026-04-01T08:00:00+00:00")
    assert city.client().get(PUBLIC).json["standing"] == "overdue"
    assert published(city).status_code == 201
    shown = city.client().get(PUBLIC).json
    assert (shown["standing"], shown["published_on"]) == ("published", "2026-04-01")
    again = published(city)
    assert (again.status_code, again.json["code"]) == (409, "year.published")


def test_an_adjusted_plan_is_provisional_again_until_it_is_public(city: City) -> None:
    planned(city)
    published(city)
    plan = planned(city, B=36).json
    assert (plan["versions"], plan["published_on"]) == (2, None)
    assert plan["ratios"][1]["number"] == 36
    assert published(city).json["published_on"] == "2026-11-20"
    kinds = [e.kind for e in city.events("year_planned")]
    assert len(kinds) == 2


def test_a_plan_that_cannot_be_kept_names_class_and_month(city: City) -> None:
    answer = planned(city, A=449)
    assert answer.status_code == 422
    assert answer.json["faults"][0]["code"] == "year.number"
    answer = planned(city, D=12)
    assert [e["code"] for e in answer.json["faults"]] == ["year.room"]
    body = {"kind": "plan", "text": the_text().replace("cap = 4", "cap = 1")}
    (fault,) = city.client("planner").post(STEPS, json=body).json["faults"]
    assert fault["code"] == "year.caps" and "最多 15%" in fault["zh"]
    assert city.events("year_planned") == []


def test_a_plan_of_another_year_or_no_plan_is_refused(city: City) -> None:
    client = city.client("planner")
    body = {"kind": "plan", "text": the_text()}
    other = client.post("/api/v1/bureau/year/2027/steps", json=body)
    assert other.status_code == 422
    broken = client.post(STEPS, json={"kind": "plan", "text": "year = "})
    (fault,) = broken.json["faults"]
    assert (broken.status_code, fault["code"], fault["row"]) == (422, "data.toml", 1)
    assert client.get(YEAR).status_code == 404
    assert city.client().get(PUBLIC).status_code == 404


def test_only_planner_and_head_may_make_a_plan_public(city: City) -> None:
    body = {"kind": "plan", "text": the_text()}
    assert city.client("head").post(STEPS, json=body).status_code == 403
    planned(city)
    body = {"kind": "publish", "approval": "合成批〔2026〕3号"}
    planner = city.client("planner")
    assert planner.post(STEPS, json=body).status_code == 403
    assert city.client("planner", "other").get(YEAR).status_code == 404


def test_a_month_stands_beside_its_batches_and_the_draw_is_counted(city: City) -> None:
    planned(city)
    begin(city, "freeze")
    (month,) = city.client("planner").get(YEAR).json["months"]
    assert (month["month"], month["plan"]) == ("2026-12", "overdue")
    assert [c["drawn"] for c in month["classes"]] == [-1] * 4
    assert [c["batch"] for c in month["classes"]] == [3, 2, 1, 1]


def test_a_year_is_counted_from_its_logs_and_told_as_a_file(city: City) -> None:
    """The published freeze and log, nothing else: it needs no plan."""
    begin(city, "draw")
    found = city.client().get(f"{PUBLIC}/counts").json
    assert (found["logs"], found["covered"], found["carried"]) == (1, 0, 0)
    (a, *_) = found["classes"]
    assert a["risk_class"] == "A" and abs(a["drawn"] - Fraction(*a["expected"])) < 1
    file = city.client().get(f"{PUBLIC}/counts?as=csv")
    assert file.text.splitlines()[0].endswith("随机检查次数")
    for wrong in ("26", "２０２６"):
        assert city.client().get(f"{PUBLIC[:-4]}{wrong}/counts").status_code == 404


def test_coverage_holds_published_against_drawn_and_counts_the_caps(
    city: City,
) -> None:
    planned(city)
    published(city)
    begin(city, "draw")
    found = city.client("auditor").get(YEAR).json["coverage"]
    for row in found["classes"]:
        expected = Fraction(*row["expected"])
        assert abs(row["drawn"] - expected) < 1, row
        assert row["visits"] > 0
    # companies of wuzhou's record keep its caps; the fullest has class B and one left
    assert (found["over_cap"], found["at_cap"]) == (0, 0)
    assert found["fullest"][0]["used"] == found["fullest"][0]["cap"] - 1 == 4
    assert found["rest"]["months"] == 0


def test_the_rest_of_the_year_is_weighed_from_today_on(city: City) -> None:
    planned(city)
    rest = city.client("planner").get(YEAR).json["coverage"]["rest"]
    # November and December: 3 A, 2 B, 1 C a month, 1 D in December
    assert (rest["months"], rest["expected"]) == (2, 2 * (3 + 2 + 1) + 1)
    assert rest["enough"]
    city.clock.to("2026-02-02T08:00:00+00:00")
    rest = city.client("planner").get(YEAR).json["coverage"]["rest"]
    assert (rest["months"], rest["expected"]) == (11, 36 + 24 + 12 + 3 - 6)


def test_a_published_plan_is_filed_and_its_list_taken_to_the_platform(
    city: City,
) -> None:
    items = 'key = ["G3-14"]\ngeneral = ["G1-01", "G2-06"]'
    text = the_text().replace("[[ratios]]", f"[items]\n{items}\n[[ratios]]", 1)
    planned_ = city.client("planner").post(STEPS, json={"kind": "plan", "text": text})
    assert planned_.status_code == 201, planned_.text
    body = {"kind": "file", "platform": "省平台", "number": "备〔2026〕1", "day": "x"}
    early = city.client("planner").post(STEPS, json=body | {"day": "2026-03-20"})
    assert (early.status_code, early.json["code"]) == (409, "year.not_published")
    published(city)
    assert city.client("planner").post(STEPS, json=body).status_code == 422
    filed = city.client("planner").post(STEPS, json=body | {"day": "2026-03-20"})
    line = {"version": 1, "platform": "省平台", "number": "备〔2026〕1"}
    assert filed.json["filings"] == [line | {"day": "2026-03-20"}]
    assert "省平台" in city.client().get("/wuzhou/year/2026").text
    early = city.client().get(f"{PUBLIC}?as=csv")
    assert (early.status_code, early.json["code"]) == (409, "paper.basis")
    confirmed(city)
    data = city.client().get(f"{PUBLIC}?as=csv").data.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(data, newline=""))
    assert [r[head.index("事项编号")] for r in rows] == ["G3-14", "G1-01", "G2-06"]
    for row in rows:
        found = dict(zip(head, row, strict=True))
        assert found["检查主体"] and found["抽查事项"] and found["检查方式"]
        # this plan states ratios for general items alone
        key = found["事项类别"] == word("item_class", "key").zh
        assert found["抽查比例"].startswith("" if key else "A 32.14%；B ")
        assert "/" not in found["抽查比例"]
