"""What an import would change: rows of a sheet before and after → what differs.

Rows are cells as `write_scenario` writes them, under English headers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspector.registry.guards import unguard
from inspector.registry.sheets import SHEETS, Sheet

_LABELS = ("name", "text")


@dataclass(frozen=True, slots=True)
class Differing:
    """A row that differs: its key, what it is called, and its cells that changed
    (header → before, after)."""

    key: str
    label: str
    cells: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows added, changed and removed, by key, and how many there are after it."""

    added: tuple[Differing, ...]
    changed: tuple[Differing, ...]
    removed: tuple[Differing, ...]
    rows: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def key_of(sheet: Sheet, cells: Mapping[str, str]) -> str:
    """What makes a row unique, as text."""
    return "|".join(cells.get(column, "") for column in sheet.key)


def difference(
    sheet: Sheet,
    before: Iterable[Mapping[str, str]],
    after: Iterable[Mapping[str, str]],
) -> Difference:
    """What differs between two states of a sheet; a column that only one of them has is
    empty in the other."""
    old = {key_of(sheet, cells): cells for cells in before}
    new = {key_of(sheet, cells): cells for cells in after}
    changed = (
        Differing(key, _label(new[key]), cells)
        for key in sorted(new.keys() & old.keys())
        if (cells := _cells(sheet, old[key], new[key]))
    )
    return Difference(
        tuple(Differing(k, _label(new[k])) for k in sorted(new.keys() - old.keys())),
        tuple(changed),
        tuple(Differing(k, _label(old[k])) for k in sorted(old.keys() - new.keys())),
        len(new),
    )


def differences(
    before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> dict[str, Difference]:
    """Sheet name → what differs between two scenarios, as files that `write_scenario`
    wrote; every sheet that either of them has."""
    return {
        sheet.name: difference(sheet, rows_of(before.get(f)), rows_of(after.get(f)))
        for sheet in SHEETS
        for f in [f"{sheet.name}.csv"]
        if f in before or f in after
    }


def rows_of(data: bytes | None) -> list[dict[str, str]]:
    """The rows of a CSV file that `write_scenario` wrote; none of no file."""
    if not data:
        return []
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    head = next(reader)
    return [dict(zip(head, map(unguard, row), strict=True)) for row in reader]


def _cells(
    sheet: Sheet, old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    pairs = ((c.name, old.get(c.name, ""), new.get(c.name, "")) for c in sheet.columns)
    return tuple(row for row in pairs if row[1] != row[2])


def _label(cells: Mapping[str, str]) -> str:
    return next((cells[name] for name in _LABELS if cells.get(name)), "")
