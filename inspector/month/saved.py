"""The solver's packing as a private file, so that a real month need not solve twice.

Packing → packing_file → JSON → load_packing → Packing     (`inspector.codec`)
"""

from __future__ import annotations

from collections.abc import Mapping

from inspector.ceremony.canon import canonical
from inspector.codec import dump, opened
from inspector.schedule.workload import Packing

SCHEMA = "inspector/packing/v1"
_CLOCKED = ("first_feasible_seconds", "seconds")


def packing_file(packing: Packing) -> bytes:
    """Everything of a packing but its wall-clock seconds."""
    body = {k: v for k, v in dump(packing).items() if k not in _CLOCKED}
    return canonical({"schema": SCHEMA, **body})


def load_packing(name: str, data: bytes) -> Packing:
    """Read it back. Raises Faults with everything that is wrong in it."""
    body, reading = opened(data, name)
    if isinstance(body, Mapping):
        rest = {k: v for k, v in body.items() if k != "schema"}
        body = {**rest, **dict.fromkeys(_CLOCKED, 0.0)}
    packing: Packing = reading.load(Packing, body)
    reading.refuse()
    return packing
