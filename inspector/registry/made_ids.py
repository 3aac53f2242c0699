"""Ids of rows that have none: met again, or made once and kept.

The rows of a sheet and the present ones → every row an id. The same street, the same
compound (name and street), the same person (name and unit) keeps the id of its last
import; a new one continues the numbering there is, in file order.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from inspector.errors import Fault, messages
from inspector.registry.row_values import Rows
from inspector.registry.understood import Findings, address

# What a row is known by in life, and how a first id begins.
_KNOWN_BY = {
    "streets": (("name", "district"), "S", 2),
    "compounds": (("name", "street"), "C", 4),
    "inspectors": (("name", "unit"), "I", 3),
}
_NUMBERED = re.compile(r"(.*?)(\d+)", re.ASCII)

messages(
    {
        "column.no_ids": (
            "“{zh}”有 {count} 行没有编号：请先用 inspector import 导入一次"
            "（编号只编一次，此后不变）",
            "{count} rows of {sheet} have no id; run inspector import once: ids are"
            " made there and kept",
        ),
        "row.no_id": (
            "没有编号，又与第 {first} 行同名（{value}），无法区分：请写编号",
            "without an id and of the same name as row {first} ({value}): write an id",
        ),
        "read.made_id": (
            "没有编号的行编了号，共 {count} 个（{cell} {before} → {after}）",
            "rows without an id were given one: {count} ({cell} {before} → {after})",
        ),
        "read.kept_id": (
            "没有编号的行沿用已有编号，共 {count} 个（{cell} {before} → {after}）",
            "rows without an id keep the one they had: {count} ({cell} {before} →"
            " {after})",
        ),
    }
)


def make_ids(rows: Rows, over: Rows | None, findings: Findings, make: bool) -> None:
    """Give each row without an id its own, or say that an import has to."""
    sheet = rows.table.sheet
    known_by, prefix, width = _KNOWN_BY.get(sheet.name, ((), "", 0))
    key = sheet.key[0]
    refused = _refused(rows, key)
    lacking = [(n, c) for n, c in rows.cells if key not in c and n not in refused]
    if not known_by or not lacking:
        return
    if not make:
        zh = sheet.title
        fault = rows.fault(
            *("column.no_ids", lacking[0][0], key, ""),
            **{"zh": zh, "sheet": sheet.name, "count": len(lacking)},
        )
        findings.faults.append(fault)
        rows.bad.update(n for n, _ in lacking)
        return
    kept = _kept(over, key, known_by)
    taken = {
        c[key] for _, c in (*rows.cells, *(over.cells if over else ())) if key in c
    }
    prefix, width, last = _numbering(taken, prefix, width)
    first: dict[tuple[Any, ...], int] = {}
    for number, cells in lacking:
        name = tuple(str(cells.get(part, "")) for part in known_by)
        if first.setdefault(name, number) != number:
            said = " ".join(name)
            findings.faults.append(_twice(rows, number, said, first[name]))
            rows.bad.add(number)
            continue
        found = kept.get(name)
        rule = "read.kept_id"
        if found is None:
            last, rule = last + 1, "read.made_id"
            found = f"{prefix}{last:0{width}}"
        cells[key] = found
        header = rows.table.columns.get(key) or rows.table.columns.get("name")
        position, said = (header[0], header[1]) if header else (0, key)
        cell = address(number, position)
        findings.reading(rule, rows.table.file, said, cell, name[0], found)


def _twice(rows: Rows, number: int, said: str, first: int) -> Fault:
    return rows.fault("row.no_id", number, "name", said, first=first)


def _refused(rows: Rows, key: str) -> set[int]:
    """Bad rows in whose key's cell something stands: a refused one has its fault."""
    header = rows.table.columns.get(key)
    if header is None:
        return set()
    at = header.position
    cells = ((n, row[at]) for n, row in rows.table.rows if at < len(row))
    return {n for n, cell in cells if cell != "" and n in rows.bad}


def _kept(
    over: Rows | None, key: str, known_by: tuple[str, ...]
) -> dict[tuple[str, ...], str]:
    """What a row is known by → its present id; nothing for two of one name."""
    found: dict[tuple[str, ...], list[str]] = {}
    for _, cells in over.cells if over else ():
        if key in cells:
            name = tuple(str(cells.get(part, "")) for part in known_by)
            found.setdefault(name, []).append(cells[key])
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _numbering(taken: set[str], prefix: str, width: int) -> tuple[str, int, int]:
    """The usual prefix and width of numbered ids, and the last number of them."""
    numbered = [m for one in taken if (m := _NUMBERED.fullmatch(one))]
    if not numbered:
        return prefix, width, 0
    usual, _ = max(Counter(m[1] for m in numbered).items(), key=lambda c: (c[1], c[0]))
    mine = [m for m in numbered if m[1] == usual]
    return usual, max(len(m[2]) for m in mine), max(int(m[2]) for m in mine)
