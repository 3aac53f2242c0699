"""The clerk's file comes back: cells coloured and commented, with a list of problems.

Pages as they stood in the files, what the import says of them → the bytes of an .xlsx:
the same sheets, rows and values, whatever they came in (.xls, .et, .ods, .csv), in
front 问题清单 with a link to each cell, at the end 按此理解. Texts stay texts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

import xlsxwriter

from inspector.command.workbook import FONT
from inspector.printable import clean
from inspector.registry.told import FAULT, Heard, Told
from inspector.registry.understood import Broken, Page, Raw, column_number

# Sheets that we add, by language; one that came back to us is not returned again.
TITLES: Mapping[str, tuple[str, str]] = {
    "zh": ("问题清单", "按此理解"),
    "en": ("Problems", "Understood as"),
}
_OURS = frozenset(title for pair in TITLES.values() for title in pair)
LARGE = 300_000  # cells: more are written as they come, without merged ranges
MOST_COMMENTS = 2_000  # of one sheet; further cells of one fault are coloured only
MOST_LINKS = 50  # further cells of one fault that have a line of their own
_SAMPLE = 200  # rows that a column's width is taken from
_MOST_CHARS = 32_767  # of a cell in any spreadsheet

_TEXT = {"font_name": FONT, "font_size": 10, "valign": "top", "quote_prefix": True}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "text": _TEXT,
    "number": {"font_name": FONT, "font_size": 10, "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "time": {"num_format": "hh:mm:ss"},
    "span": {"num_format": "[h]:mm:ss"},
}
_COLOURS = {FAULT: "#FFC7CE", "note": "#FFEB9C"}
_HEAD = {**_TEXT, "bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True}
_LIST = {**_TEXT, "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
_HEADS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "zh": (
        ("序号", "类别", "工作表", "单元格", "现有内容", "问题和改法", "另有"),
        ("工作表", "列", "单元格", "次数", "按此理解"),
    ),
    "en": (
        ("No.", "Kind", "Sheet", "Cell", "Value", "What is wrong, what to do", "More"),
        ("Sheet", "Column", "Cell", "Count", "Understood as"),
    ),
}
_SAID: Mapping[str, Mapping[str, str]] = {
    "zh": {
        FAULT: "错误",
        "note": "提示",
        "more": "另有 {n} 处相同",
        "same": "同上",
        "accept": "{said}\n确认无误可接受，名称 {name}",
        "legend": "红色单元格为错误，须改正；黄色为提示，须改正或说明理由后接受。"
        "改好后直接导入本文件即可。",
        "none": "没有发现问题。",
    },
    "en": {
        FAULT: "fault",
        "note": "note",
        "more": "{n} more like this",
        "same": "the same",
        "accept": "{said}\nIf it is right, accept it by its name {name}",
        "legend": "Red cells are wrong and must be corrected; yellow ones are to be "
        "corrected or accepted with a reason. Then import this file again.",
        "none": "Nothing was found.",
    },
}
_BAD_NAME = re.compile(r"[\[\]:*?/\\]")
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_A1 = re.compile(r"([A-Z]+)(\d+)")


def returned_book(
    pages: Sequence[Page],
    problems: Sequence[Told],
    readings: Sequence[Heard],
    language: str = "zh",
) -> bytes:
    """The workbook of `pages` with every problem at its cell; `language`: zh, en."""
    return _Returned(pages, problems, readings, language).data()


class _Returned:
    def __init__(
        self,
        pages: Sequence[Page],
        problems: Sequence[Told],
        readings: Sequence[Heard],
        language: str,
    ) -> None:
        self.pages = [p for p in pages if p.title not in _OURS]
        self.problems, self.readings, self.language = problems, readings, language
        cells = sum(sum(map(len, p.rows)) for p in self.pages)
        self.large = cells > LARGE
        self.out = io.BytesIO()
        options = {"constant_memory": True} if self.large else {"in_memory": True}
        self.file = xlsxwriter.Workbook(self.out, options)
        # The same files give the same bytes.
        self.file.set_properties({"created": datetime(2000, 1, 1)})
        self.formats: dict[tuple[str, str], Any] = {}
        self.names = _sheet_names(self.pages)
        self.list = self.file.add_format(_LIST)
        self.head = self.file.add_format(_HEAD)
        self.link = self.file.add_format(
            {**_LIST, "font_color": "#0563C1", "underline": 1}
        )

    def data(self) -> bytes:
        """The bytes of the file."""
        first, last = TITLES[self.language]
        front = self.file.add_worksheet(first)
        at = _by_page(self.problems)
        sheets = [self.file.add_worksheet(self.names[p.where]) for p in self.pages]
        self.front(front)
        for page, sheet in zip(self.pages, sheets, strict=True):
            self.page(page, sheet, at.get(page.where, []))
        self.understood(self.file.add_worksheet(last))
        front.activate()
        self.file.close()
        return self.out.getvalue()

    def say(self, what: str, **params: object) -> str:
        return _SAID[self.language][what].format_map(params)

    def format(self, style: str, kind: str) -> Any:
        """The format of a cell of a style, coloured by what is said of it."""
        found = self.formats.get((style, kind))
        if found is None:
            own = {**_FORMATS["number"], **_FORMATS[style]}
            if kind:
                own |= {"bg_color": _COLOURS[kind], "border": 1}
            found = self.formats[style, kind] = self.file.add_format(own)
        return found

    # --- the clerk's own sheets ------------------------------------------------------

    def page(self, page: Page, sheet: Any, problems: Sequence[Told]) -> None:
        """A page as it stood, with colours and comments."""
        colours = _colours(problems)
        left = dict(colours)
        rows = [row for row, _ in colours]
        width = max((len(row) for row in page.rows), default=0)
        for number in range(max(len(page.rows), max(rows, default=0) + 1)):
            row = page.rows[number] if number < len(page.rows) else ()
            if page.hidden and number + 1 in page.hidden:
                sheet.set_row(number, None, None, {"hidden": True})
            for position, value in enumerate(row):
                kind = left.pop((number, position), "")
                if kind or value != "":
                    self.put(sheet, number, position, value, kind)
            for position in range(len(row), width + 1):
                if kind := left.pop((number, position), ""):
                    self.put(sheet, number, position, "", kind)
        for position, wide in enumerate(_widths(page)):
            sheet.set_column(position, position, wide)
        for area in () if self.large else page.merged or ():
            self.merge(sheet, page, area, colours)
        for place, text in self.comments(problems):
            height = min(400, 24 + 18 * (len(text) // 14 + text.count("\n")))
            sheet.write_comment(place, text, {"x_scale": 2, "height": height})
        if page.state == "hidden":
            sheet.hide()
        elif page.state == "very_hidden":
            sheet.very_hidden()

    def put(self, sheet: Any, row: int, column: int, value: Raw, kind: str) -> None:
        """One cell: texts never become numbers, links or formulas."""
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.format("number", kind))
        elif isinstance(value, int | float) and isfinite(value) and abs(value) < 1e300:
            sheet.write_number(row, column, value, self.format("number", kind))
        elif (style := _dated(value)) is not None:
            sheet.write_datetime(row, column, value, self.format(style, kind))
        else:
            text = value.value if isinstance(value, Broken) else str(value)
            # As it stands, radicals and signs that nobody sees included.
            text = _UNWRITABLE.sub("", text)[:_MOST_CHARS]
            if text:
                sheet.write_string(row, column, text, self.format("text", kind))
            else:
                sheet.write_blank(row, column, None, self.format("text", kind))

    def merge(
        self,
        sheet: Any,
        page: Page,
        area: Sequence[int],
        colours: Mapping[tuple[int, int], str],
    ) -> None:
        """A merged range with the value of its first cell."""
        top, left, bottom, right = area
        if (top, left) == (bottom, right) or top >= len(page.rows):
            return
        row = page.rows[top]
        value = row[left] if left < len(row) else ""
        kind = colours.get((top, left), "")
        sheet.merge_range(top, left, bottom, right, "", self.format("text", kind))
        self.put(sheet, top, left, value, kind)

    def comments(self, problems: Sequence[Told]) -> Iterable[tuple[str, str]]:
        """Cell → all that is said of it, the faults first."""
        said: dict[str, list[str]] = {}
        for problem in problems:
            text = self.sentence(problem)
            for place in problem.places():
                if place in said or len(said) < MOST_COMMENTS:
                    said.setdefault(place, []).append(text)
        for place, texts in said.items():
            yield place, "\n\n".join(dict.fromkeys(texts))

    def sentence(self, problem: Told) -> str:
        """What is said of a problem; of a note, how it is accepted."""
        text = clean(problem.said(self.language), lines=True)
        if not problem.name:
            return text
        return self.say("accept", said=text, name=problem.name)

    # --- the sheets we add -----------------------------------------------------------

    def front(self, sheet: Any) -> None:
        """The list of problems, causes first; what follows from one folded beneath."""
        for column, wide in enumerate((6, 7, 24, 9, 24, 70, 18)):
            sheet.set_column(column, column, wide)
        legend = self.say("legend" if self.problems else "none")
        sheet.write_string(0, 0, legend, self.file.add_format({**_TEXT, "bold": True}))
        for column, label in enumerate(_HEADS[self.language][0]):
            sheet.write_string(1, column, label, self.head)
        row, number = 2, 0
        for problem in self.problems:
            number += not problem.under
            under = [*problem.places()][1:]
            more = self.say("more", n=len(problem.rows)) if problem.rows else ""
            said = (problem.value, self.sentence(problem), more)
            lead = ("" if problem.under else number, self.say(problem.kind))
            self.line(sheet, row, problem, lead, problem.place, said)
            row += 1
            for place in under[:MOST_LINKS]:
                same = ("", self.say("same"), "")
                self.line(sheet, row, problem, ("", ""), place, same, folded=True)
                row += 1
        sheet.freeze_panes(2, 0)
        sheet.outline_settings(True, False, True, False)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def line(
        self,
        sheet: Any,
        row: int,
        problem: Told,
        lead: Sequence[str | int],
        place: str,
        said: Sequence[str],
        *,
        folded: bool = False,
    ) -> None:
        """One line of the list, with a link to its cell."""
        options: dict[str, Any] = {}
        if folded or problem.under:
            options = {"level": 1, "hidden": folded}
        lines = max(1, -(-2 * len(said[1]) // 66) + said[1].count("\n"))
        sheet.set_row(row, min(400, 15 * lines), None, options)
        for column, value in enumerate(lead):
            if isinstance(value, int):
                sheet.write_number(row, column, value, self.list)
            else:
                sheet.write_string(row, column, value, self.list)
        sheet.write_string(row, 2, clean(problem.file), self.list)
        self.address(sheet, row, 3, problem.file, place)
        for column, value in enumerate(said, 4):
            shown = clean(value, lines=True)[:_MOST_CHARS]
            sheet.write_string(row, column, shown, self.list)

    def address(self, sheet: Any, row: int, column: int, where: str, cell: str) -> None:
        """A cell's address, a link when its page is in the file."""
        name = self.names.get(where)
        if name is None or not cell:
            sheet.write_string(row, column, cell, self.list)
            return
        quoted = name.replace("'", "''")
        sheet.write_url(row, column, f"internal:'{quoted}'!{cell}", self.link, cell)

    def understood(self, sheet: Any) -> None:
        """按此理解: what was read otherwise than it stands."""
        for column, wide in enumerate((24, 18, 9, 8, 80)):
            sheet.set_column(column, column, wide)
        for column, label in enumerate(_HEADS[self.language][1]):
            sheet.write_string(0, column, label, self.head)
        for row, one in enumerate(self.readings, 1):
            sheet.write_string(row, 0, clean(one.file), self.list)
            sheet.write_string(row, 1, clean(one.column), self.list)
            self.address(sheet, row, 2, one.file, one.cell)
            sheet.write_number(row, 3, one.count, self.list)
            said = clean(one.said(self.language), lines=True)
            sheet.write_string(row, 4, said[:_MOST_CHARS], self.list)
        sheet.freeze_panes(1, 0)


def _sheet_names(pages: Sequence[Page]) -> dict[str, str]:
    """`Page.where` → the name of its sheet: legal, and of one page only."""
    out: dict[str, str] = {}
    taken = {title.lower() for title in _OURS} | {"history"}
    for page in pages:
        said = page.title or page.file.replace("\\", "/").rpartition("/")[2]
        said = said if page.title else said.rpartition(".")[0]
        said = _BAD_NAME.sub("_", clean(said)).strip("' ") or "sheet"
        name, number = said[:31], 1
        while name.lower() in taken:
            number += 1
            name = f"{said[:27]} ({number})"
        taken.add(name.lower())
        out[page.where] = name
    return out


def _by_page(problems: Iterable[Told]) -> dict[str, list[Told]]:
    out: dict[str, list[Told]] = {}
    for problem in problems:
        out.setdefault(problem.file, []).append(problem)
    return out


def _colours(problems: Iterable[Told]) -> dict[tuple[int, int], str]:
    """Row and column (0 …) → the kind that colours it; a fault before a note."""
    out: dict[tuple[int, int], str] = {}
    for problem in problems:
        for place in problem.places():
            found = _A1.fullmatch(place)
            if found is None:
                continue
            at = int(found[2]) - 1, column_number(found[1])
            out.setdefault(at, problem.kind)
    return out


def _dated(value: Raw) -> str | None:
    """The format of a date or time that a spreadsheet can hold."""
    if isinstance(value, datetime):
        return "moment" if value.year >= 1900 and value.tzinfo is None else None
    if isinstance(value, date):
        return "day" if value.year >= 1900 else None
    if isinstance(value, time):
        return "time" if value.tzinfo is None else None
    if isinstance(value, timedelta):
        return "span" if value >= timedelta() else None
    return None


def _widths(page: Page) -> list[int]:
    """Widths of the columns, by what their first rows hold."""
    wide: list[int] = []
    for row in page.rows[:_SAMPLE]:
        wide += [8] * (len(row) - len(wide))
        for position, value in enumerate(row):
            said = value if isinstance(value, str) else str(value)[:19]
            signs = sum(2 if ord(c) > 0x2E80 else 1 for c in said.split("\n")[0][:48])
            wide[position] = max(wide[position], min(40, signs + 2))
    return wide
