"""Honest months that are attacked, and the exit status of the verifier on a forgery."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import forger
from amended_month import amended
from month_stages import Month, assigned_with, drawn_with, field_work, quick, reasoned

from inspector import verify
from inspector.ceremony.seed import Entropy
from inspector.month.field import close
from inspector.month.freeze import cancel_draw, freeze
from inspector.month.pack import schedule
from inspector.month.record import record_cancelled
from inspector.month.seal import cancel_seal, seal
from inspector.policy import Source

Files = Mapping[str, bytes]
SECOND = {"draw": ("2026135", "2026-11-25"), "lottery": ("2026136", "2026-11-28")}
THIRD = ("2026137", "2026-11-30")
NUMBERS = "01 02 03 04 05|01 02"


def status(files: Files, *options: str) -> int:
    """The exit status of verify.py; anything it raises escapes."""
    with tempfile.TemporaryDirectory() as folder:
        path = forger.write(Path(folder), files)
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            return verify.main([str(path), *options])


def refused(files: Files) -> bool:
    """Whether the exit status is 1 or 2; stops at the first claim that fails."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            own = verify.Bundle(forger.write(Path(folder), files), [], 64)
        except verify.NotABundle:
            return status(files) == 2
        for claim in verify.CLAIMS:
            if own.amends or "amendments" not in claim.id:
                own.judge(claim)
                if own.findings[-1]["verdict"] == verify.FAILS:
                    return True
    return status(files) in (1, 2)


def public(files: Files) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != "private.json"}


def source(stage: str, issue: str, day: str) -> tuple[Source, ...]:
    """A lottery of another day."""
    return (Source(f"{stage}-{issue}", "lottery", "大乐透", issue, f"{day}T13:25:00Z"),)


def value(sources: tuple[Source, ...]) -> list[Entropy]:
    """What came out that day."""
    return [Entropy(s.id, s.issue, NUMBERS, s.at[:-3] + "59Z") for s in sources]


def again(month: Month) -> Files:
    """A month whose first draw and whose first lottery were cancelled."""
    log = cancel_draw(
        month.frozen, month.drawn.log, "2026-11-23T15:00:00Z", "公证员缺席"
    )
    policy = replace(
        month.policy,
        draw_entropy=source("draw", *SECOND["draw"]),
        lottery_entropy=source("lottery", *SECOND["lottery"]),
    )
    frozen = freeze(
        month.registry,
        policy,
        month.calendar,
        blind=b"\5" * 32,
        secret=month.frozen.secret.value,
        at="2026-11-23T16:00:00Z",
        log=log,
        demonstration=True,
    )
    drawn = drawn_with(frozen, value(policy.draw_entropy), "2026-11-25T14:00:00Z")
    packed = reasoned(schedule(drawn, quick))
    first = seal(packed, blind=b"\6" * 32, at="2026-11-26T08:00:00Z")
    log = cancel_seal(first, first.log, "2026-11-26T15:00:00Z", "录入有误")
    sources = tuple(
        replace(s, issue=THIRD[0], at=f"{THIRD[1]}T13:25:00Z")
        for s in policy.lottery_entropy
    )
    second = seal(
        packed, blind=b"\7" * 32, at="2026-11-27T08:00:00Z", entropy=sources, log=log
    )
    missed = value(policy.lottery_entropy)[0]
    second = replace(second, log=record_cancelled(second.log, "lottery", 1, missed))
    assigned = assigned_with(second, value(sources), "2026-11-30T14:00:00Z")
    at = month.record.closed_at
    return close(field_work(assigned), at, {}).auditor


MADE: dict[int, dict[str, Files]] = {}


def bases(month: Month) -> dict[str, Files]:
    """Auditor's bundles of honest months of all kinds, made once."""
    if id(month) not in MADE:
        MADE[id(month)] = {
            "normal": month.closed.auditor,
            "amended": amended(month).closed.auditor,
            "again": again(month),
        }
    return MADE[id(month)]
