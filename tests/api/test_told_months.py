"""The honest months of the steps files, kept by the service: stored step by step,
replayed from the database, published and verified."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from service_city import City
from service_public import PUBLIC

sys.path.append(str(Path(__file__).resolve().parents[1] / "command"))

from test_steps_months import TALES, prepared

from api.operations import handover
from inspector.command.plan import run_plan
from inspector.command.walk import Options
from inspector.verify import FAILS, verify_bundle

# Told by default; the others under `full`.
QUICK = (
    "a_draw_cancelled_before_its_values",
    "a_lottery_cancelled_after_its_values",
    "a_broken_car",
    "ill_at_noon",
    "all_reserves_are_used",
    "closed_late",
)


def kept(city: City, folder: Path) -> str:
    """The month's id after all its steps, each stored by the service."""
    run = run_plan(Options(folder, folder / "out", 1))
    city.site.settings = replace(city.site.settings, demo=True)
    with city.desk(write=True) as desk:
        return handover.hand_in(desk, "steps.json", run.kept()).id


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.full)
        for name in TALES
    ],
)
def test_a_told_month_is_kept_and_verifies(
    name: str, city: City, tmp_path: Path
) -> None:
    told = TALES[name]()
    city.clock.to("2027-05-01T02:00:00+00:00")
    month = kept(city, prepared(tmp_path, told))
    answer = city.client().get(f"{PUBLIC}/months/{month}/bundle?as=zip")
    assert answer.status_code == 200
    (tmp_path / "bundle.zip").write_bytes(answer.data)
    report = verify_bundle(tmp_path / "bundle.zip")
    wrong = [f for f in report.findings if f["verdict"] == FAILS]
    assert not wrong
    assert report.head["verdict"] == "holds"
