"""`inspector template [SCENARIO] --out FILE.xlsx`: the workbook that the import reads.

Rows of the registries, or none → an .xlsx with a sheet for each table: headers with
required marks and notes (what goes there, unit, example), drop-down lists for closed
words and for names of other sheets, an example row where there are no rows. Imported
again it is the same registry; the example row is not taken for data.
"""

from __future__ import annotations

import argparse
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import xlsxwriter

from inspector.command.folders import read_inputs
from inspector.command.import_files import write_file
from inspector.command.workbook import FONT
from inspector.printable import clean
from inspector.registry import guard, read_scenario
from inspector.registry.cells import Kind
from inspector.registry.data_rows import EXAMPLE
from inspector.registry.differences import rows_of
from inspector.registry.sheets import SHEET_NAMES, SHEETS, Column, Sheet
from inspector.registry.understood import column_letter

Cells = Mapping[str, str]

ROWS = 5_000  # for which lists and formats are laid out
_MOST_LIST = 255  # characters of a drop-down list, by the format of the file
_LARGE = 20_000  # rows; more are written as they come
_BASE = {"font_name": FONT, "font_size": 10, "valign": "top"}
_HEAD = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "text": {"num_format": "@"},
    "number": {},
    "day": {"num_format": "yyyy-mm-dd"},
    "head": _HEAD,
    "needed": {**_HEAD, "font_color": "#C00000"},
    "example": {"italic": True, "font_color": "#808080", "num_format": "@"},
}
_NUMBERS = ("integer", "points", "degrees")
_SAID: Mapping[str, tuple[str, str]] = {
    "needed": ("必填", "required"),
    "free": ("选填", "may be empty"),
    "made": ("可不填，导入时补上并沿用", "may be left out; the import makes it"),
    "ident": (
        "编号：半角字母、数字和 _ . -，至多 64 位",
        "an id: letters, digits, _ . -, at most 64",
    ),
    "refers": (
        "填“{sheets}”表中的编号，或唯一的名称",
        "the id of a row of {sheets}, or its name if only one has it",
    ),
    "usc18": ("18 位统一社会信用代码", "credit code of 18 characters"),
    "text": ("文字", "text"),
    "integer": ("整数", "a whole number"),
    "points": ("分值，至多两位小数", "points, at most two decimals"),
    "day": ("日期，如 2026-12-01", "a day, as 2026-12-01"),
    "moment": ("时刻", "a moment"),
    "yes_no": ("是 或 否", "yes or no"),
    "degrees": ("如 111.279", "as 111.279"),
    "word": ("只可填：{words}", "one of: {words}"),
    "open": ("如：{words}，或本单位自己的代码", "as {words}, or a code of your own"),
    "several": ("可填多个，用“；”隔开：{words}", "several, separated by ; {words}"),
    "unit": ("单位：{unit}", "unit: {unit}"),
    "example": ("例：{example}", "example: {example}"),
    "invalid": ("请从列表中选择", "choose from the list"),
}


@cache
def _data() -> Mapping[str, Any]:
    text = (files("inspector") / "data" / "template.toml").read_text("utf-8")
    return tomllib.loads(text)


def template(args: argparse.Namespace) -> int:
    """`inspector template`."""
    rows: dict[str, Sequence[Cells]] = {}
    if args.scenario is not None:
        made = read_scenario(read_inputs(args.scenario)).files()
        rows = {t.name: rows_of(made.get(f"{t.name}.csv")) for t in SHEETS}
    write_file(args.out, template_book(rows, language=args.lang))
    print(args.out)
    return 0


def template_book(
    rows: Mapping[str, Sequence[Cells]],
    only: Iterable[str] = (),
    language: str = "zh",
) -> bytes:
    """The workbook of these rows: sheet name → cells as `write_scenario` writes them.

    `only`: the sheets it has, all without it; `language`: of headers and words, zh, en.
    """
    names = [*only] or [sheet.name for sheet in SHEETS]
    return _Template(rows, names, language).data()


class _Template:
    def __init__(
        self, rows: Mapping[str, Sequence[Cells]], names: Sequence[str], language: str
    ) -> None:
        self.rows, self.zh = rows, language == "zh"
        self.sheets = [sheet for sheet in SHEETS if sheet.name in names]
        self.out = io.BytesIO()
        large = sum(map(len, rows.values())) > _LARGE
        options = {"constant_memory": True} if large else {"in_memory": True}
        self.file = xlsxwriter.Workbook(self.out, options)
        # The same rows give the same bytes.
        self.file.set_properties({"created": datetime(2000, 1, 1)})
        self.formats = {
            name: self.file.add_format({**_BASE, **own, "quote_prefix": True})
            if name == "text"
            else self.file.add_format({**_BASE, **own})
            for name, own in _FORMATS.items()
        }

    def data(self) -> bytes:
        """The bytes of the file."""
        pages = [self.file.add_worksheet(self.title(s)) for s in self.sheets]
        for sheet, page in zip(self.sheets, pages, strict=True):
            self.sheet(sheet, page)
        self.file.close()
        return self.out.getvalue()

    def title(self, sheet: Sheet) -> str:
        return sheet.title if self.zh else sheet.name

    def say(self, what: str, **params: object) -> str:
        return _SAID[what][not self.zh].format_map(params)

    def columns(self, sheet: Sheet) -> list[Column]:
        """Its columns: of optional ones those with something in them; all in an empty
        sheet but those that only the program fills."""
        rows = self.rows.get(sheet.name)
        if not rows:
            out = _data()["left_out"].get(sheet.name, ())
            return [c for c in sheet.columns if c.name not in out]
        return [
            c
            for c in sheet.columns
            if not c.optional or any(row.get(c.name) for row in rows)
        ]

    def sheet(self, sheet: Sheet, page: Any) -> None:
        """One sheet: headers, lists, rows or the example."""
        columns = self.columns(sheet)
        example = _data()["examples"].get(sheet.name, {})
        for position, column in enumerate(columns):
            needed = column.required and not (column.made or column.optional)
            said = column.title if self.zh else column.name
            kind = "needed" if needed else "head"
            said += "*" if needed else ""
            style = self.style(column)
            wide = max(10, 2 * len(said) + 2 if self.zh else len(said) + 2)
            wide = 22 if column.kind.form in ("usc18", "text") else wide
            if not position and not self.rows.get(sheet.name):
                wide = max(wide, 2 * len(EXAMPLE) + 8)
            page.set_column(position, position, wide, self.formats[style])
            page.write_string(0, position, said, self.formats[kind])
            note = self.note(column, example.get(column.name, ""), needed=needed)
            page.write_comment(0, position, note, {"x_scale": 2, "height": 96})
            self.choices(page, position, column)
        page.freeze_panes(1, 0)
        rows = self.rows.get(sheet.name) or ()
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(columns):
                self.put(page, (number, position), column, row.get(column.name, ""))
        if not rows:
            self.example(page, columns, example)

    def example(self, page: Any, columns: Sequence[Column], row: Cells) -> None:
        """The example row, marked in its first cell."""
        for position, column in enumerate(columns):
            said = self.word(column.kind, row.get(column.name, ""))
            said = said if position else EXAMPLE + said
            if said:
                page.write_string(1, position, said, self.formats["example"])

    def style(self, column: Column) -> str:
        """How its cells are laid out, so that ids stay texts and days days."""
        form = column.kind.form
        if form in _NUMBERS:
            return "number"
        return "day" if form == "day" else "text"

    def put(self, page: Any, cell: tuple[int, int], column: Column, value: str) -> None:
        """One cell of a row; texts never become formulas."""
        if not value:
            return
        style = self.style(column)
        with suppress(ValueError):
            if style == "number":
                page.write_number(*cell, float(value), self.formats[style])
                return
            if style == "day":
                on = date.fromisoformat(value)
                at = datetime(on.year, on.month, on.day)
                page.write_datetime(*cell, at, self.formats[style])
                return
        said = self.word(column.kind, value)
        # A text that begins with an apostrophe is read without it.
        said = guard(said) if said.startswith("'") else said
        page.write_string(*cell, said, self.formats["text"])

    def word(self, kind: Kind, value: str) -> str:
        """A code as people say it."""
        if kind.form == "several" and kind.inner is not None:
            inner = kind.inner
            return ";".join(self.word(inner, part) for part in value.split(";"))
        return self.words(kind).get(value, value)

    def words(self, kind: Kind) -> dict[str, str]:
        """Code → what stands in the cell, of kinds with a vocabulary."""
        if kind.form == "yes_no":
            return {"1": "是", "0": "否"} if self.zh else {"1": "yes", "0": "no"}
        out: dict[str, str] = {}
        for said, value in kind.words.items():
            code = kind.show(value)
            if not self.zh or said.isascii():
                out.setdefault(code, code)
            elif out.get(code, code) == code:
                out[code] = said
        return out

    def choices(self, page: Any, position: int, column: Column) -> None:
        """The drop-down list of a column with closed words or rows of one sheet."""
        form = column.kind.form
        words = [*self.words(column.kind).values()]
        told: dict[str, Any] = {"validate": "list", "error_type": "warning"}
        there = {s.name for s in self.sheets}
        if form in ("word", "yes_no") and len(",".join(words)) <= _MOST_LIST:
            told |= {"source": words, "error_message": self.say("invalid")}
        elif form == "open" and words and len(",".join(words)) <= _MOST_LIST:
            told |= {"source": words, "show_error": False}
        elif form != "several" and len(column.refers) == 1 and there > {*column.refers}:
            other = SHEET_NAMES[column.refers[0]]
            keys = [c.name for c in self.columns(other)]
            letter = column_letter(keys.index(other.key[0]))
            area = f"='{self.title(other)}'!${letter}$2:${letter}${ROWS}"
            told |= {"source": area, "show_error": False}
        else:
            return
        page.data_validation(1, position, ROWS, position, told)

    def note(self, column: Column, example: str, *, needed: bool) -> str:
        """What goes into a column: whether it must, what, in which unit, an example."""
        kind, unit = column.kind, _data()["units"].get(column.name)
        form = "refers" if column.refers else kind.form
        words = " ".join(self.words(kind.inner or kind).values())
        sheets = "、".join(
            self.title(SHEET_NAMES[s]) if s in SHEET_NAMES else "区县"
            for s in column.refers
        )
        made = "made" if column.made else "free"
        lines = [self.say("needed" if needed else made)]
        lines.append(self.say(form, words=words, sheets=sheets))
        if unit:
            lines.append(self.say("unit", unit=unit[not self.zh]))
        if example:
            lines.append(self.say("example", example=self.word(kind, example)))
        return clean("\n".join(lines), lines=True)
