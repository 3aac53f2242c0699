"""A month and the docket: its visits, its close, its look-back draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import service_month
from month_logs import after_close, passed
from service_city import City, Desk
from service_docket import BASE, act, ok, take
from service_month import assigned_of, begin, bodies, step, the_record

from api.docket import cases as docket
from api.field import publication
from api.months import steps
from api.registry import entries
from inspector.docket.cases import to_case
from inspector.docket.entry import Reason, Why
from inspector.docket.moves import CaseAdopted
from inspector.domain import CaseState, VisitKind
from inspector.month.assigned import Result
from inspector.month.demonstration import results
from inspector.month.documents import entry
from inspector.months import month_span


@pytest.fixture
def published(city: City) -> tuple[City, str]:
    """A month with all results published."""
    month = begin(city, "assign")
    with city.desk(write=True) as desk:
        row = steps.find(desk, month)
        assigned = steps.load(desk, row).assigned
        assert assigned is not None
        for r in results(assigned):
            steps.advance(desk, row, "publish", entry(r))
    city.clock.to("2027-01-05T08:00:00+00:00")
    return city, month


def visited_cases(desk: Desk, month: str) -> list[str]:
    """The cases whose docket visits of the month have a graded result that moves them:
    those of the docket, no order of a random result."""
    assigned = steps.load(desk, steps.find(desk, month)).assigned
    assert assigned is not None
    case_of = {v.compound: v.case for v in assigned.frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    made = (visits[r.visit] for r in assigned.results if r.score_bp >= 0)
    return sorted({case_of[v.compound] for v in made if v.compound in case_of})


def test_the_visits_of_a_month_move_the_cases_as_the_months_own_docket_says(
    published: tuple[City, str],
) -> None:
    city, month = published
    client = city.client("planner")
    done = ok(take(client, "visits", month_id=month))
    assert done["refused"] == []
    docketed = [n for n in done["changed"] if not n.endswith("-ZG")]
    with city.desk() as desk:
        assert docketed == visited_cases(desk, month)
    assert len(docketed) > 5
    with city.desk() as desk:
        assigned = steps.load(desk, steps.find(desk, month)).assigned
        assert assigned is not None
        good = passed(assigned)
        acceptances = {
            c.id for c in assigned.frozen.intake.cases if c.state is CaseState.ACCEPTING
        }
        told = {**good, **dict.fromkeys(acceptances, False)}
        registry, _ = after_close(assigned, told)
        cases = docket.all_cases(desk)
    ended = month_span("2026-12")[1]
    theirs = {c.id: c for c in registry.docket}
    assert set(cases) <= set(theirs)
    waited = 0
    for number, case in cases.items():
        ours, plain = to_case(case, ended), theirs[number]
        if case.state is CaseState.RECTIFYING and case.orders:
            # The re-check waits for the deadline of the order that the result made.
            assert ours.next_last is not None
            assert plain.next_last is not None
            assert ours.next_last >= plain.next_last
            waited += ours != plain
            ours = replace(ours, next_first=None, next_last=None)
            plain = replace(plain, next_first=None, next_last=None)
        assert ours == plain
    assert waited
    again = ok(take(client, "visits", month_id=month))
    assert again == {"opened": [], "changed": [], "refused": []}
    counts = ok(client.get(f"{BASE}/counters"), 200)["items"]
    assert counts[0]["found"] > 0


def test_a_published_result_moves_its_case_at_once(city: City) -> None:
    """In the publication's own transaction; a visit that does not fit stops nothing."""
    month = begin(city, "assign")
    city.clock.to("2027-01-05T08:00:00+00:00")
    assigned = assigned_of(city, month)
    case_of = {v.compound: v.case for v in assigned.frozen.intake.visits}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    owed = [r for r in results(assigned) if visits[r.visit].compound in case_of]
    first = next(r for r in owed if r.score_bp >= 0)
    publish(city, month, first)
    case = case_of[visits[first.visit].compound]
    with city.desk() as desk:
        (made,) = docket.all_cases(desk).values()
        rows = {c.id: c for c in entries.scenario(desk).registry.docket}
    assert (made.id, made.last_visit) == (case, first.date)
    assert to_case(made, date(2026, 12, 31)) == rows[case]
    assert [e.body["changed"] for e in city.events("docket_visits_taken")] == []
    ok(take(city.client("planner"), "adoption"))
    with city.desk() as desk:
        here = set(docket.all_cases(desk)) - {case}
    graded = (r for r in owed if r.score_bp >= 0)
    other = next(r for r in graded if case_of[visits[r.visit].compound] in here)
    number = case_of[visits[other.visit].compound]
    company = "91450499HC0000665N"
    moved = act(
        city.client("planner"), number, "company", company=company, number="备1"
    )
    assert ok(moved)["state"] == "closed"
    publish(city, month, other)
    (event,) = city.events("docket_visit_refused")
    assert (event.body["case"], event.body["visit"]) == (number, other.visit)


def publish(city: City, month: str, result: Result) -> None:
    with city.desk(write=True) as desk:
        row = steps.find(desk, month)
        steps.advance(desk, row, "publish", entry(result))
        publication.follow(desk, row)


def nine_closed(city: City) -> None:
    """Nine closed cases whose look-back is due in December."""
    window = (date(2026, 12, 5), date(2026, 12, 30))
    with city.desk(write=True) as desk:
        made = [
            docket.begin(
                desk,
                CaseAdopted(
                    desk.today,
                    f"2026-09-C{k:04d}",
                    f"C{k:04d}",
                    "",
                    "S01",
                    (Reason(Why.EARLIER),),
                    CaseState.CLOSED,
                    date(2026, 9, 1),
                    3,
                    date(2026, 11, 1),
                    window,
                ),
                "转入",
            )
            for k in range(1, 10)
        ]
        docket.settle(desk, made)


def test_the_look_back_is_drawn_by_the_seed_of_the_month(city: City) -> None:
    client = city.client("planner")
    nine_closed(city)
    month = begin(city, "freeze")
    early = take(client, "look_back", month_id=month)
    assert (early.status_code, early.json["code"]) == (409, "step.order")
    step(city, month, "draw", bodies(the_record())["draw"])
    took = ok(take(client, "look_back", month_id=month))["cases"]
    with city.desk() as desk:
        cases = docket.all_cases(desk)
        rows = {c.id: c for c in entries.scenario(desk).registry.docket}
    states = [cases[n].look_back for n in took]
    assert states.count("chosen") == -(-len(took) * 3 // 10)
    assert len(took) == 9
    for number in took:
        due = rows[number].next_first is not None
        assert due == (cases[number].look_back == "chosen")
    (event,) = city.events("look_back_sampled")
    assert event.body == {"cases": len(took), "chosen": states.count("chosen")}
    assert ok(take(client, "look_back", month_id=month)) == {"cases": []}


def test_a_planner_who_went_on_is_told_which_visits_no_longer_fit(
    published: tuple[City, str],
) -> None:
    city, month = published
    client = city.client("planner")
    ok(take(client, "adoption"))
    rows = ok(client.get(f"{BASE}?limit=500"), 200)["items"]
    left = {r["number"] for r in rows if r["state"] != "closed"}
    for number in sorted(left):
        company = "91450499HC0000665N"
        ok(act(client, number, "company", company=company, number="备1"))
    done = ok(take(client, "visits", month_id=month))
    with city.desk() as desk:
        visited = set(visited_cases(desk, month))
    # What the visits found is not lost: it opens the closed cases again.
    refused = {r["case"] for r in done["refused"]}
    again = {n for n in done["changed"] if n in left}
    assert refused
    assert refused | again == visited & left
    assert set(done["changed"]) >= visited - left
    rows = ok(client.get(f"{BASE}?limit=500"), 200)["items"]
    assert again
    for row in rows:
        if row["number"] in again:
            assert row["state"] != "closed"
            assert row["deadline"]
    assert "docket.move" in done["refused"][0]["why"]


def test_a_bad_look_back_goes_into_the_case_that_only_a_freeze_knows(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The freeze lists the compound again: what the look-back found is that case's."""
    names, files = ("C0083", "C0120", "C0133"), service_month.scenario_files()
    rows = "".join(
        f"2026-09-{c},{c},closed,2026-09-01,2026-11-01,2026-12-05,2026-12-30\n"
        for c in names
    )
    files["docket.csv"] += rows.encode()
    monkeypatch.setattr(service_month, "scenario_files", lambda: files)
    monkeypatch.setattr(service_month, "_PLAN", {})
    month = begin(city, "assign")
    city.clock.to("2027-01-05T08:00:00+00:00")
    with city.desk() as desk:
        assigned = steps.load(desk, steps.find(desk, month)).assigned
    assert assigned is not None
    listed = {c.id for c in assigned.frozen.intake.cases}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    seen = set()
    for result in results(assigned):
        compound = visits[result.visit].compound
        if compound not in names or result.score_bp < 0:
            continue
        assert visits[result.visit].kinds[-1] is VisitKind.LOOKBACK
        publish(city, month, result)
        with city.desk() as desk:
            cases = docket.all_cases(desk)
            kept = {c.id: c for c in entries.scenario(desk).registry.docket}
        old, name = cases[f"2026-09-{compound}"], f"2026-12-{compound}"
        assert (old.state, old.look_back) == (CaseState.CLOSED, "done")
        assert name in listed
        good = result.outcome == "no_problem"
        assert (name in cases) == (not good)
        if not good:
            assert [p.item for p in cases[name].unsolved] == list(result.findings)
            assert kept[name].state is CaseState.WAITING
        seen.add(good)
    assert False in seen
