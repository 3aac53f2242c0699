"""What a month leaves to the next: the auditor's claim recomputes the carried duty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import forger
import pytest
from amended_month import amended
from month_stages import Month

from inspector import verify
from inspector.month.field import ClosedMonth
from inspector.month.standing import left
from inspector.verify import Bundle

ROWS = next(c for c in verify.CLAIMS if c.id == "auditor.rows")


def read(path: Path, closed: ClosedMonth) -> Bundle:
    return Bundle(forger.write(path, closed.auditor), [], 64)


@pytest.mark.parametrize("changed", [False, True])
def test_it_is_what_the_program_leaves(
    changed: bool, tmp_path: Path, month: Month
) -> None:
    closed = amended(month).closed if changed else month.closed
    assert verify.carried(read(tmp_path, closed)) == left(closed.assigned)


def judged(tmp_path: Path, month: Month, shift: int) -> dict[str, Any]:
    """The claim of a month whose people carry what the month before left, or more."""
    old, new = (read(tmp_path / k, month.closed) for k in ("old", "new"))
    left = verify.carried(old)
    old.docs["freeze"]["month"] = "2026-11"
    people = {p.id: p for p in new.docs["private"].private.inspectors}
    for name, minutes in left.items():
        people[name]["carry_minutes"] = minutes
    for row in new.docs["table"].people:
        minutes = new.people.names[row.id].carry_minutes
        row["carry"] = 240 * ((minutes + 120) // 240)
    next(iter(people.values()))["carry_minutes"] += shift
    new.older = [old]
    new.judge(ROWS)
    return new.findings[-1]


def test_the_carry_of_the_month_before_holds(tmp_path: Path, month: Month) -> None:
    found = judged(tmp_path, month, 0)
    assert found["verdict"] == verify.HOLDS
    assert "2026-11" in found["detail"]


def test_another_carry_fails(tmp_path: Path, month: Month) -> None:
    # One minute does not change the half-days of the table: only the old month tells.
    assert judged(tmp_path, month, 1)["verdict"] == verify.FAILS
