"""The honest months of the steps files, kept by the service: stored step by step,
replayed from the database, published and verified."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from service_city import City
from service_public import PUBLIC

sys.path.append(str(Path(__file__).resolve().parents[1] / "command"))

import steps_cases as cases
from test_steps_months import TALES, prepared

from api.months import steps
from inspector.command.folders import read_inputs
from inspector.command.plan import Options
from inspector.command.steps import SIMULATE, Walk
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


def kept(city: City, told: list[cases.Step], folder: Path) -> str:
    """The month's id after all its steps, each stored by the service."""
    walk = Walk(Options(folder, folder / "out", 1), read_inputs(folder))
    with city.desk(write=True) as desk:
        month = steps.create(desk, "2026-12").id
    for row in told:
        body = {k: v for k, v in row.items() if k != "kind"}
        if row["kind"] == SIMULATE:
            rows = walk.results(body.get("until", "9999-12-31"))
            each = [("publish", result) for result in rows]
        else:
            each = [(row["kind"], walk.complete(row["kind"], body))]
        with city.desk(write=True) as desk:
            for kind, body in each:
                found = steps.find(desk, month)
                walk.route = steps.advance(desk, found, kind, body)
    return month


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
    month = kept(city, told, prepared(tmp_path, told))
    city.clock.to("2027-05-01T02:00:00+00:00")
    answer = city.client().get(f"{PUBLIC}/months/{month}/bundle.zip")
    assert answer.status_code == 200
    (tmp_path / "bundle.zip").write_bytes(answer.data)
    report = verify_bundle(tmp_path / "bundle.zip")
    wrong = [f for f in report.findings if f["verdict"] == FAILS]
    assert not wrong
    assert report.head["verdict"] == "holds"
