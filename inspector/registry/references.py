"""Rows that name rows of other sheets: by code or by unique name; ids that are made.

The rows of all sheets, and of the present registries where the import leaves a sheet
out → every `Named` cell the id it means, every row an id and a place, or a fault. A
name that two rows share is refused with both; nothing is judged against a sheet whose
key column is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.errors import messages
from inspector.places import degrees
from inspector.registry.made_ids import make_ids
from inspector.registry.positions import Centres
from inspector.registry.row_values import Named, Rows, build_rows
from inspector.registry.sheets import Column, known_in
from inspector.registry.understood import Findings, address

messages(
    {
        "row.shared": (
            "“{value}”有 {count} 个，请写编号：{candidates}",
            '"{value}" is the name of {count} rows; write the id: {candidates}',
        ),
        "row.zeros": (
            "“{value}”不在名录中，可能是“{padded}”被去掉了前导零",
            '"{value}" is not found; it may be "{padded}" without its leading zeros',
        ),
        "read.by_name": (
            "名称读作编号，共 {count} 处（{cell} “{before}” → {after}）",
            'names read as ids: {count} ({cell} "{before}" → {after})',
        ),
        "read.id_case": (
            "编号的大小写按名录，共 {count} 处（{cell} {before} → {after}）",
            "capitals of ids as in the registry: {count} ({cell} {before} → {after})",
        ),
    }
)

_MOST_SHOWN = 5


@dataclass(slots=True)
class _Index:
    """The ids of a sheet, and of each name the ids that bear it."""

    ids: set[str] = field(default_factory=set)
    names: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    lower: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Rows) -> _Index:
        """The index of a sheet; the name of an office is its district."""
        out = cls(refused=rows.refused)
        key = rows.table.sheet.key[0]
        name = "district" if rows.table.sheet.name == "offices" else "name"
        for _, cells in rows.cells:
            one, said = cells.get(key), cells.get(name)
            if not isinstance(one, str):
                continue
            out.ids.add(one)
            out.lower[one.lower()] = one
            if isinstance(said, str) and said:
                out.names.setdefault(said, []).append((one, _beside(cells)))
        return out


def _beside(cells: Mapping[str, Any]) -> str:
    """What tells two rows of one name apart: unit, street, district."""
    for name in ("unit", "street", "district"):
        if value := cells.get(name):
            return str(value)
    return ""


def refer(
    sheets: Mapping[str, Rows],
    findings: Findings,
    over: Mapping[str, Rows] | None = None,
    make: bool = False,
) -> None:
    """Give every row its ids and its place, then build the values of each sheet.

    `over`: the present rows, whose made ids are met again. `make`: ids may be made.
    """
    for name in ("streets", "companies", "offices", "inspectors", "compounds"):
        if name in sheets:
            _resolve(sheets, sheets[name], findings)
            make_ids(sheets[name], (over or {}).get(name), findings, make)
    for name, rows in sheets.items():
        if name not in ("streets", "companies", "offices", "inspectors", "compounds"):
            _resolve(sheets, rows, findings)
    _place(sheets, findings)
    for rows in sheets.values():
        build_rows(rows, findings)


def _resolve(sheets: Mapping[str, Rows], rows: Rows, findings: Findings) -> None:
    """Names in the cells of a sheet → ids."""
    for column in rows.table.sheet.columns:
        targets = [sheets.get(name) for name in column.refers]
        if not targets or column.kind.form == "text":
            continue
        known = [_Index.of(t) for t in targets if t is not None and t.keyed]
        sure = len(known) == len(targets)
        finder = _Finder(rows, column, known, sure, findings)
        for number, cells in rows.cells:
            finder.cell(number, cells)


@dataclass(slots=True)
class _Finder:
    """Finds what the cells of one column name. `sure`: every sheet is there."""

    rows: Rows
    column: Column
    known: list[_Index]
    sure: bool
    findings: Findings

    def cell(self, number: int, cells: dict[str, Any]) -> None:
        """The cell of a row; without an id it is taken out and its row is bad."""
        name = self.column.name
        value = cells.get(name)
        if not value:
            return
        many = isinstance(value, tuple)
        out = []
        for one in value if many else (value,):
            found = self.one(number, one)
            if found is None:
                self.rows.bad.add(number)
                cells.pop(name, None)
                return
            out.append(found)
        cells[name] = tuple(out) if many else out[0]

    def one(self, number: int, value: object) -> str | None:
        """The id that a text means. An unknown id stays: rules tell it."""
        text = str(value)
        if any(text in index.ids for index in self.known):
            return text
        found = [pair for index in self.known for pair in index.names.get(text, ())]
        if len(found) == 1:
            self._read("read.by_name", number, text, found[0][0])
            return found[0][0]
        if len(found) > 1:
            self._shared(number, text, found)
            return None
        cased = [i.lower[text.lower()] for i in self.known if text.lower() in i.lower]
        if len(cased) == 1:
            self._read("read.id_case", number, text, cased[0])
            return cased[0]
        if any(text in index.refused for index in self.known):
            return None  # the key that it names has its fault
        if padded := self._padded(text):
            self._fault("row.zeros", number, text, padded=padded)
            return None
        if not isinstance(value, Named):
            return text
        if self.sure:
            self._fault("row.unknown", number, text, **known_in(self.column.refers))
        return None

    def _padded(self, text: str) -> str | None:
        if not (text.isascii() and text.isdigit()):
            return None
        near = {i for k in self.known for i in k.ids if i.lstrip("0") == text}
        return near.pop() if len(near) == 1 else None

    def _shared(self, number: int, text: str, found: list[tuple[str, str]]) -> None:
        shown = [f"{one}（{beside}）" if beside else one for one, beside in found]
        more = "…" if len(shown) > _MOST_SHOWN else ""
        said = "、".join(shown[:_MOST_SHOWN]) + more
        self._fault("row.shared", number, text, count=len(found), candidates=said)

    def _fault(self, code: str, number: int, text: str, **params: object) -> None:
        self.findings.faults.append(
            self.rows.fault(code, number, self.column.name, text, **params)
        )

    def _read(self, rule: str, number: int, before: str, after: str) -> None:
        position, said = self.rows.table.columns[self.column.name][:2]
        self.findings.reading(
            rule, self.rows.table.file, said, address(number, position), before, after
        )


def _place(sheets: Mapping[str, Rows], findings: Findings) -> None:
    """A place for the compounds that have none: counted, never silent."""
    rows = sheets.get("compounds")
    if rows is None or all(c.get("place", 0) is not None for _, c in rows.cells):
        return
    districts = {
        c["code"]: c.get("district", "")
        for _, c in (sheets["streets"].cells if "streets" in sheets else ())
        if "code" in c
    }
    offices = [c for _, c in sheets["offices"].cells] if "offices" in sheets else []
    centres = Centres((c for _, c in rows.cells), districts, offices)
    for number, cells in _without(rows):
        found = centres.of(cells.get("street", ""), cells.get("community", ""))
        column = next((n for n in ("lon", "lonlat") if n in rows.table.columns), "name")
        if found is None:
            cells.pop("place")
            rows.bad.add(number)
            if "street" in cells:
                shown = str(cells.get("name", ""))
                findings.faults.append(rows.fault("place.none", number, column, shown))
            continue
        cells["place"], cells["approximate"] = found
        header = rows.table.columns.get(column)
        cell = address(number, header[0]) if header else f"{number}"
        at = f"{degrees(found[0].lon_udeg)}, {degrees(found[0].lat_udeg)}"
        rule = f"read.approximate_{found[1]}"
        findings.reading(
            rule, rows.table.file, header[1] if header else column, cell, "", at
        )


def _without(rows: Rows) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((n, c) for n, c in rows.cells if c.get("place", 0) is None)
