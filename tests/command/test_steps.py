"""`inspector plan` walks a steps file: every honest month of it verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import steps_cases as cases
from month_stages import SCENARIOS

from inspector import verify
from inspector.__main__ import main
from inspector.command import plan as plan_command
from inspector.command.plan import run_plan
from inspector.command.walk import Options
from inspector.errors import InspectorError
from inspector.month.stages import Route


def walked(path: Path, steps: list[cases.Step]) -> Route:
    return run_plan(Options(cases.folder(path / "city", steps), path / "out", 1)).route


def test_a_normal_month_is_walked_and_verifies(tmp_path: Path) -> None:
    route = walked(tmp_path, cases.normal())
    assert route.closed is not None
    for name, data in route.closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify.verify_bundle(tmp_path)
    assert report.count(verify.FAILS) == 0


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([], "steps.begin"),
        ([cases.seal()], "steps.begin"),
        ([cases.freeze(), {"kind": "frieze"}], "input.faults"),
        ([{"kind": "freeze"}], "input.faults"),
        ([{**cases.freeze(), "witness": "张"}], "input.faults"),
        ([{**cases.freeze(), "blind": "xyz"}], "input.faults"),
        ([{**cases.freeze(), "policy": "none.toml"}], "steps.file"),
        ([cases.freeze(), cases.seal()], "step.order"),
    ],
)
def test_a_wrong_step_is_named(
    steps: list[cases.Step], code: str, tmp_path: Path
) -> None:
    with pytest.raises(InspectorError) as caught:
        walked(tmp_path, steps)
    assert caught.value.code == code


@pytest.mark.parametrize("flag", ["--entropy=draw-1=5", "--source=l1@2026140=T"])
@pytest.mark.parametrize("name", ["steps.json", "entropy.json"])
def test_a_value_that_told_steps_would_not_take_is_refused(
    name: str, flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    cases.folder(city, [cases.freeze()])
    if name == "entropy.json":
        city = SCENARIOS / "wuzhou"
    assert main(["plan", str(city), "--out", str(tmp_path / "out"), flag]) == 2
    said = capsys.readouterr().err
    assert "plan.told" in said
    assert name in said
    assert flag.split("=")[0] in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("flag", ["--entropy=draw-1=5", "--source=l1@2026140=T"])
def test_a_value_that_a_year_would_not_take_is_refused(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    city = str(SCENARIOS / "wuzhou")
    assert main(["plan", city, "--out", str(out), "--months", "2", flag]) == 2
    assert flag.split("=")[0] in capsys.readouterr().err
    assert not out.exists()


WHY = {"at": "2026-11-21T08:00:00Z", "reason": "名录有误"}


def test_a_month_may_end_in_a_cancelled_draw(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is in force then: the log says why, and a later policy freezes again."""
    monkeypatch.setattr(plan_command, "now", lambda: "2026-11-24T02:00:00Z")
    freeze = {**cases.freeze(), "demonstration": False}
    city = cases.folder(tmp_path / "city", [freeze, {"kind": "cancel_draw", **WHY}])
    out = tmp_path / "out"
    assert main(["plan", str(city), "--out", str(out)]) == 0
    assert "作废" in capsys.readouterr().out
    files = {p.name for p in (out / "bundle").iterdir()}
    assert files == {"log.json", "cancelled.json"}
    anchor = (out / "anchor.txt").read_text("utf-8")
    assert anchor.split("\n")[1] == "2"  # frozen, cancelled
    # The folder alone goes on from there, with sources that are later.
    (city / "steps.json").unlink()
    assert main(["plan", str(city), "--out", str(out)]) == 2
    assert "freeze.entropy" in capsys.readouterr().err
    (city / "policy.toml").write_text(cases.later_policy(), "utf-8")
    assert main(["plan", str(city), "--out", str(out)]) == 0
    events = json.loads((out / "bundle" / "log.json").read_bytes())["events"]
    assert [e["event"] for e in events] == ["frozen", "cancelled", "frozen"]


def test_other_steps_never_replace_those_that_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    freeze = {**cases.freeze(), "demonstration": False}
    city, out = cases.folder(tmp_path / "city", [freeze]), tmp_path / "out"
    assert main(["plan", str(city), "--out", str(out)]) == 0
    kept = (out / "private" / "steps.json").read_bytes()
    other = cases.folder(tmp_path / "other", [{**freeze, "blind": "33" * 32}])
    capsys.readouterr()
    for given in (other, other / "steps.json"):
        assert main(["plan", str(given), "--out", str(out)]) == 2
    assert "plan.other" in capsys.readouterr().err
    assert (out / "private" / "steps.json").read_bytes() == kept
    # The same steps and more go on.
    more = cases.folder(tmp_path / "more", [freeze, {"kind": "cancel_draw", **WHY}])
    assert main(["plan", str(more), "--out", str(out)]) == 0
