"""Published inspection results become facts of credit files, and stop being them."""

from __future__ import annotations

from typing import Any

from service_city import City
from service_credit import (
    CREDIT,
    PUBLIC,
    credit_of,
)
from service_field import Crew, team
from sqlalchemy import select

from api.credit import facts as credit
from api.field.duties import field_of
from api.months import steps
from api.store.oversight import CreditFact
from inspector.month.assigned import Result

__all__ = ["team"]  # a fixture


def a_result(city: City, month: str, **changes: Any) -> tuple[Result, str, str]:
    """A result of the first visit of a managed compound; company and compound."""
    with city.desk() as desk:
        route = steps.load(desk, steps.find(desk, month))
    assigned = route.assigned
    assert assigned is not None
    registry = assigned.frozen.registry
    firms = {c.id: c.usc18 for c in registry.compounds}
    visits = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    packages = assigned.sealed.packed.packing.packages
    stops = [(s.visit, p.day) for p in packages for s in p.stops]
    visit, day = min((v, d) for v, d in stops if firms[visits[v]])
    values: dict[str, Any] = {
        "visit": visit,
        "date": day,
        "outcome": "ordered",
        "follow_up": "rectify",
        "score_bp": 9100,
        "findings": ("G1-04", "G5-22"),
        "published_at": f"{day}T09:00:00Z",
    }
    compound = visits[visit]
    return Result(**(values | changes)), firms[compound], compound


def published(city: City, month: str, result: Result) -> list[CreditFact]:
    city.clock.to(f"{result.date}T09:00:00+00:00")
    with city.desk(write=True, role="leader") as desk:
        return credit.result_published(desk, steps.find(desk, month), result)


def test_a_published_result_becomes_credit_facts(team: Crew) -> None:
    city, month = team.city, team.month
    result, firm, compound = a_result(city, month)
    rows = published(city, month, result)
    assert len(rows) == 4  # two findings, for the company and for the compound
    found = credit_of(city, firm)
    assert found["points"] == 8000 - 200 - 500  # 较重, 红线
    assert [f["what"]["code"] for f in found["facts"]] == [
        "visit.major",
        "visit.redline",
    ]
    assert {f["visit"] for f in found["facts"]} == {result.visit}
    assert {f["month_id"] for f in found["facts"]} == {month}
    path = f"{PUBLIC}/credit/compounds/{compound}"
    assert city.client().get(path).json["points"] == 7300
    event = city.events("result_credited")[0]
    assert event.body["facts"] == 4


def test_a_result_published_again_replaces_its_facts(team: Crew) -> None:
    city, month = team.city, team.month
    result, firm, _ = a_result(city, month)
    published(city, month, result)
    corrected, _, _ = a_result(city, month, findings=("G1-04",))
    published(city, month, corrected)
    found = credit_of(city, firm)
    assert (found["points"], len(found["facts"])) == (7800, 1)
    path = f"{CREDIT}/files/company/{firm}"
    facts = city.client("auditor").get(path).json["facts"]
    assert [f["state"] for f in facts].count("rejected") == 2
    with city.desk(write=True) as desk:
        credit.result_withdrawn(desk, month, result.visit)
    assert credit_of(city, firm)["points"] == 8000


def test_a_clean_visit_is_praise_and_nobody_there_is_nothing(team: Crew) -> None:
    city, month = team.city, team.month
    clean, firm, _ = a_result(city, month, outcome="no_problem", findings=())
    published(city, month, clean)
    assert credit_of(city, firm)["points"] == 8100
    gone, _, _ = a_result(city, month, outcome="unreachable", findings=(), score_bp=-1)
    assert published(city, month, gone) == []


def test_a_result_that_the_leader_passes_enters_the_credit_file(team: Crew) -> None:
    """The whole way: two signatures, review, publication, correction withdrawn."""
    city = team.city
    record = team.published(team.problem())
    with city.desk() as desk:
        field = field_of(desk, team.month)
        rows = list(desk.db.scalars(select(CreditFact)))
        compounds = {
            v.id: v.compound for v in field.assigned.sealed.packed.drawn.visits
        }
    assert {r.visit for r in rows} == {team.visit}
    mine = [r for r in rows if r.kind == "compound"]
    assert [r.subject for r in mine] == [compounds[team.visit]]
    assert [r.code for r in mine] == ["visit.minor"]
    path = f"{PUBLIC}/credit/compounds/{mine[0].subject}"
    assert city.client().get(path).json["points"] == 7900
    leader = city.client("leader")
    taken = team.record(leader, record["id"], "withdrawal", reason="误录")
    assert taken.status_code in (200, 201), taken.json
    assert city.client().get(path).json["points"] == 8000
