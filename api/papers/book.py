"""A printed sheet: .xlsx whose texts stay texts, on A4, with a repeated head."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from api.papers.archive import fixed
from api.papers.text import clean

Value = str | int | date | None
FONT = "宋体"  # every Chinese system has it or stands one in for it
_WIDEST, _NARROWEST = 48, 8
_LINE = Side(style="thin", color="999999")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: title, head in both languages, rows."""

    name: str
    title: str
    head: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Value]]


def book(sheets: Sequence[Sheet], author: str, at: datetime) -> bytes:
    """The file; the same values give the same bytes."""
    made = Workbook()
    made.remove(made.active)
    for sheet in sheets:
        _fill(made.create_sheet(clean(sheet.name)[:31]), sheet)
    made.properties.creator = made.properties.lastModifiedBy = clean(author)
    made.properties.created = at.astimezone(UTC).replace(tzinfo=None)
    out = io.BytesIO()
    made.save(out)
    return fixed(out.getvalue(), at)


def _fill(page: Any, sheet: Sheet) -> None:
    width = len(sheet.head)
    _put(page.cell(1, 1), sheet.title, bold=True, size=14)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    for c, (zh, en) in enumerate(sheet.head, 1):
        _put(page.cell(2, c), f"{zh}\n{en}", bold=True)
        page.cell(2, c).fill = PatternFill("solid", fgColor="EEEEEE")
    for r, row in enumerate(sheet.rows, 3):
        for c, value in enumerate(row, 1):
            _put(page.cell(r, c), value)
    for c in range(1, width + 1):
        page.column_dimensions[get_column_letter(c)].width = _width(sheet, c - 1)
    page.freeze_panes = "A3"
    _print(page, width, len(sheet.rows) + 2)


def _put(cell: Any, value: Value, *, bold: bool = False, size: int = 10) -> None:
    cell.font = Font(name=FONT, size=size, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        put_text(cell, clean(value, lines=True))
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    if size == 10:
        cell.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def put_text(cell: Any, text: str) -> None:
    """A text stays a text, whatever it begins with."""
    cell.value = text
    # openpyxl makes a formula of what begins with "="; a spreadsheet would too, once
    # somebody edits the cell, without the quote prefix.
    cell.data_type = "s"
    cell.quotePrefix = True


def _width(sheet: Sheet, column: int) -> int:
    """Width of a column in characters; a Chinese sign takes two."""
    zh, en = sheet.head[column]
    said = [zh, en, *(_shown(row[column]) for row in sheet.rows)]
    widest = max(_signs(part) for text in said for part in text.split("\n"))
    return max(_NARROWEST, min(_WIDEST, widest + 2))


def _shown(value: Value) -> str:
    return "" if value is None else str(value)


def _signs(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _print(page: Any, columns: int, rows: int) -> None:
    setup = page.page_setup
    setup.paperSize = page.PAPERSIZE_A4
    setup.orientation = "landscape" if columns > 6 else "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:2"
    page.print_area = f"A1:{get_column_letter(columns)}{rows}"
    margins = page.page_margins
    margins.left = margins.right = 0.6
    margins.top = margins.bottom = 0.7
    page.oddFooter.center.text = "第 &P 页，共 &N 页"
