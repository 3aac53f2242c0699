"""What a log leaves to the next freeze: the auditor's claim recomputes duty and who
went, from the bundle before at the size that the freeze lists."""

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
from inspector.verify import Bundle, Row, Stood

CHAIN = next(c for c in verify.CLAIMS if c.id == "auditor.chain")
ROLES = ("lead", "second")


def read(path: Path, closed: ClosedMonth) -> Bundle:
    return Bundle(forger.write(path, closed.auditor), [], 64)


@pytest.mark.parametrize("changed", [False, True])
def test_it_is_what_the_program_leaves(
    changed: bool, tmp_path: Path, month: Month
) -> None:
    closed = amended(month).closed if changed else month.closed
    b = read(tmp_path, closed)
    found, wanted = Stood(b, len(b.log.events)).leaves(), left(closed.assigned)
    assert {k: n for k, n in found.items() if n} == {
        k: n for k, n in wanted.items() if n
    }
    assert sum(map(abs, found.values())) > 0


def followed(tmp_path: Path, month: Month, size: int = 0) -> Bundle:
    """A month that stands on the one before, at its end or at some size of its log."""
    old, new = (read(tmp_path / k, month.closed) for k in ("old", "new"))
    size = size or len(old.log.events)
    own = Stood(old, size)
    root = verify.root(map(verify.canonical, own.events))
    f, private = new.docs["freeze"], new.docs["private"].private
    f["logs"] = [Row(origin=own.name, size=size, root=root, open=own.open)]
    f["month"], f["frozen_at"] = "2027-01", max(own.times)
    past, ahead = own.officers()
    private["history"] += [
        Row(zip(("compound", "date", "kind", *ROLES), (*key, *pair), strict=True))
        for key, pair in past.items()
    ]
    private["running"] = sorted(ahead, key=lambda h: [h[k] for k in verify.AHEAD])
    left = own.leaves()
    for p in private.inspectors:
        p["carry_minutes"] += left[p.id]
    new.older = [old]
    return new


def judged(new: Bundle) -> dict[str, Any]:
    new.judge(CHAIN)
    return new.findings[-1]


@pytest.mark.parametrize("back", [0, 1, 20, 60])
def test_what_the_month_before_leaves_holds(
    back: int, tmp_path: Path, month: Month
) -> None:
    events = month.closed.log.events
    size = len(events) - back
    while events[size - 1]["event"] == "inspected":
        size -= 1
    new = followed(tmp_path, month, size)
    assert judged(new)["verdict"] == verify.HOLDS, new.findings
    assert bool(new.private.private.running) == (back > 1)


def test_another_carry_fails(tmp_path: Path, month: Month) -> None:
    # One minute does not change the half-days of the table: only the old month tells.
    new = followed(tmp_path, month)
    new.private.private.inspectors[0]["carry_minutes"] += 1
    assert "carry_minutes" in judged(new)["detail"]
    assert new.findings[-1]["verdict"] == verify.FAILS


@pytest.mark.parametrize("key", ROLES)
@pytest.mark.parametrize("rows", ["history", "running"])
def test_somebody_else_fails(rows: str, key: str, tmp_path: Path, month: Month) -> None:
    new = followed(tmp_path, month, len(month.closed.log.events) - 60)
    row = new.private.private[rows][-1]
    other = next(p.id for p in new.private.private.inspectors if p.id != row[key])
    row[key] = other
    assert judged(new)["verdict"] == verify.FAILS


def test_without_the_month_before_it_is_open(tmp_path: Path, month: Month) -> None:
    new = followed(tmp_path, month)
    new.older = []
    found = judged(new)
    assert found["verdict"] == verify.OPEN
    assert "wuzhou/2026-12/" in found["detail"]
