"""The solver's packing as a private file, so that a real month need not solve twice."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from inspector.ceremony.canon import canonical
from inspector.domain import Package, Stop
from inspector.errors import InspectorError
from inspector.month import documents
from inspector.schedule.workload import CountedTask, Packing, Unplaced


def packing_file(packing: Packing) -> bytes:
    """Everything of a packing but its wall-clock seconds."""
    body: dict[str, Any] = {
        "schema": "inspector/packing/v1",
        "packages": [documents.package(p) for p in packing.packages],
        "unplaced": [
            {"visit": u.visit, "code": u.code, "params": [list(p) for p in u.params]}
            for u in packing.unplaced
        ],
        "travel_minutes": packing.travel_minutes,
        "bound_minutes": packing.bound_minutes,
        "runs": [documents.entry(r) for r in packing.runs],
        "reproducible": packing.reproducible,
    }
    return canonical(body)


def load_packing(name: str, data: bytes) -> Packing:
    """Read it back. Raises InspectorError record.damaged."""
    try:
        body = json.loads(data)
        return Packing(
            tuple(_package(p) for p in body["packages"]),
            tuple(
                Unplaced(
                    u["visit"], u["code"], tuple((str(k), v) for k, v in u["params"])
                )
                for u in body["unplaced"]
            ),
            body["travel_minutes"],
            body["bound_minutes"],
            tuple(CountedTask(**r) for r in body["runs"]),
            0.0,
            0.0,
            body["reproducible"],
        )
    except (ValueError, KeyError, TypeError) as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError("record.damaged", name=name, why=why) from e


def _package(row: Any) -> Package:
    return Package(
        row["id"],
        date.fromisoformat(row["day"]),
        row["office"],
        row["skill"],
        row["depart"],
        row["back"],
        row["lunch"],
        row["travel_minutes"],
        tuple(Stop(**s) for s in row["stops"]),
    )
