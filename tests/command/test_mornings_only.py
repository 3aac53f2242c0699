"""A bureau that inspects in the mornings only: its policy is taken, its month planned,
and who can be visited in the afternoon alone is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from month_stages import SCENARIOS

from inspector.command.commands import finish
from inspector.command.folders import read_inputs
from inspector.command.plan import run_plan
from inspector.command.preview import beside
from inspector.command.walk import Options
from inspector.domain import Window
from inspector.registry import read_scenario
from inspector.verify import FAILS

MORNINGS = """
[day]
shift_start = "8:30"
shift_end = "12:00"
max_visits = 3
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mornings") / "city"
    shutil.copytree(SCENARIOS / "wuzhou", folder)
    policy = folder / "policy.toml"
    kept = policy.read_text("utf-8").split("[travel]\nlon_metres = 101988\n")
    assert len(kept) == 2  # metres come from the offices
    policy.write_text(MORNINGS.join(kept), "utf-8")
    return folder


def test_the_month_is_planned_in_the_mornings(city: Path, tmp_path: Path) -> None:
    run = run_plan(Options(city, tmp_path / "out", 1, fuse_seconds=60))
    outcome = finish(run)
    assert outcome is not None and outcome.count(FAILS) == 0
    assert run.packed is not None and run.closed is not None
    packages = run.packed.packing.packages
    assert packages and all(510 <= p.depart < p.back <= 720 for p in packages)
    assert all(p.lunch is None for p in packages)
    windows = {c.id: c.window for c in run.frozen.registry.compounds}
    left = {u.visit for u in run.packed.packing.unplaced}
    for visit in run.packed.drawn.visits:
        if windows[visit.compound] is Window.AFTERNOON:
            assert visit.id in left
    # The freeze holds what was reckoned, as integers.
    assert run.frozen.policy.travel.lon_metres == 102_006
    assert run.frozen.policy.day.duty_minutes == 210


def test_who_can_be_visited_in_the_afternoon_alone_is_named(city: Path) -> None:
    scenario = read_scenario(read_inputs(city))
    active = [c for c in scenario.registry.compounds if c.status == "active"]
    shut = {c.id for c in active if c.window is Window.AFTERNOON}
    assert shut
    told = [n for n in scenario.notes if n.code == "note.no_afternoon"]
    assert {n.params["compound"] for n in told} == shut
    assert {n.file for n in told} == {"compounds.csv"}
    whole = read_scenario(read_inputs(SCENARIOS / "wuzhou"))
    assert not [n for n in whole.notes if n.code == "note.no_afternoon"]


def test_the_preview_names_them_and_every_default(city: Path) -> None:
    text = "\n".join(beside(read_scenario(read_inputs(city))))
    assert "C0002" in text and "注意 note" in text
    assert 'day.lunch_first = "11:30"' in text
    assert "travel.lon_metres = 102006" in text


@pytest.mark.full
def test_afternoons_only_are_planned_likewise(city: Path, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(city, folder)
    policy = folder / "policy.toml"
    text = policy.read_text("utf-8").replace(
        MORNINGS, '\n[day]\nshift_start = "13:30"\n'
    )
    policy.write_text(text, "utf-8")
    run = run_plan(Options(folder, tmp_path / "out", 1, fuse_seconds=60))
    outcome = finish(run)
    assert outcome is not None and outcome.count(FAILS) == 0
    assert run.packed is not None
    packages = run.packed.packing.packages
    assert packages and all(810 <= p.depart < p.back <= 1050 for p in packages)
    windows = {c.id: c.window for c in run.frozen.registry.compounds}
    left = {u.visit for u in run.packed.packing.unplaced}
    for visit in run.packed.drawn.visits:
        if windows[visit.compound] is Window.MORNING:
            assert visit.id in left
