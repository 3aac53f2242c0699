"""The registries as files that the import reads: a sheet, or the whole to fill in.

Present rows → CSV, XLSX. They go out as they stand, also while something is wrong with
them; taking out what names people is recorded.
"""

from __future__ import annotations

from api.registry import entries
from api.registry.sheets import PUBLIC_SHEETS, live_rows, sheet_of, write_csv
from api.site import Desk
from inspector.command.template import template_book
from inspector.registry.sheets import SHEETS


def as_csv(desk: Desk, name: str) -> bytes:
    """A sheet as CSV in the import's format. Raises Problem 404."""
    sheet = sheet_of(name)
    return write_csv(sheet, (row.cells for row in entries.rows(desk, name)))


def as_xlsx(desk: Desk, name: str, language: str) -> bytes:
    """A sheet as a workbook with its lists and notes. Raises Problem 404."""
    sheet_of(name)
    rows = {name: [row.cells for row in entries.rows(desk, name)]}
    return template_book(rows, (name,), language)


def template(desk: Desk, language: str, *, filled: bool) -> bytes:
    """The workbook of all sheets: empty, or `filled` with the present rows."""
    if not filled:
        return template_book({}, language=language)
    rows = {}
    for sheet in SHEETS:
        found = live_rows(desk, sheet.name)
        if found and sheet.name not in PUBLIC_SHEETS:
            desk.disclosed(f"registry:{sheet.name}", rows=len(found))
        rows[sheet.name] = [row.cells for row in found]
    return template_book(rows, language=language)
