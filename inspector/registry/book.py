"""Bytes of a clerk's files → `Page`s of raw cells, or one sentence why not.

Uploads are hostile until shown otherwise: what a file is tells its content, not its
ending; sizes and rows are counted before anything is built. Reading is python-calamine;
what it leaves silent (error cells, formulas without a value, hidden rows) is looked up
in the sheet's own text. Next: `layout`.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

from inspector.errors import Fault, messages
from inspector.registry.compound_file import is_whole
from inspector.registry.guards import clean
from inspector.registry.header_cells import sheet_of_title
from inspector.registry.understood import (
    Area,
    Broken,
    Findings,
    Page,
    Raw,
    address,
    column_number,
)

MAX_BYTES = 50 * 2**20  # of one file
MAX_UNPACKED = 400 * 2**20
MAX_RATIO = 100  # unpacked : packed
MAX_MEMBERS = 500
MAX_TAGS = 12_000_000  # a cell takes four
MAX_CELLS = 12_000_000  # from A1 to the last one: a reader keeps them all
MAX_ROWS = 200_000
MAX_COLUMNS = 256  # what lies beyond is not looked at
SPREADSHEETS = ("xlsx", "xlsm", "xls", "et", "xlsb", "ods", "csv", "tsv")
READ = (*SPREADSHEETS, "txt")
# What programs put beside files: locks of open ones, copies of a Mac.
_LEFTOVERS = ("~$", "._", ".~")
# Files of a scenario that are no sheets.
BESIDE = ("policy.toml", "logs.json", "accepted.csv")
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
)
_STATES = (
    (calamine.SheetVisibleEnum.Hidden, "hidden"),
    (calamine.SheetVisibleEnum.VeryHidden, "very_hidden"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

messages(
    {
        "file.missing": ("缺少文件", "the file is missing"),
        "file.unknown": (
            "不是可读取的文件；可读取：{endings}",
            "this file is not read; these are: {endings}",
        ),
        "file.encoding": (
            "编码应为 UTF-8、UTF-16 或 GB18030",
            "the encoding must be UTF-8, UTF-16 or GB18030",
        ),
        "file.size": (
            "文件过大（上限 {most} MB），请按区县拆分",
            "the file is too large ({most} MB at most); split it by district",
        ),
        "file.rows": (
            "超过 {most} 行，请按区县拆分",
            "more than {most} rows; split it by district",
        ),
        "file.csv": (
            "不是有效的 CSV（引号不成对）",
            "not valid CSV (a quotation mark is not closed)",
        ),
        "file.xlsx": (
            "文件已损坏或不完整，无法读取；请用 WPS 或 Excel 打开后另存为 .xlsx",
            "the file is damaged or incomplete; open it and save it as .xlsx",
        ),
        "file.bomb": (
            "解压后过大或成员过多，拒绝打开",
            "it unpacks to too much or has too many members; not opened",
        ),
        "file.password": (
            "文件有密码保护，请取消密码后另存为 .xlsx",
            "the file is protected by a password; remove it and save as .xlsx",
        ),
        "file.empty": ("文件是空的", "the file is empty"),
        "file.kind": (
            "这是 {kind} 文件，不是表格",
            "this is a {kind} file, not a spreadsheet",
        ),
        "file.html": (
            "这是网页格式的“表格”，请用 WPS 或 Excel 打开后另存为 .xlsx",
            "this is a web page named as a table; open it and save it as .xlsx",
        ),
        "read.file_kind": (
            "“{before}”按实际内容作为 {after} 读取",
            '"{before}" is read as what it is: {after}',
        ),
        "read.encoding": ("按 {after} 编码读取", "read as {after}"),
        "read.separator": (
            "分隔符为“{after}”",
            'the separator is "{after}"',
        ),
        "read.formulas": (
            "{count} 个公式按其结果读取（如 {cell}：{before}）",
            "{count} formulas are read by their results (as {cell}: {before})",
        ),
        "read.macros": (
            "宏不执行、不读取",
            "macros are neither run nor read",
        ),
        "cell.formula": (
            "公式没有结果，请粘贴为数值",
            "the formula has no result; paste it as a value",
        ),
        "cell.precision": (
            "“{value}”超过15位，Excel 已丢失精度，请设为文本",
            '"{value}" exceeds 15 digits and lost precision; format it as text',
        ),
        "cell.error": (
            "单元格为错误值“{value}”",
            'the cell shows the error "{value}"',
        ),
    }
)


def pages_of(
    files: Mapping[str, bytes], findings: Findings, *, upload: bool = False
) -> list[Page]:
    """All sheets of the files, by file name; what is wrong goes to `findings`.

    `upload`: every file is read or named; else files that are no spreadsheets are none
    of its business.
    """
    pages: list[Page] = []
    for name in sorted(files):
        base = name.replace("\\", "/").rpartition("/")[2]
        ending = base.lower().rpartition(".")[2]
        if base.startswith(_LEFTOVERS) or base in BESIDE:
            continue
        text = ending == "txt" and sheet_of_title(base.partition(".")[0])
        if ending not in (READ if upload or text else SPREADSHEETS):
            if upload:
                params = {"endings": " ".join(f".{e}" for e in READ)}
                findings.faults.append(Fault("file.unknown", name, params=params))
            continue
        pages += _File(name, ending, files[name], findings).pages()
    return pages


def decode(data: bytes) -> tuple[str, str] | None:
    """Text of a CSV file and its encoding, None when it has none of those known."""
    tried = ["utf-8-sig", "gb18030"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tried = ["utf-16"]
    elif data[:4000].count(0) * 3 > len(data[:4000]):
        tried = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    for encoding in tried:
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else (text, encoding)
    return None


class _TooLong(Exception):
    """A sheet with more rows than are read."""


class _File:
    """One file on its way to pages."""

    def __init__(self, name: str, ending: str, data: bytes, findings: Findings) -> None:
        self.name, self.ending, self.data = name, ending, data
        self.findings = findings

    def refuse(self, code: str, row: int | None = None, **params: object) -> list[Page]:
        """The one fault of the file."""
        self.findings.faults.append(Fault(code, self.name, row, params=params))
        return []

    def say(self, rule: str, before: str = "", after: str = "", cell: str = "") -> None:
        self.findings.reading(rule, self.name, "", cell, before, after)

    def pages(self) -> list[Page]:
        """Its sheets, by what its content is."""
        head = self.data[:512].lstrip().lower()
        if not self.data.strip():
            return self.refuse("file.empty")
        if len(self.data) > MAX_BYTES:
            return self.refuse("file.size", most=MAX_BYTES >> 20)
        for mark, kind in _FOREIGN:
            if self.data.startswith(mark):
                return self.refuse("file.kind", kind=kind)
        if self.data.startswith(b"PK"):
            return self.packed()
        if self.data.startswith(_OLE):
            return self.compound()
        if head.startswith(
            (b"<html", b"<!doctype html", b"<?xml", b"<table", b"<meta")
        ):
            return self.refuse("file.html")
        if self.ending not in ("csv", "tsv", "txt"):
            if self.ending in ("xlsx", "xlsm", "xlsb", "ods"):
                return self.refuse("file.xlsx")
            self.say("read.file_kind", self.name, "CSV")
        return self.text()

    def text(self) -> list[Page]:
        """A CSV file."""
        found = decode(self.data)
        if found is None:
            return self.refuse("file.encoding")
        text, encoding = found
        if text.count("\n") > MAX_ROWS:
            return self.refuse("file.rows", most=MAX_ROWS)
        if encoding.startswith("utf-16"):
            self.say("read.encoding", after="UTF-16")
        first = text.partition("\n")[0].strip().strip('"')
        given = re.fullmatch(r"sep=(.)", first, re.IGNORECASE)
        mark = given[1] if given else _separator(text)
        if mark != ",":
            self.say("read.separator", after="Tab" if mark == "\t" else mark)
        source = io.StringIO(text, newline="")
        rows: list[list[Raw]] = []
        try:
            reader = csv.reader(source, delimiter=mark, strict=True)
            rows.extend([clean(cell) for cell in row] for row in reader)
        except csv.Error:
            return self.refuse("file.csv", len(rows) + 1)
        if given:
            rows[0] = []
        return [Page(self.name, "", rows)]

    def compound(self) -> list[Page]:
        """An OLE file: .xls and .et, what a password hides, or no table."""
        inside = self.data
        if "EncryptedPackage".encode("utf-16-le") in inside:
            return self.refuse("file.password")
        if "WordDocument".encode("utf-16-le") in inside:
            return self.refuse("file.kind", kind="Word")
        if self.ending not in ("xls", "et"):
            if len(inside) < 2048:  # nothing but a head: what is inside was encrypted
                return self.refuse("file.password")
            self.say("read.file_kind", self.name, "xls")
        if not is_whole(inside):
            return self.refuse("file.xlsx")
        return self.book(lambda title: _SheetText())

    def packed(self) -> list[Page]:
        """A ZIP: .xlsx, .xlsb, .ods, or no table."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                names = {m.filename for m in archive.infolist()}
                if code := _unsafe(archive, len(self.data)):
                    return self.refuse(code, most=MAX_ROWS)
                looks = _looks(archive, names)
        except Exception:  # a damaged archive raises more kinds than zipfile documents
            return self.refuse("file.xlsx")
        kinds = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint"}
        for member, kind in kinds.items():
            if member in names:
                return self.refuse("file.kind", kind=kind)
        if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            return self.refuse("file.kind", kind="ZIP")
        if "xl/vbaProject.bin" in names:
            self.say("read.macros")
        if self.ending in ("csv", "tsv", "txt", "xls", "et"):
            self.say("read.file_kind", self.name, "xlsx")
        return self.book(lambda title: looks.get(title, _SheetText()))

    def book(self, look: Callable[[str], _SheetText]) -> list[Page]:
        """All sheets by python-calamine."""
        pages = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = calamine.load_workbook(io.BytesIO(self.data))
                for meta in book.sheets_metadata:
                    if meta.typ == calamine.SheetTypeEnum.WorkSheet:
                        pages.append(self.page(book, meta, look(meta.name)))
        except _TooLong:
            return self.refuse("file.rows", most=MAX_ROWS)
        except calamine.PasswordError:
            return self.refuse("file.password")
        except BaseException as e:  # a panic of the reader is no Exception
            if isinstance(e, KeyboardInterrupt | SystemExit):
                raise
            return self.refuse("file.xlsx")
        return pages

    def page(self, book: Any, meta: Any, look: _SheetText) -> Page:
        """One sheet with what the reader leaves silent."""
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height > MAX_ROWS:
            raise _TooLong
        rows = sheet.to_python(skip_empty_area=False)
        rows = [
            [clean(c) if isinstance(c, str) else c for c in row[:MAX_COLUMNS]]
            for row in rows
        ]
        for (row, column), broken in look.broken.items():
            if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
                rows[row][column] = broken
        if look.formulas:
            (row, column), said = next(iter(look.formulas.items()))
            where = f"{self.name}#{meta.name}"
            for _ in look.formulas:
                cell = address(row + 1, column)
                self.findings.reading("read.formulas", where, "", cell, said, "")
        state = "visible"
        for kind, said in _STATES:
            state = said if meta.visible == kind else state
        areas = sheet.merged_cell_ranges
        merged: tuple[Area, ...] | None = None
        if areas is not None:
            merged = tuple((*first, *last) for first, last in areas)
        return Page(self.name, meta.name, rows, state, look.hidden, merged)


class _SheetText:
    """What the text of a sheet says and its reader does not: cells that are broken,
    formulas with a result, hidden rows (None: not told)."""

    def __init__(self) -> None:
        self.broken: dict[tuple[int, int], Broken] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.hidden: frozenset[int] | None = None


_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_HIDDEN = re.compile(rb'<row [^>]*?hidden="(?:1|true)"[^>]*>')
_NUMBER = re.compile(rb'\br="(\d+)"')
_FORMULA = re.compile(rb"<f[^>]*>([^<]*)")


def _looks(archive: zipfile.ZipFile, names: set[str]) -> dict[str, _SheetText]:
    """Sheet name → what its text says, for .xlsx."""
    if "xl/workbook.xml" not in names:
        return {}
    rels = "xl/_rels/workbook.xml.rels"
    targets = {
        e.get("Id"): (e.get("Target") or "").lstrip("/")
        for e in ElementTree.fromstring(archive.read(rels))
    }
    out = {}
    for e in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if e.tag.rpartition("}")[2] == "sheet":
            rid = next((v for k, v in e.attrib.items() if k.endswith("}id")), "")
            path = targets.get(rid, "")
            path = path if path.startswith("xl/") else f"xl/{path}"
            if path in names:
                out[e.get("name") or ""] = _look(archive.read(path))
    return out


def _look(text: bytes) -> _SheetText:
    look = _SheetText()
    look.hidden = frozenset(
        int(n[1]) for row in _HIDDEN.findall(text) if (n := _NUMBER.search(row))
    )
    if b't="e"' not in text and b"<f" not in text:
        return look
    for letters, number, attributes, inside in _CELL.findall(text):
        at = int(number) - 1, column_number(letters.decode())
        formula, value = _FORMULA.search(inside), _value(inside)
        if b't="e"' in attributes:
            look.broken[at] = Broken("cell.error", value or "#")
        elif (formula or b"<f" in inside) and not value:
            # A formula whose result is an empty text has one, of type str.
            if b't="str"' not in attributes:
                look.broken[at] = Broken("cell.formula")
        elif formula or b"<f" in inside:
            said = formula[1].decode("utf-8", "replace") if formula else ""
            look.formulas[at] = f"={said}"
    return look


def _value(inside: bytes) -> str:
    found = re.search(rb"<v>([^<]+)</v>", inside)
    return found[1].decode("utf-8", "replace") if found else ""


def _unsafe(archive: zipfile.ZipFile, packed: int) -> str | None:
    """The fault of an archive that must not be opened, else None.

    Declared sizes are checked first; then each XML member is unpacked once within them
    (a lying size ends in a CRC error), refusing entities and counting rows.
    """
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or total > MAX_RATIO * packed:
        return "file.bomb"
    if total > MAX_UNPACKED:
        return "file.rows"
    tags = 0
    for member in members:
        name = member.filename.lower()
        binary = name.startswith("xl/worksheets/") and name.endswith(".bin")
        if binary and _binary_cells(archive.read(member)) > MAX_CELLS:
            return "file.bomb"
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        text = archive.read(member)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
            return "file.xlsx"
        if max(text.count(b"<row "), text.count(b"<table:table-row ")) > MAX_ROWS:
            return "file.rows"
        tags += text.count(b"<")
        if tags > MAX_TAGS or _cells(name, text) > MAX_CELLS:
            return "file.bomb"
    return None


def _cells(name: str, text: bytes) -> int:
    """How many cells a reader would keep of a sheet: from A1 to the last one."""
    if name.startswith("xl/worksheets/"):
        columns = {*re.findall(rb'<c r="([A-Z]{1,3})\d', text)}
        rows = re.findall(rb'<c r="[A-Z]{1,3}(\d{6,})', text)
        last = max(map(int, rows), default=text.count(b"<row "))
        widest = max((column_number(c.decode()) + 1 for c in columns), default=0)
        return last * widest
    total = 0
    for row in _ODS_ROW.finditer(text) if name == "content.xml" else ():
        if b"office:value-type" in row[2]:
            wide = [int(n) for n in _ODS_CELL.findall(row[2])]
            total += int(row[1] or 1) * (sum(wide) + row[2].count(b"<table:table-cell"))
    return total


_ODS_ROW = re.compile(
    rb'<table:table-row(?: [^>]*?number-rows-repeated="(\d+)")?[^>]*?>(.*?)'
    rb"</table:table-row>",
    re.DOTALL,
)
_ODS_CELL = re.compile(
    rb"<table:table-cell (?=[^>]*office:value-type)[^>]*?"
    rb'number-columns-repeated="(\d+)"'
)


def _binary_cells(data: bytes) -> int:
    """The same of an .xlsb sheet: rows are records 0, cells 1 to 11 ([MS-XLSB])."""
    at, row, column, size = 0, 0, 0, len(data)
    while at < size:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | data[at] << 7 if at < size else kind
            at += 1
        length = shift = 0
        while at < size:
            part = data[at]
            at += 1
            length |= (part & 0x7F) << shift
            shift += 7
            if part < 0x80 or shift > 21:
                break
        head = int.from_bytes(data[at : at + 4], "little")
        if kind == 0:
            row = max(row, head + 1)
        elif kind <= 11:
            column = max(column, head + 1)
        at += length
    return row * column


def _separator(text: str) -> str:
    """What stands between the cells: the mark that splits most lines alike."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]

    def score(mark: str) -> tuple[int, int]:
        rows = [len(row) for row in csv.reader(lines, delimiter=mark)]
        widest = max((n for n in rows if n > 1), key=rows.count, default=1)
        return rows.count(widest) * (widest > 1), widest

    marks = (",", "\t", ";", "，", "；", "|")
    return max(marks, key=lambda mark: (score(mark), -marks.index(mark)))
