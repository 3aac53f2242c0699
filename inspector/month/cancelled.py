"""Cancelled attempts (取消): until when one may be, and what must be told of it.

A log and the day → a refusal when it is too late to cancel, or when an attempt's value
is not told yet.

Cancelling is never a free look: a lottery cannot be cancelled once people act on it,
and before the close everybody learns what each attempt would have given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspector.ceremony.bundle import Log
from inspector.errors import CeremonyError, messages
from inspector.month.amendment import Amendment
from inspector.month.record import cancelled_attempts, last_leaf
from inspector.sources import is_outside

Doc = Mapping[str, Any]

# What people do on a lottery's outcome.
FIELD = (
    "absent",
    "substituted",
    "inspected",
    "result",
    "carried",
    "called",
    "amended",
)

messages(
    {
        "cancel.field": (
            "已有外勤记录（{event}），派员不能再取消",
            "field work is logged ({event}); the lottery cannot be cancelled any more",
        ),
        "cancel.late": (
            "工作包已于 {released} 下发，派员不能再取消",
            "packages were released at {released}; the lottery cannot be cancelled",
        ),
        "close.unrecorded": (
            "已取消的{stage}第{attempt}次的随机源 {source} 尚未录入结果，不能归档",
            "the value of source {source} of the cancelled {stage} {attempt} is not "
            "recorded; record it before the close",
        ),
    }
)


def refuse_late(log: Log, at: str, releases: Iterable[str]) -> None:
    """Refuse to cancel the last lottery once it is acted on: after a field event, or
    at its first release. A day released before the people were drawn does not count.

    Raises CeremonyError cancel.field, cancel.late.
    """
    events = _since(log.events, "sealed")
    for e in events:
        if e["event"] in FIELD:
            raise CeremonyError("cancel.field", event=e["event"])
    drawn = [e["at"] for e in events if e["event"] == "assigned"]
    seen = [r for r in releases if drawn and drawn[0] < r <= at]
    if seen:
        raise CeremonyError("cancel.late", released=min(seen))


def _since(events: Sequence[Doc], kind: str) -> Sequence[Doc]:
    """The events from the last one of a kind on."""
    last = max((k for k, e in enumerate(events) if e["event"] == kind), default=0)
    return events[last:]


def unrecorded(log: Log, amendments: Iterable[Amendment]) -> list[tuple[str, int, str]]:
    """Stage, attempt and id of each outside source of a cancelled attempt whose value
    the log does not tell yet."""
    gone = [*cancelled_attempts(log)]
    gone += [("amendment", a.attempt, a.entropy) for a in amendments]
    return [
        (stage, n, s.id)
        for stage, n, sources in gone
        for s in sources
        if is_outside(s) and last_leaf(log, stage, n, s.id) is None
    ]


def refuse_unrecorded(log: Log, amendments: Iterable[Amendment]) -> None:
    """Raise CeremonyError close.unrecorded while a cancelled attempt's value is due."""
    for stage, attempt, source in unrecorded(log, amendments):
        raise CeremonyError(
            "close.unrecorded", stage=stage, attempt=attempt, source=source
        )
