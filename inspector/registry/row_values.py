"""Rows of a sheet: their cells, and the domain values of those that are whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.errors import Fault
from inspector.registry.layout import Table
from inspector.registry.sheets import Column, Sheet
from inspector.registry.understood import Findings, address

# The columns that make a place.
PLACE = ("lon", "lat", "crs")


@dataclass(frozen=True, slots=True)
class Named:
    """A cell that names a row of another sheet by its name, until `references`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table gave. `values`: good rows with their numbers, in file order.

    `cells`: every readable cell of good and bad rows, so that a bad row is not also
    reported as unknown by everything that names it; `place` beside the columns where a
    sheet has one. `bad`: rows with a fault; `refused`: keys that could not be read.
    """

    table: Table
    values: list[tuple[int, Any]]
    cells: list[tuple[int, dict[str, Any]]]
    bad: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def sorted(self) -> tuple[Any, ...]:
        """The domain values by key."""
        return ordered(self.table.sheet, (value for _, value in self.values))

    @property
    def keyed(self) -> bool:
        """Whether the table has its key column: nothing is judged against one that
        lacks it."""
        key = self.table.sheet.key[0]
        return key in self.table.columns or any(key in c for _, c in self.cells)

    def fault(
        self, code: str, row: int, column: str, value: object, /, **params: object
    ) -> Fault:
        """A fault at a row and column of this table."""
        header = self.table.columns.get(column)
        shown = header[1] if header else column
        cell = address(row, header[0]) if header else ""
        return Fault(code, self.table.file, row, shown, str(value), params, cell=cell)


def _keys(sheet: Sheet) -> list[Column]:
    by_name = {column.name: column for column in sheet.columns}
    return [by_name[name] for name in sheet.key]


def ordered(sheet: Sheet, values: Iterable[Any]) -> tuple[Any, ...]:
    """Domain values in the order of the sheet's key columns, as text."""
    keys = [(column.target, column.kind.show) for column in _keys(sheet)]
    return tuple(
        sorted(values, key=lambda v: [show(getattr(v, f)) for f, show in keys])
    )


def build_rows(rows: Rows, findings: Findings) -> None:
    """The values of the rows that are whole, and the faults of keys that repeat."""
    sheet = rows.table.sheet
    rows.values.clear()
    first: dict[tuple[Any, ...], int] = {}
    placed = sheet.has_place
    names = [c.name for c in sheet.columns if not (placed and c.name in PLACE)]
    need = [*names, "place"] if placed else names
    targets = [(c.name, c.target) for c in sheet.columns if c.name in names]
    for number, cells in rows.cells:
        key = tuple(cells.get(name, rows) for name in sheet.key)
        if rows not in key and first.setdefault(key, number) != number:
            column = sheet.key[0]
            value = _shown(sheet, column, cells[column])
            findings.faults.append(
                rows.fault("row.twice", number, column, value, first=first[key])
            )
            rows.bad.add(number)
        if number in rows.bad or any(cells.get(n, rows) is rows for n in need):
            continue
        fields = {target: cells[name] for name, target in targets}
        if placed:
            fields["place"] = cells["place"]
        rows.values.append((number, sheet.type(**fields)))


def spans(rows: Rows, number: int, cells: Mapping[str, Any]) -> list[Fault]:
    """Faults of dates in the wrong order."""
    out = []
    for start, end in rows.table.sheet.spans:
        first, last = cells.get(start), cells.get(end)
        if first is not None and last is not None and last < first:
            out.append(rows.fault("row.span", number, end, last, first=first))
    return out


def _shown(sheet: Sheet, name: str, value: Any) -> str:
    return next(c for c in sheet.columns if c.name == name).kind.show(value)
