"""整改台账 over HTTP: selection, moves, registries, the public."""

from __future__ import annotations

import json
from typing import Any

from service_city import City, Client
from service_docket import BASE, MONTH, WHY, act, course, ok, select, take
from service_http import upload as packed
from service_month import begin

from api.docket import cases as docket
from api.months import steps
from api.registry import entries
from api.store import moves
from inspector.docket.cases import to_case
from inspector.domain import CaseState
from inspector.words import word

PUBLIC = "/api/v1/public/wuzhou/docket"
TRIALS = "/api/v1/bureau/trials"


def selected(city: City) -> tuple[Client, str]:
    """A planner, and the number of a fresh case."""
    client = city.client("planner")
    opened = ok(select(client))["opened"]
    return client, opened[0]


def test_a_dry_run_names_everybody_with_reasons_and_changes_nothing(
    city: City,
) -> None:
    client = city.client("planner")
    compound = "C0002"
    body: dict[str, Any] = {
        "month": MONTH,
        "complaints": [{"compound": compound, "count": 300}],
        "nominations": [
            {
                "compound": compound,
                "street": "S01",
                "number": "街函1",
                "date": "2026-11-02",
            }
        ],
    }
    found = ok(
        client.post(TRIALS, json={"kind": "docket_selection", **body, **WHY}), 200
    )
    entry = next(e for e in found["fresh"] if e["compound"] == compound)
    assert [r["code"] for r in entry["reasons"]] == ["tail", "peak", "street"]
    assert entry["reasons"][1]["zh"] == "投诉高峰：3 个月 300 件，2376 户"
    assert ok(client.get(BASE), 200)["items"] == []
    assert not city.events("docket_case_opened")


def test_every_wrong_name_of_a_selection_is_told(city: City) -> None:
    body = {
        "nominations": [
            {"compound": "C9", "street": "S01", "number": "1", "date": "2026-11-02"}
        ],
        "vetoes": [
            {"compound": "C0001", "code": "x", "number": "1", "date": "2026-11-02"}
        ],
    }
    answer = select(city.client("planner"), **body)
    assert answer.status_code == 422
    codes = {f["code"] for f in answer.json["faults"]}
    assert codes == {"docket.unknown_compound", "docket.unknown_veto"}


def test_a_selection_opens_the_cases_the_freeze_would_and_runs_once(
    city: City,
) -> None:
    client, _ = selected(city)
    with city.desk() as desk:
        rows = {c.id: c for c in entries.scenario(desk).registry.docket}
        cases = docket.all_cases(desk)
    opened = {n for n in cases if n.startswith("2026-12-")}
    month = begin(city, "freeze")
    with city.desk() as desk:
        frozen = steps.load(desk, steps.find(desk, month)).frozen
    assert frozen is not None
    fresh = {c.id: c for c in frozen.intake.cases} | {}
    assert opened == {n for n in fresh if n.startswith("2026-12-")}
    for number in opened:
        assert rows[number] == fresh[number] == to_case(cases[number])
    again = ok(select(client))
    assert (again["opened"], again["changed"]) == ([], [])


def test_a_compound_selected_again_gets_the_new_reason_in_its_open_case(
    city: City,
) -> None:
    client, number = selected(city)
    compound = number.removeprefix("2026-12-")
    veto = {
        "compound": compound,
        "code": "funds",
        "number": "审1",
        "date": "2026-11-01",
    }
    again = ok(select(client, vetoes=[veto]))
    assert again["changed"] == [number]
    case = ok(client.get(f"{BASE}/{number}"), 200)
    assert [r["code"] for r in case["reasons"]] == ["tail", "veto"]
    assert case["open_rungs"] == ["red"]


def test_old_cases_go_on_as_they_stand(city: City) -> None:
    with city.desk() as desk:
        before = entries.scenario(desk).registry.docket
    client = city.client("planner")
    done = ok(take(client, "adoption"))
    assert done["opened"] == [c.id for c in before]
    with city.desk() as desk:
        assert entries.scenario(desk).registry.docket == before
        cases = docket.all_cases(desk)
    assert tuple(to_case(c) for c in cases.values()) == before
    assert ok(take(client, "adoption"))["opened"] == []


def test_a_case_from_problem_to_order_measure_and_extension(city: City) -> None:
    client, number = selected(city)
    found = [{"item": "G1-01", "severity": "minor"}, {"item": "G1-04"}]
    ok(act(client, number, "problems", problems=found, number="检1"))
    ok(act(client, number, "responsible", unit="某街道", office="street_head"))
    ok(
        act(
            client,
            number,
            "measure",
            measure="listed",
            level="city",
            unit="市住建局",
            number="督1",
        )
    )
    case = ok(act(client, number, "orders", number="责改1", straight=True))
    assert case["state"] == "rectifying"
    assert [p["deadline"] for p in case["problems"]] == ["2026-12-05"] * 2
    assert case["problems"][0]["text"] == "存在未取得营业执照或未建立法人与信用档案情形"
    assert word("level", case["level"]).zh == "市级"
    refused = act(
        client,
        number,
        "extensions",
        problems=[1],
        until="2026-12-20",
        number="延1",
    )
    assert refused.status_code == 403
    assert ok(client.get(f"{BASE}?overdue=true"), 200)["items"] == []
    head = city.client("head")
    late = act(
        head, number, "extensions", problems=[1], until="2026-12-20", number="延1"
    )
    assert ok(late)["problems"][0]["deadline"] == "2026-12-20"
    moves = course(client, number)
    kinds = [m["move"] for m in moves]
    assert kinds == [
        "case_opened",
        "problems_found",
        "responsible_named",
        "measure_taken",
        "supervised",  # no company runs it: a letter to the responsible party
        "extended",
    ]
    positions = [m["position"] for m in moves]
    assert positions == sorted(set(positions))
    assert moves[-1]["body"]["approver"].startswith("account:")
    city.clock.to("2026-12-06T08:00:00+00:00")
    late = ok(city.client("planner").get(f"{BASE}?overdue=true"), 200)["items"]
    assert [c["number"] for c in late] == [number]
    events = city.events("docket_supervised")
    assert [e.seq for e in events] == [positions[4]]


def test_the_public_is_told_both_ends_of_an_orders_deadlines(city: City) -> None:
    client, number = selected(city)
    found = [
        {"item": "G1-01", "severity": "minor"},
        {"item": "G3-14", "severity": "redline"},
    ]
    ok(act(client, number, "problems", problems=found, number="查1"))
    ok(act(client, number, "orders", number="责1"))
    ok(act(client, number, "company", company="91450499HC00001634", number="换1"))
    ok(act(client, number, "company", company="", number="换2"))
    told = ok(city.client().get(f"{PUBLIC}/cases/{number}"), 200)
    order, new, none = (m["told"] for m in told["timeline"][-3:])
    case = ok(client.get(f"{BASE}/{number}"), 200)
    days = sorted(p["deadline"] for p in case["problems"])
    assert [t["zh"] for t in order] == ["2 项", f"期限 {days[0]} 至 {days[1]}"]
    assert told["deadline"] == days[0] < days[1]
    assert [t["zh"] for t in (*new, *none)] == ["由新企业承接", "暂无新企业，事项继续"]


def test_an_impossible_move_names_state_and_move(city: City) -> None:
    client, number = selected(city)
    answer = act(client, number, "closing", number="销1")
    assert answer.status_code == 409
    assert answer.json["code"] == "docket.move"
    assert answer.json["params"] == {"state": "waiting", "move": "closed"}
    assert answer.json["zh"] == "台账事项处于“待启动”，不能进行“销号”"
    future = act(client, number, "problems", problems=[{"item": "G1-01"}], number="1")
    assert future.status_code == 201
    future = act(
        client,
        number,
        "solved",
        problems=[1],
        day="2099-01-01",
    )
    assert future.status_code == 422
    assert act(client, "2026-12-X", "closing", number="1").status_code == 404


def climbed(city: City) -> tuple[Client, str]:
    """A case on whose ladder only the exit is left."""
    client, number = selected(city)
    ok(act(client, number, "problems", problems=[{"item": "G1-01"}], number="检1"))
    ok(act(client, number, "orders", number="责改1", straight=True))
    city.clock.forward(days=20)
    client = city.client("planner")
    for k in range(3):
        ok(
            act(
                client, number, "visits", visit="recheck", passed=False, number=f"复{k}"
            )
        )
    for rung in ("talk", "yellow", "red", "notice"):
        ok(act(client, number, "rung", rung=rung, number=f"{rung}1"))
    return client, number


def test_the_ladder_ends_in_an_exit_proposal_by_the_head(city: City) -> None:
    client, number = climbed(city)
    assert act(client, number, "rung", rung="exit", number="清1").status_code == 422
    assert act(client, number, "exit", number="清1").status_code == 403
    assert ok(client.get(f"{BASE}/{number}"), 200)["exit"] is None
    case = ok(act(city.client("head"), number, "exit", number="清1"))
    pack = case["exit"]
    assert len(pack["facts"]) == 2 + 3 + 5
    assert pack["facts"][-1]["zh"] == "清退建议：测试"
    recorded = {m["position"] for m in case["timeline"]}
    assert {f["position"] for f in pack["facts"]} <= recorded
    assert client.get(f"{BASE}/{number}").json["exit"] == pack


def test_a_rung_that_is_not_open_is_refused(city: City) -> None:
    client, number = selected(city)
    answer = act(client, number, "rung", rung="talk", number="约1")
    assert (answer.status_code, answer.json["code"]) == (409, "docket.rung")


def test_a_new_company_ends_a_case_without_problems_also_in_the_registries(
    city: City,
) -> None:
    client, number = selected(city)
    case = ok(
        act(client, number, "company", company="91450499HC0000016J", number="备1")
    )
    assert case["state"] == "closed"
    with city.desk() as desk:
        rows = {c.id: c for c in entries.scenario(desk).registry.docket}
    assert rows[number].state is CaseState.CLOSED


def test_acceptance_by_four_parties_and_closing(city: City) -> None:
    client = city.client("planner")
    ok(take(client, "adoption"))
    query = f"{BASE}?state=accepting"
    (first, *_) = ok(client.get(query), 200)["items"]
    number = first["number"]
    ok(act(client, number, "visits", visit="acceptance", number="验收1"))
    for party in ("housing", "street", "community"):
        ok(act(client, number, "verdicts", party=party, passed=True, number="验1"))
    missing = act(client, number, "closing", number="销1")
    assert missing.json["params"] == {"parties": "owners"}
    ok(act(client, number, "verdicts", party="owners", passed=True, number="验1"))
    case = ok(act(client, number, "closing", number="销1"))
    assert case["look_back"] == "due"
    assert case["next"] == ["2026-12-20", "2027-01-19"]
    listed = ok(city.client().get(f"{PUBLIC}?compound={case['compound']}"), 200)
    public = next(c for c in listed["items"] if c["number"] == number)
    assert public["state"] == "closed"
    ok(act(client, number, "reopening"))


def test_the_public_sees_reason_measure_deadline_state_and_no_person(
    city: City,
) -> None:
    client, number = selected(city)
    ok(act(client, number, "problems", problems=[{"item": "G1-01"}], number="检1"))
    ok(act(client, number, "orders", number="责改1"))
    ok(act(client, number, "responsible", unit="某街道", office="street_head"))
    public = city.client()
    page = ok(public.get(f"{PUBLIC}?limit=500"), 200)
    row = next(c for c in page["items"] if c["number"] == number)
    assert row["deadline"] == "2026-12-05"
    assert row["reasons"][0]["zh"].startswith("考评倒排第 ")
    assert (row["found"], row["solved"]) == (1, 0)
    text = json.dumps(page, ensure_ascii=False)
    assert "account:" not in text
    assert "street_head" not in text
    assert set(row) & {"next", "look_back", "unit", "office", "by"} == set()
    tag = public.get(PUBLIC).headers["ETag"]
    ok(act(client, number, "solved", problems=[1]))
    assert (
        public.get(PUBLIC, headers={"If-None-Match": tag}).status_code == 200
    )  # something was published since
    counts = ok(public.get(f"{PUBLIC}/counters"), 200)["items"]
    assert counts == [{"key": "", "name": "", "found": 1, "solved": 1, "percent": 100}]
    by = ok(client.get(f"{BASE}/counters?by=compound"), 200)["items"]
    assert [c["key"] for c in by] == [row["compound"]]


def test_another_bureau_sees_nothing(city: City) -> None:
    _, number = selected(city)
    other = city.client("planner", "other")
    assert ok(other.get(BASE), 200)["items"] == []
    assert other.get(f"{BASE}/{number}").status_code == 404
    assert ok(city.client().get("/api/v1/public/other/docket"), 200)["items"] == []
    assert city.client("inspector").get(BASE).status_code == 403


def test_what_is_stored_of_a_move_is_not_readable(city: City) -> None:
    client, number = selected(city)
    ok(act(client, number, "problems", problems=[{"item": "G5-22"}], number="检1"))
    with city.desk() as desk:
        case = moves.of(desk, docket.THING, docket.find(desk, number).id)
        assert [(r.body, bool(r.sealed)) for r in case] == [({}, True)] * 2
        assert all(b"G5-22" not in (r.sealed or b"") for r in case)
    bodies = [e.body for e in city.events("docket_problems_found")]
    assert bodies == [{"reason": "测试"}]


def test_the_rules_are_data_of_the_head(city: City) -> None:
    head, planner = city.client("head"), city.client("planner")
    rules = "/api/v1/bureau/rules"
    assert ok(planner.get(f"{rules}/in-force:docket"), 200)["number"] == 0
    asked = {"kind": "docket", **WHY}
    body = {"rules": {"parties": ["housing"], "veto_rung": "x"}, **asked}
    wrong = head.post(rules, json=body)
    assert wrong.status_code == 422
    assert [f["column"] for f in wrong.json["faults"]] == ["veto_rung"]
    body = {"rules": {"parties": ["housing"]}, **asked}
    assert planner.post(rules, json=body).status_code == 403
    done = ok(head.post(rules, json=body))
    assert (done["number"], done["content"]["parties"]) == (1, ["housing"])
    assert ok(planner.get(f"{rules}/in-force:docket"), 200) == done
    on_a_day = planner.get(f"{rules}/in-force:docket?on=2026-11-20")
    assert on_a_day.status_code == 422
    ok(take(planner, "adoption"))
    (first, *_) = ok(planner.get(f"{BASE}?state=accepting"), 200)["items"]
    number = first["number"]
    ok(act(planner, number, "visits", visit="acceptance", number="验收1"))
    ok(act(planner, number, "verdicts", party="housing", passed=True, number="1"))
    ok(act(planner, number, "closing", number="销1"))


def test_the_list_of_the_hotline_makes_a_peak_and_stays_with_the_bureau(
    city: City,
) -> None:
    """A sheet of 12345 calls, imported in Chinese: counted in the months before."""
    planner, compound = city.client("planner"), "C0002"
    rows = [f"H{k:04d},{compound},2026-11-{1 + k % 28:02d},电梯" for k in range(40)]
    data = "\n".join(["工单编号,小区编号,受理日期,诉求类别", *rows]).encode()
    imports = "/api/v1/bureau/registries/imports"
    found = ok(planner.post(imports, **packed({"12345投诉.csv": data})))
    ok(planner.post(f"{imports}/{found['id']}/commit"), 200)
    body = {"kind": "docket_selection", "month": MONTH, **WHY}
    fresh = ok(planner.post(TRIALS, json=body), 200)["fresh"]
    entry = next(e for e in fresh if e["compound"] == compound)
    assert "投诉高峰：3 个月 40 件，2376 户" in [r["zh"] for r in entry["reasons"]]
    wrong = "工单编号,小区编号,受理日期\nH1,C9999,2026-11-01\n".encode()
    refused = planner.post(imports, **packed({"12345投诉.csv": wrong}))
    assert [f["code"] for f in refused.json["faults"]] == ["row.unknown"]
