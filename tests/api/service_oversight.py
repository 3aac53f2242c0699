"""A wuzhou with something of everything that oversight shows in public."""

from __future__ import annotations

import csv
import io
from typing import Any

from service_city import City, scenario_files
from service_credit import FIRM, OTHER, ROLLS, accepted, decided, reported
from service_docket import act, select, take
from service_http import upload
from service_public import running
from test_year_routes import the_text

from api.credit import facts
from api.months import steps

REGISTRIES = "/api/v1/bureau/registries"
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
BOLD = "<b>文</b>1"
WHY = {"reason": "只在内部的话"}


def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def renamed(data: bytes, key: str, names: dict[str, str]) -> bytes:
    """A sheet with other names for some of its rows."""
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for row in table:
        row["name"] = names.get(row[key], row["name"])
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode()


def overseen(city: City, results: int = 12) -> dict[str, str]:
    """Fill the city; what was made, by name: case, compound, month, visit."""
    _names(city)
    _planned(city)
    _signals(city)
    _rolls(city)
    case = _docket(city)
    month, _ = running(city, results)
    made = {"case": case["number"], "compound": case["compound"], "month": month}
    return made | {"visit": _credited(city, month)}


def _credited(city: City, month: str) -> str:
    """A published result of a company with findings enters the files; its visit."""
    city.clock.to("2026-12-31T08:00:00+00:00")
    with city.desk(write=True) as desk:
        row = steps.find(desk, month)
        assigned = steps.load(desk, row).need("assigned", "credit")
        visits = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
        company = {c.id: c.usc18 for c in assigned.frozen.registry.compounds}
        made = (r for r in assigned.results if r.findings)
        result = next(r for r in made if company[visits[r.visit]])
        facts.result_published(desk, row, result)
    visit: str = result.visit
    return visit


def _names(city: City) -> None:
    """Names in the registries that a browser would run."""
    files = scenario_files()
    compounds = {"C0001": SCRIPT, "C0002": IMAGE}
    files["compounds.csv"] = renamed(files["compounds.csv"], "id", compounds)
    files["companies.csv"] = renamed(files["companies.csv"], "usc18", {FIRM: SCRIPT})
    planner = city.client("planner")
    made = ok(planner.post(f"{REGISTRIES}/imports", **upload(files)))
    ok(planner.post(f"{REGISTRIES}/imports/{made['id']}/commit"))


def _planned(city: City) -> None:
    path = "/api/v1/bureau/year/2026"
    text = the_text().replace("合成局", IMAGE.replace('"', "'"))
    body = {"kind": "plan", "text": text}
    ok(city.client("planner").post(f"{path}/steps", json=body))
    body = {"kind": "publish", "approval": "合成批〔2026〕3号"}
    ok(city.client("head").post(f"{path}/steps", json=body))


def _signals(city: City) -> None:
    accepted(city, code="fees.excess", source="authority", document=BOLD)
    accepted(city, polarity="praise", document="街道表扬1")
    reported(city, document="待核实1")
    assert decided(city, reported(city, document="不采信1"), "rejected").status_code
    accepted(city, kind="compound", subject="C0001", document="小区1")


def _rolls(city: City) -> None:
    for roll, subject in (("black", FIRM), ("black", OTHER), ("red", OTHER)):
        body = {"roll": roll, "kind": "company", "subject": subject}
        body |= {"reason": f"{IMAGE}{subject[-3:]}", "document": BOLD}
        entry = ok(city.client("planner").post(ROLLS, json=body))["id"]
        _step(city, entry, "notified", document="告1")
        _step(city, entry, "heard", note="李某（合成）陈述")
        _step(city, entry, "listed", document=f"决{roll}{subject[-3:]}")
        if subject == FIRM:
            _step(city, entry, "repair_applied")
        elif roll == "black":
            city.clock.forward(days=1)
            _step(city, entry, "repair_applied")
            _step(city, entry, "repair_granted", document="修1")


def _step(city: City, entry: str, kind: str, **more: str) -> None:
    ok(city.client("head").post(f"{ROLLS}/{entry}/steps", json={"kind": kind} | more))


def _docket(city: City) -> Any:
    """The first case, with a problem ordered, a measure and a person in charge."""
    planner = city.client("planner")
    ok(take(planner, "adoption", **WHY))
    number = ok(select(planner, **WHY))["opened"][0]
    for kind, values in (
        ("problems", {"problems": [{"item": "G1-01"}, {"item": "G5-22"}]}),
        ("measure", {"measure": "listed", "level": "city", "unit": "张三（合成）"}),
        ("orders", {"number": BOLD}),
        ("solved", {"problems": [1]}),
    ):
        ok(act(planner, number, kind, **{"number": f"{kind}1", **WHY, **values}))
    where = {"unit": "某责任单位", "office": "street_head"}
    return ok(act(planner, number, "responsible", **WHY, **where))


def paths(made: dict[str, str]) -> dict[str, str]:
    """Every page of oversight."""
    return {
        "credit": "/wuzhou/credit",
        "credit of compounds": "/wuzhou/credit?kind=compound",
        "credit of a company": f"/wuzhou/credit/companies/{FIRM}",
        "credit of a compound": "/wuzhou/credit/compounds/C0001",
        "rules": "/wuzhou/credit/rules",
        "rolls": "/wuzhou/rolls",
        "docket": "/wuzhou/docket",
        "case": f"/wuzhou/docket/cases/{made['case']}",
        "counters": "/wuzhou/docket/counters",
        "counters of companies": "/wuzhou/docket/counters?by=company",
        "counters of compounds": "/wuzhou/docket/counters?by=compound",
        "year": "/wuzhou/year",
        "a year": "/wuzhou/year/2026",
        "objections": "/wuzhou/objections",
    }
