"""Compounds and companies: public columns, "when and why not", nothing told early."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_month import begin
from service_public import PUBLIC, STEPS, closed, go_on, publish, running

from api.months import steps
from api.public.results import solved
from inspector.month.checklist import visit_items
from inspector.results.checklist import grade

pytestmark = pytest.mark.both_databases


def route(city: City, month: str) -> Any:
    with city.desk() as desk:
        return steps.load(desk, steps.find(desk, month))


def test_compounds_are_those_of_the_freeze_and_not_of_the_registry_now(
    city: City,
) -> None:
    public = city.client()
    assert public.get(f"{PUBLIC}/compounds").json["items"] == []
    begin(city, "freeze")
    rows = public.get(f"{PUBLIC}/compounds?limit=500").json["items"]
    assert len(rows) == 173
    assert rows[0]["id"] == "C0001"
    assert rows[0]["street_name"] == "万秀甲街道"


@pytest.mark.one_database
def test_compounds_are_found_by_name_street_company_and_class(city: City) -> None:
    begin(city, "freeze")
    public = city.client()
    rows = public.get(f"{PUBLIC}/compounds?limit=500").json["items"]
    one = next(r for r in rows if r["usc18"])
    for query, fits in {
        f"q={one['name']}": lambda r: r["name"] == one["name"],
        f"q={one['id'].lower()}": lambda r: r["id"] == one["id"],
        f"street={one['street']}": lambda r: r["street"] == one["street"],
        f"company={one['usc18']}": lambda r: r["usc18"] == one["usc18"],
        "risk_class=D": lambda r: r["risk_class"] == "D",
    }.items():
        found = public.get(f"{PUBLIC}/compounds?{query}&limit=500").json["items"]
        assert found == [r for r in rows if fits(r)], query
        assert found, query
    assert public.get(f"{PUBLIC}/compounds?risk_class=E").status_code == 422


def test_what_is_private_in_the_registries_stays_private(city: City) -> None:
    """No name, certificate, leave, recusal, signal or officer of an earlier visit."""
    month = begin(city, "assign")
    registry = route(city, month).frozen.registry
    private = {i.name for i in registry.inspectors}
    private |= {i.cert_no for i in registry.inspectors if i.cert_no}
    private |= {r.reason for r in registry.recusals if len(r.reason) > 3}
    private |= {i.id for i in registry.inspectors if len(i.id) > 3}
    public = city.client()
    paths = ["", "/lists/bottom", "/lists/ranking?limit=500", "/bundle", "/documents"]
    paths = [f"{PUBLIC}/months/{month}{p}" for p in paths]
    paths += [f"{PUBLIC}/compounds?limit=500", f"{PUBLIC}/companies?limit=500"]
    paths += [f"{PUBLIC}/compounds?as=csv", f"{PUBLIC}/companies?as=csv"]
    for path in paths:
        text = public.get(path).text
        assert not [p for p in private if p in text], path


def twins(city: City, month: str) -> tuple[str, str]:
    """A drawn compound and one that is not, of one stratum, neither in the docket."""
    drawn = route(city, month).drawn
    frozen = drawn.frozen
    docket = {v.compound for v in frozen.intake.visits}
    out = {e.compound for e in frozen.exclusions}
    picked = set(drawn.compounds)
    for c in sorted(picked - docket):
        mine = next(x for x in frozen.registry.compounds if x.id == c)
        for other in frozen.registry.compounds:
            if (
                other.id not in picked | docket | out
                and other.status == "active"
                and (other.street, other.risk_class) == (mine.street, mine.risk_class)
            ):
                return c, other.id
    raise AssertionError("no such pair in this scenario")


@pytest.mark.one_database
def test_before_the_opening_nothing_tells_a_drawn_compound_from_another(
    city: City,
) -> None:
    """The answers differ in the registry's own columns and in nothing else."""
    month = begin(city, "draw")
    names = twins(city, month)
    for kind in ("", *STEPS[1:]):
        go_on(city, month, kind)
        pages = [_page(city, name) for name in names]
        assert pages[0]["outlook"] == pages[1]["outlook"]
        assert pages[0]["outlook"][0]["chance"] is not None
        assert [p["opened"] for p in pages] == [[], []]
        assert [p["results"] for p in pages] == [[], []]
        html = [_html(city, p) for p in pages]
        assert html[0] == html[1]


def _page(city: City, name: str) -> dict[str, Any]:
    answer = city.client().get(f"{PUBLIC}/compounds/{name}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def _html(city: City, page: dict[str, Any]) -> str:
    """The page without the registry's columns."""
    text = str(city.client().get(f"/wuzhou/compounds/{page['id']}").text)
    head, rest = text.split("<h1>", 1)
    title = head.index("<title>")
    head = head[:title] + head[head.index("</title>") :]
    return head + rest[rest.index("结果何时出现") :]


def test_published_results_of_others_do_not_change_what_is_told(city: City) -> None:
    month, made = running(city, 0)
    drawn, other = twins(city, month)
    before = {n: _page(city, n)["outlook"] for n in (drawn, other)}
    visits = {v.id: v.compound for v in route(city, month).drawn.visits}
    theirs = [b for b in made if visits[b["visit"]] not in (drawn, other)]
    publish(city, month, *theirs[:20])
    assert {n: _page(city, n)["outlook"] for n in (drawn, other)} == before


@pytest.mark.one_database
def test_an_outlook_says_by_when_and_with_what_chance(city: City) -> None:
    month = begin(city, "freeze")
    frozen = route(city, month).frozen
    out = {e.compound: e.reason for e in frozen.exclusions}
    chances = {(s.street, s.risk_class): s.chance for s in frozen.strata}
    for compound in frozen.registry.compounds[:60]:
        (told,) = _page(city, compound.id)["outlook"]
        if compound.id in out:
            assert (told["excluded"], told["chance"]) == (out[compound.id], None)
        else:
            chance = chances[compound.street, compound.risk_class]
            assert told["chance"] == [chance.numerator, chance.denominator]
        due = [v.first for v in frozen.intake.visits if v.compound == compound.id]
        assert [v["first"] for v in told["docket_visits"]] == [
            d.isoformat() for d in due
        ]
        later = [d for d in frozen.publish_days if d > frozen.working_days[-1]]
        assert told["results_by"] == later[19].isoformat()


def test_once_opened_everybody_is_told_who_was_drawn(city: City) -> None:
    month, _ = closed(city, 1)
    drawn = set(route(city, month).drawn.compounds)
    told = {}
    for compound in ("C0001", *sorted(drawn)):
        page = _page(city, compound)
        assert page["outlook"] == []
        (row,) = page["opened"]
        told[compound] = row["drawn"]
    assert {c for c, yes in told.items() if yes} == drawn
    assert told["C0001"] == ("C0001" in drawn)


def test_a_visit_carried_over_is_named_at_the_opening(city: City) -> None:
    month, made = closed(city, 1)
    visits = {v.id: v.compound for v in route(city, month).drawn.visits}
    compound = visits[made[-1]["visit"]]
    (row,) = _page(city, compound)["opened"]
    assert row["carried"] == ["car"]


def test_a_company_page_adds_up(city: City) -> None:
    running(city, 40)
    public = city.client()
    rows = public.get(f"{PUBLIC}/results?limit=500").json["items"]
    companies = public.get(f"{PUBLIC}/companies?limit=500").json["items"]
    assert len(companies) == 105
    assert sum(c["results"] for c in companies) == sum(bool(r["usc18"]) for r in rows)
    most = max(companies, key=lambda c: c["results"])
    page = public.get(f"{PUBLIC}/companies/{most['usc18']}").json
    mine = [r for r in rows if r["usc18"] == most["usc18"]]
    assert page["newest"] == mine
    assert sum(o["count"] for o in page["outcomes"]) == len(mine)
    assert page["problems_found"] >= page["problems_solved"]
    assert {c["usc18"] for c in page["run"]} == {most["usc18"]}
    found = public.get(f"{PUBLIC}/companies?q={most['name']}").json["items"]
    assert [c["usc18"] for c in found] == [most["usc18"]]


@pytest.mark.one_database
def test_a_problem_is_solved_when_the_next_inspection_no_longer_finds_it(
    city: City,
) -> None:
    month, made = running(city, 0)
    visits = {v.id: v.compound for v in route(city, month).drawn.visits}
    managed = {c.id: c.usc18 for c in route(city, month).frozen.registry.compounds}
    by: dict[str, list[dict[str, Any]]] = {}
    for b in made:
        by.setdefault(visits[b["visit"]], []).append(b)
    name, twice = next(
        (c, bs) for c, bs in sorted(by.items()) if len(bs) >= 2 and managed[c]
    )

    def graded(body: dict[str, Any], outcome: str, *found: str) -> dict[str, Any]:
        assigned = route(city, month).assigned
        assert assigned is not None
        items = visit_items(assigned, body["visit"])
        score = grade(items, outcome, found, ())
        body = {**body, "outcome": outcome, "findings": list(found), "unchecked": []}
        follow_up = "rectify" if found else "none"
        return body | {"score_bp": score, "follow_up": follow_up}

    first = graded(twice[0], "ordered", "G1-01", "G1-05")
    unmet = graded(twice[1], "unreachable")
    publish(city, month, first)
    rows = _results(city, name)
    assert solved(rows) == (0, 2)
    publish(city, month, unmet)
    assert solved(_results(city, name)) == (0, 2)
    if len(twice) > 2:
        publish(city, month, graded(twice[2], "ordered", "G1-05", "G2-06"))
        assert solved(_results(city, name)) == (1, 3)


def _results(city: City, compound: str) -> Any:
    from api.public import index

    with city.desk() as desk:
        return index.index(desk).of_compound[compound]


@pytest.mark.one_database
def test_what_nobody_froze_is_not_there(city: City) -> None:
    begin(city, "freeze")
    for path in ("compounds/NOPE", "companies/NOPE"):
        assert city.client().get(f"{PUBLIC}/{path}").status_code == 404
        assert city.client().get(f"/wuzhou/{path}").status_code == 404


@pytest.mark.one_database
def test_a_compound_without_a_company_is_no_inspected_firm(city: City) -> None:
    month, made = running(city, 0)
    assigned = route(city, month).assigned
    assert assigned is not None
    compounds = assigned.frozen.registry.compounds
    alone = {c.id for c in compounds if not c.usc18}
    public = city.client()
    rows = public.get(f"{PUBLIC}/compounds?limit=500").json["items"]
    assert {r["id"] for r in rows if r["mode"] != "professional"} == alone
    found = public.get(f"{PUBLIC}/compounds?mode=professional&limit=500").json["items"]
    assert {r["id"] for r in found} == {c.id for c in compounds if c.usc18}
    front = public.get("/wuzhou").text
    assert "专业物业覆盖率" in front
    assert f"{(len(rows) - len(alone)) * 10_000 // len(rows) / 100:.2f} %" in front
    at = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    body = next(b for b in made if at[b["visit"]] in alone)
    listed = visit_items(assigned, body["visit"])
    codes = [listed[0].code]
    told = {"outcome": "pending", "follow_up": "notify", "findings": codes}
    score = grade(listed, "pending", codes)
    publish(city, month, {**body, **told, "unchecked": [], "score_bp": score})
    for path in (
        f"/wuzhou/results/{month}/{body['visit']}",
        f"/wuzhou/compounds/{at[body['visit']]}",
        "/wuzhou/results",
    ):
        page = public.get(path)
        assert page.status_code == 200, path
        assert "已告知责任主体" in page.text, path
        assert "责令改正" not in page.text.replace("已责令改正</option>", ""), path
        assert "无物业企业" not in page.text, path
