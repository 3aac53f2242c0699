"""`inspector template`: what it holds, and that the import reads it as it was."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from inspector.__main__ import main
from inspector.command.folders import read_inputs
from inspector.registry import read_scenario, understand
from inspector.registry.sheets import SHEETS

ROOT = Path(__file__).resolve().parents[2]
CITIES = ("gaomi", "kunming", "weifang", "wuzhou", "zibo")


def template(path: Path, *args: object) -> bytes:
    assert main(["template", *map(str, args), "--out", str(path)]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("name", CITIES)
def test_a_filled_template_is_the_same_registry(tmp_path: Path, name: str) -> None:
    """CSV → template → import, and nothing is said of its headers or cells."""
    folder = ROOT / "scenarios" / name
    files = read_inputs(folder)
    language = "en" if name == "gaomi" else "zh"
    data = template(tmp_path / "t.xlsx", folder, "--lang", language)
    beside = {n: d for n, d in files.items() if n.endswith((".toml", ".json"))}
    found = understand({**beside, "t.xlsx": data}, upload=True)
    assert (found.faults, found.notes) == ((), ())
    assert found.scenario == read_scenario(files)
    said = {r.rule for r in found.readings}
    assert not said & {"read.header", "read.column_aside", "read.sheet_aside"}


def test_an_untouched_template_changes_nothing(tmp_path: Path) -> None:
    """Each sheet has its example, which is no data: what is there stays."""
    wuzhou = read_inputs(ROOT / "scenarios" / "wuzhou")
    for language in ("zh", "en"):
        data = template(tmp_path / "t.xlsx", "--lang", language)
        found = understand({"t.xlsx": data}, over=wuzhou, make=True, upload=True)
        assert found.faults == ()
        assert found.scenario == read_scenario(wuzhou)
        assert sum(r.rule == "read.row_example" for r in found.readings) == len(SHEETS)
        # On its own it holds nothing.
        assert understand({"t.xlsx": data}, upload=True).scenario is None


def test_the_examples_are_rows_that_the_import_takes(tmp_path: Path) -> None:
    data = template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet, page in zip(SHEETS, book, strict=True):
        assert page.title == sheet.zh.partition("|")[0]
        first = page["A2"].value
        page["A2"] = first.replace("（示例，导入时不读取）", "")
        assert page["A2"].value and page["A2"].value != first
    book.save(tmp_path / "t.xlsx")
    policy = (ROOT / "scenarios" / "wuzhou" / "policy.toml").read_bytes()
    files = {"t.xlsx": (tmp_path / "t.xlsx").read_bytes(), "policy.toml": policy}
    found = understand(files, upload=True)
    # One item alone does not make 100 points, and the policy names lists of others.
    assert {f.code for f in found.faults} <= {"items.weights", "policy.list"}
    assert data != files["t.xlsx"]


def test_headers_have_marks_notes_and_lists(tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx")
    page = openpyxl.load_workbook(tmp_path / "t.xlsx")["小区"]
    head = {cell.value: cell for cell in page[1]}
    assert "户数*" in head and "小区编号" in head  # made where it is left out
    assert all(cell.comment for cell in head.values())
    note = head["户数*"].comment.text
    assert "必填" in note and "单位：户" in note and "例：320" in note
    lists = {
        str(v.sqref).partition("2:")[0]: v.formula1
        for v in page.data_validations.dataValidation
    }
    assert lists[head["小区类型*"].column_letter].startswith('"商品房,老旧小区')
    assert lists[head["街道编码*"].column_letter] == "'街道'!$A$2:$A$5000"
    assert lists[head["有电梯*"].column_letter] == '"是,否"'
