"""Tables as files: CSV and XLSX whose cells a spreadsheet never takes for formulas."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inspector.command.workbook import bare
from inspector.registry import guard

Value = str | int
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
    made = datetime(*_EPOCH, tzinfo=UTC)
    return bare(table.title, table.head, table.rows, made)


def zip_file(files: Mapping[str, bytes]) -> bytes:
    """A ZIP with the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
