"""Pages of raw cells → tables: which sheet it is, where its header stands, its rows.

What a clerk puts around a table is set aside and named: titles, notes, blank and total
rows, columns and sheets that nobody asked for; merged cells are filled down. Nothing is
judged against a sheet whose key column is missing. Before: `book`; next: `rows`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspector.errors import Fault, messages
from inspector.registry.data_rows import DataRows
from inspector.registry.header_cells import (
    HEADER_WITHIN,
    column_of,
    header_cells,
    header_row,
    is_there,
    plain_header,
    sheet_of_title,
    titles_of_sheets,
)
from inspector.registry.outputs import Output, output_of
from inspector.registry.reading import shown
from inspector.registry.sheets import SHEETS, Column, Sheet, headers
from inspector.registry.understood import Broken, Findings, Header, Page, Raw, address

MOST_SHARE = (3, 5)  # of the required columns by which a page without a name is known

messages(
    {
        "sheet.twice": (
            "工作表“{value}”出现两次：{first} 与 {second}",
            "the sheet {value} occurs twice: {first} and {second}",
        ),
        "sheet.unknown": (
            "不认识工作表“{value}”{near}，未读取；可识别：{names}",
            'unknown sheet "{value}"{near_en}, not read; these are known: {names}',
        ),
        "sheet.header": (
            "前 {most} 行中找不到“{zh}”的表头，应有：{columns}",
            "no header of {value} in the first {most} rows; it has: {columns}",
        ),
        "column.missing": (
            "缺少列“{zh}”{near}",
            "the column {value} is missing{near_en}",
        ),
        "column.twice": (
            "列“{value}”出现两次（{first}、{second}），内容不同",
            "the column {value} occurs twice ({first}, {second}) with other contents",
        ),
        "read.sheet": (
            "工作表“{before}”按表头认作“{after}”",
            'the sheet "{before}" is taken for {after} by its header',
        ),
        "read.sheet_aside": (
            "工作表“{before}”与名录无关，未读取",
            'the sheet "{before}" is none of the registry; left aside',
        ),
        "read.sheet_program": (
            "隐藏的程序工作表“{before}”不读取",
            'the hidden sheet "{before}" of the program is not read',
        ),
        "read.sheet_hidden": (
            "隐藏的工作表“{before}”照样读取",
            'the hidden sheet "{before}" is read like any other',
        ),
        "read.header_row": (
            "表头在第 {after} 行，其上为标题或说明",
            "the header is row {after}; what stands above is a title",
        ),
        "read.header": (
            "列“{before}”认作“{after}”",
            'the column "{before}" is taken for {after}',
        ),
        "read.column_aside": (
            "列“{before}”未用到，未读取",
            'the column "{before}" is not used; left aside',
        ),
        "read.hidden_unknown": (
            "此格式看不出哪些行是隐藏的，全部读取",
            "this format does not tell hidden rows; all are read",
        ),
        "note.hidden_rows": (
            "有 {count} 个隐藏行（第 {value} 行等），也已读取，请确认",
            "{count} hidden rows (row {value} …) are read, too; please confirm",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet as raw cells.

    `columns`: name → where, the header as written, its unit. A cell of None was
    refused already and has its fault. `header`: the number of its row. `untouched`:
    the example of a template is all that it holds.
    """

    file: str
    sheet: Sheet
    columns: Mapping[str, Header]
    rows: Sequence[tuple[int, Sequence[Raw | None]]]
    header: int = 1
    untouched: bool = False


def tables_of(pages: Sequence[Page], findings: Findings) -> dict[str, Table | None]:
    """Sheet name → its table, None where it is there and cannot be judged."""
    return _Layout(findings).tables(pages)


class _Layout:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.found: dict[str, Table | None] = {}
        self.where: dict[str, str] = {}

    def tables(self, pages: Sequence[Page]) -> dict[str, Table | None]:
        aside: list[Page] = []
        ours: list[tuple[Page, Output]] = []
        read: set[str] = set()
        for page in pages:
            if page.state == "very_hidden" or page.title.startswith("WpsReserved"):
                self.say(page, "read.sheet_program", page.title)
                read.add(page.file)
                continue
            if page.title and not any(any(map(is_there, row)) for row in page.rows):
                continue
            if (output := output_of(page)) is not None:
                ours.append((page, output))
                continue
            sheet = self.sheet(page)
            if sheet is None:
                aside.append(page)
                continue
            read.add(page.file)
            if page.state == "hidden":
                self.say(page, "read.sheet_hidden", page.title)
            self.add(page, sheet)
        for page, output in ours:
            if page.file in read:
                self.say(page, "read.sheet_output", page.title or page.file)
            else:
                told = Fault(output.code, page.where, params=output.params)
                self.findings.faults.append(told)
                read.add(page.file)
        for page in aside:
            if page.file in read:
                self.say(page, "read.sheet_aside", page.title or page.file)
            else:
                self.unknown(page)
        return self.found

    def say(self, page: Page, rule: str, before: str = "", after: str = "") -> None:
        self.findings.reading(rule, page.where, "", "", before, after)

    def fault(
        self,
        code: str,
        page: Page,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str = "",
        cell: str = "",
        **params: object,
    ) -> None:
        """A fault of a page."""
        found = Fault(code, page.where, row, column, value, params, cell)
        self.findings.faults.append(found)

    def unknown(self, page: Page) -> None:
        """A sheet of which nothing is known, in a file of which nothing else is."""
        said = page.title or page.file.rpartition(".")[0]
        close = difflib.get_close_matches(said, [*titles_of_sheets()], 1, 0.5)
        zh = f"（是否“{close[0]}”？）" if close else ""
        en = f' ("{close[0]}"?)' if close else ""
        names = "、".join(s.title for s in SHEETS)
        self.fault("sheet.unknown", page, value=said, near=zh, near_en=en, names=names)

    def sheet(self, page: Page) -> Sheet | None:
        """The sheet that a page is: by its title, else by its headers."""
        said = page.title
        if not said:
            said = page.file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
        named = sheet_of_title(said)
        if named is not None:
            return named
        best: list[tuple[int, Sheet]] = []
        num, den = MOST_SHARE
        for sheet in SHEETS:
            _, found = header_row(page, sheet)
            names = {c.name for c in found.values()}
            wanted = {c.name for c in sheet.columns if c.required and not c.optional}
            keys = {c.name for c in sheet.columns if c.name in sheet.key and not c.made}
            if keys <= names and len(wanted & names) * den >= len(wanted) * num:
                best.append((len(names), sheet))
        best.sort(key=lambda row: -row[0])
        if not best or (len(best) > 1 and best[0][0] == best[1][0]):
            return None
        self.say(page, "read.sheet", said, best[0][1].title)
        return best[0][1]

    def add(self, page: Page, sheet: Sheet) -> None:
        """A page of a known sheet: its header and rows."""
        if sheet.name in self.where:
            first = self.where[sheet.name]
            self.fault(
                "sheet.twice",
                page,
                value=sheet.name,
                first=first,
                second=page.where,
            )
            return
        self.where[sheet.name] = page.where
        self.found[sheet.name] = None
        at, _ = header_row(page, sheet)
        if at is None:
            names = "、".join(c.title for c in sheet.columns)
            zh = sheet.title
            self.fault(
                "sheet.header",
                page,
                value=sheet.name,
                zh=zh,
                most=HEADER_WITHIN,
                columns=names,
            )
            return
        if at:
            self.say(page, "read.header_row", after=str(at + 1))
        columns, width = self.columns(page, sheet, at)
        if columns is None:
            return
        data = DataRows(self.findings, self.fault, page, columns, at, width)
        rows = [*data.kept()]
        if page.hidden:
            low = sorted(n for n in page.hidden if n > at + 1)
            if low:
                shown_as = "、".join(map(str, low[:3]))
                self.findings.notes.append(
                    Fault(
                        *("note.hidden_rows", page.where, low[0], None, shown_as),
                        params={"count": len(low)},
                    )
                )
        elif page.hidden is None:
            self.say(page, "read.hidden_unknown")
        untouched = data.example and not rows
        self.found[sheet.name] = Table(
            page.where, sheet, columns, rows, at + 1, untouched
        )

    def columns(
        self, page: Page, sheet: Sheet, at: int
    ) -> tuple[dict[str, Header] | None, int]:
        """Column name → its header; None where a key column is missing. The width of
        the header."""
        cells = header_cells(page, sheet, at)
        found: dict[str, Header] = {}
        aside: list[str] = []
        width = 0
        for position, cell in enumerate(cells):
            said = "" if isinstance(cell, Broken) else " ".join(shown(cell).split())
            if not said:
                continue
            width = position + 1
            column, unit = column_of(sheet, said)
            place = address(at + 1, position)
            if column is None:
                aside.append(said)
                self.findings.reading(
                    "read.column_aside", page.where, said, place, said, ""
                )
            elif column.name in found:
                new = Header(position, said, unit)
                first = found[column.name]
                own = [h for h in (first, new) if _is_own(sheet, h.shown)]
                if column.refers and len(own) == 1:
                    # A code, and the name of the same row beside it.
                    found[column.name] = own[0]
                    other = new if own[0] is first else first
                    cell = address(at + 1, other.position)
                    self.findings.reading(
                        *("read.column_aside", page.where, other.shown, cell),
                        *(other.shown, ""),
                    )
                else:
                    self.twice(page, at, column, first, position)
            else:
                found[column.name] = Header(position, said, unit)
                if not _is_own(sheet, said):
                    after = column.title
                    self.findings.reading(
                        "read.header", page.where, said, place, said, after
                    )
        missing = [c for c in sheet.columns if c.asked and c.name not in found]
        for column in missing:
            self.missing(page, at, column, aside)
        if any(c.name in sheet.key for c in missing):
            return None, width
        return found, width

    def missing(self, page: Page, at: int, column: Column, aside: list[str]) -> None:
        """A column that is not there, with the header that may have been meant."""
        names = [part for part in column.zh.split("|")]
        close = [
            said
            for said in aside
            if difflib.get_close_matches(plain_header(said)[0], names, 1, 0.5)
        ]
        self.fault(
            "column.missing",
            page,
            row=at + 1,
            column=column.name,
            value=column.name,
            zh=names[0],
            near=f"（是否“{close[0]}”？）" if close else "",
            near_en=f' ("{close[0]}"?)' if close else "",
        )

    def twice(
        self, page: Page, at: int, column: Column, first: Header, second: int
    ) -> None:
        """A column twice: left aside when it says the same, else a fault."""

        def cells(position: int) -> list[str]:
            rows = page.rows[at + 1 :]
            return [shown(r[position]) if position < len(r) else "" for r in rows]

        here, there = address(at + 1, first.position), address(at + 1, second)
        other = cells(second)
        if cells(first.position) == other or not any(other):
            said = shown(page.rows[at][second]) if second < len(page.rows[at]) else ""
            self.findings.reading(
                "read.column_aside", page.where, first.shown, there, said, ""
            )
            return
        self.fault(
            "column.twice",
            page,
            row=at + 1,
            column=first.shown,
            value=column.name,
            first=here,
            second=there,
            cell=there,
        )


def _is_own(sheet: Sheet, said: str) -> bool:
    """Whether a header is spelled as the import's format has it, with the star of our
    own template or without."""
    bare = said.rstrip("*＊")
    return bare.lower() in headers(sheet) or bare in headers(sheet)
