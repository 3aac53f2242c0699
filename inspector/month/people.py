"""Changes to people after the freeze: each logged when it is made, sealed in its rows.

A stage and a change of leave or recusal → the stage with the change logged and its rows
kept.

Before the seal they change who is eligible; after the lottery they count for what is
sealed later (`inspector.month.absence` follows them in packages already drawn).
PROTOCOL.md §6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from inspector.ceremony.bundle import Log, salt
from inspector.ceremony.canon import canonical, digest
from inspector.domain import Leave, Recusal
from inspector.month import documents
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import PeopleChange

Stage = TypeVar("Stage", Frozen, Drawn)


def change_body(change: PeopleChange) -> documents.Doc:
    """The rows that a change adds."""
    return {
        "leave": [documents.entry(x) for x in change.leave],
        "recusals": [documents.entry(x) for x in change.recusals],
    }


def read_change(body: Mapping[str, Any]) -> PeopleChange:
    """The change that a step's body tells; an open end is "" or missing."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    leave = tuple(
        Leave(
            x["inspector"],
            date.fromisoformat(x["first"]),
            date.fromisoformat(x["last"]),
            x.get("half", ""),
        )
        for x in body["leave"]
    )
    recusals = tuple(
        Recusal(
            x["inspector"],
            x["subject"],
            x["reason"],
            day(x.get("first")),
            day(x.get("last")),
        )
        for x in body["recusals"]
    )
    return PeopleChange(body["at"], body["reason"], body["approver"], leave, recusals)


def change_salt(frozen: Frozen, change: PeopleChange) -> bytes:
    """Salt of a change, from the first blind."""
    return salt(frozen.blind, f"change/{change.at}/{change.reason}")


def change_event(frozen: Frozen, change: PeopleChange) -> documents.Doc:
    """The log leaf of a change."""
    body = canonical(change_body(change))
    return {
        "event": "people_changed",
        "at": change.at,
        "reason": change.reason,
        "approver": change.approver,
        "digest": digest(
            frozen.suite, "change", change_salt(frozen, change), body
        ).hex(),
    }


def changed(stage: Stage, change: PeopleChange) -> Stage:
    """A frozen or drawn month with the change in its log."""
    frozen = stage if isinstance(stage, Frozen) else stage.frozen
    return replace(stage, log=logged(stage.log, frozen, change))


def logged(log: Log, frozen: Frozen, change: PeopleChange) -> Log:
    """The log with the change."""
    return log.append(change_event(frozen, change))
