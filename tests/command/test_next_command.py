"""`inspector next`: folders of months → what the next freeze stands on."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from month_stages import SCENARIOS

from inspector.__main__ import main
from inspector.command.folders import read_inputs
from inspector.registry import read_scenario
from inspector.registry.logs_file import read_logs

RUNNING, CLOSED = "2026-12-18T03:00:00Z", "2027-01-15T08:00:00Z"


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the demonstration's month."""
    out = tmp_path_factory.mktemp("next") / "december"
    argv = ["plan", str(SCENARIOS / "wuzhou"), "--out", str(out), "--time-limit", "1"]
    assert main(argv) == 0
    return out


def run(*folders: Path, at: str, out: Path, base: Path | None = None) -> int:
    more = ["--base", str(base)] if base is not None else []
    argv = ["next", *map(str, folders), "--at", at, "--out", str(out)]
    return main([*argv, *more])


def test_the_scenario_of_the_month_after_as_the_log_stood(
    december: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "january"
    assert run(december, at=RUNNING, out=out) == 0
    text = capsys.readouterr().out
    assert "wuzhou 2027-01 承接 stands on 2026-12-18 11:00" in text
    assert "open 1" in text
    assert "policy.toml" in text and "dlt-" in text  # sources wait for their names
    assert 'month = "2027-01"' in (out / "policy.toml").read_text("utf-8")
    files = read_inputs(out)
    logs, faults = read_logs(files["logs.json"])
    assert not faults and logs is not None
    (entry,) = logs.logs
    assert entry.open and logs.running and logs.assumed
    events = json.loads((december / "bundle" / "log.json").read_bytes())["events"]
    assert 0 < entry.size < len(events)
    # Who is on the way is nobody else's business yet.
    assert (out / "logs.json").stat().st_mode & 0o077 == 0
    later = tmp_path / "later"
    assert run(december, at=CLOSED, out=later) == 0
    assert read_logs((later / "logs.json").read_bytes())[0] != logs


def test_the_close_writes_what_the_command_says_of_its_time(
    december: Path, tmp_path: Path
) -> None:
    out = tmp_path / "january"
    assert run(december, at=CLOSED, out=out) == 0
    assert read_inputs(out) == read_inputs(december / "next")
    assert (december / "next" / "logs.json").stat().st_mode & 0o077 == 0
    steps = december / "private" / "steps.json"
    assert run(steps, at=CLOSED, out=tmp_path / "again") == 0
    assert read_inputs(tmp_path / "again") == read_inputs(out)


def test_registries_and_policy_may_come_from_another_folder(
    december: Path, tmp_path: Path
) -> None:
    """The bureau's own files of the month, a compound closed since."""
    city, out = tmp_path / "city", tmp_path / "out"
    shutil.copytree(SCENARIOS / "wuzhou", city)
    policy = city / "policy.toml"
    told = policy.read_text("utf-8").replace('month = "2026-12"', 'month = "2027-01"')
    policy.write_text(told, "utf-8")
    assert run(december, at=RUNNING, out=out, base=city) == 0
    made = read_scenario(read_inputs(out))
    assert made.policy == read_scenario(read_inputs(city)).policy
    assert len(made.registry.logs) == 1 and made.registry.running


def test_a_folder_that_is_not_ours_stays(december: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "letter.txt").write_text("x", "utf-8")
    assert run(december, at=RUNNING, out=out) == 2
    assert [p.name for p in out.iterdir()] == ["letter.txt"]
    out = tmp_path / "ours"
    assert run(december, at=RUNNING, out=out) == 0
    assert run(december, at=CLOSED, out=out) == 0
    assert read_inputs(out) == read_inputs(december / "next")


def refused(
    capsys: pytest.CaptureFixture[str], *folders: Path, at: str, out: Path
) -> str:
    assert run(*folders, at=at, out=out) == 2
    assert not out.exists()
    return capsys.readouterr().err


def test_what_is_missing_or_given_twice_is_told(
    december: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    before = "2026-11-20T07:00:00Z"
    assert "no freeze" in refused(capsys, december, at=before, out=out)
    again = december, december
    assert "given twice" in refused(capsys, *again, at=RUNNING, out=out)
    assert "no steps" in refused(capsys, tmp_path, at=RUNNING, out=out)
    with pytest.raises(SystemExit):
        run(december, at="2026-12-18", out=out)


def test_a_month_that_names_another_needs_it(
    december: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """January, frozen on December's log, alone."""
    scenario, january, out = (tmp_path / n for n in ("jan", "january", "out"))
    assert run(december, at=RUNNING, out=scenario) == 0
    policy = scenario / "policy.toml"
    policy.write_text(_named(policy.read_text("utf-8")), "utf-8")
    body = {"blind": "01" * 32, "secret": "02" * 32, "at": RUNNING}
    steps = [{"kind": "freeze", "demonstration": True, **body}]
    file = {"schema": "inspector/steps/v2", "steps": steps}
    (scenario / "steps.json").write_text(json.dumps(file), "utf-8")
    assert main(["plan", str(scenario), "--out", str(january)]) == 0
    at = "2026-12-18T04:00:00Z"
    assert "earlier logs are missing" in refused(capsys, january, at=at, out=out)
    assert run(january, december, at=at, out=out) == 0
    one = read_inputs(out)
    assert run(december, january, at=at, out=out) == 0
    assert read_inputs(out) == one
    assert 'month = "2027-02"' in one["policy.toml"].decode()


def _named(policy: str) -> str:
    """The policy with sources on two drawing days after the freeze."""
    days = ("draw", "2026147", "2026-12-21"), ("lottery", "2026148", "2026-12-23")
    tables = (
        f'[[{stage}_entropy]]\nid = "{stage}"\nkind = "lottery"\nname = "大乐透"\n'
        f'issue = "{issue}"\nat = "{day}T13:25:00Z"\n'
        for stage, issue, day in days
    )
    parts = re.split(r"(?m)^(?=\[)", policy)
    kept = (p for p in parts if not p.startswith(("[[draw_en", "[[lottery_en")))
    return "".join([*kept, *tables])
