"""People change between freeze and seal: logged from the command line as in the
service, refused where it says nothing new or comes too late."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from test_plan_command import Bureau

from inspector.month.steps_file import read_steps

LEAVE = "inspector,from,to,half\nI001,2026-12-08,2026-12-09,\n"
TOLD = ("--reason", "住院", "--approver", "分管领导")


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    made = Bureau(tmp_path, monkeypatch)
    assert made.plan() == 0
    made.now = "2026-11-20T09:00:00Z"
    return made


def changes(bureau: Bureau) -> list[dict[str, str]]:
    log = json.loads((bureau.out / "bundle" / "log.json").read_bytes())
    return [e for e in log["events"] if e["event"] == "people_changed"]


def bodies(bureau: Bureau) -> list[dict[str, object]]:
    path = bureau.out / "private" / "steps.json"
    steps = read_steps("steps.json", path.read_bytes())
    return [dict(b) for kind, b in steps if kind == "people"]


def body(bureau: Bureau) -> dict[str, object]:
    return bodies(bureau)[-1]


def test_leave_becomes_known_after_the_freeze(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "leave.csv"
    sheet.write_text(LEAVE, "utf-8")
    assert bureau.plan("--people", str(sheet), *TOLD) == 0
    assert "请假 leave 1, 回避 recusals 0" in capsys.readouterr().out
    (event,) = changes(bureau)
    assert event["reason"] == "住院" and event["approver"] == "分管领导"
    assert event["at"] == bureau.now
    row = {"inspector": "I001", "first": "2026-12-08", "last": "2026-12-09"}
    assert body(bureau)["leave"] == [row | {"half": ""}]
    # The same rows again say nothing new.
    assert bureau.plan("--people", str(sheet), *TOLD) == 2
    assert len(changes(bureau)) == 1


def test_a_month_with_a_change_is_drawn_without_him_and_verifies(
    bureau: Bureau, tmp_path: Path
) -> None:
    """Away for the month: no seat is his; the public's verifier finds nothing."""
    sheet = tmp_path / "leave.csv"
    sheet.write_text("inspector,from,to,half\nI001,2026-12-01,2026-12-31,\n", "utf-8")
    assert bureau.plan("--people", str(sheet), *TOLD) == 0
    bureau.now = bureau.record["drawn_at"]
    assert bureau.enter("draw") == bureau.enter("draw") == 0  # drawn and sealed
    # Between seal and lottery nobody changes, as in the service.
    later = bureau.city / "leave.csv"
    kept = later.read_bytes()
    later.write_bytes(kept + b"I002,2026-12-14,2026-12-14,\n")
    assert bureau.plan("--people", str(later), *TOLD) == 2
    assert len(changes(bureau)) == 1
    later.write_bytes(kept)
    bureau.now = bureau.record["assigned_at"]
    assert bureau.enter("lottery") == bureau.enter("lottery") == 0
    report = json.loads((bureau.out / "report.json").read_text("utf-8"))
    assert report["verify"]["failed"] == 0
    plan = json.loads((bureau.out / "plan.json").read_text("utf-8"))
    teams = [row for p in (*plan["packages"], *plan["standby"]) for row in p["team"]]
    assert teams and not [row for row in teams if "检查员001" in row or "I001" in row]


def test_a_sheet_of_any_name_is_known_by_its_columns(
    bureau: Bureau, tmp_path: Path
) -> None:
    for name, text in (
        ("12月请假.csv", LEAVE),
        # As clerks write: a name for a staff number, dates of their own.
        ("新增2.csv", "inspector,from,to,half\n检查员003,2026.12.8,2026年12月9日,\n"),
        ("新增.csv", "inspector,subject,reason,from,to\nI002,C0001,居住本小区,,\n"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        assert bureau.plan("--people", str(tmp_path / name), *TOLD) == 0
    assert [len(b["leave"]) for b in bodies(bureau)] == [1, 1, 0]  # type: ignore
    assert [len(b["recusals"]) for b in bodies(bureau)] == [0, 0, 1]  # type: ignore


def test_the_folder_may_be_edited_when_what_was_added_is_logged(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = bureau.city / "leave.csv"
    with sheet.open("a", encoding="utf-8") as file:
        file.write("I002,2026-12-14,2026-12-14,\n")
    assert bureau.plan() == 2  # told what to do
    assert f"--people {sheet}" in capsys.readouterr().err
    assert changes(bureau) == []
    assert bureau.plan("--people", str(sheet), *TOLD) == 0
    assert [r["inspector"] for r in body(bureau)["leave"]] == ["I002"]  # type: ignore
    assert bureau.plan() == 0
    # Anything else that changed is refused as before.
    streets = bureau.city / "streets.csv"
    streets.write_text(streets.read_text("utf-8-sig").replace("街道", "镇"), "utf-8")
    assert bureau.plan() == 2
    assert "plan.changed" in capsys.readouterr().err


def test_both_sheets_may_come_in_one_workbook(bureau: Bureau, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "请假"
    for line in LEAVE.splitlines():
        book.active.append(line.split(","))
    page = book.create_sheet("recusals")
    page.append(["inspector", "subject", "reason", "from", "to"])
    page.append(["I002", "C0001", "居住本小区", "", ""])
    book.save(tmp_path / "people.xlsx")
    assert bureau.plan("--people", str(tmp_path / "people.xlsx"), *TOLD) == 0
    made = body(bureau)
    assert len(made["leave"]) == len(made["recusals"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sheet", "told", "said"),
    [
        ("inspector,from,to,half\nNOBODY,2026-12-08,2026-12-09,\n", TOLD, "NOBODY"),
        ("inspector,from,to,half\nI001,2026-12-09,2026-12-08,\n", TOLD, "row.span"),
        ("inspector,from,to,half\nI001,2026-13-09,,\n", TOLD, "cell.date"),
        ("inspector,from,to,half\n", TOLD, "change.people_nothing"),
        (LEAVE, (), "change.people_told"),
        (LEAVE, TOLD[:2], "change.people_told"),
        (None, TOLD, "change.people_alone"),
    ],
)
def test_a_change_that_is_wrong_changes_nothing(
    bureau: Bureau,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sheet: str | None,
    told: tuple[str, ...],
    said: str,
) -> None:
    kept = (bureau.out / "private" / "steps.json").read_bytes()
    flags = list(told)
    if sheet is not None:
        (tmp_path / "leave.csv").write_text(sheet, "utf-8")
        flags += ["--people", str(tmp_path / "leave.csv")]
    assert bureau.plan(*flags) == 2
    assert said in capsys.readouterr().err
    assert (bureau.out / "private" / "steps.json").read_bytes() == kept


def test_before_the_freeze_and_without_a_file_it_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bureau = Bureau(tmp_path, monkeypatch)
    sheet = tmp_path / "leave.csv"
    sheet.write_text(LEAVE, "utf-8")
    assert bureau.plan("--people", str(sheet), *TOLD) == 2
    assert "change.people_late" in capsys.readouterr().err
    assert bureau.plan("--people", str(tmp_path / "no.csv"), *TOLD) == 2
    assert not bureau.out.exists()


def test_a_result_is_typed_as_it_is_printed_and_read_back(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert bureau.plan() == 0
    text = capsys.readouterr().out
    assert "dlt-2026134=05 12 19 27 33|04 11" in text  # how it is typed
    bureau.now = bureau.record["draw"][1]["at"]
    assert bureau.plan("--entropy=dlt-2026134=03 10 15 18 29 09") == 2
    assert "05 12 19 27 33|04 11" in capsys.readouterr().err
    typed = "--entropy=dlt-2026134=前区 3、10、15、18、29 后区 9、12"
    assert bureau.plan(typed) == 0
    assert "前区 03 10 15 18 29　后区 09 12" in capsys.readouterr().out
    log = json.loads((bureau.out / "bundle" / "log.json").read_bytes())
    (leaf,) = [e for e in log["events"] if e["event"] == "source_recorded"]
    assert leaf["value"] == "03 10 15 18 29|09 12"


@pytest.mark.parametrize("kept", ["entropy.json", None])
def test_an_issue_of_another_day_is_refused_with_both(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kept: str | None,
) -> None:
    """Whether the month is made up or real."""
    bureau = Bureau(tmp_path, monkeypatch)
    if kept:
        (bureau.city / kept).write_text(json.dumps(bureau.record), "utf-8")
    policy = bureau.city / "policy.toml"
    text = policy.read_text("utf-8").replace('issue = "2026135"', 'issue = "2026136"')
    policy.write_text(text, "utf-8")
    assert bureau.plan() == 2
    said = capsys.readouterr().err
    assert "entropy.calendar" in said and not bureau.out.exists()
    assert "2026-11-28 21:25" in said and "2026-11-25 21:25" in said
