"""Plain pages of oversight: what the JSON says, whole, inert, and nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from service_city import City, Server, SetClock, open_city, prepare, settings_for
from service_city import _populate as populate
from service_credit import FIRM, OTHER, accepted, credit_of
from service_docket import act
from service_docket import select as select_cases
from service_field import Crew
from service_oversight import WHY, ok, overseen, paths
from service_public import PUBLIC
from sqlalchemy import select
from test_html_pages import Page, crawl, page, whole
from test_result_objections import answer, file_one

from api.app import bind
from api.docket import cases
from api.operations.setup import RESERVED, add_bureau
from api.public.docket import timeline
from api.site import open_site
from api.store.oversight import DocketCase
from inspector.docket.moves import LookBackDrawn
from inspector.docket.tallies import BY
from inspector.errors import InspectorError
from inspector.words import codes, word


class Shown:
    """The filled city, with its pages."""

    def __init__(self, city: City, made: dict[str, str]) -> None:
        self.city = city
        self.made = made
        self.paths = paths(made)

    def text(self, name: str, query: str = "") -> str:
        return page(self.city, self.paths[name] + query)

    def json(self, path: str) -> Any:
        return ok(self.city.client().get(f"{PUBLIC}{path}"))


@pytest.fixture(scope="module")
def filled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """One installation for all tests that only read."""
    folder = tmp_path_factory.mktemp("oversight")
    url = server.templates.get("city")
    if url is None:
        url = server.templates["city"] = server.fresh()
        made = prepare(settings_for(url, folder), SetClock())
        populate(made)
        made.store.dispose()
    clock = SetClock()
    site = open_site(settings_for(server.copy(url), folder), clock)
    city = open_city(site, clock)
    yield Shown(city, overseen(city))
    site.store.dispose()
    server.drop(site.settings.url)


@pytest.fixture
def shown(filled: Shown) -> Shown:
    """The same, in the app that other tests use for sites of their own."""
    bind(filled.city.app, filled.city.site)
    return filled


def test_every_page_is_whole_bilingual_and_inert(shown: Shown) -> None:
    escaped = 0
    for name in shown.paths:
        text = shown.text(name)
        whole(name, text)
        assert not Page(text).all("script", "img", "iframe"), name
        assert "<b>" not in text, name
        assert 'lang="en"' in text, name
        assert 'aria-current="page"' in text or "/wuzhou/" in shown.paths[name], name
        escaped += text.count("&lt;script&gt;alert(1)")
        escaped += text.count("onerror=alert(1)")
    assert escaped >= 12


def test_a_company_sees_why_it_has_its_score(shown: Shown) -> None:
    text = shown.text("credit of a company")
    told = credit_of(shown.city)
    assert f'<strong class="big">{told["points_text"]}</strong>' in text
    assert f"<strong>{told['grade']}</strong>" in text
    assert told["rules"] in text
    assert told["rules_digest"] in text
    terms = [t for level in told["levels"] for t in level["terms"]]
    assert len(terms) >= 3
    for term in terms:
        assert word("part", term["part"]).zh in text
        assert term["points_text"] in text
    assert [f["polarity"] for f in told["facts"]] == ["criticism", "praise"]
    assert "街道表扬1" in text
    assert "待核实1" not in text
    assert "不采信1" not in text
    assert "电梯停运" not in text  # what a signal says stays inside


def test_a_finding_in_a_file_leads_to_the_result_it_comes_from(shown: Shown) -> None:
    path = f"/months/{shown.made['month']}/results/{shown.made['visit']}"
    result = shown.json(path)
    link = f'href="/wuzhou/results/{shown.made["month"]}/{shown.made["visit"]}"'
    for at in (f"companies/{result['usc18']}", f"compounds/{result['compound']}"):
        told = shown.json(f"/credit/{at}")["facts"]
        found = [f for f in told if f["visit"] == result["visit"]]
        assert len(found) == len(result["findings"]) > 0
        text = page(shown.city, f"/wuzhou/credit/{at}")
        assert text.count(link) == 2 * len(found)  # as a term and as a fact


def test_a_past_day_has_its_own_page_at_the_same_address(shown: Shown) -> None:
    path = f"/wuzhou/credit/companies/{FIRM}"
    before = page(shown.city, f"{path}?on=2026-11-19")
    told = credit_of(shown.city, query="?on=2026-11-19")
    assert told["facts"] == []
    assert f'<strong class="big">{told["points_text"]}</strong>' in before
    assert 'value="2026-11-19"' in before
    assert "街道表扬1" not in before
    assert page(shown.city, f"{path}?on=") == page(shown.city, path)
    assert "晚于今天" in page(shown.city, f"{path}?on=2099-01-01", 422)
    page(shown.city, "/wuzhou/credit/companies/NOPE", 404)
    page(shown.city, f"/other/credit/companies/{FIRM}", 404)


def test_the_list_of_files_says_what_the_json_says(shown: Shown) -> None:
    for kind in ("company", "compound"):
        rows = shown.json(f"/credit?kind={kind}&limit=20")["items"]
        text = page(shown.city, f"/wuzhou/credit?kind={kind}&limit=20")
        for row in rows:
            assert f">{row['subject']}</span>" in text
        found = re.findall(r'data-label="得分"><div>([^<]+)<', text)
        assert found == [r["points_text"] for r in rows]
        (following,) = re.findall(r'rel="next" href="([^"]+)"', text)
        assert f"kind={kind}" in following or kind == "company"
    page(shown.city, "/wuzhou/credit?kind=manager", 422)


def test_stars_are_shown_where_the_rules_have_them(shown: Shown) -> None:
    assert "星级" not in shown.text("credit")
    assert "星级" not in shown.text("credit of a company")
    add_bureau(shown.city.site, "kunming", "昆明")
    assert "星级" in page(shown.city, "/kunming/credit/rules")


def test_the_lists_show_reason_term_and_repair_and_nobody_taken_off(
    shown: Shown,
) -> None:
    text = shown.text("rolls")
    (black,) = shown.json("/rolls/black")["items"]
    (red,) = shown.json("/rolls/red")["items"]
    assert (black["subject"], red["subject"]) == (FIRM, OTHER)
    for entry in (black, red):
        for value in ("listed", "until", "rules"):
            assert entry[value] in text
        for made in entry["steps"]:
            assert word("roll_step", made["step"]).zh in text
    assert "信用修复审查中" in text
    assert "准予修复" not in text  # taken off since
    assert "决black65N" in text
    assert "决black16J" not in text
    assert "李某" not in text
    assert "没有列入的主体" in page(shown.city, "/wuzhou/rolls?on=2026-11-19")
    past = page(shown.city, "/wuzhou/rolls?on=2026-11-20")
    assert "决black16J" in past  # it stood there on that day; what came later
    assert "信用修复审查中" in past  # is not told: only the other one had applied
    assert "准予修复" not in past
    assert "移出" not in past.split("</form>")[1]
    assert "重点关注名单" in shown.text("credit of a company")
    for name in ("rolls", "credit of a company"):
        assert "黑名单" not in shown.text(name)  # no local regulation is named


def test_the_docket_shows_reason_measure_deadline_state_and_counts(
    shown: Shown,
) -> None:
    case = shown.made["case"]
    rows = shown.json(f"/docket?compound={shown.made['compound']}")["items"]
    (row,) = [r for r in rows if r["number"] == case]
    text = page(shown.city, f"/wuzhou/docket?compound={shown.made['compound']}")
    for value in (case, row["deadline"], row["reasons"][0]["zh"]):
        assert value in text
    for value in ("挂牌督办", "市级", word("case", row["state"]).zh, "1 / 2"):
        assert value in text
    (total,) = shown.json("/docket/counters")["items"]
    assert (total["found"], total["solved"]) == (2, 1)
    assert f"<strong>{total['percent']} %</strong>" in shown.text("docket")
    states = {r["state"] for r in shown.json("/docket?limit=500")["items"]}
    one = sorted(states)[0]
    narrowed = page(shown.city, f"/wuzhou/docket?street=&compound=&state={one}")
    assert f'<option value="{one}" selected>' in narrowed
    assert shown.json(f"/docket?state={one}")["items"][0]["number"] in narrowed
    shown.city.clock.forward(days=400)
    assert '<span class="warn">逾期' in shown.text("case")
    shown.city.clock.forward(days=-400)


def test_a_case_tells_what_happened_and_no_person_and_no_remark(shown: Shown) -> None:
    text = shown.text("case")
    for zh in ("列入台账", "发现问题", "2 项", "治理措施", "发函督办", "明确责任"):
        assert zh in text
    for inside in ("张三", "某责任单位", "street_head", "只在内部的话", "account:"):
        assert inside not in text
    page(shown.city, "/wuzhou/docket/cases/NOPE", 404)
    page(shown.city, f"/other/docket/cases/{shown.made['case']}", 404)


def test_the_json_of_a_case_tells_what_its_page_tells(shown: Shown) -> None:
    case = shown.made["case"]
    told = shown.json(f"/docket/cases/{case}")
    query = f"/docket?compound={shown.made['compound']}"
    (row,) = [r for r in shown.json(query)["items"] if r["number"] == case]
    timeline = told.pop("timeline")
    assert told == row
    moves = [t["move"] for t in timeline]
    assert moves == [
        "case_opened",
        "problems_found",
        "measure_taken",
        "supervised",  # no company runs it
        "problems_solved",
        "responsible_named",
    ]
    text = shown.text("case")
    for line in timeline:
        assert word("move", line["move"]).zh in text
        for said in line["told"]:
            assert said["zh"] in text
            assert said["en"] in text
    assert timeline[1]["told"] == [{"zh": "2 项", "en": "2 problems"}]
    assert text.count('data-label="日期"') == len(timeline)
    assert f'href="{PUBLIC}/docket/cases/{case}"' in text
    whole_text = json.dumps([told, timeline], ensure_ascii=False)
    for inside in ("张三", "某责任单位", "street_head", "只在内部的话", "account:"):
        assert inside not in whole_text
    client = shown.city.client()
    assert client.get(f"{PUBLIC}/docket/cases/NOPE").status_code == 404
    there = f"/api/v1/public/other/docket/cases/{case}"
    assert client.get(there).status_code == 404


def test_the_json_of_a_case_is_cached_and_renewed_by_its_next_move(city: City) -> None:
    planner = city.client("planner")
    number = ok(select_cases(planner, **WHY))["opened"][0]
    path = f"{PUBLIC}/docket/cases/{number}"
    before = city.client().get(path)
    tag = {"If-None-Match": before.headers["ETag"]}
    assert city.client().get(path, headers=tag).status_code == 304
    found = {"problems": [{"item": "G1-01"}], "number": "检1", **WHY}
    ok(act(planner, number, "problems", **found))
    after = city.client().get(path, headers=tag)
    assert after.status_code == 200
    assert len(after.json["timeline"]) == len(before.json["timeline"]) + 1
    assert (after.json["found"], before.json["found"]) == (1, 0)


@pytest.mark.one_database
def test_a_look_back_that_was_drawn_is_not_told(city: City) -> None:
    planner = city.client("planner")
    ok(select_cases(planner, **WHY))
    told, data = [], []
    for chosen in (True, False):
        with city.desk(write=True) as desk:
            row = desk.db.scalars(
                select(DocketCase).order_by(DocketCase.number)
            ).first()
            assert row is not None
            day, number = desk.today, row.number
            move = LookBackDrawn(day, "2026-12", "00", chosen)
            cases.append(desk, row, cases.load(desk, row), [move], "回头看")
            cases.settle(desk, [cases.load(desk, row)])
        told.append(page(city, f"/wuzhou/docket/cases/{number}"))
        data.append(city.client().get(f"{PUBLIC}/docket/cases/{number}").json)
    assert told[0] == told[1]
    assert data[0] == data[1]
    assert "回头看抽取" not in told[0]
    with city.desk() as desk:
        row = cases.find(desk, number)
        assert len(cases.lines(desk, row)) == len(timeline(desk, row)) + 2


@pytest.mark.one_database
def test_problems_are_counted_by_every_key_of_the_core(shown: Shown) -> None:
    assert {*codes("counter"), "city"} == set(BY)
    for by in codes("counter"):
        rows = shown.json(f"/docket/counters?by={by}")["items"]
        text = page(shown.city, f"/wuzhou/docket/counters?by={by}")
        assert len(rows) == 1
        assert rows[0]["key"] in text or rows[0]["name"] in text
        assert "50 %" in text
    page(shown.city, "/wuzhou/docket/counters?by=city", 422)


@pytest.mark.one_database
def test_two_numbers_of_a_companys_problems_have_two_names(shown: Shown) -> None:
    usc18 = shown.json("/companies?limit=1")["items"][0]["usc18"]
    text = page(shown.city, f"/wuzhou/companies/{usc18}")
    for zh in ("检查发现问题", "复查不再发现", "台账问题", "二者不是同一个数"):
        assert zh in text
    assert "/wuzhou/docket/counters?by=company" in Page(text).links()
    assert "检查发现问题" in page(shown.city, "/wuzhou/docket/counters?by=company")


def test_the_yearly_plan_is_shown_beside_what_its_months_did(shown: Shown) -> None:
    text = shown.text("year")
    assert text.replace(' aria-current="page"', "") == shown.text("a year")
    plan = shown.json("/year/2026")
    for name in ("number", "subject", "made_on", "published_on"):
        assert plan[name] in text
    assert text.count("3 3 3 3 3 3 3 3 3 3 3 3") == 1
    (month,) = plan["months"]
    (drawn,) = [c["drawn"] for c in month["classes"] if c["risk_class"] == "A"]
    assert f"{drawn} / " in text
    assert len(re.findall(r'data-label="全年期望数"', text)) == len(plan["strata"])
    assert "还没有公布年度计划" in page(shown.city, "/other/year")
    page(shown.city, "/wuzhou/year/2025", 404)
    page(shown.city, "/wuzhou/year/0", 404)
    page(shown.city, "/other/year/0", 404)


def test_objections_and_corrections_are_counted_and_linked(team: Crew) -> None:
    record = team.published(team.problem())
    filed = file_one(team, record["id"])
    answer(team, filed)
    planner = team.city.client("planner")
    done = team.record(planner, record["id"], "withdrawal", reason="公示有误")
    assert done.status_code == 201, done.json
    text = page(team.city, "/wuzhou/objections")
    whole("objections", text)
    link = f"/wuzhou/results/{team.month}/{team.visit}"
    assert text.count(f'href="{link}"') == 2
    for zh in ("异议〔2026〕1号", "部分成立", "已撤回", "公示有误"):
        assert zh in text
    assert "特征文字" not in text
    assert "更正与撤回" in page(team.city, link)


def test_a_page_is_cached_revalidated_and_renewed(city: City) -> None:
    client = city.client()
    for path in (f"/wuzhou/credit/companies/{FIRM}", "/wuzhou/rolls", "/wuzhou/docket"):
        tag = {"If-None-Match": client.get(path).headers["ETag"]}
        assert client.get(path, headers=tag).status_code == 304
        accepted(city, document=f"文{len(path)}")
        after = client.get(path, headers=tag)
        assert after.status_code == 200
        tag = {"If-None-Match": after.headers["ETag"]}
        city.clock.forward(days=1)  # what counts depends on the day
        assert client.get(path, headers=tag).status_code == 200


@pytest.mark.one_database
def test_empty_bureaus_have_pages_too(city: City) -> None:
    tails = ("credit", "credit/rules", "rolls", "docket", "docket/counters", "year")
    for tail in (*tails, "objections"):
        whole(tail, page(city, f"/other/{tail}"))
        page(city, f"/atlantis/{tail}", 404)


@pytest.mark.one_database
def test_a_demonstration_says_so(city: City) -> None:
    add_bureau(city.site, "shown", "演示市", demo=True)
    banner = "演示：小区、企业、人员与结果均为虚构"
    for tail in ("credit", "credit/rules", "rolls", "docket", "year", "objections"):
        assert banner in page(city, f"/shown/{tail}"), tail
        assert banner not in page(city, f"/other/{tail}"), tail


@pytest.mark.one_database
def test_pages_lead_to_oversight_and_every_link_leads_somewhere(shown: Shown) -> None:
    seen = crawl(shown.city, "/wuzhou")
    for kind in ("credit/companies", "credit/compounds", "docket/cases", "year/2026"):
        assert any(p.startswith(f"/wuzhou/{kind}") for p in seen), kind
    for path in shown.paths.values():
        links = Page(page(shown.city, path)).links()
        for other in ("credit", "rolls", "docket", "year", "objections"):
            assert f"/wuzhou/{other}" in links, path


@pytest.mark.one_database
def test_a_bureau_cannot_be_named_like_an_address_of_the_site(city: City) -> None:
    rules = [str(r.rule) for r in city.app.url_map.iter_rules()]
    own = {r.split("/")[1] for r in rules if not r.startswith("/<")} - {""}
    assert own >= {"api", "static", "healthz", "readyz"}
    assert own <= RESERVED
    for code in sorted(RESERVED):
        with pytest.raises(InspectorError) as refused:
            add_bureau(city.site, code, "x")
        assert refused.value.code == "bureau.reserved"
