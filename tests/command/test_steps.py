"""`inspector plan` walks a steps file: every honest month of it verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
import steps_cases as cases

from inspector import verify
from inspector.command.plan import Options
from inspector.command.steps import run_steps
from inspector.errors import InspectorError
from inspector.month.route import Route


def walked(path: Path, steps: list[cases.Step]) -> Route:
    run = run_steps(Options(cases.folder(path / "city", steps), path / "out", 1))
    return Route(frozen=run.frozen, assigned=run.assigned, closed=run.closed)


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
        ([{"kind": "frieze"}], "steps.kind"),
        ([{"kind": "freeze"}], "steps.body"),
        ([{**cases.freeze(), "blind": "xyz"}], "steps.body"),
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
