"""A month's announcement: at each stage what DESIGN §2 makes public, and no more."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from service_city import City
from service_month import begin, bodies, the_record
from service_public import PUBLIC, closed, plan, running

from api.months import steps
from inspector.ceremony.canon import parse
from inspector.month.seal import exceptions, listed


def shown(city: City, month: str) -> dict[str, Any]:
    answer = city.client().get(f"{PUBLIC}/months/{month}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def advance(city: City, month: str, kind: str, body: dict[str, Any]) -> Any:
    with city.desk(write=True) as desk:
        return steps.advance(desk, steps.find(desk, month), kind, body)


def route(city: City, month: str) -> Any:
    with city.desk() as desk:
        return steps.load(desk, steps.find(desk, month))


def test_a_freeze_announces_counts_chances_and_coming_entropy(city: City) -> None:
    month = begin(city, "freeze")
    a = shown(city, month)
    frozen = route(city, month).frozen
    assert a["month"]["stage"] == "frozen"
    assert a["month"]["demonstration"] is True
    assert a["month"]["commitment"] == frozen.commitment.hex()
    assert a["freeze"]["counts"]["compounds"] == 173
    assert a["freeze"]["counts"]["listed"] == 18
    assert a["freeze"]["excluded"] == dict(Counter(e.reason for e in frozen.exclusions))
    chances = {s["id"]: s["chance"] for s in a["freeze"]["strata"]}
    assert chances == {
        s.id: [s.chance.numerator, s.chance.denominator] for s in frozen.strata
    }
    assert [e["id"] for e in a["entropy"] if e["stage"] == "draw"] == [
        s.id for s in frozen.policy.draw_entropy
    ]
    assert all(e["record"] is None for e in a["entropy"])
    assert (a["draw"], a["plan"], a["results"]) == (None, None, None)


def test_a_draw_announces_grand_and_class_totals_only(city: City) -> None:
    month = begin(city)
    a = shown(city, month)
    drawn = route(city, month).drawn
    assert a["draw"]["total"] == len(drawn.compounds)
    risk = {c.id: c.risk_class.value for c in drawn.frozen.registry.compounds}
    classes = Counter(risk[c] for c in drawn.compounds)
    assert {k: n for k, n in a["draw"]["classes"].items() if n} == dict(classes)
    values = {e["id"]: e["record"]["value"] for e in a["entropy"] if e["record"]}
    assert values == {e.source: e.value for e in the_record().draw}
    text = city.client().get(f"{PUBLIC}/months/{month}").text
    assert not [c for c in drawn.compounds if f'"{c}"' in text]


def test_a_plan_announces_travel_bound_gap_and_what_was_left_out(city: City) -> None:
    public = city.client()
    month = begin(city)
    before = public.get(f"{PUBLIC}/months/{month}").json
    assert before["plan"] is None
    # The answer was kept; a plan changes no document, and yet must show.
    plan(city, month)
    figures = shown(city, month)["plan"]
    packing = route(city, month).packed.packing
    travel, bound = packing.travel_minutes, packing.bound_minutes
    assert (figures["travel_minutes"], figures["bound_minutes"]) == (travel, bound)
    assert figures["gap_bp"] == -(-(travel - bound) * 10_000 // bound)
    assert figures["unplaced"] == len(packing.unplaced)
    assert {name for name, told in figures.items() if told is not None} == {
        "travel_minutes",
        "bound_minutes",
        "gap_bp",
        "unplaced",
        "unplaced_reasons",
    }


@pytest.mark.one_database
def test_a_seal_announces_chances_and_the_number_of_listed_changes(
    city: City,
) -> None:
    month = begin(city, "seal")
    a = shown(city, month)
    sealed = route(city, month).sealed
    table = sealed.packed.table
    figures = a["plan"]
    assert a["month"]["seal_commitment"] == sealed.commitment.hex()
    assert figures["q_star"] == [table.levels[0].value, 1 << 20]
    assert figures["t_star"] == [table.t_star, 1 << 20]
    assert figures["min_chance"] == [table.min_chance, 1 << 40]
    assert figures["max_chance"] == [table.max_chance, 1 << 40]
    assert figures["changes"] == 0
    assert figures["exceptions"] == len(exceptions(sealed.packed))
    assert figures["listed"] == len(listed(sealed.packed))
    assert figures["packages"] == len(sealed.packed.packing.packages)


def test_publication_progress_is_counted(city: City) -> None:
    month, made = running(city, 3)
    results = shown(city, month)["results"]
    assert (results["published"], results["late"], results["carried"]) == (3, 0, 0)
    assert results["results_by"] > "2026-12-31"
    assert len(made) > 3


def test_an_opened_month_says_what_was_carried_over(city: City) -> None:
    month, made = closed(city, 2)
    a = shown(city, month)
    assert a["month"]["stage"] == "closed"
    assert a["closed_at"] == "2027-02-01T08:00:00Z"
    assert a["results"]["published"] == len(made) - 2
    assert a["results"]["carried_reasons"]["car"] == 2
    assert {f["name"] for f in a["files"]} >= {"plan.json", "table.json"}
    page = city.client().get(f"/wuzhou/months/{month}").text
    for compound in route(city, month).drawn.compounds:
        assert f"/wuzhou/compounds/{compound}" in page


def test_a_cancelled_draw_is_announced_and_its_freeze_is_no_longer_shown(
    city: City,
) -> None:
    month = begin(city)
    first = shown(city, month)["month"]["commitment"]
    body = {"at": "2026-11-24T08:00:00Z", "reason": "开奖延期 <b>late</b>"}
    advance(city, month, "cancel_draw", body)
    a = shown(city, month)
    assert a["month"]["stage"] == "cancelled"
    assert (a["freeze"], a["draw"], a["entropy"]) == (None, None, [])
    (gone,) = a["cancelled"]
    given = [leaf["value"] for leaf in gone.pop("leaves")]
    assert given == [e.value for e in the_record().draw]
    assert gone == {"stage": "draw", "attempt": 1, "commitment": first, **body}
    names = {f["name"] for f in a["files"]}
    assert names == {"log.json", "cancelled.json"}
    public = city.client()
    assert public.get(f"{PUBLIC}/compounds").json["items"] == []
    assert public.get(f"{PUBLIC}/months/{month}/lists/bottom").status_code == 404
    page = public.get(f"/wuzhou/months/{month}")
    assert page.status_code == 200
    assert "开奖延期 &lt;b&gt;" in page.text


def test_a_cancelled_seal_takes_its_figures_back(city: City) -> None:
    month = begin(city, "seal")
    body = {"at": "2026-11-25T09:00:00Z", "reason": "掷骰中断"}
    advance(city, month, "cancel_seal", body)
    a = shown(city, month)
    assert a["month"]["stage"] == "packed"
    assert a["month"]["seal_commitment"] == ""
    assert a["plan"]["sealed_at"] is None
    assert {f["name"] for f in a["files"]} == {
        "freeze.json",
        "log.json",
        "cancelled.json",
    }
    assert [c["stage"] for c in a["cancelled"]] == ["lottery"]


@pytest.mark.one_database
def test_logged_changes_of_people_show_reason_and_approver_at_once(
    city: City,
) -> None:
    month = begin(city)
    change = {
        "at": "2026-11-24T01:00:00Z",
        "reason": "借调",
        "approver": "局长",
        "leave": [
            {"inspector": "I003", "first": "2026-12-30", "last": "2026-12-31"},
        ],
        "recusals": [],
    }
    advance(city, month, "people", change)
    told = [{k: change[k] for k in ("at", "reason", "approver")}]
    assert shown(city, month)["people_changes"] == told
    plan(city, month)
    body = bodies(the_record())
    advance(city, month, "approve", body["approve"])
    advance(city, month, "seal", body["seal"])
    a = shown(city, month)
    assert a["people_changes"] == told
    assert a["plan"]["changes"] == 1
    assert "I003" not in city.client().get(f"{PUBLIC}/months/{month}").text


@pytest.mark.one_database
def test_the_ranking_is_the_one_that_decides(city: City) -> None:
    month = begin(city, "freeze")
    public = city.client()
    ranking = route(city, month).frozen.ranking
    rows: list[dict[str, Any]] = []
    path: str | None = f"{PUBLIC}/months/{month}/lists/ranking?limit=100"
    while path:
        answer = public.get(path)
        rows += answer.json["items"]
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].lstrip("<") or None
    assert [(r["compound"], r["score"]) for r in rows] == [
        (r.compound, [r.score.numerator, r.score.denominator]) for r in ranking.order
    ]
    assert [r["listed"] for r in rows].count(True) == ranking.listed
    bottom = public.get(f"{PUBLIC}/months/{month}/lists/bottom").json["items"]
    assert bottom == rows[: ranking.listed]


def test_a_month_of_another_bureau_is_not_there(city: City) -> None:
    month = begin(city, "freeze")
    public = city.client()
    more = ("/bundle", "/bundle?as=zip", "/anchor", "/results/V0001")
    for path in ("", "/lists/ranking", "/lists/bottom", *more):
        theirs = f"/api/v1/public/other/months/{month}{path}"
        assert public.get(theirs).status_code == 404, path
    assert public.get(f"/other/months/{month}").status_code == 404


def test_an_unfrozen_month_is_not_public(city: City) -> None:
    with city.desk(write=True) as desk:
        month = steps.create(desk, "2026-12").id
    assert city.client().get(f"{PUBLIC}/months/{month}").status_code == 404
    assert city.client().get(f"{PUBLIC}/months").json["items"] == []


@pytest.mark.one_database
def test_every_figure_comes_from_the_published_documents(city: City) -> None:
    """Whoever has the bundle can make the announcement himself."""
    month = begin(city, "assign")
    a = shown(city, month)
    public = city.client()
    docs = {
        f["name"]: parse(
            public.get(
                f"{PUBLIC}/months/{month}/documents/{f['name']}/{f['sha256']}"
            ).data
        )
        for f in a["files"]
    }
    seal = docs["seal.json"]
    for name in ("packages", "seats", "levels", "changes", "travel_minutes"):
        assert a["plan"][name] == seal[name]
    assert a["freeze"]["counts"]["people"] == len(docs["freeze.json"]["people"])
    assert a["log_root"] == docs["log.json"]["root"]
