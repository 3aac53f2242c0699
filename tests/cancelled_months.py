"""Months with cancelled attempts, closed in time or late, for tests of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from month_stages import Month, assigned_with, drawn_with, field_work, quick, reasoned

from inspector.ceremony.bundle import Log
from inspector.ceremony.canon import Suite, digest
from inspector.ceremony.seed import Entropy
from inspector.month.assigned import Assigned
from inspector.month.field import ClosedMonth, close
from inspector.month.freeze import Frozen, cancel_draw, freeze
from inspector.month.pack import Packed, schedule
from inspector.month.record import record_cancelled
from inspector.month.seal import cancel_seal, seal
from inspector.policy import Source

WHY = "录入有误"
SHA256 = Suite("sha256")


def revealed(issue: str) -> str:
    """What an observer reveals: another value for each issue."""
    return hashlib.sha256(issue.encode()).hexdigest()


def later(sources: Sequence[Source], day: str, issue: str) -> tuple[Source, ...]:
    """The same sources on another day, the lottery with that issue."""
    out = []
    for s in sources:
        if s.kind == "lottery":
            out.append(replace(s, issue=issue, at=f"{day}T13:25:00Z"))
            continue
        name = f"{s.issue}-{day[-2:]}"
        commit = digest(SHA256, "reveal", bytes.fromhex(revealed(name))).hex()
        out.append(replace(s, issue=name, at=f"{day}T08:00:00Z", commit=commit))
    return tuple(out)


def values(month: Month, sources: Sequence[Source]) -> list[Entropy]:
    """What these sources give, the lottery what the month's record says."""
    given = {e.source: e for e in (*month.record.draw, *month.record.lottery)}
    return [
        replace(given[s.id], issue=s.issue, at=s.at)
        if s.kind == "lottery" or s.issue.count("-") == 3
        else Entropy(s.id, s.issue, revealed(s.issue), s.at)
        for s in sources
    ]


def recorded(log: Log, stage: str, attempt: int, rows: list[Entropy], at: str) -> Log:
    """The log with the outside values of an attempt that is cancelled."""
    for e in rows:
        log = record_cancelled(log, stage, attempt, replace(e, at=at))
    return log


def resealed(month: Month, packed: Packed, log: Log, at: str) -> Assigned:
    """Sealed again under another blind for 28 November, and drawn."""
    sources = later(month.policy.lottery_entropy, "2026-11-28", "2026136")
    again = seal(packed, blind=b"\4" * 32, at=at, entropy=sources, log=log)
    return assigned_with(again, values(month, sources), "2026-11-28T14:00:00Z")


def finished(month: Month, assigned: Assigned, at: str = "") -> ClosedMonth:
    done = field_work(assigned)
    return close(done, at or month.record.closed_at, {})


def lottery_cancelled(month: Month, *, drawn: bool) -> ClosedMonth:
    """A lottery cancelled before its entropy, or after it was drawn."""
    if drawn:
        log = cancel_seal(month.sealed, month.assigned.log, "2026-11-25T15:00:00Z", WHY)
        return finished(
            month, resealed(month, month.packed, log, "2026-11-26T08:00:00Z")
        )
    log = cancel_seal(month.sealed, month.sealed.log, "2026-11-24T09:00:00Z", WHY)
    sources = later(month.policy.lottery_entropy, "2026-11-28", "2026136")
    again = seal(
        month.packed,
        blind=b"\4" * 32,
        at="2026-11-24T10:00:00Z",
        entropy=sources,
        log=log,
    )
    outside = [
        v for v in values(month, month.sealed.entropy) if v.source.startswith("dlt")
    ]
    log = recorded(again.log, "lottery", 1, outside, "2026-11-25T13:30:00Z")
    again = replace(again, log=log)
    return finished(
        month, assigned_with(again, values(month, sources), "2026-11-28T14:00:00Z")
    )


def refrozen(month: Month, log: Log, at: str, days: tuple[str, str]) -> Frozen:
    """Frozen again: the draw and the lottery on these days."""
    p, (one, two) = month.policy, days
    issues = {"25": "2026135", "28": "2026136", "30": "2026137"}
    policy = replace(
        p,
        draw_entropy=later(p.draw_entropy, one, issues[one[-2:]]),
        lottery_entropy=later(p.lottery_entropy, two, issues[two[-2:]]),
    )
    return freeze(
        month.registry,
        policy,
        month.calendar,
        blind=b"\5" * 32,
        secret=month.frozen.secret.value,
        at=at,
        log=log,
        demonstration=True,
    )


def draw_cancelled(month: Month) -> ClosedMonth:
    """A drawn draw is cancelled and made again."""
    log = cancel_draw(month.frozen, month.drawn.log, "2026-11-23T15:00:00Z", WHY)
    frozen = refrozen(month, log, "2026-11-23T16:00:00Z", ("2026-11-25", "2026-11-28"))
    return ended(month, frozen)


def ended(month: Month, frozen: Frozen) -> ClosedMonth:
    """A freeze taken to its close."""
    p = frozen.policy
    at = p.draw_entropy[-1].at.replace("13:25", "14:00")
    drawn = drawn_with(frozen, values(month, p.draw_entropy), at)
    sealed = seal(
        reasoned(schedule(drawn, quick)), blind=b"\6" * 32, at=at.replace("14:", "15:")
    )
    sources = p.lottery_entropy
    assigned = assigned_with(
        sealed, values(month, sources), sources[-1].at.replace("13:25", "14:00")
    )
    return finished(month, assigned)


def both_cancelled(month: Month) -> tuple[Log, ClosedMonth]:
    """A seal is cancelled, then its draw; the log then, and the month made again."""
    log = cancel_seal(month.sealed, month.sealed.log, "2026-11-24T09:00:00Z", WHY)
    log = cancel_draw(month.frozen, log, "2026-11-24T10:00:00Z", WHY)
    frozen = refrozen(month, log, "2026-11-24T11:00:00Z", ("2026-11-28", "2026-11-30"))
    outside = values(month, month.sealed.entropy)[-1:]
    told = recorded(frozen.log, "lottery", 1, outside, "2026-11-25T13:30:00Z")
    return log, ended(month, replace(frozen, log=told))
