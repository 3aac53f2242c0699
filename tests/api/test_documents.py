"""Papers over HTTP: who gets which, what is recorded, what they say."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from docx import Document
from icalendar import Calendar
from lxml import etree
from openpyxl import load_workbook
from service_city import City, Client, scenario_files
from service_docket import act, select
from service_field import Crew, confirmed, officer, team
from service_month import begin

from api.field import duties
from inspector.registry import read_scenario

__all__ = ["team"]
MONTHS = "/api/v1/bureau/months"
DOCKET = "/api/v1/bureau/docket"
WHY = {"reason": "测试"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def texts(answer: Any) -> str:
    """All text of a .docx answer, a line per paragraph."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    Document(io.BytesIO(answer.data))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    lines = root.iter(f"{W}p")
    return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in lines)


def test_the_notice_names_both_officers_and_the_door_of_their_package(
    team: Crew,
) -> None:
    field = team.field()
    with team.city.desk() as desk:
        work = duties.visit_in(desk, field, team.visit)
        code = duties.door_code(desk, team.month, team.package.id)
    planner = team.city.client("planner")
    found = texts(planner.get(f"{team.printed}/notice.docx"))
    for _, who in field.team(team.package.id):
        assert f"{who.name}，执法证号 {who.cert_no}，{who.unit}" in found
    assert work.compound.name in found
    assert f"/wuzhou/door/{code}" in found
    assert "梧房〔2026〕12号" in found
    (event,) = [
        e
        for e in team.city.events("sealed_data_read")
        if e.body.get("what") == "notice"
    ]
    assert work.compound.id not in event.subject


def test_the_same_paper_twice_is_the_same_file(team: Crew) -> None:
    planner = team.city.client("planner")
    path = f"{team.printed}/notice.docx"
    assert planner.get(path).data == planner.get(path).data


def test_an_officer_gets_the_papers_of_his_own_package_on_its_morning_only(
    team: Crew,
) -> None:
    client = team.client()
    assert team.package.id
    own = f"{team.path}/documents/notice.docx"
    assert texts(client.get(own)).startswith("行政检查通知书")
    assert texts(client.get(f"{team.path}/documents/record.docx")).startswith(
        "现场检查笔录"
    )
    team.morning("07:29")
    assert client.get(own).status_code == 404
    team.morning()
    field = team.field()
    seated = {who.id for _, who in field.team(team.package.id)}
    stranger = officer(team.city, sorted(set(field.assigned.frozen.names) - seated)[0])
    assert stranger.get(own).status_code == 404
    assert client.get(f"{team.printed}/notice.docx").status_code == 403


def test_a_blank_record_lists_every_item_and_a_signed_one_what_was_found(
    team: Crew,
) -> None:
    planner = team.city.client("planner")
    path = f"{team.printed}/record.docx"
    blank = texts(planner.get(path))
    items = team.items
    assert all(i.code in blank for i in items)
    assert "　　时　　分 至" in blank
    raw = team.signed(team.problem())
    found = texts(team.city.client("planner").get(path))
    assert "1 处：营业执照未公示" in found
    assert "发现问题已责令改正" in found
    assert raw["digest"] in found
    assert f"{team.package.day} 09:00 至 {team.package.day} 10:10" in found
    for s in raw["signatures"]:
        assert s["cert_no"] in found


def test_the_monthly_report_tells_what_was_published_and_nothing_else(
    team: Crew,
) -> None:
    planner = team.city.client("planner")
    path = f"{MONTHS}/{team.month}/documents/report"
    before = texts(planner.get(f"{path}.docx"))
    with team.city.desk() as desk:
        work = duties.visit_in(desk, team.field(), team.visit)
    assert work.compound.name not in before
    team.published(team.problem())
    planner = team.city.client("planner")
    found = texts(planner.get(f"{path}.docx"))
    assert work.compound.name in found
    sheets = load_workbook(io.BytesIO(planner.get(f"{path}.xlsx").data))
    assert sheets.sheetnames == ["总体情况", "检查结果", "事项", "整改", "明细"]
    figures = {r[0].value: r[1].value for r in sheets["总体情况"].iter_rows(min_row=3)}
    assert figures["已公示结果"] == "1"
    assert figures["发现问题"] == "1"
    rows = list(sheets["明细"].iter_rows(min_row=3, values_only=True))
    assert [r[0] for r in rows] == [work.compound.name]


def test_the_approval_form_needs_a_plan(city: City) -> None:
    planner = city.client("planner")
    early = planner.get(f"{MONTHS}/{begin(city, 'draw')}/documents/approval.docx")
    assert (early.status_code, early.json["code"]) == (409, "step.order")


def test_the_approval_form_shows_what_is_approved(city: City) -> None:
    planner = city.client("planner")
    path = f"{MONTHS}/{begin(city, 'pack')}/documents/approval.docx"
    found = texts(planner.get(path))
    assert "wuzhou-2026-12-1" in found
    policy = read_scenario(scenario_files()).policy
    for k, (n, d) in policy.draw.rates:
        assert f"{k} {n * 100 / d / policy.draw.batches:.2f}%" in found
    assert "行政机关负责人" in found


def test_the_notices_of_a_day_come_in_one_archive(team: Crew) -> None:
    planner = team.city.client("planner")
    path = f"{MONTHS}/{team.month}/documents/notices.zip?day="
    answer = planner.get(path + team.package.day.isoformat())
    packages = team.field().packages.values()
    visits = {s.visit for p in packages if p.day == team.package.day for s in p.stops}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        one = archive.read(f"2026-12-{team.visit}-notice.docx")
    assert names == sorted(f"2026-12-{v}-notice.docx" for v in visits)
    assert one == planner.get(f"{team.printed}/notice.docx").data
    assert planner.get(path + "2026-11-01").status_code == 404
    undated = planner.get(path.partition("?")[0])
    assert (undated.status_code, undated.json["code"]) == (422, "document.day")
    assert team.city.client("head").get(path + "2026-12-01").status_code == 403


@pytest.mark.one_database
def test_each_place_offers_names_and_tells_them_to_who_asks_for_another(
    team: Crew,
) -> None:
    city, month = team.city, f"{MONTHS}/{team.month}/documents"
    lists = {
        role: city.client(role).get(month).json["names"]
        for role in ("planner", "head", "leader", "auditor")
    }
    assert lists["head"] == lists["auditor"] == ["approval.docx", *lists["leader"]]
    assert set(lists["head"]) < set(lists["planner"])
    for role, path, known in (
        ("leader", month, lists["leader"]),
        ("leader", team.printed, ["record.docx"]),
        ("planner", team.printed, ["notice.docx", "record.docx"]),
        ("head", f"{DOCKET}/documents", ["docket.docx", "docket.xlsx"]),
        ("head", f"{DOCKET}/x/documents", ["case.docx", "order.docx"]),
    ):
        refused = city.client(role).get(f"{path}/nothing.pdf")
        assert (refused.status_code, refused.json["code"]) == (404, "document.unknown")
        told = refused.json["params"]["names"]
        assert all(name in told for name in known), told
        assert ("notice.docx" in told) is ("notice.docx" in known)
    own = team.client().get(f"{team.path}/documents/nothing.pdf")
    assert own.json["params"]["names"] == (
        "notice.docx, record.docx, questioning.docx, survey.docx"
    )
    leader = city.client("leader")
    for path in (f"{month}/approval.docx", f"{month}/platform-plan.csv"):
        assert leader.get(path).status_code == 403
    assert leader.get(f"{team.printed}/notice.docx").status_code == 403


def test_the_bottom_list_is_that_of_the_freeze(city: City) -> None:
    planner = city.client("planner")
    path = f"{MONTHS}/{begin(city, 'freeze')}/documents/bottom"
    page = load_workbook(io.BytesIO(planner.get(f"{path}.xlsx").data)).active
    rows = list(page.iter_rows(min_row=3, values_only=True))
    assert [r[0] for r in rows] == list(range(1, 19))
    scores = [r[4] for r in rows]
    assert scores == sorted(scores)
    found = texts(planner.get(f"{path}.docx"))
    assert all(r[2] in found for r in rows)


def test_duty_dates_come_as_a_calendar_of_days(team: Crew) -> None:
    client = team.client()
    answer = client.get("/api/v1/my/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = list(Calendar.from_ical(answer.data).walk("VEVENT"))
    known = client.get("/api/v1/my/duties").json["items"]
    shown = [e.decoded("dtstart").isoformat() for e in events]
    assert shown == [d["day"] for d in known]
    assert team.package.day.isoformat() in shown
    text = answer.data.decode()
    assert team.package.id not in text
    assert all(n not in text for n in team.officers)
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert team.city.client("planner").get("/api/v1/my/calendar.ics").status_code == 403


def subscribed(team: Crew, **more: Any) -> Any:
    body = {"label": "手机日历", "scopes": ["calendar"], **more}
    return team.client().post("/api/v1/auth/tokens", json=body)


@pytest.mark.one_database
def test_a_calendar_program_subscribes_by_an_address_that_can_be_ended(
    team: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    made = subscribed(team)
    assert made.status_code == 201, made.json
    address = made.json["address"].replace("http://localhost", "")
    nobody = team.city.client()
    answer = nobody.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    own = team.client().get("/api/v1/my/calendar.ics")
    days = [
        [(e["uid"], e.decoded("dtstart")) for e in Calendar.from_ical(a.data).events]
        for a in (answer, own)
    ]
    assert days[0] == days[1] != []
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.data
    secret = made.json["token"]
    assert secret not in caplog.text
    # the key opens nothing else, and nothing else is a key
    bearer = {"Authorization": f"Bearer {secret}"}
    for path in ("/api/v1/my/duties", "/api/v1/my/calendar.ics", "/api/v1/auth/tokens"):
        assert nobody.get(path, headers=bearer).status_code == 403, path
    assert nobody.get(f"/api/v1/my/duties?key={secret}").status_code == 401
    other = team.client().post(
        "/api/v1/auth/tokens", json={"label": "x", "scopes": ["inspector"]}
    )
    path = f"/api/v1/my/calendar.ics?key={other.json['token']}"
    assert (other.json["address"], nobody.get(path).status_code) == ("", 401)
    assert nobody.get("/api/v1/my/calendar.ics?key=none").status_code == 401
    ended = team.client().send("DELETE", f"/api/v1/auth/tokens/{made.json['id']}")
    assert ended.status_code == 204
    assert nobody.get(address).status_code == 401


@pytest.mark.one_database
def test_a_calendar_key_is_alone_reads_and_is_an_officers(team: Crew) -> None:
    assert subscribed(team, may_write=True).status_code == 422
    assert subscribed(team, scopes=["calendar", "inspector"]).status_code == 422
    planner = team.city.client("planner")
    body = {"label": "x", "scopes": ["calendar"]}
    assert planner.post("/api/v1/auth/tokens", json=body).status_code == 403


@pytest.mark.one_database
def test_a_date_that_went_to_somebody_else_is_cancelled(team: Crew) -> None:
    client, day = team.client(), team.package.day
    path = "/api/v1/my/calendar.ics"

    def event(which: int) -> Any:
        data = team.client(which).get(path).data
        found = [e for e in Calendar.from_ical(data).events]
        return next(e for e in found if e.decoded("dtstart") == day)

    before = event(0)
    assert (before["status"], int(before["sequence"])) == ("CONFIRMED", 0)
    body = {"month_id": team.month, "day": day.isoformat(), "reason": "illness"}
    sent = client.post("/api/v1/my/requests", json={"kind": "absence", **body})
    assert sent.status_code in (200, 201), sent.json
    after = event(0)
    assert (after["status"], after["uid"]) == ("CANCELLED", before["uid"])
    assert int(after["sequence"]) > 0


@pytest.fixture
def case(city: City) -> tuple[Client, str]:
    """A planner and a case with an order."""
    confirmed(city)
    client = city.client("planner")
    number = select(client).json["opened"][0]
    for name, more in (
        ("problems", {"problems": [{"item": "G1-01"}, {"item": "G5-22"}]}),
        ("orders", {"straight": True}),
    ):
        sent = act(client, number, name, **{"number": "责改1号", **more})
        assert sent.status_code == 201, sent.text
    return client, number


def test_the_docket_comes_on_paper_and_as_a_sheet(case: tuple[Client, str]) -> None:
    client, number = case
    found = texts(client.get(f"{DOCKET}/documents/docket.docx"))
    assert number in found
    page = load_workbook(
        io.BytesIO(client.get(f"{DOCKET}/documents/docket.xlsx").data)
    ).active
    rows = {r[0]: r for r in page.iter_rows(min_row=3, values_only=True)}
    book = load_workbook(io.BytesIO(client.get(f"{DOCKET}/documents/docket.xlsx").data))
    streets = list(book["街道整改率"].iter_rows(min_row=3, values_only=True))
    assert [r[1:] for r in streets] == [(2, 0, "0 %")]
    assert rows[number][5:9] == ("责令整改", 2, 0, "2026-12-05")
    assert all(n in found for n in rows)


def test_an_order_and_a_recheck_name_problems_and_deadlines(
    case: tuple[Client, str],
) -> None:
    client, number = case
    found = texts(client.get(f"{DOCKET}/{number}/documents/order.docx"))
    assert "责改1号" in found
    assert "2026年12月5日" in found
    assert "物业管理条例" in found
    again = texts(client.get(f"{DOCKET}/{number}/documents/recheck.docx"))
    assert again.count("未完成") == 2
    course = texts(client.get(f"{DOCKET}/{number}/documents/case.docx"))
    assert course.index("列入台账") < course.index("责改1号")
    exit_ = client.get(f"{DOCKET}/{number}/documents/exit.docx")
    assert (exit_.status_code, exit_.json["code"]) == (409, "docket.no_exit")
    assert client.get(f"{DOCKET}/2026-12-X/documents/order.docx").status_code == 404


def test_a_case_without_an_order_has_no_order_paper(city: City) -> None:
    client = city.client("planner")
    number = select(client).json["opened"][0]
    assert client.get(f"{DOCKET}/{number}/documents/order.docx").status_code == 404
    assert (
        city.client("planner", "other")
        .get(f"{DOCKET}/documents/docket.docx")
        .status_code
        == 200
    )
    other = city.client("planner", "other").get(
        f"{DOCKET}/{number}/documents/case.docx"
    )
    assert other.status_code == 404
    assert date(2026, 12, 1).isoformat() in texts(
        client.get(f"{DOCKET}/{number}/documents/case.docx")
    )
