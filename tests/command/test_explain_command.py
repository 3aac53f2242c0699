"""`inspector explain` and `preview` as a planner calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from inspector.__main__ import main
from inspector.command import record as records
from inspector.command.plan import demonstrated
from inspector.month.reopen import reopen
from inspector.month.steps_file import SCHEMA

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
WUZHOU = SCENARIOS / "wuzhou"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration month of 梧州, opened and closed."""
    out = tmp_path_factory.mktemp("closed") / "month"
    assert main(["plan", str(WUZHOU), "--out", str(out), "--time-limit", "1"]) == 0
    return out


@pytest.fixture(scope="module")
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same month as a real one, sealed but not drawn."""
    base = tmp_path_factory.mktemp("real")
    data = (WUZHOU / "entropy.json").read_bytes()
    record = records.load("entropy.json", data, demonstration=False)
    told = demonstrated(record)
    sealed = [kind for kind, _ in told].index("seal") + 1
    scenario = base / "wuzhou"
    shutil.copytree(WUZHOU, scenario)
    (scenario / "entropy.json").unlink()
    rows = [{"kind": kind, **body} for kind, body in told[:sealed]]
    body = {"schema": SCHEMA, "steps": rows}
    (scenario / "steps.json").write_text(json.dumps(body), "utf-8")
    out = base / "month"
    assert main(["plan", str(scenario), "--out", str(out), "--time-limit", "1"]) == 0
    shutil.rmtree(scenario)
    return out


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """Standard output of a command that succeeds."""
    capsys.readouterr()
    assert main(list(argv)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The one message of a command that is refused."""
    capsys.readouterr()
    assert main(list(argv)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def test_a_visit_is_explained_in_both_languages(closed: Path, capsys) -> None:
    plan = json.loads((closed / "plan.json").read_bytes())
    stop = plan["packages"][0]["stops"][0]
    out = said(capsys, "explain", str(closed), stop["visit"])
    day = plan["packages"][0]["day"]
    assert f"{stop['visit']} 排在 {day}（{plan['packages'][0]['id']}）" in out
    assert f"{stop['visit']} is on {day}" in out
    assert stop["name"] in out
    lines = [line for line in out.splitlines() if line.startswith("  2026-12-")]
    assert len(lines) == 22


def test_a_compound_stands_for_all_its_visits(closed: Path, capsys) -> None:
    drawn = json.loads((closed / "auditor" / "drawn.json").read_bytes())
    series = next(v for v in drawn["visits"] if v["series"])
    mine = [v["id"] for v in drawn["visits"] if v["compound"] == series["compound"]]
    out = said(capsys, "explain", str(closed), series["compound"], "--json")
    body = json.loads(out)
    assert body["schema"] == "inspector/explain/v1"
    draw, *visits = body["answers"]
    assert draw["compound"] == series["compound"]
    won = {c for s in drawn["strata"] for c in s["drawn"]}
    assert draw["drawn"] == (series["compound"] in won)
    assert [a["visit"] for a in visits] == mine
    first = visits[0]
    assert set(first) >= {"code", "params", "zh", "en", "options", "relaxations"}
    assert all(set(o) >= {"day", "extra", "alone", "binds"} for o in first["options"])


def test_a_day_counts_what_the_plan_has(closed: Path, capsys) -> None:
    plan = json.loads((closed / "plan.json").read_bytes())
    day = plan["packages"][0]["day"]
    mine = [p["id"] for p in plan["packages"] if p["day"] == day]
    out = said(capsys, "explain", str(closed), day)
    assert f"{day}  {len(mine)} 个工作包 packages" in out
    assert all(f"  {p} " in out for p in mine)
    body = json.loads(said(capsys, "explain", str(closed), day, "--json"))
    assert [p["id"] for p in body["answers"][0]["packages"]] == mine


def taken_over(closed: Path, number: str) -> int:
    """Seats he got by an absence, less those he lost: loads are told as drawn."""
    files = {p.name: p.read_bytes() for p in (closed / "auditor").glob("*.json")}
    name = reopen(files).drawn.frozen.names[number]
    events = json.loads(files["log.json"])["events"]
    moves = [e for e in events if e["event"] == "substituted"]
    return sum((e["in"] == name) - (e["out"] == name) for e in moves)


def test_a_person_sees_his_days_and_chances(closed: Path, capsys) -> None:
    plan = json.loads((closed / "plan.json").read_bytes())
    everything = [*plan["packages"], *plan["standby"]]
    role, _, number = plan["packages"][0]["team"][0]
    days = sorted(
        (p["day"], p["id"])
        for p in everything
        for _, _, who in p["team"]
        if who == number
    )
    body = json.loads(said(capsys, "explain", str(closed), number, "--json"))
    (row,) = body["answers"]
    assert [(d["day"], d["package"]) for d in row["duties"]] == days
    drawn = len(days) - taken_over(closed, number)
    assert row["load_min"] <= drawn <= row["load_max"]
    mine = next(d for d in row["duties"] if d["package"] == plan["packages"][0]["id"])
    assert mine["role"] == role
    out = said(capsys, "explain", str(closed), number)
    assert f"{number}：可上岗 {row['days']} 天" in out
    assert f"available on {row['days']} days" in out


def test_a_month_under_way_is_explained_from_its_steps(under_way: Path, capsys) -> None:
    assert "V0001 is on" in said(capsys, "explain", str(under_way), "V0001")
    plan = json.loads((under_way / "plan.json").read_bytes())
    assert all(not p["team"] for p in plan["packages"])
    number = json.loads(said(capsys, "explain", str(under_way), "I003", "--json"))
    number = number["answers"][0]
    assert number["duties"] == []
    assert number["chances"]


def test_other_folders_and_unknown_names_are_refused(
    closed: Path, tmp_path: Path, capsys
) -> None:
    assert "explain.folder" in refused(capsys, "explain", str(tmp_path), "V0001")
    assert "explain.what" in refused(capsys, "explain", str(closed), "V9999")
    assert "explain.no_day" in refused(capsys, "explain", str(closed), "2026-12-05")


def test_a_preview_says_that_its_seed_is_a_test(capsys) -> None:
    out = said(capsys, "preview", str(WUZHOU))
    assert out.startswith("试算（测试种子")
    assert "TEST seed" in out
    assert "没有不足 nothing is short" in out
    body = json.loads(said(capsys, "preview", str(WUZHOU), "--json"))
    assert body["schema"] == "inspector/preview/v2"
    assert body["test"] is True
    assert "TEST" in body["label"]
    assert body["city"]["expected"][0] > 0
    assert {d["where"] for d in body["districts"]} == {"万秀", "长洲", "龙圩"}


def test_a_preview_names_what_is_short(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "short"
    shutil.copytree(WUZHOU, folder)
    head, *rows = (folder / "cars.csv").read_text("utf-8-sig").splitlines()
    days = ["2026-12-01,2026-12-01" for _ in rows]
    cut = [",".join(row.split(",")[:2]) for row in rows]
    lines = [head, *(f"{c},{d}" for c, d in zip(cut, days, strict=True))]
    (folder / "cars.csv").write_text("\n".join(lines) + "\n", "utf-8")
    out = said(capsys, "preview", str(folder))
    assert "不足 What is short" in out
    assert "no plan holds more than" in out
    assert "万秀 has no car in service on 2026-12-" in out
    assert "20/20 trial months" in out
    remedy = next(x for x in out.splitlines() if "more car-days" in x)
    assert "+" in remedy and "2026-12-08 万秀" in remedy
