"""Tables of text <-> rows of domain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain import Place
from inspector.errors import InspectorError, messages
from inspector.places import WGS84, degrees
from inspector.registry.cells import is_ident, plain
from inspector.registry.guards import guard
from inspector.registry.layout import Table
from inspector.registry.positions import (
    Given,
    in_order,
    is_pair,
    named_system,
    pair,
    placed,
    system,
)
from inspector.registry.reading import LIST_OF_NAMES, NAME, shown, unseen
from inspector.registry.readings import Reader, readers, zeros_of
from inspector.registry.row_values import (
    PLACE,
    Named,
    Rows,
    build_rows,
    ordered,
    spans,
)
from inspector.registry.scales import Scales, scales_of
from inspector.registry.sheets import Column, Sheet
from inspector.registry.understood import MAX_FAULTS, Findings, Raw, address

__all__ = ["Named", "Rows", "build_rows", "ordered", "parse_rows", "write_rows"]

messages(
    {
        "row.twice": (
            "“{value}”与第 {first} 行重复",
            '"{value}" repeats row {first}',
        ),
        "item.legal_basis": (
            "事项没有法律依据，不得检查（国办发〔2015〕58号）",
            "an item without legal basis must not be inspected (国办发〔2015〕58号)",
        ),
        "row.span": (
            "止日期 {value} 早于起日期 {first}",
            "the end {value} lies before the start {first}",
        ),
        "row.crs": (
            "同一表中坐标系须一致：“{value}”与“{first}”混用",
            'one sheet, one coordinate system: "{value}" beside "{first}"',
        ),
    }
)


def parse_rows(
    table: Table, findings: Findings, named: bool = False, strict: bool = False
) -> Rows:
    """The rows of a table; what was understood and what is wrong goes to `findings`.

    `named`: other sheets may be named by names, rows may lack ids and places; their
    values are built by `build_rows` when `references` has found them all. `strict`:
    what a freeze holds, which is what it says and meets no reading.
    """
    out = Rows(table, [], [])
    scales = Scales() if strict else scales_of(table)
    reader = _RowReader(
        out, findings, named, scales.mixed, _readers(table, scales, strict)
    )
    findings.faults += scales.faults
    out.bad.update(scales.mixed)
    reader.system()
    before = len(findings.faults)
    for number, row in table.rows:
        reader.row(number, row)
        if len(findings.faults) - before > MAX_FAULTS:
            break
    if not named:
        build_rows(out, findings)
    return out


def _readers(table: Table, scales: Scales, strict: bool) -> dict[str, Reader]:
    sheet = table.sheet
    columns = {
        c.name: (c, table.columns[c.name][1])
        for c in (*sheet.columns, *sheet.also)
        if c.name in table.columns
    }
    zeros = {}
    for name, (column, _) in columns.items():
        if column.kind.form == "ident":
            at = table.columns[name][0]
            cells = [row[at] for _, row in table.rows if at < len(row)]
            zeros[name] = zeros_of(column, [c for c in cells if c is not None])
    return readers(sheet.name, columns, scales.factors, zeros, strict)


@dataclass(slots=True)
class _RowReader:
    """Reads the rows of one table. `crs`: the one system of the sheet, once known."""

    rows: Rows
    findings: Findings
    named: bool
    mixed: frozenset[int]
    readers: Mapping[str, Reader]
    crs: str | None = None
    told: bool = False
    columns: Sequence[Column] = ()

    def __post_init__(self) -> None:
        sheet = self.rows.table.sheet
        self.columns = [
            c for c in sheet.columns if not (sheet.has_place and c.name in PLACE)
        ]

    def fault(self, row: int, column: str, value: object, e: InspectorError) -> None:
        """The fault of a cell."""
        params = {k: v for k, v in e.params.items() if k != "value"}
        shown_as = e.params.get("value", value)
        self.findings.faults.append(
            self.rows.fault(e.code, row, column, shown_as, **params)
        )
        self.rows.bad.add(row)

    def steps(
        self, row: int, column: str, steps: Sequence[tuple[str, str, str]]
    ) -> None:
        """Count the readings of a cell."""
        if not steps:
            return
        position, said = self.rows.table.columns[column][:2]
        file, known = self.rows.table.file, self.findings.read
        for rule, before, after in steps:
            if found := known.get((rule, file, said)):
                found.count += 1
            else:
                cell = address(row, position)
                self.findings.reading(rule, file, said, cell, before, after)

    def system(self) -> None:
        """The coordinate system by the headers, where no column says it."""
        columns = self.rows.table.columns
        given = [n for n in ("lon", "lat", "lonlat") if n in columns]
        if "crs" in columns or not given or not self.rows.table.sheet.has_place:
            return
        # (position, header as written, unit): the unit may be all that is left of it.
        self.crs = named_system(str(part) for n in given for part in columns[n][1:])
        if self.crs is None:
            self.told = True
            self.findings.faults.append(
                self.rows.fault("column.crs", 1, given[0], columns[given[0]][1])
            )

    def row(self, number: int, row: Sequence[Raw | None]) -> None:
        """One row: its cells, its place, its dates in order."""
        cells: dict[str, Any] = {}
        self.rows.cells.append((number, cells))
        sheet = self.rows.table.sheet
        for column in self.columns:
            if column.name != "score_bp" or number not in self.mixed:
                self.cell(number, row, column, cells)
        if len(self.columns) < len(sheet.columns):
            self.place(number, row, cells)
        for fault in spans(self.rows, number, cells):
            self.findings.faults.append(fault)
            self.rows.bad.add(number)

    def raw(self, row: Sequence[Raw | None], name: str) -> Raw | None:
        """The raw cell of a column; "" where the row or the sheet ends before it."""
        header = self.rows.table.columns.get(name)
        if header is None or header[0] >= len(row):
            return ""
        return row[header[0]]

    def cell(
        self,
        number: int,
        row: Sequence[Raw | None],
        column: Column,
        cells: dict[str, Any],
    ) -> None:
        """One cell into `cells`, or its fault."""
        if column.name not in self.rows.table.columns:
            if not column.asked and not column.made:
                cells[column.name] = column.kind.empty
            elif not (self.named and column.made):
                self.rows.bad.add(number)  # the missing column has its fault
            return
        raw = self.raw(row, column.name)
        if raw is None:
            self.rows.bad.add(number)
            return
        if raw == "":
            if not column.required:
                cells[column.name] = column.kind.empty
            elif not (self.named and column.made):
                self.fault(number, column.name, "", InspectorError(column.empty))
            return
        try:
            read = self.readers[column.name].read(raw)
        except InspectorError as e:
            if self.named and (name := _named(raw, column)) is not None:
                cells[column.name] = name
                return
            if column.name in self.rows.table.sheet.key:
                self.rows.refused.add(shown(raw).strip())
            self.fault(number, column.name, shown(raw), e)
            return
        cells[column.name] = read.value
        if read.steps:
            self.steps(number, column.name, read.steps)

    def place(
        self, number: int, row: Sequence[Raw | None], cells: dict[str, Any]
    ) -> None:
        """`cells["place"]` from the position columns; None where nothing is given."""
        sheet = self.rows.table.sheet
        raws = {n: self.raw(row, n) for n in ("lon", "lat", "lonlat", "crs")}
        if None in raws.values():
            self.rows.bad.add(number)
            return
        said = {n: shown(v).strip() for n, v in raws.items() if v is not None}
        if not (said["lon"] or said["lat"] or said["lonlat"]):
            if sheet.name == "compounds" and self.named:
                cells["place"] = None
                return
            at = next((n for n in PLACE if n in self.rows.table.columns), "lon")
            self.fault(number, at, "", InspectorError("cell.empty"))
            return
        given = self.degrees(number, raws, said)
        crs = self.crs_of(number, raws["crs"])
        if given is None or crs is None:
            self.rows.bad.add(number)
            return
        try:
            cells["place"] = placed(given, crs)
        except InspectorError as e:
            wrong = "lat" if e.params.get("value") == given.lat != given.lon else "lon"
            wrong = wrong if said["lon"] or said["lat"] else "lonlat"
            self.fault(number, wrong, said[wrong], e)

    def degrees(
        self, number: int, raws: Mapping[str, Raw | None], said: Mapping[str, str]
    ) -> Given | None:
        """The two degrees of a row, or None and their fault."""
        names = ["lonlat"] if said["lonlat"] else ["lon", "lat"]
        if names != ["lonlat"] and not (said["lon"] and said["lat"]):
            both = "lon" if said["lon"] else "lat"
            if not is_pair(said[both]):
                lacking = "lat" if both == "lon" else "lon"
                at = lacking if lacking in self.rows.table.columns else both
                self.fault(number, at, "", InspectorError("cell.empty"))
                return None
            names = [both]
        try:
            if len(names) == 1:
                given = pair(said[names[0]], self.readers[names[0]].spot)
            else:
                parts = []
                for name in names:
                    raw = raws[name]
                    read = self.readers[name].read("" if raw is None else raw)
                    self.steps(number, name, read.steps)
                    parts.append(read.value)
                given = in_order(Given(parts[0], parts[1]))
        except InspectorError as e:
            name = names[0]
            if len(names) == 2 and e.params.get("value") != said["lon"]:
                name = "lat"
            self.fault(number, name, said[name], e)
            return None
        self.steps(number, names[0], given.steps)
        return given

    def crs_of(self, number: int, raw: Raw | None) -> str | None:
        """The system of a row; one sheet has one."""
        if "crs" not in self.rows.table.columns:
            if self.crs is None and not self.told:
                self.system()
            return self.crs
        if raw in ("", None):
            self.fault(number, "crs", "", InspectorError("cell.empty"))
            return None
        try:
            read = self.readers["crs"].read(raw or "")
            crs, steps = str(read.value), read.steps
        except InspectorError as e:
            found = system(shown(raw or ""))
            if found is None:
                self.fault(number, "crs", shown(raw or ""), e)
                return None
            crs, steps = found, (("read.crs", shown(raw or ""), found),)
        self.steps(number, "crs", steps)
        self.crs = self.crs or crs
        if crs != self.crs:
            self.findings.faults.append(
                self.rows.fault("row.crs", number, "crs", crs, first=self.crs)
            )
            self.rows.bad.add(number)
        return crs


def _named(raw: Raw, column: Column) -> Any:
    """A cell as names of rows of other sheets, None when it cannot be."""
    if not column.refers or not isinstance(raw, str) or column.kind.form == "text":
        return None
    text = unseen(raw)
    if column.kind.form == "several":
        parts = [p for p in LIST_OF_NAMES.split(text) if p]
        ids = all(is_ident(p) for p in parts)
        return None if ids else tuple(p if is_ident(p) else Named(p) for p in parts)
    return Named(text) if plain(text) and NAME.search(text) else None


def _place_fields(place: Place) -> dict[str, str]:
    return {
        "lon": degrees(place.lon_udeg),
        "lat": degrees(place.lat_udeg),
        "crs": WGS84,
    }


def written(sheet: Sheet, values: Sequence[Any]) -> tuple[Column, ...]:
    """The columns that these rows need: all but optional ones without anything."""
    return tuple(
        c
        for c in sheet.columns
        if not c.optional or any(getattr(v, c.target) for v in values)
    )


def write_rows(sheet: Sheet, values: Iterable[Any]) -> bytes:
    """CSV of a sheet: UTF-8 with BOM, English headers, rows by key, text guarded.

    Excel opens it as it is; `parse_rows` gives the same values back.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rows = ordered(sheet, values)
    columns = written(sheet, rows)
    writer.writerow(column.name for column in columns)
    for value in rows:
        place = _place_fields(value.place) if sheet.has_place else {}
        row = []
        for column in columns:
            cell = place.get(column.name)
            if cell is None:
                cell = column.kind.show(getattr(value, column.target))
            row.append(guard(cell) if column.kind.is_text else cell)
        writer.writerow(row)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
