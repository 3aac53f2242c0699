"""`inspector plan`: the demonstration in one go, a real month step by step."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from month_stages import SCENARIOS

from inspector.__main__ import main
from inspector.command import plan as plan_command
from inspector.command.commands import finish
from inspector.command.folders import PRIVATE, replace_folder
from inspector.command.plan import run_plan
from inspector.command.walk import Options

WUZHOU = SCENARIOS / "wuzhou"
SOME = ["--time-limit", "1"]
DIRECTORIES = ("bundle", "auditor", "routes", "next")


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
    made = {"plan.json", "plan.xlsx", "anchor.txt", "private"}
    assert folders == made | set(DIRECTORIES)


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
        times = re.findall(r"\b\d\d:\d\d\b", text)
        assert times and {t[3:] for t in times} <= {"00", "30"}
        assert not re.search(r"\bP\d{3}", text)
    package = (out / "routes" / "P001.html").read_text("utf-8")
    assert any(n in package for n in names)


class Bureau:
    """A real month on the command line, with a clock that is set."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.city, self.out = tmp_path / "city", tmp_path / "out"
        shutil.copytree(WUZHOU, self.city)
        told = (self.city / "entropy.json").read_text("utf-8")
        self.record = json.loads(told)
        (self.city / "entropy.json").unlink()
        self.now = self.record["frozen_at"]
        monkeypatch.setattr(plan_command, "now", lambda: self.now)

    def plan(self, *flags: str) -> int:
        return main(["plan", str(self.city), "--out", str(self.out), *SOME, *flags])

    def enter(self, stage: str, number: int = -1, **changes: str) -> int:
        row = {**self.record[stage][number], **changes}
        return self.plan(f"--entropy={row['source']}={row['value']}")

    def events(self) -> list[str]:
        log = json.loads((self.out / "bundle" / "log.json").read_bytes())
        return [e["event"] for e in log["events"]]

    def anchors(self) -> str:
        return (self.out / "anchor.txt").read_text("utf-8")


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    return Bureau(tmp_path, monkeypatch)


def test_a_real_month_goes_step_by_step_and_ends_sealed(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    """Freeze, witness, wait; each outside value entered by two runs. Nothing opens."""
    out, record = bureau.out, bureau.record
    # A value that is known before the freeze is refused, and nothing is written.
    assert bureau.enter("draw") == 2
    assert not out.exists()

    assert bureau.plan() == 0
    commitment = json.loads((out / "report.json").read_text("utf-8"))["commitment"]
    text = capsys.readouterr().out
    assert "--entropy" in text
    assert bureau.anchors() in text and "\u2588" in text  # as text and as QR
    assert {p.name for p in (out / "bundle").iterdir()} == {"freeze.json", "log.json"}
    assert (out / "private" / "steps.json").stat().st_mode & 0o077 == 0

    # Too early: the lottery has not been drawn yet.
    assert bureau.enter("draw") == 2
    bureau.now = record["draw"][0]["at"]
    first = bureau.anchors()
    assert bureau.enter("draw", 0) == 0
    assert bureau.anchors() != first  # it covers the witness now
    assert bureau.anchors() in capsys.readouterr().out

    bureau.now = record["draw"][-1]["at"]
    assert bureau.enter("draw", 0, value="00" * 16) == 2  # too late for the witness
    assert bureau.enter("draw", value="03 10 15 18 28|09 12") == 0
    assert "第二人" in capsys.readouterr().out
    assert bureau.enter("draw") == 0  # another value: a correction, no second entry
    assert "drawn" not in bureau.events()
    bureau.now = record["drawn_at"]
    assert bureau.enter("draw") == 0
    assert bureau.events().count("source_recorded") == 3
    sealed = (out / "bundle" / "seal.json").read_bytes()

    # A registry changed after the freeze is refused.
    streets = bureau.city / "streets.csv"
    kept = streets.read_bytes()
    streets.write_bytes(kept.replace("街道".encode(), "镇".encode(), 1))
    assert bureau.plan() == 2
    assert "plan.changed" in capsys.readouterr().err
    streets.write_bytes(kept)

    bureau.now = record["assigned_at"]
    assert bureau.enter("lottery") == 0
    assert "assigned" not in bureau.events()
    assert bureau.enter("lottery") == 0
    assert bureau.enter("lottery") == 2  # people are drawn
    assert (out / "bundle" / "seal.json").read_bytes() == sealed
    names = {p.name for p in (out / "bundle").iterdir()}
    assert names == {"freeze.json", "seal.json", "log.json"}
    assert not (out / "auditor").exists()
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["commitment"] == commitment
    assert report["verify"]["failed"] == 0
    capsys.readouterr()
    anchored = ["--anchor", str(out / "anchor.txt")]
    assert main(["verify", str(out / "bundle"), *anchored]) == 3  # not opened
    assert "✓ draw.inside" in capsys.readouterr().out
    other = bureau.anchors().splitlines()
    other[2] = "A" * 43 + "="
    assert main(["verify", str(out / "bundle"), "--anchor", " ".join(other[:3])]) == 1


def test_a_value_entered_twice_in_one_run_has_no_second_person(
    bureau: Bureau,
) -> None:
    assert bureau.plan() == 0
    bureau.now = bureau.record["drawn_at"]
    row = bureau.record["draw"][-1]
    flag = f"--entropy={row['source']}={row['value']}"
    assert bureau.plan(flag, flag) == 2
    assert bureau.events() == ["frozen"]


def test_a_silent_witness_stops_nothing(bureau: Bureau) -> None:
    assert bureau.plan() == 0
    bureau.now = bureau.record["drawn_at"]
    assert bureau.enter("draw") == bureau.enter("draw") == 0
    assert "sealed" in bureau.events()


def test_a_late_seal_names_the_next_drawing(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bureau.plan() == 0
    bureau.now = "2026-11-25T12:00:00Z"  # 85 minutes before the planned drawing
    assert bureau.enter("draw") == 0
    capsys.readouterr()
    assert bureau.enter("draw") == 0
    assert "--source 'dlt-2026135@" in capsys.readouterr().out
    assert "sealed" not in bureau.events()
    named = "--source=dlt-2026135@2026136="
    assert bureau.plan(named + "2026-11-27T13:25:00Z") == 2  # no drawing on Friday
    assert bureau.plan(named + "2026-11-28T13:25:00Z") == 0
    seal = json.loads((bureau.out / "bundle" / "seal.json").read_bytes())
    assert seal["entropy_reason"] == "wait"
    bureau.now = "2026-11-28T13:40:00Z"
    assert bureau.enter("lottery") == bureau.enter("lottery") == 0
    assert "assigned" in bureau.events()
    assert main(["verify", str(bureau.out / "bundle")]) == 3  # not opened


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


def test_what_is_private_is_closed_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    write = Path.write_bytes

    def watched(path: Path, data: bytes) -> int:
        if path.parent.name == PRIVATE:
            seen.append(path.parent.stat().st_mode & 0o777)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", watched)
    replace_folder(tmp_path / "out", {"a.json": b"{}", f"{PRIVATE}/b.json": b"{}"})
    assert seen == [0o700]
    kept = tmp_path / "out" / PRIVATE / "b.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    # What another run brings nothing new for stays as it was.
    replace_folder(tmp_path / "out", {"a.json": b"[]"})
    assert kept.read_bytes() == b"{}"
    assert kept.parent.stat().st_mode & 0o777 == 0o700


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
