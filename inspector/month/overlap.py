"""Freezes of other logs that a new one must not collide with.

A new freeze and those that live in other logs → nothing, or a refusal.

A compound is drawn from in one log a month: a freeze that admits a compound which an
earlier freeze of the month admits is the next attempt of that freeze's log, never the
first of another. Otherwise two logs are two chances, and only one need be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.ceremony.bundle import Log
from inspector.ceremony.canon import Suite, digest, parse
from inspector.domain import Registry
from inspector.errors import CeremonyError, messages
from inspector.policy import Policy, Scope
from inspector.selection.draw import in_scope

messages(
    {
        "freeze.hash": (
            "同一日志的哈希算法不变：{name}",
            "the hash of a log stays the same: {name}",
        ),
        "freeze.overlap": (
            "本月另一日志的冻结 {commitment} 已含其中的小区；须在该日志中再次冻结",
            "another log of this month has frozen some of these compounds "
            "({commitment}); freeze again in that log",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Live:
    """A freeze of another log, cancelled or closed ones too. `admitted`: the compounds
    that its scope admits."""

    commitment: str
    month: str
    admitted: frozenset[str]


def admitted(registry: Registry, scope: Scope) -> frozenset[str]:
    """The active compounds that a scope admits, whoever is excluded among them."""
    district = {s.code: s.district for s in registry.streets}
    return frozenset(
        c.id
        for c in registry.compounds
        if c.status == "active" and in_scope(c, district[c.street], scope)
    )


def lives(log: Log, file: bytes = b"") -> list[Live]:
    """The freezes of a log: the cancelled ones, then `file`, freeze.json in force."""
    files = [v.file for v in log.voided if v.stage == "draw"]
    return [_live(data) for data in (*files, *([file] if file else []))]


def _live(file: bytes) -> Live:
    doc = parse(file)
    suite = Suite(doc["policy"]["hash"])
    return Live(digest(suite, "freeze", file).hex(), doc["month"], _admitted(doc))


def _admitted(doc: Mapping[str, Any]) -> frozenset[str]:
    """`admitted` from freeze.json."""
    scope = doc["policy"]["scope"]
    district = {s["code"]: s["district"] for s in doc["streets"]}
    return frozenset(
        c["id"]
        for c in doc["compounds"]
        if c["status"] == "active"
        and all(
            own in wanted
            for own, wanted in (
                (c["type"], scope["types"]),
                (c["risk_class"], scope["classes"]),
                (c["street"], scope["streets"]),
                (district[c["street"]], scope["districts"]),
            )
            if wanted
        )
    )


def refuse_collisions(
    registry: Registry, policy: Policy, log: Log, live: Sequence[Live]
) -> None:
    """Refuse a freeze that belongs in another log, or that names another hash than the
    log's freezes before. Raises CeremonyError freeze.overlap, freeze.hash."""
    for void in (v for v in log.voided if v.stage == "draw"):
        if (name := parse(void.file)["policy"]["hash"]) != policy.hash:
            raise CeremonyError("freeze.hash", name=name)
    mine = admitted(registry, policy.scope)
    for other in live:
        if other.month == policy.month and mine & other.admitted:
            raise CeremonyError("freeze.overlap", commitment=other.commitment)
