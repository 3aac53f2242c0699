"""Tables as files: CSV and XLSX whose cells a spreadsheet never takes for formulas."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.styles import Font

from api.papers.archive import fixed
from api.papers.book import put_text
from inspector.registry import guard

Value = str | int
# Signs that XML cannot hold; nothing that we store has them, imports may.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EPOCH = (2000, 1, 1, 0, 0, 0)  # of the entries of a ZIP: same bytes every time


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title, the heads of its columns, its rows."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]


def csv_file(table: Table) -> bytes:
    """UTF-8 with BOM; a text that begins like a formula gets `'` in front.

    >>> csv_file(Table("t", ("a",), [("=1+1",)])).decode("utf-8-sig")
    "a\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (table.head, *table.rows):
        writer.writerow(guard(v) if isinstance(v, str) else v for v in row)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def xlsx_file(table: Table) -> bytes:
    """One sheet of text cells and numbers; the same table gives the same bytes."""
    book = Workbook()
    sheet = book.active
    sheet.title = table.title[:31]
    for r, row in enumerate((table.head, *table.rows), 1):
        for c, value in enumerate(row, 1):
            if isinstance(value, int):
                sheet.cell(r, c).value = value
            else:
                put_text(sheet.cell(r, c), _ILLEGAL.sub("\ufffd", value))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    made = datetime(*_EPOCH, tzinfo=UTC)
    book.properties.created = made.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return fixed(out.getvalue(), made)


def zip_file(files: Mapping[str, bytes]) -> bytes:
    """A ZIP with the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
