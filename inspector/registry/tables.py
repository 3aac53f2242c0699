"""Bytes of CSV and XLSX files -> tables of raw cells, one per sheet.

Uploads are hostile until shown otherwise: sizes are checked before anything is
unpacked, and formulas are refused because their shown value is nobody's statement.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias, cast

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from inspector.errors import Fault, messages
from inspector.registry.reading import unseen
from inspector.registry.sheets import SHEET_NAMES, SHEETS, Column, Sheet, headers
from inspector.registry.understood import Raw

MAX_BYTES = 50 * 2**20  # of one file, and of an unpacked workbook
MAX_RATIO = 100  # unpacked : packed
MAX_MEMBERS = 200
# A cell takes four tags: half a million cells. Larger registries come as CSV.
MAX_TAGS = 2_000_000
MAX_XLSX_ROWS = 50_000
MAX_COLUMNS = 32  # twice the widest sheet; what lies beyond is not looked at
# Per file; one in a wrong layout would otherwise name every one of its cells.
MAX_FAULTS = 1000
# What a cell may not begin with, because a spreadsheet would run it as a formula.
_LIVE = "=+-@\t\r＝＋－＠"
_GUARDED = re.compile(f"'+[{re.escape(_LIVE)}]")
_TO_GUARD = re.compile(f"'*[{re.escape(_LIVE)}]")
_SPACE = " \t\r\n"

messages(
    {
        "file.missing": ("缺少文件", "the file is missing"),
        "file.unknown": (
            "未知文件，文件名应为工作表名",
            "unknown file; files are named after their sheets",
        ),
        "file.encoding": (
            "编码应为 UTF-8 或 GB18030",
            "the encoding must be UTF-8 or GB18030",
        ),
        "file.size": ("文件过大", "the file is too large"),
        "file.csv": ("不是有效的 CSV", "not valid CSV"),
        "file.xlsx": ("不是可读取的 XLSX 工作簿", "not a readable XLSX workbook"),
        "file.bomb": (
            "XLSX 解压后过大或成员过多，拒绝打开",
            "the XLSX unpacks to too much or has too many members; not opened",
        ),
        "sheet.missing": ("缺少工作表“{zh}”", "the sheet {value} is missing"),
        "sheet.twice": (
            "工作表 {value} 出现多次",
            "the sheet {value} occurs more than once",
        ),
        "sheet.unknown": ("未知工作表“{value}”", 'unknown sheet "{value}"'),
        "sheet.rows": (
            "XLSX 工作表超过 {most} 行，请改用 CSV",
            "an XLSX sheet has more than {most} rows; use CSV",
        ),
        "column.missing": ("缺少列“{zh}”", "the column {value} is missing"),
        "column.twice": (
            "列 {value} 出现多次",
            "the column {value} occurs more than once",
        ),
        "column.unknown": ("未知列“{value}”", 'unknown column "{value}"'),
        "sheet.faults": (
            "错误超过 {most} 处，其余未列出",
            "more than {most} faults; the rest is not listed",
        ),
        "row.width": (
            "表头之外还有单元格内容“{value}”",
            'the cell "{value}" lies outside the header',
        ),
        "cell.formula": (
            "单元格含公式，请粘贴为数值",
            "the cell holds a formula; paste it as a value",
        ),
        "cell.error": (
            "单元格为错误值“{value}”",
            'the cell shows the error "{value}"',
        ),
        "cell.precision": (
            "“{value}”超过15位，Excel 已丢失精度，请设为文本",
            '"{value}" exceeds 15 digits and lost precision; format it as text',
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet as they stand, in the order of `columns`.

    `columns`: name -> (position, header as written). A cell of None was refused
    already and has its fault.
    """

    file: str
    sheet: Sheet
    columns: Mapping[str, tuple[int, str]]
    rows: Sequence[tuple[int, Sequence[Raw | None]]]


# What a file gives for a cell: what stands in it, or the code and value of a fault.
_Cell: TypeAlias = "Raw | tuple[str, str]"
_BRACKET = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def guard(text: str) -> str:
    """`text` with `'` in front when a spreadsheet would take it for a formula.

    >>> guard("=cmd"), guard("阳光小区")
    ("'=cmd", '阳光小区')
    """
    return "'" + text if _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """Inverse of `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def _clean(text: str) -> str:
    return unguard(text).strip(_SPACE).replace("\r\n", "\n")


def capped(faults: Sequence[Fault]) -> list[Fault]:
    """The first `MAX_FAULTS` faults of each file, and one that says so."""
    out = []
    count: Counter[str] = Counter()
    for fault in faults:
        count[fault.file] += 1
        if count[fault.file] <= MAX_FAULTS:
            out.append(fault)
    return out + [
        Fault("sheet.faults", file, params={"most": MAX_FAULTS})
        for file, number in count.items()
        if number > MAX_FAULTS
    ]


def decode(data: bytes) -> str | None:
    """Text of UTF-8 (with or without BOM) or GB18030 bytes, else None."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def read_tables(
    files: Mapping[str, bytes],
) -> tuple[dict[str, Table], list[Fault]]:
    """All tables of a scenario by sheet name, and the faults of their files.

    Files that end in neither csv nor xlsx are none of its business.
    """
    reader = _TableReader({}, set(), [])
    unread = False
    for name in sorted(files):
        stem, _, ending = name.lower().rpartition(".")
        if ending not in ("csv", "xlsx", "xls") or name.lower() == "accepted.csv":
            continue
        if len(files[name]) > MAX_BYTES:
            reader.faults.append(Fault("file.size", name))
            unread = True
        elif ending != "csv":
            unread = not reader.workbook(name, files[name]) or unread
        elif stem in SHEET_NAMES:
            reader.csv(name, SHEET_NAMES[stem], files[name])
        else:
            reader.faults.append(Fault("file.unknown", name))
    for sheet in SHEETS:
        # a file that could not be read may have held it
        if sheet.name not in reader.seen and not sheet.optional and not unread:
            reader.faults.append(
                Fault(
                    "sheet.missing",
                    f"{sheet.name}.csv",
                    value=sheet.name,
                    params={"zh": sheet.zh.split("|")[0]},
                )
            )
    return reader.tables, reader.faults


@dataclass(slots=True)
class _TableReader:
    """Collects tables and faults; `seen` holds sheets that were there, good or bad."""

    tables: dict[str, Table]
    seen: set[str]
    faults: list[Fault]

    def csv(self, file: str, sheet: Sheet, data: bytes) -> None:
        """One sheet as CSV."""
        text = decode(data)
        rows: list[list[str]] = []
        if text is None or "\0" in text:
            self.seen.add(sheet.name)
            self.faults.append(Fault("file.encoding", file))
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            rows.extend([_clean(cell) for cell in row] for row in reader)
        except csv.Error:
            self.seen.add(sheet.name)
            self.faults.append(Fault("file.csv", file, len(rows) + 1))
            return
        self.add(file, sheet, rows)

    def workbook(self, file: str, data: bytes) -> bool:
        """All sheets of an XLSX file; whether it could be read."""
        code = _unsafe(data)
        if code:
            self.faults.append(Fault(code, file))
            return False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and validations we ignore
                book = load_workbook(io.BytesIO(data), read_only=True)
                for page in book.worksheets:
                    self.page(file, page)
        except Exception:  # openpyxl raises whatever the damage happens to cause
            self.faults.append(Fault("file.xlsx", file))
            return False
        return True

    def page(self, file: str, page: Any) -> None:
        """One worksheet; an empty one is ignored, as Excel adds them itself."""
        page.reset_dimensions()  # what the file claims may be wrong
        rows = [
            ["" if cell is EMPTY_CELL else _xlsx_cell(cell) for cell in row]
            for row in page.iter_rows(
                min_row=1, max_row=MAX_XLSX_ROWS + 1, max_col=MAX_COLUMNS
            )
        ]
        title = page.title.strip(_SPACE)
        if all(cell == "" for row in rows for cell in row):
            return
        sheet = SHEET_NAMES.get(title.lower())
        where = f"{file}#{title}"
        if sheet is None:
            self.faults.append(Fault("sheet.unknown", file, value=title))
        elif len(rows) > MAX_XLSX_ROWS:
            self.seen.add(sheet.name)
            params = {"most": MAX_XLSX_ROWS}
            self.faults.append(Fault("sheet.rows", where, params=params))
        else:
            self.add(where, sheet, rows)

    def add(self, file: str, sheet: Sheet, rows: Sequence[Sequence[_Cell]]) -> None:
        """Match the header, keep the rows that are not blank."""
        if sheet.name in self.seen:
            self.faults.append(Fault("sheet.twice", file, value=sheet.name))
            return
        self.seen.add(sheet.name)
        rows = rows or [()]
        columns = self.header(file, sheet, rows[0])
        titles = [_title(cell) for cell in rows[0]]
        kept: list[tuple[int, Sequence[Raw | None]]] = []
        wrong: list[Fault] = []
        for number, row in enumerate(rows[1:], start=2):
            if len(wrong) > MAX_FAULTS:
                break
            if all(cell == "" for cell in row):
                continue
            cells: list[Raw | None] = []
            for cell, title in zip_longest(row, titles[: len(row)], fillvalue=""):
                if isinstance(cell, tuple):
                    wrong.append(Fault(cell[0], file, number, title or None, cell[1]))
                    cells.append(None)
                    continue
                if cell != "" and not title:
                    wrong.append(Fault("row.width", file, number, None, _title(cell)))
                cells.append(cell)
            kept.append((number, cells))
        self.faults += capped(wrong)
        self.tables[sheet.name] = Table(file, sheet, columns, kept)

    def header(
        self, file: str, sheet: Sheet, row: Sequence[_Cell]
    ) -> dict[str, tuple[int, str]]:
        """Column name -> its position and its header as written."""
        known = headers(sheet)
        found: dict[str, tuple[int, str]] = {}
        for position, cell in enumerate(row):
            shown = _title(cell)
            if not shown:
                continue
            column = _meant(known, shown)
            if column is None:
                self.faults.append(Fault("column.unknown", file, 1, shown, shown))
            elif column.name in found:
                self.faults.append(Fault("column.twice", file, 1, shown, column.name))
            else:
                found[column.name] = (position, shown)
        for column in sheet.columns:
            if not (column.name in found or column.optional or column.made):
                self.faults.append(
                    Fault(
                        "column.missing",
                        file,
                        1,
                        column.name,
                        column.name,
                        {"zh": column.zh.split("|")[0]},
                    )
                )
        return found


def _unsafe(data: bytes) -> str | None:
    """The fault of a workbook that must not be opened, else None.

    Declared sizes are checked first; then each XML member is unpacked once within
    them (a lying size ends in a CRC error) to refuse entities and tag floods.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            if (
                len(members) > MAX_MEMBERS
                or total > MAX_BYTES
                or total > MAX_RATIO * len(data)
            ):
                return "file.bomb"
            tags = 0
            for member in members:
                if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    continue
                text = archive.read(member)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
                    return "file.xlsx"
                tags += text.count(b"<")
            return "file.bomb" if tags > MAX_TAGS else None
    except Exception:  # a damaged archive raises more kinds than zipfile documents
        return "file.xlsx"


def _xlsx_cell(cell: Any) -> _Cell:
    """A cell as it stands: a text, a number, a date, a yes or no."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return ("cell.formula", "")
    if cell.data_type == "e":
        return ("cell.error", str(value))
    return _clean(value) if isinstance(value, str) else cast("Raw", value)


def _title(cell: _Cell) -> str:
    """A header, without the blanks that nobody sees."""
    if isinstance(cell, tuple):
        return cell[1]
    return unseen(cell if isinstance(cell, str) else str(cell))


def _meant(known: Mapping[str, Column], shown: str) -> Column | None:
    """The column that a header names: as written, else without stars, line breaks and
    what stands in brackets, which may be a unit."""
    plain = unicodedata.normalize("NFKC", re.sub(r"[\s*＊:：]+", "", shown)).lower()
    bare = _BRACKET.sub("", plain)
    for text in (shown, shown.lower(), plain, bare):
        if text in known:
            return known[text]
    return None
