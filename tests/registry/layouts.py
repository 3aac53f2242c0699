"""What clerks do to files and layouts, each as a change of the small city → its files;
`layout_kinds` is the table of them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Protection
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from small_city import City

Files = dict[str, bytes]
Make = Callable[[City], Files]


class Layout(NamedTuple):
    """`what`: read, fault or note; `code`: the one that tells it; `where`: the file
    (and sheet) told; `cell`: the address, "" where the whole page is meant."""

    name: str
    make: Make
    what: str
    code: str
    where: str = ""
    cell: str = ""


def as_csv(rows: list[list[str]], mark: str = ",", first: str = "") -> str:
    """Rows as text."""
    out = io.StringIO(newline="")
    out.write(first)
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue()


def as_xlsx(rows: list[list[object]], title: str = "Sheet1") -> Workbook:
    """Rows as a workbook of one sheet."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    return book


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def zipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def in_rows(
    change: Callable[[list[list[str]]], None], sheet: str = "compounds"
) -> Make:
    """The city whose sheet is a CSV of changed rows."""

    def make(city: City) -> Files:
        change(city.sheets[sheet])
        return city.files()

    return make


def in_text(change: Callable[[list[list[str]]], bytes], sheet: str = "leave") -> Make:
    """The city whose sheet is a file of these bytes."""

    def make(city: City) -> Files:
        return city.files() | {f"{sheet}.csv": change(city.sheets[sheet])}

    return make


def in_book(
    change: Callable[[Workbook], object],
    sheet: str = "compounds",
    title: str = "小区",
    name: str = "",
) -> Make:
    """The city whose sheet is a workbook that somebody changed."""

    def make(city: City) -> Files:
        files = city.files()
        del files[f"{sheet}.csv"]
        book = as_xlsx([[*row] for row in city.sheets[sheet]], title)
        made = change(book)
        data = made if isinstance(made, bytes) else saved(book)
        return files | {name or f"{sheet}.xlsx": data}

    return make


def named_as(name: str, sheet: str = "compounds") -> Make:
    def make(city: City) -> Files:
        files = city.files()
        files[name] = files.pop(f"{sheet}.csv")
        return files

    return make


def in_header(said: dict[str, str], sheet: str = "compounds") -> Make:
    def change(rows: list[list[str]]) -> None:
        rows[0] = [said.get(name, name) for name in rows[0]]

    return in_rows(change, sheet)


def wide(rows: list[list[str]], *cells: str) -> list[str]:
    return [*cells, *[""] * (len(rows[0]) - len(cells))]


def merge(book: Workbook) -> None:
    page = book["小区"]
    page["C3"] = None
    page.merge_cells("C2:C3")


def two_lines(book: Workbook) -> None:
    """A header of two lines: 坐标 above 经度 and 纬度, the others merged down."""
    page = book["小区"]
    page.insert_rows(1)
    for k in range(1, 17):
        if k not in (13, 14):
            page.cell(1, k, page.cell(2, k).value)
            page.cell(2, k).value = None
            page.merge_cells(start_row=1, end_row=2, start_column=k, end_column=k)
    page["M1"], page["M2"], page["N2"] = "位置", "经度", "纬度"
    page.merge_cells("M1:N1")


def hide_row(book: Workbook) -> None:
    book["小区"].row_dimensions[3].hidden = True


def one_more_sheet(state: str, title: str, *cells: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        page = book.create_sheet(title)
        page.append([*cells])
        page.sheet_state = state

    return change


def hide_sheet(book: Workbook) -> None:
    book.create_sheet("封面").append(["区住建局"])
    book["小区"].sheet_state = "hidden"


def strict(book: Workbook) -> bytes:
    """The workbook as Strict Open XML (ISO/IEC 29500-1)."""

    def change(name: str, data: bytes) -> bytes:
        for old, new in (
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            data = data.replace(old, new)
        return data

    return zipped(saved(book), change)


def day_cells(book: Workbook) -> None:
    for row in book.active.iter_rows(min_row=2, min_col=2, max_col=3):  # type: ignore[union-attr]
        for cell in row:
            cell.value = date.fromisoformat(str(cell.value))


def year_1904(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904
    day_cells(book)


def format_31(book: Workbook) -> bytes:
    """Number format 31, which stands in no file: 2026年12月7日 in Chinese Excel."""
    day_cells(book)

    def change(name: str, data: bytes) -> bytes:
        if name == "xl/styles.xml":
            return data.replace(b'numFmtId="164"', b'numFmtId="31"').replace(
                b'numFmtId="14"', b'numFmtId="31"'
            )
        return data

    return zipped(saved(book), change)


def formula(value: bool) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> bytes:
        book["小区"]["G2"] = 500
        data = saved(book)
        old = b'<c r="G2" t="n"><v>500</v></c>'
        new = b'<c r="G2"><f>250*2</f>' + (b"<v>500</v>" if value else b"") + b"</c>"

        def put(name: str, text: bytes) -> bytes:
            return text.replace(old, new)

        return zipped(data, put)

    return change


def put(cell: str, value: object, kind: str = "") -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        page = book.worksheets[0]
        page[cell] = value
        if kind:
            page[cell].data_type = kind

    return change


def as_numbers(book: Workbook) -> None:
    page = book["小区"]
    for row in page.iter_rows(min_row=2):
        for k in (6, 10, 12, 13):
            row[k].value = float(str(row[k].value))


def protected(book: Workbook) -> None:
    page = book["小区"]
    page.protection.sheet = True
    page["A1"].protection = Protection(locked=True)


def macros(book: Workbook) -> bytes:
    data = io.BytesIO(saved(book))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return data.getvalue()


def cut_short(book: Workbook) -> bytes:
    data = saved(book)
    return data[: len(data) // 2]


def locked(book: Workbook) -> bytes:
    """The head of an encrypted workbook ([MS-OFFCRYPTO])."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + "EncryptedPackage".encode("utf-16-le") + bytes(4000)


def zip_of(member: str) -> Callable[[Workbook], bytes]:
    def change(book: Workbook) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(member, "<a/>")
        return out.getvalue()

    return change


def twice_files(city: City) -> Files:
    files = city.files()
    return files | {"小区.csv": files["compounds.csv"]}


def less_file(sheet: str) -> Make:
    def make(city: City) -> Files:
        files = city.files()
        del files[f"{sheet}.csv"]
        return files

    return make


def more_file(name: str, data: bytes) -> Make:
    return lambda city: city.files() | {name: data}


def without(column: str, sheet: str = "compounds") -> Make:
    def change(rows: list[list[str]]) -> None:
        at = rows[0].index(column)
        for row in rows:
            row.pop(at)

    return in_rows(change, sheet)


def more_column(said: str, cells: Callable[[list[str]], str]) -> Make:
    def change(rows: list[list[str]]) -> None:
        for k, row in enumerate(rows):
            row.append(said if k == 0 else cells(row))

    return in_rows(change)


def other_way(rows: list[list[str]]) -> None:
    for row in rows:
        row.reverse()
