"""City rows of calls, mediation, joint meetings and studies, through the service."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from service_changes import SOURCE, FirstMorning
from service_city import City

from inspector.month.audit import assigned_violations
from inspector.month.call_transport import free_cars

MATTERS = "/api/v1/bureau/matters"
pytestmark = pytest.mark.one_database


class Office(FirstMorning):
    """Its planner opens matters and moves them."""

    def open(self, kind: str, **values: Any) -> str:
        return str(ok(self.planner.post(MATTERS, json={"kind": kind, **values}))["id"])

    def move(self, matter: str, kind: str, **values: Any) -> Any:
        body = {"kind": kind, **values}
        return self.planner.post(f"{MATTERS}/{matter}/moves", json=body)

    def figures(self) -> Any:
        return self.city.client().get("/api/v1/public/wuzhou/matters").json


def ok(answer: Any, status: int = 201) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.fixture
def office(city: City) -> Office:
    return Office(city)


def call_of(office: Office, day: date, fits: Callable[[int], bool]) -> dict[str, Any]:
    """A call from a district whose free cars that day fit."""
    assigned = office.assigned()
    registry, free = assigned.frozen.registry, free_cars(assigned, day)
    home = next(o for o in registry.offices if fits(free[o.id]))
    streets = {s.code for s in registry.streets if s.district == home.district}
    compound = next(c for c in registry.compounds if c.street in streets)
    return {
        "compound": compound.id,
        "caller": compound.community,
        "topic": "safety",
        "text": "消防通道堵塞（合成）",
        "due": day.isoformat(),
    }


def test_zibo_a_call_is_answered_the_same_day_though_the_districts_only_car_is_out(
    office: Office,
) -> None:
    assigned = office.assigned()
    day = next(
        d
        for d in assigned.frozen.working_days[1:]
        if 0 in free_cars(assigned, d).values()
        and max(free_cars(assigned, d).values()) > 0
    )
    office.at(f"{day}T07:30:00+08:00")
    matter = office.open("whistle", **call_of(office, day, lambda n: n == 0))
    about = {"month_id": office.month, "document": "吹哨1号", "due": str(day)}
    made = ok(office.move(matter, "call", day=str(day), minutes=60, **about))
    assert made["state"] == "visit"
    (call,) = office.planner.get(f"{office.base}/changes").json["calls"]
    after = office.assigned()
    (told,) = after.calls
    homes = {o.id: o.district for o in after.frozen.registry.offices}
    assert homes[call["office"]] != told.visit.district
    assert call["taxi"] is False
    assert assigned_violations(after) == ()
    steps_ = office.planner.get(f"{MATTERS}/{matter}").json["steps"]
    assert steps_[-1]["visit"] == f"2026-12/{told.visit.id}"
    assert office.figures()["whistles_visited"] == 1


def test_a_call_that_no_car_and_no_taxi_can_make_is_refused_and_stays_open(
    office: Office,
) -> None:
    frozen, packed = (a := office.assigned()).frozen, a.sealed.packed
    day = max(p.day for p in packed.packing.packages)
    gone = [
        {"kind": "cars_gone", "office": o, "days": [str(day)], "count": n}
        for o, n in Counter(c.office for c in frozen.registry.cars).items()
    ]
    body = {"changes": gone, "reason": "修车", "entropy": [SOURCE]}
    ok(office.post("changes", {"kind": "amend", **body}))
    office.drawn()
    matter = office.open("whistle", **call_of(office, day, lambda n: n == 0))
    about = {"month_id": office.month, "document": "吹哨1号", "due": str(day)}
    refused = office.move(matter, "call", day=str(day), minutes=60, **about)
    assert refused.status_code == 409
    assert refused.json["code"] == "change.no_car"
    assert office.planner.get(f"{MATTERS}/{matter}").json["state"] == "received"


def test_kunming_a_dispute_is_mediated_on_three_levels_and_ends_in_the_joint_meeting(
    office: Office,
) -> None:
    day = office.assigned().frozen.working_days[0]
    about = call_of(office, day, lambda n: n >= 0) | {"topic": "dispute"}
    matter = office.open("whistle", **about | {"due": "2026-12-04"})
    for k, to in enumerate(("community", "street", "district", "joint"), 1):
        step = {"to": to, "document": f"调{k}号", "due": "2026-12-30"}
        ok(office.move(matter, "refer", **step))
    agenda = [{"text": "漏水赔偿", "matter": matter}]
    meeting = office.open(
        *("meeting",), title="联席会", day="2026-12-01", units=["住建局"], agenda=agenda
    )
    decided = [{"text": "限期维修", "unit": "街道", "due": "2026-12-10"}]
    ok(office.move(meeting, "minutes", document="联席1号", decisions=decided))
    ok(office.move(matter, "refer", to="settled", document="联席1号"))
    ok(office.move(meeting, "followed", decision=1, document="街复1号"))
    told = office.figures()
    by_level = {m["level"]: m["settled"] for m in told["mediated"]}
    assert by_level == {"community": 0, "street": 0, "district": 0, "joint": 1}
    assert (told["disputes"], told["decisions_followed"]) == (1, 1)


def test_wuzhou_the_joint_meeting_has_its_monthly_report(office: Office) -> None:
    day = office.assigned().frozen.working_days[0]
    about = call_of(office, day, lambda n: n >= 0)
    office.open("whistle", **about | {"due": "2026-12-04"})
    meeting = office.open(
        "meeting",
        title="十二月联席会",
        day="2026-12-01",
        units=["住建局", "市场监管局"],
        agenda=[{"text": "公共收益公示"}],
    )
    decided = [
        {"text": "公示账目", "unit": "住建局", "due": "2026-12-03"},
        {"text": "明码标价", "unit": "市场监管局", "due": "2026-12-20"},
    ]
    ok(office.move(meeting, "minutes", document="联席1号", decisions=decided))
    ok(office.move(meeting, "followed", decision=2, document="市监复1号"))
    office.at("2026-12-07T09:00:00+08:00")
    for ending in ("docx", "xlsx"):
        answer = office.planner.get(f"{office.base}/documents/joint-meeting.{ending}")
        assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["总体情况", "会议", "议定事项", "吹哨与调解", "蹲点调研"]
    rows = list(book["议定事项"].iter_rows(min_row=3, values_only=True))
    assert [(r[2], r[3], r[5]) for r in rows] == [
        ("公示账目", "住建局", "逾期未落实"),
        ("明码标价", "市场监管局", "已落实"),
    ]
    (call,) = book["吹哨与调解"].iter_rows(min_row=3, values_only=True)
    assert call[-1] == "逾期"
    assert about["text"] not in str(list(book["吹哨与调解"].values))
    names = office.city.client("inspector").get(f"{office.base}/documents").json
    assert "joint-meeting.xlsx" not in str(names)


def test_weifang_a_study_comes_into_the_plan_and_is_reported(office: Office) -> None:
    assigned = office.assigned()
    pool = assigned.frozen.registry.assistants
    expert, lawyer = (next(a.id for a in pool if a.kind == k) for k in KINDS)
    compound = assigned.sealed.packed.drawn.visits[0].compound
    day = assigned.frozen.working_days[-3]
    study = office.open(
        "study",
        compound=compound,
        day=str(day),
        theme="收费争议",
        members=[expert, lawyer],
    )
    early = office.move(study, "place", month_id=office.month)
    assert early.json["code"] == "study.visits"
    planned = {"kind": "study_planned", "compound": compound, "first": str(day)}
    body = {"changes": [planned], "reason": "蹲点调研", "entropy": [SOURCE]}
    ok(office.post("changes", {"kind": "amend", **body}))
    office.drawn()
    placed = ok(office.move(study, "place", month_id=office.month))
    assert placed["state"] == "placed"
    after = office.assigned()
    assert assigned_violations(after) == ()
    mine = set(office.planner.get(f"{MATTERS}/{study}").json["visits"])
    (package,) = (
        p
        for p in after.sealed.packed.packing.packages
        if mine & {s.visit for s in p.stops}
    )
    assert ({s.visit for s in package.stops}, package.day) == (mine, day)
    office.at(f"{day}T20:00:00+08:00")
    causes = [{"cause": "合同未约定", "measure": "补充协议"}]
    done = ok(office.move(study, "report", document="调研1号", findings=causes))
    assert done["state"] == "reported"
    assert office.figures()["studies_reported"] == 1


KINDS = ("expert", "lawyer")
