"""`inspector plan … --before DIR`: a month that knows the bureau's other months."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from month_stages import SCENARIOS

from inspector.__main__ import main
from inspector.verify import verify_bundle

FOLDED = "2026-12-20T08:00:00Z"
VALUE = "ab" * 16
OFTEN = "A = [3, 1]\nB = [4, 1]"
# draw and lottery of January: issue, time
ISSUES = (
    ("wuzhou-2027-01-1", "2026-12-23T08:30:00Z"),
    ("2026147", ""),
    ("2026148", ""),
)
TIMES = ("2026-12-23T13:25:00Z", "2026-12-26T13:25:00Z")


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of 梧州 that draws enough for some to be drawn again in the next."""
    folder = tmp_path_factory.mktemp("beside")
    city = folder / "city"
    shutil.copytree(SCENARIOS / "wuzhou", city)
    policy = city / "policy.toml"
    text = policy.read_text("utf-8").replace("A = [60, 100]\nB = [1, 1]", OFTEN)
    assert OFTEN in text
    policy.write_text(text, "utf-8")
    out = folder / "december"
    argv = ["plan", str(city), "--out", str(out), "--time-limit", "1"]
    assert main(argv) == 0
    return out


@pytest.fixture(scope="module")
def january(december: Path) -> Path:
    """The scenario of January by December's log of FOLDED, its sources named."""
    scenario = december.parent / "scenario"
    argv = ["next", str(december), "--at", FOLDED, "--out", str(scenario)]
    assert main(argv) == 0
    policy = scenario / "policy.toml"
    text = policy.read_text("utf-8").replace('commit = ""\n', "")
    rows = [ISSUES[0], (ISSUES[1][0], TIMES[0]), (ISSUES[2][0], TIMES[1])]
    for issue, at in rows:
        named = f'issue = "{issue}"\nat = "{at}"'
        text = text.replace('issue = ""\nat = ""', named, 1)
    commit = hashlib.sha256(bytes.fromhex(VALUE)).hexdigest()
    at = f'at = "{ISSUES[0][1]}"\n'
    policy.write_text(text.replace(at, f'{at}commit = "{commit}"\n'), "utf-8")
    return scenario


def frozen_at(january: Path, at: str) -> None:
    """The made-up record of January, frozen at a time."""
    made = json.loads((SCENARIOS / "wuzhou" / "entropy.json").read_bytes())
    draw, lottery = made["draw"], made["lottery"]
    draw[0] |= {"value": VALUE, "at": ISSUES[0][1]}
    draw[1] |= {"value": "01 10 15 18 29|09 12", "at": TIMES[0]}
    lottery[0] |= {"value": "02 07 11 24 33|02 05", "at": TIMES[1]}
    made |= {
        "frozen_at": at,
        "drawn_at": "2026-12-23T14:00:00Z",
        "sealed_at": "2026-12-24T08:00:00Z",
        "assigned_at": "2026-12-26T14:00:00Z",
        "closed_at": "2027-03-15T08:00:00Z",
    }
    (january / "entropy.json").write_text(json.dumps(made), "utf-8")


def planned(january: Path, out: Path, *more: str) -> int:
    return main(["plan", str(january), "--out", str(out), "--time-limit", "1", *more])


def test_results_say_what_the_other_month_published_first(
    december: Path, january: Path, tmp_path: Path
) -> None:
    frozen_at(january, FOLDED)
    out = tmp_path / "with"
    assert planned(january, out, "--before", str(december)) == 0
    before = [december / "bundle"]
    assert verify_bundle(out / "bundle", before=before).head["verdict"] == "holds"
    results = json.loads((out / "bundle" / "results.json").read_bytes())["results"]
    assert any(r.get("again") for r in results)
    assert (out / "next" / "logs.json").is_file()


def test_without_the_other_month_it_says_what_it_cannot_know(
    january: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen_at(january, FOLDED)
    assert planned(january, tmp_path / "alone") == 0
    assert "--before" in capsys.readouterr().out


def test_a_log_that_grew_since_stops_the_freeze(
    december: Path, january: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`next` on the 20th, `plan` on the 22nd, results published in between."""
    frozen_at(january, "2026-12-22T12:00:00Z")
    out = tmp_path / "late"
    assert planned(january, out, "--before", str(december)) == 2
    assert "plan.stale" in capsys.readouterr().err
    assert not out.exists()
    assert planned(january, out, "--before", str(tmp_path)) == 2
    assert "next.steps" in capsys.readouterr().err


def test_what_was_written_into_a_scenario_since_is_not_lost(
    december: Path, january: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`next` over its own folder: sources named by hand stay, or nothing changes."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for path in january.iterdir():
        if path.name != "entropy.json":
            (mine / path.name).write_bytes(path.read_bytes())
    policy = (mine / "policy.toml").read_bytes()
    later = ["next", str(december), "--at", "2026-12-22T12:00:00Z", "--out", str(mine)]
    assert main(later) == 2
    assert "next.edited" in capsys.readouterr().err
    assert (mine / "policy.toml").read_bytes() == policy
    (mine / "steps.json").write_text("[]", "utf-8")
    base = ["--base", str(mine)]
    assert main([*later, *base]) == 2
    assert "steps.json" in capsys.readouterr().err
    (mine / "steps.json").unlink()
    assert main([*later, *base]) == 0
    assert b'issue = "2026147"' in (mine / "policy.toml").read_bytes()
    assert (mine / "logs.json").read_bytes() != (january / "logs.json").read_bytes()
