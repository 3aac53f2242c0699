"""Faults that follow from another are told beneath it.

Faults of an import → the same, causes first: rows that other sheets still name and that
an uploaded sheet leaves out are one fault of that sheet; names of a row whose key could
not be read come last, under it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspector.errors import Fault, messages
from inspector.registry.layout import Table
from inspector.registry.reading import shown
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
    faults: Sequence[Fault],
    tables: Mapping[str, Table],
    before: Mapping[str, Rows],
    sheets: Mapping[str, Rows],
) -> list[Fault]:
    """The faults with what follows from a cause beneath it.

    `tables`: what the files bring; `before`: the present rows of each sheet; `sheets`:
    the rows of every sheet as they were read.
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
        else:
            out.append(fault)
    first: list[Fault] = []
    for name, values in gone.items():
        lost = list(dict.fromkeys(values))
        more = "…" if len(lost) > SHOWN else ""
        said = "、".join(lost[:SHOWN]) + more
        params = {"count": len(lost)}
        first.append(Fault("row.gone", tables[name].file, None, None, said, params))
    return [*_under_keys(out, sheets), *first]


def _under_keys(faults: list[Fault], sheets: Mapping[str, Rows]) -> list[Fault]:
    """Unknown ids and names that follow from keys which could not be read.

    Each such key explains one unknown value: the one spelled like it, else the one that
    is named most often. All others are causes of their own.
    """
    values: dict[str, Counter[str]] = {}
    for fault in faults:
        if fault.code == "row.unknown":
            named = str(fault.params.get("sheets", ""))
            values.setdefault(named, Counter())[fault.value or ""] += 1
    under: dict[tuple[str, str], str] = {}
    for named, counted in values.items():
        for lost in (_lost(sheets, named, faults, key) for key in (True, False)):
            like = {
                value
                for said in lost
                for value in difflib.get_close_matches(said, counted, 1)
            }
            order = sorted(counted, key=lambda v: (v not in like, -counted[v]))
            order = [v for v in order if (named, v) not in under]
            under |= {(named, v): "row.key" for v in order[: len(lost)]}
    return [
        replace(
            f, under=under.get((str(f.params.get("sheets", "")), f.value or ""), "")
        )
        if f.code == "row.unknown"
        else f
        for f in faults
    ]


def _lost(
    sheets: Mapping[str, Rows], named: str, faults: Sequence[Fault], key: bool
) -> list[str]:
    """Keys (else names) of rows that could not be read or stand there twice, as far as
    they are known."""
    out: list[str] = []
    for name in named.split(" / "):
        source = "streets" if name == "districts" else name
        rows = sheets.get(source)
        if rows is None:
            continue
        first = rows.table.sheet.key[0]
        column = first if key else "name"
        column = "district" if name == "districts" else column
        header = rows.table.columns.get(column)
        if header is None:
            continue
        cells = dict(rows.table.rows)
        for number, read in rows.cells:
            if column not in read:
                row = cells.get(number, ())
                raw = row[header.position] if header.position < len(row) else ""
                out.append("" if raw is None else shown(raw))
        out += (
            ""
            for f in faults
            if key
            and (f.code, f.file) == ("row.twice", rows.table.file)
            and f.column == header.shown
        )
    return out


def _keys(rows: Rows) -> frozenset[str]:
    key = rows.table.sheet.key[0]
    return frozenset(str(cells[key]) for _, cells in rows.cells if key in cells)
