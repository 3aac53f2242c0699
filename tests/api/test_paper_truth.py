"""Each paper says what the visit's own record says: source, date, party, count.

A paper with a legal basis that nobody confirmed is refused with the list of items; a
text that only the bureau has stays an empty slot; a delegation stands on what was
signed under it.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from service_city import City
from service_docket import act, select
from service_field import Crew, confirmed, team
from test_documents import DOCKET, texts

from api.clock import moment, today
from api.docket import visited
from api.field import duties
from api.field import visit_facts as facts
from api.months import steps
from api.papers.forms import BLANK
from api.papers.printed import FORM, UNDATED
from api.papers.text import day
from inspector import law
from inspector.domain import VisitKind
from inspector.month.excess import yearly
from inspector.month.field import drawn_at
from inspector.policy import Task
from inspector.words import word

__all__ = ["team"]
pytestmark = pytest.mark.one_database
RULES = "/api/v1/bureau/rules"
ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = ("待核", "UTC", "T00:", "无物业", " none")


def a_visit(crew: Crew, *, drawn: bool, firm: bool) -> duties.Work | None:
    """A placed visit that was drawn only, or was not; with a company, or without."""
    with crew.city.desk() as desk:
        field = duties.field_of(desk, crew.month)
        for package in field.packages.values():
            for stop in package.stops:
                work = duties.visit_in(desk, field, stop.visit)
                only = work.visit.kinds == (VisitKind.RANDOM,)
                other = VisitKind.RANDOM not in work.visit.kinds
                if (only if drawn else other) and bool(work.compound.usc18) is firm:
                    return work
    return None


def paper(crew: Crew, work: duties.Work, name: str) -> str:
    path = f"/api/v1/bureau/months/{crew.month}/visits/{work.visit.id}/documents"
    return texts(crew.city.client("planner").get(f"{path}/{name}.docx"))


def held(crew: Crew, work: duties.Work, found: str, *, dated: bool = True) -> None:
    """Source, date, party and count of the paper are those of the visit's record."""
    with crew.city.desk() as desk:
        given = steps.load(desk, work.field.month).approval
        said = facts.origin(desk, work)
    assert given is not None
    assigned, policy = work.field.assigned, work.field.assigned.frozen.policy
    for source in law.task_sources(work.visit.kinds, policy.task):
        assert word("visit_source", source.value).zh in found
    if VisitKind.RANDOM not in work.visit.kinds:
        assert "随机" not in found
        assert facts.case_of(work) in found
        assert "个案检查" in found
    approved = day(today(moment(given.at)))
    assert found.count(approved) >= (2 if dated else 1)
    assert "，根据" not in found  # two sources are one sentence
    registry = assigned.frozen.registry
    if usc18 := work.compound.usc18:
        name = next(c.name for c in registry.companies if c.usc18 == usc18)
        assert name in found
        assert usc18 in found
        count = yearly(
            *(assigned.frozen, assigned.log.events, work.visit, work.package.day),
            work.visit.kinds,
        )
        assert f"本年第 {count.count} 次（含本次），上限 {count.most}" in found
    else:
        assert "你单位" not in found
        assert "统一社会信用代码" not in found
        assert "兜底" in found
        assert facts.object_of(registry, work.compound).party in found
    assert said.frequency in found
    assert FORM not in found  # it stands in the footer, of every page
    assert not [w for w in FORBIDDEN if w in found]


@pytest.mark.parametrize("firm", [True, False])
@pytest.mark.parametrize("drawn", [True, False])
def test_a_visits_papers_say_what_its_record_says(
    team: Crew, drawn: bool, firm: bool
) -> None:
    work = a_visit(team, drawn=drawn, firm=firm)
    if work is None:
        pytest.skip("the month has no such visit")
    notice = paper(team, work, "notice")
    held(team, work, notice, dated=False)
    lines = notice.split("\n")  # it names who was drawn, so it is no older than that
    at = moment(drawn_at(work.field.assigned, work.package.id))
    assert lines[lines.index("（盖章）") - 1] == day(today(at))
    assert notice.startswith("行政检查通知书" if firm else "兜底服务核查告知书")
    assert f"{day(work.package.day)} " in notice
    assert ("经随机抽取" in notice) is drawn
    for name in ("record", "questioning", "survey"):
        found = paper(team, work, name)
        held(team, work, found, dated=False)
        assert day(work.package.day) in found
        assert "拒绝签名" in found
        assert "见证人" in found
    path = f"/api/v1/bureau/months/{team.month}/visits/{work.visit.id}/documents"
    planner = team.city.client("planner")
    if drawn:
        assert planner.get(f"{path}/case-approval.docx").status_code == 404
    else:
        held(team, work, paper(team, work, "case-approval"))
    assert planner.get(f"{path}/result.docx").status_code == 404


def test_a_result_notice_is_dated_by_its_publication_in_words_of_the_breach(
    team: Crew,
) -> None:
    team.published(team.problem())
    with team.city.desk() as desk:
        field = duties.field_of(desk, team.month)
        work = duties.visit_in(desk, field, team.visit)
    (done,) = field.assigned.results
    found = paper(team, work, "result")
    lines = found.split("\n")
    assert lines[lines.index("（盖章）") - 1] == day(today(moment(done.published_at)))
    held(team, work, found, dated=False)
    (item,) = (i for i in work.checklist.items if i.code == done.findings[0])
    assert f"{item.breach or item.text}：营业执照未公示" in found
    assert word("outcome", done.outcome).zh in found
    with team.city.desk() as desk:
        number, due = visited.ordered(desk, field.assigned, done)
    assert number in found
    assert day(due[item.code].deadline) in found


def test_a_refusal_to_sign_names_reason_and_witness(team: Crew) -> None:
    team.noon()
    refused = {"opinion": "refused", "opinion_text": "不认可检查结果（合成）"}
    one = team.client()
    team.arrive(one)
    digest = team.write(one, team.draft(**refused))["digest"]
    done = team.move(one, "submission", digest=digest)
    assert done.status_code in (409, 422)
    assert "result.refusal" in done.text
    team.signed(team.draft(**refused, witness="社区工作者（合成）"))
    found = texts(team.city.client("planner").get(f"{team.printed}/record.docx"))
    assert "理由：不认可检查结果（合成）　见证人：社区工作者（合成）" in found


def test_without_a_confirmed_basis_the_paper_is_refused_with_its_items(
    team: Crew,
) -> None:
    head, planner = team.city.client("head"), team.city.client("planner")
    first = {"kind": "basis", "withdrawn": ["G1-01"], "reason": "撤回核对"}
    assert head.post(RULES, json=first).status_code == 201
    refused = planner.get(f"{team.printed}/notice.docx")
    assert (refused.status_code, refused.json["code"]) == (409, "paper.basis")
    assert refused.json["params"] == {"items": "G1-01", "count": 1}
    assert planner.get(f"{team.printed}/record.docx").status_code == 200
    row = {"item": "G1-01", "text": "国务院令，官网现行文本（演示）"}
    again = {"kind": "basis", "items": [row], "reason": "已核对"}
    assert planner.post(RULES, json=again).status_code == 403
    kept = head.post(RULES, json=again)
    assert kept.status_code == 201, kept.text
    found = [r for r in kept.json["content"]["rows"] if r["item"] == "G1-01"]
    assert found
    assert all(r["by"].startswith("account:") and r["at"] for r in found)
    assert all(r["text"] == row["text"] for r in found)
    assert planner.get(f"{team.printed}/notice.docx").status_code == 200
    row = {"item": "G1-01", "basis": "《没有的法》第一条", "text": "甲"}
    wrong = head.post(RULES, json={**again, "items": [row]})
    assert wrong.status_code == 422


def test_a_slot_is_empty_until_the_bureau_fills_it(team: Crew) -> None:
    head, planner = team.city.client("head"), team.city.client("planner")
    before = texts(planner.get(f"{team.printed}/notice.docx"))
    assert before.count(BLANK) == 4
    texts_ = [
        {"slot": slot, "text": f"演示{slot}", "source": "演示文本"}
        for slot in ("five_prohibitions", "contact", "private_firms")
    ]
    sent = {"kind": "paper_texts", "texts": texts_, "reason": "演示"}
    assert head.post(RULES, json=sent).status_code == 201
    found = texts(planner.get(f"{team.printed}/notice.docx"))
    assert all(t["text"] in found for t in texts_)
    assert found.count(BLANK) == 2
    shown = planner.get(f"{RULES}/in-force:paper_texts").json
    assert [r["slot"] for r in shown["content"]["rows"]] == [t["slot"] for t in texts_]


def test_who_signs_for_the_head_may_do_so_in_his_days_and_the_paper_says_it(
    team: Crew,
) -> None:
    head, leader = team.city.client("head"), team.city.client("leader")
    basis = {"kind": "basis", "withdrawn": [], "items": [], "reason": "试"}
    assert leader.post(RULES, json=basis).status_code == 403
    today_ = team.package.day.isoformat()
    sent = {
        "kind": "delegation",
        "account": "leader",
        "title": "副局长",
        "first": "2026-11-28",
        "last": today_,
        "document": "演示委〔2026〕1号",
        "reason": "负责人外出",
    }
    assert head.post(RULES, json=sent).status_code == 201
    assert leader.post(RULES, json=basis).status_code == 201
    team.published(team.draft())
    with team.city.desk() as desk:
        field = duties.field_of(desk, team.month)
        work = duties.visit_in(desk, field, team.visit)
    said = f"受委托签批：副局长（演示委〔2026〕1号，2026-11-28至{today_}）"
    assert said in paper(team, work, "result")
    assert said not in paper(team, work, "notice")  # approved before, by the head
    back = head.post(RULES, json={**sent, "last": "2026-11-29"})
    assert back.status_code == 422  # what was signed under it stays so
    wrong = head.post(RULES, json={**sent, "account": "nobody"})
    assert wrong.status_code == 422
    other = {**sent, "first": "2027-02-01", "last": "2027-02-02"}
    other |= {"account": "planner"}
    assert head.post(RULES, json=other).status_code == 201
    planner = team.city.client("planner")
    assert planner.post(RULES, json=basis).status_code == 403


def test_an_order_goes_to_who_ran_the_compound_then(city: City) -> None:
    confirmed(city)
    client = city.client("planner")
    select(client)
    shown = client.get(f"{DOCKET}?limit=100").json["items"]
    number = next(c["number"] for c in shown if c["company"])
    act(client, number, "problems", number="责改1号", problems=[{"item": "G1-01"}])
    act(client, number, "orders", number="责改1号", straight=True)
    view: dict[str, Any] = client.get(f"{DOCKET}/{number}").json
    before = texts(client.get(f"{DOCKET}/{number}/documents/order.docx"))
    assert view["company_name"] in before
    moved = act(client, number, "company", number="更换1号", company="")
    assert moved.status_code == 201, moved.text
    after = texts(client.get(f"{DOCKET}/{number}/documents/order.docx"))
    assert after == before
    assert day(date.fromisoformat(view["timeline"][-1]["day"])) in after
    blank = texts(client.get(f"{DOCKET}/{number}/documents/recheck.docx"))
    assert UNDATED in blank or "复查日期" in blank


def sealed_on(found: str) -> str:
    """The date where the seal goes."""
    lines = found.split("\n")
    return lines[lines.index("（盖章）") - 1]


def test_approval_and_lists_carry_their_own_dates(team: Crew) -> None:
    path = f"/api/v1/bureau/months/{team.month}/documents"
    planner = team.city.client("planner")
    with team.city.desk() as desk:
        route = steps.load(desk, steps.find(desk, team.month))
        given, frozen = route.approval, route.need("frozen", "test")
    assert given is not None
    approval = texts(planner.get(f"{path}/approval.docx"))
    assert sealed_on(approval) == day(today(moment(given.at)))
    assert given.number in approval
    assert "双随机抽查、整改台账" in approval
    assert "日常检查、个案检查" in approval
    assert not [w for w in FORBIDDEN if w in approval]
    bottom = texts(planner.get(f"{path}/bottom.docx"))
    assert sealed_on(bottom) == day(today(moment(frozen.at)))
    report = f"{path}/report.docx"
    assert sealed_on(texts(planner.get(report))) == UNDATED
    team.published(team.draft())
    planner = team.city.client("planner")
    assert sealed_on(texts(planner.get(report))) == day(team.package.day)


def test_a_recheck_is_dated_by_its_visit_and_shows_the_case_as_it_stood(
    city: City,
) -> None:
    confirmed(city)
    client = city.client("planner")
    number = select(client).json["opened"][0]
    act(client, number, "problems", number="责改1号", problems=[{"item": "G1-01"}])
    act(client, number, "orders", number="责改1号", straight=True)
    path = f"{DOCKET}/{number}/documents/recheck.docx"
    blank = texts(client.get(path)).split("\n")
    assert blank[blank.index("复查日期Date") + 1] == ""
    visited = {"visit": "recheck", "number": "复查1号", "passed": False}
    done = act(client, number, "visits", **visited)
    assert done.status_code == 201, done.text
    city.clock.to("2027-01-20T01:00:00+00:00")
    client = city.client("planner")
    found = texts(client.get(path)).split("\n")
    made = day(date.fromisoformat(done.json["timeline"][-1]["day"]))
    assert found[found.index("复查日期Date") + 1] == made
    assert found[found.index("复查结论Result") + 1] == "未通过"
    assert found[found.index("整改文书Order") + 1] == "责改1号"
    assert day(date(2027, 1, 20)) not in found


# --- sources of law --------------------------------------------------------------


def test_each_source_of_law_stands_in_a_policy_paper_or_export_or_is_unsupported() -> (
    None
):
    found = law.sources()
    assert len({s.id for s in found}) == len(found) >= 7
    for s in found:
        assert s.status in ("confirmed", "second", "unconfirmed")
        assert bool(s.used) != bool(s.unsupported), s.id
        for place in s.used:
            path, _, words = place.partition(": ")
            assert words in (ROOT / path).read_text("utf-8"), place
    for wanted in ("〔2020〕49号", "民营经济促进法", "司法部", "鲁政办发〔2025〕3号"):
        assert any(wanted in s.title for s in found)


def test_only_what_was_read_is_known_without_the_bureau() -> None:
    assert law.known("《淄博市物业管理条例》第四十二条")
    assert not law.known("《淄博市物业管理条例》第四十一条")
    assert not law.known("《物业管理条例》第四十二条")
    assert not law.known("《淄博市物业管理条例》")
    rows = tomllib.loads(law.text())["articles"]
    assert [n for r in rows for n in r["numbers"]] == [*range(42, 47), 80, 81, 82]


def test_what_a_superior_ordered_is_a_source_of_its_own() -> None:
    task = Task("superior", "special", "某厅〔2026〕1号")
    kinds = (VisitKind.RANDOM, VisitKind.WHISTLE)
    assert [s.value for s in law.task_sources(kinds, task)] == ["superior", "case"]
    assert [c.value for c in law.categories(kinds, task)] == ["special", "case"]
    docket = law.task_sources((VisitKind.LOOKBACK,), task)
    assert [s.value for s in docket] == ["docket"]
