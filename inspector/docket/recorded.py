"""Moves as plain data and back, and where each of them stands in the record.

move → encode → JSON data → decode → the same move     (`inspector.codec`)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from inspector.codec import Reading, dump
from inspector.docket.moves import Move
from inspector.errors import InspectorError, messages

messages(
    {
        "docket.damaged": (
            "台账记录无法读取：{kind}：{why}",
            "a move of the docket cannot be read: {kind}: {why}",
        ),
    }
)

KINDS: Mapping[str, type[Move]] = {t.__name__: t for t in get_args(Move)}

encode = dump


@dataclass(frozen=True, slots=True)
class Recorded:
    """A move at its position in the append-only record (0: not recorded yet)."""

    position: int
    move: Move


def decode(kind: str, body: Mapping[str, Any]) -> Move:
    """The move of this kind. Raises InspectorError docket.damaged, naming each key."""
    reading = Reading(kind)
    if kind not in KINDS:
        raise InspectorError("docket.damaged", kind=kind, why="kind")
    move: Move = reading.load(KINDS[kind], body)
    if reading.faults:
        why = " ".join(f.column or kind for f in reading.faults)
        raise InspectorError("docket.damaged", kind=kind, why=why)
    return move
