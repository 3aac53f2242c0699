"""`logs.json` of a scenario <-> what the other logs of the bureau hold.

Made by `inspector next` and by the service, never by hand; the freeze holds it to
PROTOCOL.md §12. A scenario of a first month has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

from inspector.codec import WRONG, Form, dump, opened
from inspector.domain import (
    AssumedVisit,
    EarlierLog,
    OwedVisit,
    Registry,
    RunningVisit,
)
from inspector.errors import Fault, Faults
from inspector.registry.cells import MAX_INTEGER, plain

FILE = "logs.json"
SCHEMA = "inspector/logs/v2"
_FORM = Form(whole=(0, MAX_INTEGER), text=plain)
# Table -> the fields whose values give the order of its rows (PROTOCOL.md §12).
KEYS: Mapping[str, tuple[str, ...]] = {
    "logs": ("origin",),
    "assumed": ("log", "compound", "step"),
    "owed": ("log", "visit"),
    "running": ("log", "compound", "day"),
}


@dataclass(frozen=True, slots=True)
class LogsFile:
    """The four tables of `Registry` that no sheet holds."""

    schema: Annotated[str, (SCHEMA,)]
    logs: tuple[EarlierLog, ...]
    assumed: tuple[AssumedVisit, ...]
    owed: tuple[OwedVisit, ...]
    running: tuple[RunningVisit, ...]


def in_order(table: str, rows: Sequence[Any]) -> tuple[Any, ...]:
    """The rows of one of the tables in their order, whatever theirs is."""
    key = KEYS[table]
    return tuple(sorted(rows, key=lambda row: [getattr(row, name) for name in key]))


def with_logs(registry: Registry, source: Registry | LogsFile) -> Registry:
    """`registry` with the four tables of `source`, in order."""
    rows = {name: in_order(name, getattr(source, name)) for name in KEYS}
    return replace(registry, **rows)


def read_logs(data: bytes) -> tuple[LogsFile | None, list[Fault]]:
    """What the file says, and its faults."""
    try:
        found, reading = opened(data, FILE)
    except Faults as e:
        return None, list(e.faults)
    value = reading.load(LogsFile, found, form=_FORM)
    return (None if value is WRONG else value), reading.faults


def write_logs(registry: Registry) -> bytes | None:
    """The file, rows in order; None when there is nothing to say."""
    rows = [in_order(name, getattr(registry, name)) for name in KEYS]
    if not any(rows):
        return None
    names = [f.name for f in fields(LogsFile)]
    value = dict(zip(names, (SCHEMA, *map(dump, rows)), strict=True))
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
