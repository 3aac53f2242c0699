"""Changes to people after the freeze: each logged when it is made, sealed in its rows.

A stage and a change of leave or recusal → the stage with the change logged and its rows
kept.

Before the seal they change who is eligible; after the lottery they count for what is
sealed later (`inspector.month.absence` follows them in packages already drawn).
PROTOCOL.md §6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from inspector.ceremony.bundle import Log, salt
from inspector.ceremony.canon import canonical, digest
from inspector.domain import Registry
from inspector.errors import Fault
from inspector.month import documents
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import PeopleChange
from inspector.registry.sheets import known_in

Stage = TypeVar("Stage", Frozen, Drawn)


def change_body(change: PeopleChange) -> documents.Doc:
    """The rows that a change adds."""
    return {
        "leave": [documents.entry(x) for x in change.leave],
        "recusals": [documents.entry(x) for x in change.recusals],
    }


def change_faults(
    registry: Registry, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Fault]:
    """What is wrong with rows of `leave` and `recusals` beside frozen registries: names
    that these do not have, an end before the beginning. Rows count from 1."""
    people = {i.id for i in registry.inspectors}
    subjects = {c.id for c in registry.compounds}
    subjects |= {c.usc18 for c in registry.companies}
    out = []
    for sheet, column, known, where in (
        ("leave", "inspector", people, ("inspectors",)),
        ("recusals", "inspector", people, ("inspectors",)),
        ("recusals", "subject", subjects, ("compounds", "companies")),
    ):
        for n, row in enumerate(rows[sheet], 1):
            if row[column] not in known:
                params: dict[str, object] = {**known_in(where)}
                out.append(Fault("row.unknown", sheet, n, column, row[column], params))
    for sheet in ("leave", "recusals"):
        for n, row in enumerate(rows[sheet], 1):
            first, last = row["first"], row["last"]
            if first and last and last < first:
                said = {"first": first}
                out.append(Fault("row.span", sheet, n, "last", str(last), said))
    return out


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


def private_file(frozen: Frozen, changes: Iterable[PeopleChange]) -> bytes:
    """private.json: what only the auditor reads."""
    return canonical(
        {
            "schema": "inspector/private/v2",
            "private": dict(frozen.private),
            "changes": [
                {
                    "at": c.at,
                    "reason": c.reason,
                    "approver": c.approver,
                    **change_body(c),
                    "salt": change_salt(frozen, c).hex(),
                }
                for c in changes
            ],
        }
    )
