"""What a freeze of the service stands on: every log of the bureau, or none."""

from __future__ import annotations

import pytest
from service_city import City
from service_month import begin
from service_planner import MONTHS, RULES, Planner, code, policy_text
from service_public import made_results
from test_docket_months import publish
from test_two_months import opened_after

from api.docket import cases as docket
from api.months import basis, standing, steps
from api.replayed import Stages
from api.shelf import Shelves
from inspector.codec import read
from inspector.domain import VisitKind
from inspector.errors import Faults
from inspector.month.assigned import Result
from inspector.month.documents import FORM

pytestmark = pytest.mark.one_database


@pytest.fixture
def pair(city: City) -> tuple[City, Planner, Planner]:
    """December after its lottery, January new beside it."""
    december = Planner(city, begin(city, "assign"))
    city.clock.to("2026-12-15T02:00:00+00:00")
    return city, december, opened_after(december)


def results_of(city: City, month: str, count: int) -> list[Result]:
    bodies = made_results(city, month)[:count]
    return [read(Result, body, "publish", FORM) for body in bodies]


def test_each_published_result_is_in_the_next_freeze_at_once(
    pair: tuple[City, Planner, Planner],
) -> None:
    city, december, january = pair
    for count, result in enumerate(results_of(city, december.month, 6), 1):
        city.clock.to(result.published_at.replace("Z", "+00:00"))
        publish(city, december.month, result)
        with city.desk() as desk:
            seen = basis.scenario(desk, steps.find(desk, january.month)).registry
        (log,) = seen.logs
        rows = [h for h in seen.history if h.log == log.origin]
        assert len({(h.compound, h.date) for h in rows}) <= count
        assert (log.open, bool(rows)) == (True, True)
        with city.desk() as desk:
            here = docket.all_cases(desk)
        shown = {c.id: c for c in seen.docket}
        assert all(shown[n].last_visit == c.last_visit for n, c in here.items())
        kinds = {VisitKind.REMEDIATION, VisitKind.RECHECK}
        assert {a.kind for a in seen.assumed} <= kinds | set(VisitKind)
    with city.desk(write=True) as desk:
        written = basis.scenario(desk, steps.find(desk, january.month)).registry
    assert written == seen  # what is kept for readers is what a freeze would take


def test_a_month_that_goes_on_elsewhere_stops_a_freeze_and_is_named(
    pair: tuple[City, Planner, Planner],
) -> None:
    city, december, january = pair
    with city.desk(write=True) as desk:
        steps.find(desk, december.month).away = True
    refused = january.post("freeze", {})
    assert code(refused) == (422, "input.faults")
    (fault,) = refused.json["faults"]
    assert fault["code"] == "logs.away"
    assert december.month in fault["en"] and "2026-12" in fault["zh"]
    missing = january.get(january.base).json["missing"]
    assert missing == [{**missing[0], "code": "month.faults", "params": {"count": 1}}]


def test_a_month_whose_steps_are_damaged_stops_a_freeze_and_is_named(
    pair: tuple[City, Planner, Planner], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, december, _ = pair
    city.site.stages, city.site.shelves = Stages(), Shelves()  # nothing is kept
    monkeypatch.setattr(steps, "opened", lambda *_: {"at": "x"})
    with city.desk() as desk, pytest.raises(Faults) as refused:
        standing.logs(desk)
    assert [f.code for f in refused.value.faults] == ["logs.damaged"]
    assert december.month in str(refused.value)


def test_a_cancelled_draw_lists_its_log_and_opens_no_case(
    city: City,
) -> None:
    december = Planner(city, begin(city, "freeze"))
    with city.desk() as desk:
        fresh = {c.id for c in standing.present(desk).registry.docket}
        frozen = steps.load(desk, steps.find(desk, december.month)).frozen
        assert frozen is not None
        base = {c.id for c in frozen.registry.docket}
        assert docket.all_cases(desk) == {}
    assert fresh - base
    january = opened_after(december)
    city.clock.to("2026-11-21T02:00:00+00:00")
    december.do("cancel_draw", {"reason": "名录有误"})
    with city.desk() as desk:
        month = steps.find(desk, january.month)
        seen = basis.scenario(desk, month).registry
    (log,) = seen.logs
    assert (log.open, log.size) == (False, 2)
    assert {c.id for c in seen.docket} == base
    assert seen.assumed == seen.owed == ()


def scoped(city: City, districts: str) -> Planner:
    """December of some districts, frozen."""
    scope = f'[scope]\nmethod = "targeted"\ndistricts = [{districts}]\n\n'
    policy = policy_text().replace("[draw.rates]", f"{scope}[draw.rates]", 1)
    planner = Planner(city)
    body = {"kind": "policy", "text": policy, "reason": "分区抽查"}
    kept = planner.send("planner", "POST", RULES, json=body)
    assert kept.status_code == 201, kept.json["faults"]
    made = planner.send("planner", "POST", MONTHS, json={"policy": kept.json["id"]})
    planner.month = made.json["id"]
    planner.do("freeze", {})
    return planner


def test_two_logs_of_one_month_share_no_visit_and_no_file_name(city: City) -> None:
    first = scoped(city, '"万秀"')
    name = first.get(f"{first.base}/documents/bottom.xlsx").headers
    assert "2026-12-bottom.xlsx" in name["Content-Disposition"]
    city.clock.forward(hours=1)
    second = scoped(city, '"长洲", "龙圩"')
    with city.desk() as desk:
        one, two = (
            steps.load(desk, steps.find(desk, p.month)).frozen for p in (first, second)
        )
    assert one is not None and two is not None
    (log,) = two.registry.logs
    assert (log.open, one.registry.logs) == (True, ())
    visited = {v.case for v in one.intake.visits}
    assert visited == {a.case for a in two.registry.assumed}
    assert not visited & {v.case for v in two.intake.visits}
    cases = [c.id for c in two.registry.docket]
    assert len(cases) == len(set(cases))
    for planner in (first, second):
        named = planner.get(f"{planner.base}/documents/bottom.xlsx").headers
        wanted = f"2026-12-{planner.month[:8]}-bottom.xlsx"
        assert wanted in named["Content-Disposition"]


def test_a_row_typed_after_the_first_freeze_is_told_where_it_stands(
    city: City,
) -> None:
    """It could keep anybody out of the draw: the fault names the sheet and the row."""
    december = Planner(city, begin(city, "freeze"))
    january = opened_after(december)
    rows = "/api/v1/bureau/registries/history"
    cells = december.get(rows).json["items"][0]["cells"] | {"date": "2026-11-12"}
    body = {"cells": cells, "reason": "补录"}
    made = december.send("planner", "POST", rows, json=body)
    assert made.status_code == 201, made.json
    refused = january.post("freeze", {})
    assert code(refused) == (422, "input.faults")
    (fault,) = refused.json["faults"]
    assert (fault["code"], fault["file"]) == ("next.word", "history.csv")
    assert f"{cells['compound']} 2026-11-12" in fault["zh"]
