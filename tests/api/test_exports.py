"""What a planner takes out of a month; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook
from service_city import City, scenario_files
from service_field import confirmed
from service_planner import Planner

from api.papers.tables import Table, csv_file, xlsx_file, zip_file
from inspector.printable import clean
from inspector.registry import understand
from inspector.results.outcomes import FollowUp, Outcome
from inspector.words import result_word

PAPERS = (
    *("approval.docx", "report.docx", "report.xlsx", "bottom.docx", "bottom.xlsx"),
    *("joint-meeting.docx", "joint-meeting.xlsx", "notices.zip"),
)
LIVE = ("=1+1", "+86", "-5", "@x", "\tx", "\rx", "'=1", "阳光小区")


STAMP = re.compile(r"\dT\d\d:\d\d:\d\dZ")


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_csv_cell_that_looks_like_a_formula_is_guarded() -> None:
    rows = cells(csv_file(Table("t", ("a",), [(text,) for text in LIVE])))
    assert rows == [
        ["a"],
        *([f"'{text}"] for text in LIVE[:7]),
        ["阳光小区"],
    ]


def test_an_xlsx_cell_is_text_whatever_it_begins_with() -> None:
    data = xlsx_file(Table("t", LIVE, [LIVE, (*LIVE[:7], 7)]))
    sheet = load_workbook(io.BytesIO(data)).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}
    row = [cell.value for cell in sheet[2]]
    assert row[:5] == [clean(text) for text in LIVE[:5]]
    assert row[6:] == list(LIVE[6:])
    assert (sheet["H3"].value, sheet["A2"].quotePrefix) == (7, True)
    assert xlsx_file(Table("t", LIVE, [LIVE, (*LIVE[:7], 7)])) == data


def test_a_zip_of_the_same_files_has_the_same_bytes() -> None:
    files = {"b.txt": b"2", "a.txt": b"1"}
    assert zip_file(files) == zip_file(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(zip_file(files))) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]


def export(planner: Planner, name: str) -> Any:
    answer = planner.get(f"{planner.base}/documents/{name}")
    assert answer.status_code == 200, (name, answer.json)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.data


def test_every_export_of_a_month_in_the_field(city: City) -> None:
    confirmed(city)
    planner = Planner(city)
    planner.draw()
    refused = planner.get(f"{planner.base}/documents/routes.zip")
    assert (refused.status_code, refused.json["code"]) == (409, "step.order")
    planner.seal()
    planner.assign()
    planner.field_work(left_out=3)
    confirmed(city)
    names = planner.get(f"{planner.base}/documents").json["names"]
    assert len(names) == 24 + len(PAPERS)
    assert set(PAPERS) < set(names)
    made = {name: export(planner, name) for name in names if name != "notices.zip"}
    day = json.loads(made["plan.json"])["packages"][0]["day"]
    assert export(planner, f"notices.zip?day={day}").startswith(b"PK")
    plan = cells(made["platform-plan.csv"])
    assert plan[0] == [
        "计划编号",
        "计划名称",
        "检查机关",
        "计划期限",
        "检查对象范围",
        "抽查比例",
        "任务来源",
        "检查类别",
    ]
    assert plan[1][0] == "wuzhou-2026-12"
    assert plan[1][3] == "2026-12-01至2026-12-31"
    task = dict(zip(*cells(made["platform-task.csv"]), strict=True))
    counts = planner.get(planner.base).json["counts"]
    assert task["抽取数量"] == str(counts["compounds"])
    assert task["抽查方式"] == "不定向抽查"
    assert task["审批文号"] == "梧房〔2026〕12号"
    results = cells(made["platform-result.csv"])
    assert len(results) - 1 == counts["results"]
    for row in results[1:]:
        found = dict(zip(results[0], row, strict=True))
        drawn = "双随机" in found["检查类型"]  # nothing else is of the random task
        assert bool(found["计划编号"]) is drawn
        code = found["统一社会信用代码"]
        for head, kind, known in (
            ("检查结果", "outcome", Outcome),
            ("后续处理", "follow_up", FollowUp),
        ):
            assert found[head] in {result_word(kind, x, code).zh for x in known}
    visits = cells(made["visits.csv"])
    assert len(visits) - 1 == counts["visits"]
    assert sum(bool(row[12]) for row in visits[1:]) == counts["results"]
    for name in (
        *("platform-plan", "platform-task", "platform-result", "publicity"),
        *("visits", "docket", "changes", "absences"),
    ):
        book = load_workbook(io.BytesIO(made[f"{name}.xlsx"])).active
        shown = [["" if c.value is None else str(c.value) for c in r] for r in book]
        assert shown == cells(made[f"{name}.csv"])
        for cell in (cell for row in shown for cell in row):
            assert not STAMP.search(cell), (name, cell)  # people read Beijing time
    sheets(planner, made)
    read_again(planner, made)


# What is read as a sheet of the registries.
REGISTRIES = {
    *("docket.csv", "docket.xlsx"),
    "public/companies.csv",
}
PUBLIC = ("results", "carried", "overdue", "compounds", "companies")


def read_again(planner: Planner, made: dict[str, bytes]) -> None:
    """What goes out is read again, or one sentence says what it is and what to use."""
    public = "/api/v1/public/wuzhou"
    for name in PUBLIC:
        answer = planner.get(f"{public}/{name}?as=csv")
        assert answer.status_code == 200, name
        made[f"public/{name}.csv"] = answer.data
    present = scenario_files()
    seen = set()
    for name, data in made.items():
        if not name.endswith((".csv", ".xlsx")):
            continue
        given = {name.rpartition("/")[2]: data}
        found = understand(given, over=present, make=True, upload=True)
        codes = [f.code for f in found.faults]
        seen.add(name)
        if name in REGISTRIES:
            assert found.scenario is not None, (name, found.faults)
        else:
            assert len(codes) == 1, (name, found.faults)
            assert codes[0] in ("sheet.output", "sheet.output_only"), name
            zh, en = found.faults[0].sentences()
            assert "本系统输出" in zh and en.isascii(), name
    assert len(seen) > 25, sorted(seen)


def sheets(planner: Planner, made: dict[str, bytes]) -> None:
    """Route sheets name places and people; car sheets never a place."""
    plan = json.loads(made["plan.json"])
    places = {s["name"] for p in plan["packages"] for s in p["stops"]}
    with zipfile.ZipFile(io.BytesIO(made["routes.zip"])) as archive:
        pages = {n: archive.read(n).decode() for n in archive.namelist()}
    assert len(pages) == len(plan["packages"])
    first = plan["packages"][0]
    page = pages[f"routes/{first['id']}.html"]
    assert first["stops"][0]["name"] in page
    assert first["team"][0][1] in page
    with zipfile.ZipFile(io.BytesIO(made["cars.zip"])) as archive:
        cars = "".join(archive.read(n).decode() for n in archive.namelist())
    assert first["day"] in cars and first["car"] in cars
    assert not [name for name in places if name in cars]
    assert not [p["id"] for p in plan["packages"] if p["id"] in cars]
    times = re.findall(r"\b\d\d:\d\d\b", cars)
    assert times and {t[3:] for t in times} <= {"00", "30"}
    single = export(planner, f"routes/{first['id']}.html")
    assert single.decode() == page
    read = [e.body.get("what") for e in planner.city.events("sealed_data_read")]
    assert {"routes.zip", "cars.zip", "plan.json", "visits", "routes"} <= set(read)


@pytest.mark.one_database
def test_an_export_nobody_knows_is_not_there(city: City) -> None:
    planner = Planner(city)
    planner.freeze()
    for name in ("x", "x.csv", "plan.pdf", "plan.csv", "freeze.json", "../../plan"):
        answer = planner.get(f"{planner.base}/documents/{name}")
        assert (answer.status_code, name) == (404, name)


@pytest.mark.one_database
def test_the_auditors_bundle_is_there_after_the_close_for_auditors_only(
    city: City,
) -> None:
    planner = Planner(city)
    planner.draw()
    base = f"/api/v1/audit/months/{planner.month}"
    assert planner.get(f"{base}/bundle").status_code == 403
    early = planner.get(f"{base}/bundle", "auditor")
    assert (early.status_code, early.json["code"]) == (409, "step.order")
    report = planner.get(f"{base}/verify").json
    assert (report["bundle"], report["failed"]) == ("public sealed", 0)
    assert planner.get(f"{base}/verify?bundle=auditor").status_code == 403
