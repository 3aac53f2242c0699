"""`inspector import`: a dry run, notes accepted by name, the returned workbook."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from inspector.__main__ import main
from inspector.command.folders import read_inputs
from inspector.registry import read_scenario, understand
from inspector.registry.accepted import read_accepted
from inspector.registry.differences import rows_of
from inspector.registry.sheets import SHEETS

ROOT = Path(__file__).resolve().parents[2]
WUZHOU = ROOT / "scenarios" / "wuzhou"


def run(*args: object) -> int:
    return main(["import", *map(str, args)])


def city(folder: Path) -> Path:
    """A copy of 梧州 to import onto."""
    folder.mkdir()
    for name, data in read_inputs(WUZHOU).items():
        (folder / name).write_bytes(data)
    (folder / "README").write_text("ours\n")
    return folder


def workbook(path: Path, *names: str) -> openpyxl.Workbook:
    """The sheets of 梧州 as a clerk's workbook, with a title row each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in SHEETS:
        if sheet.name not in names:
            continue
        page = book.create_sheet(sheet.zh.partition("|")[0])
        page.append([f"{page.title}一览表（2026年12月）"])
        zh = {c.name: c.zh.partition("|")[0] for c in sheet.columns}
        rows = rows_of((WUZHOU / f"{sheet.name}.csv").read_bytes())
        page.append([f"{zh[name]}*" for name in rows[0]])
        for row in rows:
            page.append([*row.values()])
    book.save(path)
    return book


def test_without_commit_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = city(tmp_path / "city")
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    book = workbook(tmp_path / "book.xlsx", "compounds")
    book["小区"]["J3"] = "326户"
    book.save(tmp_path / "book.xlsx")
    assert run(tmp_path / "book.xlsx", "--out", out) == 0
    said = capsys.readouterr().out
    assert "按此理解" in said
    assert "小区：增 0，改 1，删 0，共 173 行" in said
    assert "households 325 → 326" in said
    assert "--commit" in said
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert run(tmp_path / "book.xlsx", "--out", out, "--commit") == 0
    after = {p.name: p.read_bytes() for p in out.iterdir()}
    assert {n for n in after if after[n] != before[n]} == {"compounds.csv"}
    assert after["README"] == b"ours\n"
    assert "326" in after["compounds.csv"].decode()


def test_faults_are_told_causes_first_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = city(tmp_path / "city")
    book = workbook(tmp_path / "book.xlsx", "compounds", "leave")
    book["小区"]["J3"] = "许多"
    book["请假"]["A3"] = "I999"
    book.save(tmp_path / "book.xlsx")
    before = (out / "compounds.csv").read_bytes()
    assert run(tmp_path / "book.xlsx", "--out", out, "--commit") == 1
    said = capsys.readouterr().out
    assert "错误 2 处" in said
    assert said.index("J3") < said.index("A3")
    assert (out / "compounds.csv").read_bytes() == before
    assert run(tmp_path / "book.xlsx", "--out", out, "--lang", "en") == 1
    said = capsys.readouterr().out.replace("小区", "").replace("户数", "")
    assert "2 faults; nothing was imported" in said
    assert not re.search("[错误提示行处]", said)


def test_notes_are_accepted_by_name_with_a_reason_that_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = city(tmp_path / "city")
    book = workbook(tmp_path / "book.xlsx", "compounds")
    book["小区"].row_dimensions[5].hidden = True
    book.save(tmp_path / "book.xlsx")
    assert run(tmp_path / "book.xlsx", "--out", out, "--commit") == 2
    said = capsys.readouterr().out
    typed = re.findall(r"--accept '([0-9a-f]{12})=理由'", said)
    assert len(typed) == 1
    for wrong in (typed[0], f"{typed[0]}=", f"{'0' * 12}=好"):
        assert run(tmp_path / "book.xlsx", "--out", out, "--accept", wrong) == 2
    told = ("--accept", f"{typed[0]}=已核对", "--by", "计划员", "--commit")
    assert run(tmp_path / "book.xlsx", "--out", out, *told) == 0
    kept, faults = read_accepted((out / "accepted.csv").read_bytes())
    assert [(a.note, a.reason, a.by) for a in kept] == [(typed[0], "已核对", "计划员")]
    assert faults == []
    # The same file again needs no second acceptance; the first stays.
    assert run(tmp_path / "book.xlsx", "--out", out, "--commit") == 0
    assert read_accepted((out / "accepted.csv").read_bytes())[0] == kept
    assert read_scenario(read_inputs(out)).notes == ()


def test_a_new_scenario_is_made_whole(tmp_path: Path) -> None:
    out = tmp_path / "new" / "city"
    assert run(WUZHOU, "--out", out, "--commit") == 0
    assert read_scenario(read_inputs(out)) == read_scenario(read_inputs(WUZHOU))
    assert [p.name for p in out.parent.iterdir()] == ["city"]


@pytest.mark.parametrize(
    ("name", "said"), [("小区.csv", "小区.csv"), ("book.xlsx", "book.xlsx")]
)
def test_spreadsheets_beside_the_registries_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    out = city(tmp_path / "city")
    (out / name).write_bytes(b"a,b\n")
    assert run(WUZHOU / "leave.csv", "--out", out) == 2
    assert said in capsys.readouterr().err
    assert run(tmp_path / "none.xlsx", "--out", tmp_path / "x") == 2


def test_the_workbook_comes_back_with_every_fault_at_its_cell(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", "compounds", "companies", "leave")
    page = book["小区"]
    for row in range(10, 40):
        page[f"J{row}"] = "许多"
    page["B5"] = "=1+1"
    page["B6"] = "@小区"
    page["L7"] = "也许"
    book["请假"]["A3"] = "I999"
    book["请假"].row_dimensions[4].hidden = True
    book.create_sheet("草稿")["C3"] = "记事"
    book.save(tmp_path / "book.xlsx")
    back = tmp_path / "back.xlsx"
    assert run(
        tmp_path / "book.xlsx", "--out", city(tmp_path / "c"), "--annotated", back
    )
    data = (tmp_path / "book.xlsx").read_bytes()
    found = understand({"book.xlsx": data}, read_inputs(WUZHOU), True, upload=True)
    made = openpyxl.load_workbook(back)
    assert made.sheetnames == [
        *("问题清单", "物业服务企业", "小区", "请假", "草稿", "按此理解")
    ]
    assert len(found.faults) >= 4 and len(found.notes) == 1
    for fault in (*found.faults, *found.notes):
        cell = made[fault.file.partition("#")[2]][fault.cell or f"A{fault.row}"]
        assert fault.sentences()[0] in cell.comment.text
        red = fault in found.faults
        assert cell.fill.fgColor.rgb == ("FFFFC7CE" if red else "FFFFEB9C")
        for row in fault.rows:
            other = made[fault.file.partition("#")[2]].cell(row, cell.column)
            assert other.comment and other.fill.fgColor.rgb == "FFFFC7CE"
    links = [row[3].hyperlink for row in made["问题清单"].iter_rows(min_row=3)]
    assert links[0].location == f"'小区'!{found.faults[0].cell}"
    for link in filter(None, links):
        sheet, _, cell = link.location.rpartition("!")
        assert made[sheet.strip("'")][cell].comment
    assert made["小区"]["B6"].value == "@小区"
    assert all(c.data_type != "f" for p in made for r in p.iter_rows() for c in r)
    same = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for row in same["物业服务企业"].iter_rows():
        for cell in row:
            assert made["物业服务企业"][cell.coordinate].value == cell.value
    # Corrected, it is imported as it is: our own sheets are none of the registry.
    for row in range(10, 40):
        made["小区"][f"J{row}"] = 100
    made["小区"]["B5"] = "和园"
    made["小区"]["L7"] = "是"
    made["请假"]["A3"] = "I001"
    made.save(back)
    found = understand({"b.xlsx": back.read_bytes()}, read_inputs(WUZHOU), upload=True)
    assert found.faults == ()


def comes_back(name: str, tmp_path: Path) -> None:
    """CSV → returned workbook → import is the same registry."""
    folder = ROOT / "scenarios" / name
    back = tmp_path / f"{name}.xlsx"
    assert run(folder, "--out", tmp_path / name, "--annotated", back) == 0
    files = read_inputs(folder)
    beside = {n: d for n, d in files.items() if n.endswith((".toml", ".json"))}
    again = understand({**beside, "b.xlsx": back.read_bytes()}, upload=True)
    assert again.scenario == read_scenario(files), name
    book = openpyxl.load_workbook(io.BytesIO(back.read_bytes()), read_only=True)
    assert book.sheetnames[0] == "问题清单"


def test_a_workbook_without_a_fault_comes_back_as_the_same_registry(
    tmp_path: Path,
) -> None:
    for name in ("gaomi", "wuzhou"):
        comes_back(name, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("name", ["kunming", "weifang", "zibo"])
def test_it_does_in_every_city(tmp_path: Path, name: str) -> None:
    comes_back(name, tmp_path)


@pytest.mark.full
def test_a_hundred_thousand_rows_come_back(tmp_path: Path) -> None:
    """Within 600 MB, measured in a process of its own."""
    lines = (WUZHOU / "compounds.csv").read_text("utf-8-sig").splitlines()
    rows = [lines[0]]
    for number in range(100_000):
        row = lines[1 + number % (len(lines) - 1)].split(",")
        row[0], row[1] = f"X{number:06}", f"小区{number:06}"
        row[9] = "许多" if number % 101 == 0 else row[9]
        rows.append(",".join(row))
    (tmp_path / "compounds.csv").write_text("\n".join(rows), "utf-8")
    back = tmp_path / "back.xlsx"
    code = (
        "import resource, sys; from inspector.__main__ import main; "
        "s = main(sys.argv[1:]); "
        "print(s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    given = ("import", tmp_path / "compounds.csv", "--out", WUZHOU, "--annotated", back)
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    status, mib = map(int, done.stdout.splitlines()[-1].split())
    print(f"100,000 rows come back in {mib} MiB")
    assert (status, mib < 600) == (1, True)
    assert back.stat().st_size > 5_000_000
