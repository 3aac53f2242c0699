"""The bureau's docket day by day: results come out, time goes on, nothing contradicts.

The daily run is made by the worker and by `inspector daily`; asked again on the same
day it changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from docket_sound import contradictions, told_wrong
from service_city import City
from service_docket import BASE, act, ok, take
from service_month import assigned_of, begin

from api.docket import cases as docket
from api.docket import daily as docket_day
from api.field import publication
from api.jobs import daily
from api.jobs.worker import Worker
from api.months import steps
from inspector.docket.cases import CaseFile
from inspector.docket.homes import ordered_in
from inspector.docket.moves import (
    CaseOpened,
    LookBackDrawn,
    Problem,
    ProblemsFound,
    Reopened,
)
from inspector.domain import CaseState
from inspector.month.assigned import Result
from inspector.month.demonstration import results
from inspector.month.documents import entry
from inspector.month.reported import report_of
from inspector.workdays import local_day

PUBLIC = "/api/v1/public/wuzhou/docket"
DAYS, MANY = 30, 150


def publish(city: City, month: str, result: Result) -> None:
    with city.desk(write=True) as desk:
        row = steps.find(desk, month)
        steps.advance(desk, row, "publish", entry(result))
        publication.follow(desk, row)


def files_of(city: City) -> dict[str, CaseFile]:
    with city.desk() as desk:
        return {row.number: case for row, case in docket.every_file(desk)}


def run_day(city: City) -> int:
    return sum(made for _, made in daily.run(city.site).values())


def read(city: City, address: str) -> Any:
    return ok(city.client().get(address), 200)


def listed(city: City, **narrowed: str) -> dict[str, Any]:
    more = "".join(f"&{k}={v}" for k, v in narrowed.items())
    return {r["number"]: r for r in read(city, f"{PUBLIC}?limit=500{more}")["items"]}


def seen_from_outside(city: City, files: dict[str, CaseFile]) -> None:
    """Lists, cases and counters of the public say what the files say."""
    public = listed(city) | listed(city, sort="order")
    assert set(public) == set(files)
    for number, case in files.items():
        row = public[number]
        closed = case.state is CaseState.CLOSED
        assert (row["state"] == "closed") == closed == bool(row["closed"])
        assert bool(row["next_step"]) == bool(row["next_who"])
        assert bool(row["next_step"]) == (not closed)
        if closed:
            assert row["found"] == row["solved"]
            assert not row["deadline"]
    (counted,) = read(city, f"{PUBLIC}/counters")["items"]
    mine = [c for c in files.values() if not c.apart]
    assert counted["found"] == sum(len(c.problems) for c in mine)
    assert counted["found"] - counted["solved"] == sum(len(c.unsolved) for c in mine)


@pytest.mark.parametrize("days", [DAYS, pytest.param(MANY, marks=pytest.mark.full)])
def test_every_case_of_a_bureau_on_every_day(city: City, days: int) -> None:
    month = begin(city, "assign")
    assigned = assigned_of(city, month)
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    coming = sorted(results(assigned), key=lambda r: r.published_at)
    ok(take(city.client("planner"), "adoption"))
    out: list[Result] = []
    day, made = date(2026, 12, 9), 0
    for k in range(days):
        today = day + timedelta(k)
        city.clock.to(f"{today}T08:00:00+00:00")
        made += run_day(city)
        assert k % 10 or run_day(city) == 0
        while coming and (local_day(coming[0].published_at) <= today):
            publish(city, month, coming[0])
            out.append(coming.pop(0))
        files = files_of(city)
        with city.desk() as desk:
            rules = docket.rules(desk)
        for case in files.values():
            assert contradictions(case, today, rules) == [], case.id
        assigned = assigned_of(city, month)
        for r in out if k % 15 == 0 else ():
            report = report_of(assigned, visits[r.visit], r)
            held = ordered_in(files.values(), report)
            assert told_wrong(r.outcome, len(r.findings), held) == [], r.visit
        if k % 15 == 0:
            seen_from_outside(city, files)
    assert not coming or days < MANY
    assert made
    assert any(c.apart for c in files.values())
    assert {e.actor for e in city.events("docket_deadline_missed")} == {
        "system:calendar"
    }
    row = next(c for c in files.values() if c.apart and c.unsolved)
    told = read(city, f"{PUBLIC}/cases/{row.id}")
    assert told["reasons"][0]["zh"].endswith("检查结果责令整改")
    assert told["sort"] == "order"


def test_a_published_result_shows_its_order_and_what_came_of_it(city: City) -> None:
    month = begin(city, "assign")
    assigned = assigned_of(city, month)
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    for one in ("ordered", "pending"):
        found = [r for r in results(assigned) if r.outcome == one]
        if not found:
            continue
        city.clock.to("2027-01-05T08:00:00+00:00")
        publish(city, month, found[0])
        where = f"/api/v1/public/wuzhou/months/{month}/results/{found[0].visit}"
        told = read(city, where)["rectify_order"]
        firm = one == "ordered"
        assert told["number"].startswith("责改" if firm else "督办")
        assert told["day"] == local_day(found[0].published_at).isoformat()
        assert told["day"] <= told["first"] <= told["last"]
        assert (told["found"], told["solved"]) == (len(found[0].findings), 0)
        page = city.client().get(f"/wuzhou/results/{month}/{found[0].visit}")
        assert told["number"] in page.text
        client = city.client("planner")
        case = ok(client.get(f"{BASE}/{told['case']}"), 200)
        numbers = [p["number"] for p in case["problems"]]
        ok(act(client, told["case"], "solved", problems=numbers, number="证1"))
        told = read(city, where)["rectify_order"]
        assert told["solved"] == told["found"]
        if case["sort"] == "order":
            closed = listed(city, sort="order")[told["case"]]
            assert closed["state"] == "closed"
        assert visits
    clean = next(r for r in results(assigned) if r.outcome == "no_problem")
    publish(city, month, clean)
    where = f"/api/v1/public/wuzhou/months/{month}/results/{clean.visit}"
    assert read(city, where)["rectify_order"] is None


def test_what_people_must_do_is_listed_by_its_day(city: City) -> None:
    client = city.client("planner")
    ok(take(client, "adoption"))
    rows = ok(client.get(f"{BASE}?todo=true&limit=500"), 200)["items"]
    assert rows
    days = [r["next_by"] for r in rows]
    assert days == sorted(days)
    assert all(r["next_step"] and r["next_who"] for r in rows)
    public = listed(city)
    for r in rows:
        case = ok(client.get(f"{BASE}/{r['number']}"), 200)
        first = case["next_steps"][0]
        assert first["next_by"] == r["next_by"]
        assert first["next_step"] == r["next_step"]
        # Of a visit that lies ahead the public learns no day, of a look-back nothing.
        mine = public[r["number"]]
        if r["next_step"] in ("start", "visit", "recheck", "acceptance"):
            assert not mine["next_by"]
        if r["next_step"].startswith("look_back"):
            assert not mine["next_step"]


def test_a_bad_look_back_told_by_hand_opens_the_case_again(city: City) -> None:
    client = city.client("planner")
    ok(take(client, "adoption"))
    rows = ok(client.get(f"{BASE}?state=closed"), 200)["items"]
    number = rows[0]["number"]
    case = ok(
        act(client, number, "visits", visit="lookback", passed=False, number="回1")
    )
    assert case["state"] == "rectifying"
    kinds = [m["move"] for m in case["timeline"]]
    assert kinds[-2:] == ["visited", "reopened"]
    assert number not in listed(city, state="closed")
    other = rows[1]["number"]
    found = [{"item": "G1-01", "severity": "redline"}]
    case = ok(act(client, other, "problems", problems=found, number="举1"))
    kinds = [m["move"] for m in case["timeline"]]
    assert kinds[-2:] == ["reopened", "problems_found"]
    assert case["next_steps"][0]["next_step"] == "order"


def test_a_closed_case_is_not_opened_by_hand_beside_an_open_one(city: City) -> None:
    client = city.client("planner")
    ok(take(client, "adoption"))
    rows = ok(client.get(f"{BASE}?state=closed"), 200)["items"]
    one, other = (r["number"] for r in rows[:2])
    with city.desk(write=True) as desk:
        for number in (one, other):
            case = docket.find(desk, number)
            where = case.compound, case.company, case.street
            opened = CaseOpened(desk.today, f"2026-12-{case.compound}", *where, ())
            docket.settle(desk, [docket.begin(desk, opened, "列入")])
    case = ok(act(client, one, "visits", visit="lookback", passed=False, number="回1"))
    assert (case["state"], case["timeline"][-1]["move"]) == ("closed", "visited")
    found = [{"item": "G1-01", "severity": "redline"}]
    for answer in (
        act(client, other, "reopening"),
        act(client, other, "problems", problems=found, number="举1"),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "docket.beside")
        assert answer.json["params"]["case"].startswith("2026-12-")
    beside = answer.json["params"]["case"]
    ok(act(client, beside, "problems", problems=found, number="举1"))


def test_an_older_docket_is_put_right_by_the_calendar(city: City) -> None:
    """A closed case with a problem, as services before this one could leave it."""
    ok(take(city.client("planner"), "adoption"))
    with city.desk(write=True) as desk:
        number, case = next(
            (n, c)
            for n, c in docket.all_cases(desk).items()
            if c.state is CaseState.CLOSED
        )
        problem = Problem(1, "G1-01", "redline", desk.today, case.company, "V")
        found = ProblemsFound(desk.today, (problem,))
        docket.append(desk, docket.find(desk, number), case, [found], "旧")
    assert run_day(city) >= 1
    case = files_of(city)[number]
    assert isinstance(case.moves[-1], Reopened)
    assert number not in listed(city, state="closed")
    assert run_day(city) == 0


@pytest.mark.both_databases
def test_the_day_is_run_once_per_bureau_and_day_by_whatever_worker(city: City) -> None:
    ok(take(city.client("planner"), "adoption"))
    one, two = Worker(city.site), Worker(city.site)
    one.day()
    before = len(city.events("docket_day"))
    one.day()
    two.day()
    assert len(city.events("docket_day")) == before
    assert set(one.days) == set(two.days)
    assert docket_day.run in daily.HOOKS


def test_whether_a_look_back_was_drawn_stands_in_no_column(city: City) -> None:
    ok(take(city.client("planner"), "adoption"))
    with city.desk(write=True) as desk:
        due = [
            (n, c) for n, c in docket.all_cases(desk).items() if c.look_back == "due"
        ]
        number, case = due[0]
        row = docket.find(desk, number)
        before = row.step, row.step_by
        drawn = LookBackDrawn(desk.today, "2026-12", "00", True)
        docket.append(desk, row, case, [drawn], "抽")
        assert (row.step, row.step_by) == before
