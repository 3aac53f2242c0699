"""The five cities as sheets that somebody works on, written in many forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from inspector.errors import Fault
from inspector.registry import understand, write_scenario
from inspector.registry.sheets import SHEET_NAMES, Column, Sheet
from inspector.registry.understood import address

ROOT = Path(__file__).resolve().parents[2]
CITIES = ("gaomi", "kunming", "weifang", "wuzhou", "zibo")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


@cache
def city_files(city: str) -> dict[str, bytes]:
    """The files of a city."""
    folder = ROOT / "scenarios" / city
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@cache
def clean_registry(city: str) -> dict[str, bytes]:
    """What a city's files mean, as canonical bytes."""
    found = understand(city_files(city)).scenario
    assert found is not None
    return written(found)


def written(found: object) -> dict[str, bytes]:
    """A scenario as canonical bytes."""
    names = ("registry", "policy", "calendar", "credit_base", "complaints")
    return write_scenario(*(getattr(found, name) for name in names))


@dataclass
class Page:
    """A sheet somebody works on. `columns`: what each column is, "" for others;
    `rows[at]` is the header. `shut`: nothing may be changed any more, since it will
    not be read; `unjudged`: nor anything that names it; `used`: cells that were
    changed."""

    sheet: Sheet
    columns: list[str]
    rows: list[list[object]]
    at: int = 0
    book: bool = False
    title: str = ""
    encoding: str = "utf-8"
    mark: str = ","
    first: str = ""
    file: str = ""
    data: bytes | None = None
    shut: bool = False
    unjudged: bool = False
    merged: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    used: set[tuple[int, str]] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def body(self) -> list[list[object]]:
        """The rows of data."""
        return [r for r in self.rows[self.at + 1 :] if len(r) == len(self.columns)]

    def column(self, name: str) -> Column:
        """What the sheet says of a column."""
        return next(c for c in self.sheet.columns if c.name == name)

    def cell(self, row: list[object], name: str) -> str:
        """The address of a cell as the page stands."""
        number = next(k for k, r in enumerate(self.rows) if r is row) + 1
        number += bool(self.first)  # a line "sep=;" counts
        return address(number, self.columns.index(name))

    def text(self, row: list[object], name: str) -> str:
        """What stands in a cell."""
        return str(row[self.columns.index(name)])

    def put(self, row: list[object], name: str, value: object) -> None:
        """Change a cell."""
        row[self.columns.index(name)] = value
        self.used.add((id(row), name))
        self.kept.add(name)

    def bytes(self) -> bytes:
        """The file."""
        if self.data is not None:
            return self.data
        if not self.book:
            out = io.StringIO(newline="")
            out.write(self.first)
            csv.writer(out, delimiter=self.mark).writerows(self.rows)
            return out.getvalue().encode(self.encoding)
        book = Workbook()
        page = book.active
        assert isinstance(page, Worksheet)
        page.title = self.title or self.sheet.name
        for row in self.rows:
            page.append(row)
        for cell in self.errors:
            page[cell].data_type = "e"
        for area in self.merged:
            page.merge_cells(area)
        for number in self.hidden:
            page.row_dimensions[number].hidden = True
        data = io.BytesIO()
        book.save(data)
        return data.getvalue()

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.file or f"{self.sheet.name}.{'xlsx' if self.book else 'csv'}"


@dataclass(frozen=True)
class Planted:
    """An oddity that was planted. `what`: read or fault; `codes`: any of them tells
    it; a fault stands at `row` and `column` where they are given."""

    what: str
    codes: tuple[str, ...]
    page: Page
    row: list[object] | None = None
    column: str = ""
    said: str = ""

    def told_by(self, fault: Fault) -> bool:
        """Whether a fault is this cause."""
        file = fault.file.partition("#")[0]
        zh = self.page.sheet.zh.partition("|")[0]
        files = (self.page.name, f"{self.page.sheet.name}.csv", f"{zh}.csv")
        if fault.code not in self.codes or file not in files:
            return False
        if self.row is None:
            return True
        cell = self.page.cell(self.row, self.column)
        number = int("".join(c for c in cell if c.isdigit()))
        if number not in (fault.row, *fault.rows):
            return False
        letters = "".join(c for c in cell if c.isalpha())
        return not fault.cell or fault.cell.startswith(letters)

    def __str__(self) -> str:
        cell = self.page.cell(self.row, self.column) if self.row else ""
        return f"{self.what} {self.codes} {self.page.name} {cell} {self.said!r}"


class Town:
    """A city with oddities."""

    def __init__(self, city: str, seed: int) -> None:
        self.city, self.random = city, Random(f"{city}:{seed}")
        self.pages: dict[str, Page] = {}
        self.planted: list[Planted] = []
        self.more: dict[str, bytes] = {}
        for name, data in city_files(city).items():
            base, _, ending = name.partition(".")
            if ending == "csv" and base in SHEET_NAMES:
                rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
                self.pages[base] = Page(
                    SHEET_NAMES[base], list(rows[0]), [list(row) for row in rows]
                )

    def open(self) -> Iterator[Page]:
        """Pages that may be changed, in random order."""
        pages = [p for p in self.pages.values() if not p.shut]
        self.random.shuffle(pages)
        return iter(pages)

    def files(self) -> dict[str, bytes]:
        """All files; those that nobody touched as they are."""
        out = {n: d for n, d in city_files(self.city).items() if not n.endswith(".csv")}
        return (
            out | {page.name: page.bytes() for page in self.pages.values()} | self.more
        )

    def unread(self, name: str) -> bool:
        """Whether nothing can be judged against a sheet."""
        page = self.pages.get(name)
        return page is None or page.data is not None or page.unjudged

    @property
    def masked(self) -> list[Planted]:
        """What cannot be seen before other causes are mended: a sheet that may stand
        in a workbook nobody can open, a name of a sheet nobody can read."""
        closed = any(p.data is not None and p.book for p in self.pages.values())
        out = []
        for one in self.faults:
            if one.codes == ("sheet.missing",) and closed:
                out.append(one)
            elif one.codes == ("row.unknown",):
                refers = one.page.column(one.column).refers
                names = ["streets" if n == "districts" else n for n in refers]
                if any(map(self.unread, names)):
                    out.append(one)
        return out

    @property
    def faults(self) -> list[Planted]:
        """What was planted that is wrong."""
        return [one for one in self.planted if one.what == "fault"]
