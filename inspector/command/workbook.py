"""Workbooks (.xlsx) whose texts stay texts, printed on A4 with a repeated head.

Sheets of values → the bytes of a file; the same values give the same bytes. Papers,
exports and the plan's workbook are written here and nowhere else.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from inspector.printable import clean

Value = str | int | date | None
Head = str | tuple[str, str]  # one label, or Chinese and English
FONT = "宋体"  # every Chinese system has it or stands one in for it
# Narrowest and widest column, in characters, of a sheet with up to so many columns.
_WIDTHS = ((8, 8, 48), (14, 8, 26), (10**6, 5, 22))
_LINE, _TITLE = 15, 24  # heights in points
_CELL = {"valign": "top", "text_wrap": True, "font_name": FONT, "font_size": 10}
_FRAME = {"border": 1, "border_color": "#999999"}
# A text that begins with "=" is no formula; a spreadsheet would make one of it once
# somebody edits the cell, without the quote prefix.
_STYLES: dict[str, dict[str, Any]] = {
    "title": {**_CELL, "font_size": 14, "bold": True, "quote_prefix": True},
    "head": {
        **_CELL,
        **_FRAME,
        "bold": True,
        "bg_color": "#EEEEEE",
        "quote_prefix": True,
    },
    "text": {**_CELL, **_FRAME, "quote_prefix": True},
    "number": {**_CELL, **_FRAME, "align": "center"},
    "day": {**_CELL, **_FRAME, "align": "center", "num_format": "yyyy-mm-dd"},
    "note": {**_CELL, "quote_prefix": True},
    "bare": {"quote_prefix": True},
    "bare_head": {"bold": True, "quote_prefix": True},
}


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """One sheet: title, head, rows.

    `notes`: lines below the table; `signed`: who signs below it; `breaks`: numbers of
    rows (from 0) that begin a new page; `columns`: the first ones, which stay in sight.
    """

    name: str
    title: str
    head: Sequence[Head]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()
    signed: Sequence[str] = ()
    breaks: Sequence[int] = ()
    columns: int = 0


def book(sheets: Sequence[PrintSheet], author: str, at: datetime) -> bytes:
    """The file, made at `at` (aware) in the name of `author`."""
    made = _Book(author, at)
    for sheet in sheets:
        made.printed(sheet)
    return made.data()


def bare(
    title: str, head: Sequence[str], rows: Sequence[Sequence[Value]], at: datetime
) -> bytes:
    """One sheet for other programs: the head in row 1 and nothing around it."""
    made = _Book("", at)
    page = made.page(title)
    for r, row in enumerate((head, *rows)):
        for c, value in enumerate(row):
            made.put(page, (r, c), value, "bare" if r else "bare_head")
    page.freeze_panes(1, 0)
    return made.data()


class _Book:
    """A workbook in memory with its few formats."""

    def __init__(self, author: str, at: datetime) -> None:
        self.out = io.BytesIO()
        self.file = xlsxwriter.Workbook(self.out, {"in_memory": True})
        created = at.astimezone(UTC).replace(tzinfo=None)
        self.file.set_properties({"author": clean(author), "created": created})
        self.style = {n: self.file.add_format(row) for n, row in _STYLES.items()}

    def data(self) -> bytes:
        self.file.close()
        return self.out.getvalue()

    def page(self, name: str) -> Any:
        return self.file.add_worksheet(clean(name)[:31])

    def put(self, page: Any, cell: tuple[int, int], value: Value, style: str) -> None:
        """One cell: texts never become numbers, links or formulas."""
        if value is None or value == "":
            page.write_blank(*cell, None, self.style[style])
        elif isinstance(value, str):
            page.write_string(*cell, clean(value, lines=True), self.style[style])
        elif isinstance(value, date):
            at = datetime(value.year, value.month, value.day)
            page.write_datetime(*cell, at, self.style["day"])
        else:
            numbered = "number" if style == "text" else style
            page.write_number(*cell, value, self.style[numbered])

    def printed(self, sheet: PrintSheet) -> None:
        """A sheet as it is printed: title, head, rows, notes, signatures."""
        page, width = self.page(sheet.name), len(sheet.head)
        if width > 1:
            page.merge_range(0, 0, 0, width - 1, "", self.style["title"])
        self.put(page, (0, 0), sheet.title, "title")
        for c, label in enumerate(sheet.head):
            said = label if isinstance(label, str) else "\n".join(label)
            self.put(page, (1, c), said, "head")
        for r, row in enumerate(sheet.rows, 2):
            for c, value in enumerate(row):
                self.put(page, (r, c), value, "text")
        wide = [_width(sheet, c) for c in range(width)]
        for c, signs in enumerate(wide):
            page.set_column(c, c, signs)
        page.set_row(0, _TITLE)
        heads = [h if isinstance(h, str) else "\n".join(h) for h in sheet.head]
        for r, row in enumerate((heads, *sheet.rows), 1):
            page.set_row(r, _LINE * _lines(row, wide))
        last = self._below(page, sheet, len(sheet.rows) + 2)
        page.freeze_panes(2, sheet.columns)
        page.set_paper(9)
        if width > 6:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 1)
        page.print_area(0, 0, last - 1, width - 1)
        page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        page.set_footer("&C第 &P 页，共 &N 页")
        if sheet.breaks:
            page.set_h_pagebreaks([r + 2 for r in sheet.breaks])

    def _below(self, page: Any, sheet: PrintSheet, row: int) -> int:
        """Notes and signatures; the first row that is free after them."""
        for text in sheet.notes:
            if len(sheet.head) > 1:
                page.merge_range(
                    row, 0, row, len(sheet.head) - 1, "", self.style["note"]
                )
            self.put(page, (row, 0), text, "note")
            row += 1
        if sheet.signed:
            signs = "　　　　　　　　".join(f"{who}：" for who in sheet.signed)
            self.put(page, (row + 1, 0), signs, "bare")
            row += 2
        return row


def _lines(row: Sequence[Value], wide: Sequence[int]) -> int:
    """Lines that the fullest cell of a row takes; not every reader counts itself."""
    return max(
        sum(-(-max(1, _signs(part)) // (signs - 1)) for part in _shown(v).split("\n"))
        for v, signs in zip(row, wide, strict=False)
    )


def _width(sheet: PrintSheet, column: int) -> int:
    """Width of a column in characters; a Chinese sign takes two."""
    label = sheet.head[column]
    said = [*([label] if isinstance(label, str) else label)]
    said += [_shown(row[column]) for row in sheet.rows]
    widest = max(_signs(part) for text in said for part in text.split("\n"))
    _, low, high = next(row for row in _WIDTHS if len(sheet.head) <= row[0])
    return max(low, min(high, widest + 2))


def _shown(value: Value) -> str:
    return "" if value is None else str(value)


def _signs(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
