"""`inspector plan`: the demonstration in one go, a real month step by step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from month_stages import SCENARIOS

from inspector.__main__ import main
from inspector.command import plan as plan_command
from inspector.command.commands import finish
from inspector.command.plan import Options, run_plan

WUZHOU = SCENARIOS / "wuzhou"
SOME = ["--time-limit", "1"]


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "report.json"
    }


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, workers in (("a", 1), ("b", 2)):
        options = Options(WUZHOU, tmp_path / name, 2, workers, fuse_seconds=300)
        run = run_plan(options)
        assert run.packed is not None
        assert run.packed.packing.reproducible
        finish(run)
    one, other = files(tmp_path / "a"), files(tmp_path / "b")
    assert one.keys() == other.keys()
    assert [n for n in one if one[n] != other[n]] == []
    folders = {n.split("/")[0] for n in one}
    assert folders == {"plan.json", "bundle", "auditor", "routes", "next"}


def test_the_report_has_the_figures_of_the_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "d")
    assert main(["plan", str(WUZHOU), "--out", out, "--json", *SOME]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "inspector/report/v1"
    assert body["registry"] == {
        "compounds": 173,
        "companies": 105,
        "streets": 10,
        "inspectors": 12,
    }
    plan = body["schedule"]
    assert plan["violations"] == 0
    assert plan["unplaced"] == 0
    assert plan["bound_minutes"] <= plan["travel_minutes"]
    assert plan["bound_seconds"] > 0
    assert body["verify"]["failed"] == 0
    assert body["lottery"]["seats"] == 2 * (plan["packages"] + 23)
    assert body["lottery"]["best_min_chance"][0] <= body["lottery"]["max_chance"][0]


def test_a_car_sheet_names_no_compound(tmp_path: Path) -> None:
    out = tmp_path / "d"
    main(["plan", str(WUZHOU), "--out", str(out), *SOME])
    names = [
        line.split(",")[1]
        for line in (WUZHOU / "compounds.csv").read_text("utf-8-sig").splitlines()[1:]
    ]
    cars = sorted((out / "routes").glob("car-*.html"))
    assert cars
    for sheet in cars:
        text = sheet.read_text("utf-8")
        assert not [n for n in names if n in text]
    package = (out / "routes" / "P001.html").read_text("utf-8")
    assert any(n in package for n in names)


def test_a_real_month_goes_step_by_step_and_ends_sealed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Freeze; wait; draw and seal; wait; lottery. Nothing is opened."""
    city, out = tmp_path / "city", tmp_path / "out"
    shutil.copytree(WUZHOU, city)
    record = json.loads((city / "entropy.json").read_text("utf-8"))
    (city / "entropy.json").unlink()
    clock = {"now": record["frozen_at"]}
    monkeypatch.setattr(plan_command, "now", lambda: clock["now"])
    args = ["plan", str(city), "--out", str(out), *SOME]

    def values(stage: str) -> list[str]:
        return [f"--entropy={e['source']}={e['value']}" for e in record[stage]]

    # A value that is known before the freeze is refused, and nothing is written.
    assert main([*args, *values("draw")]) == 2
    assert not out.exists()

    assert main(args) == 0
    commitment = json.loads((out / "report.json").read_text("utf-8"))["commitment"]
    assert "--entropy" in capsys.readouterr().out
    assert {p.name for p in (out / "bundle").iterdir()} == {"freeze.json", "log.json"}
    assert (out / "private" / "ceremony.json").stat().st_mode & 0o077 == 0

    # Too early: the lottery has not been drawn yet.
    assert main([*args, *values("draw")]) == 2

    clock["now"] = record["drawn_at"]
    assert main([*args, *values("draw")]) == 0
    sealed = (out / "bundle" / "seal.json").read_bytes()

    # A registry changed after the freeze is refused.
    streets = city / "streets.csv"
    kept = streets.read_bytes()
    streets.write_bytes(kept.replace("街道".encode(), "镇".encode(), 1))
    assert main(args) == 2
    assert "plan.changed" in capsys.readouterr().err
    streets.write_bytes(kept)

    clock["now"] = record["assigned_at"]
    assert main([*args, *values("lottery")]) == 0
    assert (out / "bundle" / "seal.json").read_bytes() == sealed
    names = {p.name for p in (out / "bundle").iterdir()}
    assert names == {"freeze.json", "seal.json", "log.json"}
    assert not (out / "auditor").exists()
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["commitment"] == commitment
    assert report["verify"]["failed"] == 0
    assert main(["verify", str(out / "bundle"), "--anchor", commitment]) == 0
    assert main(["verify", str(out / "bundle"), "--anchor", "00" * 32]) == 1


def test_faults_are_one_message_with_file_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    shutil.copytree(WUZHOU, city)
    table = city / "compounds.csv"
    rows = table.read_text("utf-8-sig").splitlines()
    cells = rows[3].split(",")
    cells[2] = "S99"
    rows[3] = ",".join(cells)
    table.write_text("\n".join(rows), "utf-8")
    out = tmp_path / "out"
    assert main(["plan", str(city), "--out", str(out), *SOME]) == 2
    text = capsys.readouterr().err
    assert "compounds.csv 第4行 row 4 [street]" in text
    assert "S99" in text
    assert "Traceback" not in text
    assert not out.exists()


def test_a_folder_of_somebody_else_is_never_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "theirs"
    out.mkdir()
    (out / "thesis.docx").write_text("mine")
    assert main(["plan", str(WUZHOU), "--out", str(out), *SOME]) == 2
    assert "folder.foreign" in capsys.readouterr().err
    assert (out / "thesis.docx").read_text() == "mine"


def test_a_missing_scenario_is_one_readable_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "o")
    assert main(["plan", str(tmp_path / "nowhere"), "--out", out]) == 2
    assert capsys.readouterr().err.count("\n") == 1
