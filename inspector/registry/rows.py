"""Tables of text <-> rows of domain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain import Place
from inspector.errors import Fault, InspectorError, messages
from inspector.places import WGS84, degrees, to_place
from inspector.registry.sheets import Column, Sheet
from inspector.registry.tables import MAX_FAULTS, Table, capped, guard

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


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table gave. `values`: good rows with their numbers, in file order.

    `cells`: every readable cell of good and bad rows, so that a bad row is not also
    reported as unknown by everything that names it.
    """

    table: Table
    values: Sequence[tuple[int, Any]]
    cells: Sequence[tuple[int, Mapping[str, Any]]]

    def sorted(self) -> tuple[Any, ...]:
        """The domain values by key."""
        return ordered(self.table.sheet, (value for _, value in self.values))

    def fault(
        self, code: str, row: int, column: str, value: object, /, **params: object
    ) -> Fault:
        """A fault at a row and column of this table."""
        shown = self.table.columns.get(column, (0, column))[1]
        return Fault(code, self.table.file, row, shown, str(value), params)


def _keys(sheet: Sheet) -> list[Column]:
    by_name = {column.name: column for column in sheet.columns}
    return [by_name[name] for name in sheet.key]


def ordered(sheet: Sheet, values: Iterable[Any]) -> tuple[Any, ...]:
    """Domain values in the order of the sheet's key columns, as text."""
    keys = [(column.target, column.kind.show) for column in _keys(sheet)]
    return tuple(
        sorted(values, key=lambda v: [show(getattr(v, f)) for f, show in keys])
    )


def parse_rows(table: Table) -> tuple[Rows, list[Fault]]:
    """The rows of a table, and the faults of its cells."""
    faults: list[Fault] = []
    values: list[tuple[int, Any]] = []
    parsed: list[tuple[int, Mapping[str, Any]]] = []
    out = Rows(table, values, parsed)
    first: dict[tuple[Any, ...], int] = {}
    crs: str | None = None
    for number, row in table.rows:
        before = len(faults)
        cells = _cells(out, number, row, faults)
        parsed.append((number, cells))
        faults += _spans(out, number, cells)
        if "crs" in cells:
            crs = crs or cells["crs"]
            if cells["crs"] != crs:
                faults.append(
                    out.fault("row.crs", number, "crs", cells["crs"], first=crs)
                )
        key = tuple(cells.get(name, table) for name in table.sheet.key)
        if table not in key and first.setdefault(key, number) != number:
            column = table.sheet.key[0]
            value = _shown(table.sheet, column, cells[column])
            faults.append(
                out.fault("row.twice", number, column, value, first=first[key])
            )
        if len(faults) == before and len(cells) == len(table.sheet.columns):
            _build(out, number, cells, faults, values)
        if len(faults) > MAX_FAULTS:
            break
    return out, capped(faults)


def _cells(
    rows: Rows, number: int, row: Sequence[str | None], faults: list[Fault]
) -> dict[str, Any]:
    """Column name -> value, without the cells that are missing or at fault."""
    out = {}
    for column in rows.table.sheet.columns:
        if column.name not in rows.table.columns:
            if column.optional:
                out[column.name] = column.kind.empty
            continue
        position = rows.table.columns[column.name][0]
        text = row[position] if position < len(row) else ""
        if text is None:
            continue
        if not text and column.required:
            faults.append(rows.fault(column.empty, number, column.name, ""))
            continue
        try:
            out[column.name] = column.kind.parse(text) if text else column.kind.empty
        except InspectorError as e:
            faults.append(rows.fault(e.code, number, column.name, text, **e.params))
    return out


def _spans(rows: Rows, number: int, cells: Mapping[str, Any]) -> list[Fault]:
    """Faults of dates in the wrong order."""
    out = []
    for start, end in rows.table.sheet.spans:
        first, last = cells.get(start), cells.get(end)
        if first is not None and last is not None and last < first:
            out.append(rows.fault("row.span", number, end, last, first=first))
    return out


def _build(
    rows: Rows,
    number: int,
    cells: Mapping[str, Any],
    faults: list[Fault],
    values: list[tuple[int, Any]],
) -> None:
    """The domain value of a row without faults."""
    sheet = rows.table.sheet
    fields = {column.target: cells[column.name] for column in sheet.columns}
    if sheet.has_place:
        lon, lat, crs = (fields.pop(name) for name in ("lon", "lat", "crs"))
        try:
            fields["place"] = to_place(lon, lat, crs)
        except InspectorError as e:
            wrong = "lat" if e.params.get("value") == lat != lon else "lon"
            shown = lat if wrong == "lat" else lon
            faults.append(rows.fault(e.code, number, wrong, shown, **e.params))
            return
    values.append((number, sheet.type(**fields)))


def _shown(sheet: Sheet, name: str, value: Any) -> str:
    return next(c for c in sheet.columns if c.name == name).kind.show(value)


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
