"""Findings are told in words of the breach, wherever somebody reads one."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from service_city import City
from service_field import Crew

from api.credit.files import told
from api.field import duties
from api.public.results import texts
from inspector.credit import city_rules
from inspector.credit.score import Scorer

ITEM = {"text": "不断水断电催费", "breach": "存在停水停电催费行为"}


@pytest.mark.parametrize(
    ("item", "said"),
    [(ITEM, ITEM["breach"]), (ITEM | {"breach": ""}, ITEM["text"]), ({}, "G3-14")],
)
def test_the_public_reads_the_breach_the_requirement_without_one(
    item: dict[str, str], said: str
) -> None:
    assert texts({"G3-14": item}, ["G3-14"]) == (said,)


def test_a_credit_file_names_the_breach_of_a_visit() -> None:
    scorer = Scorer(city_rules.rules_of("zibo"))
    items = {"G3-15": "存在挪用维修资金行为"}

    def said(code: str, document: str) -> str:
        return told(scorer, code, document, items).zh

    cited = "2026-12/m/v/G3-15"
    assert said("visit.major", cited) == "检查发现较重问题：存在挪用维修资金行为"
    assert said("visit.major", "2026-12/m/v/G9-99") == "检查发现较重问题"
    assert said("bad.penalty", cited) == "行政处罚"


def test_a_published_finding_is_called_the_same_everywhere(team: Crew) -> None:
    field = team.field()
    with team.city.desk() as desk:
        work = duties.visit_in(desk, field, team.visit)
    draft = team.problem()
    if not work.compound.usc18:  # nobody is ordered there
        draft = team.problem(handling="later")
        draft |= {"outcome": "pending", "follow_up": "notify"}
    code = draft["findings"][0]["item"]
    (item,) = [i for i in field.checklist.items if i.code == code]
    said = item.breach or item.text
    assert replace_text(item) == said
    team.published(draft)
    public = "/api/v1/public/wuzhou"
    (row,) = team.city.client().get(f"{public}/results").json["items"]
    assert row["finding_texts"] == [said]
    csv = team.city.client().get(f"{public}/results?as=csv")
    assert said in csv.data.decode("utf-8-sig")
    report = f"/api/v1/bureau/months/{team.month}/documents/report.docx"
    done = team.city.client("planner").get(report)
    assert said in whole(done.data)
    credit = f"{public}/credit/compounds/{work.compound.id}"
    found = facts(team.city, credit)
    assert any(f["what"]["zh"].endswith(f"：{said}") for f in found)


def replace_text(item: Any) -> str:
    """What a finding of an item is called, by its requirement alone if it has to."""
    assert replace(item, breach="").finding == item.text
    assert replace(item, breach="存在问题").finding == "存在问题"
    return str(item.finding)


def facts(city: City, path: str) -> list[dict[str, Any]]:
    answer = city.client().get(path)
    assert answer.status_code == 200, answer.json
    return list(answer.json["facts"])


def whole(data: bytes) -> str:
    paper = Document(io.BytesIO(data))
    cells = (c.text for t in paper.tables for r in t.rows for c in r.cells)
    return "\n".join((*(p.text for p in paper.paragraphs), *cells))
