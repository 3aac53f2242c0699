"""Faults that follow from another are told beneath it.

Faults of an import → the same, causes first: rows that other sheets still name and that
an uploaded sheet leaves out are one fault of that sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspector.errors import Fault, messages
from inspector.registry.layout import Table
from inspector.registry.row_values import Rows

SHOWN = 5  # keys that are named

messages(
    {
        "row.gone": (
            "表中没有现有的 {count} 行，而其他表还用到它们：{value}"
            "。请补上，或先在其他表中删去",
            "{count} rows that are there now are missing here, and other sheets still"
            " name them: {value}. Add them, or remove them from the other sheets first",
        ),
    }
)


def under_causes(
    faults: Sequence[Fault], tables: Mapping[str, Table], before: Mapping[str, Rows]
) -> list[Fault]:
    """The faults with what follows from a cause beneath it.

    `tables`: what the files bring; `before`: the present rows of each sheet.
    """
    keys = {name: _keys(rows) for name, rows in before.items() if name in tables}
    brought = {table.file for table in tables.values()}
    gone: dict[str, list[str]] = {}
    out: list[Fault] = []
    for fault in faults:
        cause = ""
        if fault.code == "row.unknown" and fault.file not in brought:
            named = str(fault.params.get("sheets", "")).split(" / ")
            cause = next((s for s in named if fault.value in keys.get(s, ())), "")
        if cause:
            gone.setdefault(cause, []).append(fault.value or "")
            fault = replace(fault, under="row.gone")
        out.append(fault)
    first: list[Fault] = []
    for name, values in gone.items():
        lost = list(dict.fromkeys(values))
        more = "…" if len(lost) > SHOWN else ""
        said = "、".join(lost[:SHOWN]) + more
        params = {"count": len(lost)}
        first.append(Fault("row.gone", tables[name].file, None, None, said, params))
    return [*(f for f in out if not f.under), *first]


def _keys(rows: Rows) -> frozenset[str]:
    key = rows.table.sheet.key[0]
    return frozenset(str(cells[key]) for _, cells in rows.cells if key in cells)
