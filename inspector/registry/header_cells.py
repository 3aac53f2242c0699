"""Headers and titles as clerks write them → the columns and sheets that they mean.

A page's cells → its header row, and which column each cell names; spellings stand in
`sheets` and in inspector/data/spreadsheet.toml. Used by `layout`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from inspector.registry.reading import NOTHING, shown
from inspector.registry.sheets import SHEET_NAMES, Column, Sheet, headers
from inspector.registry.spreadsheet import spreadsheet
from inspector.registry.understood import Broken, Page, Raw

HEADER_WITHIN = 30  # rows in which the header is looked for
_BRACKET = re.compile(r"[(\[【〔{]([^)\]】〕}]*)[)\]】〕}]")
_MARKS = re.compile(rf"[\s*＊:：'\"“”{NOTHING}]+")
_SAID = (
    "必填",
    "选填",
    "可选",
    "非必填",
    "required",
    "optional",
    "必选",
    "文本",
    "选择",
)
_TITLE = re.compile(r"[\d年月日.\-_/\s]+|一览表?|汇总表?|登记表?|统计表?|明细表?")


def plain_header(text: str) -> tuple[str, str]:
    """A header without marks, blanks and brackets, and what stood in the brackets.

    >>> plain_header("* 户 数\\n（户）（必填）")
    ('户数', '户')
    """
    folded = unicodedata.normalize("NFKC", text)
    inside = [part.strip() for part in _BRACKET.findall(folded)]
    unit = next((p for p in inside if p and p.lower() not in _SAID), "")
    return _MARKS.sub("", _BRACKET.sub("", folded)).lower(), unit


def whole(text: str) -> str:
    """A header with what stands in its brackets."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


@cache
def _known(sheet: str) -> Mapping[str, Column]:
    """Spelling → column of a sheet: its own headers, and what clerks write."""
    its = SHEET_NAMES[sheet]
    known = {whole(said): column for said, column in headers(its).items()}
    by_name = {c.name: c for c in (*its.columns, *its.also)}
    rows = spreadsheet()["headers"]
    for name, said in (*rows.get(sheet, {}).items(), *rows["all"].items()):
        for one in said if name in by_name else ():
            known.setdefault(whole(one), by_name[name])
    return known


def column_of(sheet: Sheet, text: str) -> tuple[Column | None, str]:
    """The column that a header names, and its unit."""
    known, (bare, unit) = _known(sheet.name), plain_header(text)
    found = known.get(whole(text)) or known.get(bare)
    first, line, rest = text.partition("\n")
    if found is None and line and rest.isascii():
        found = known.get(whole(first))  # Chinese, and English below it
    return found, unit


@cache
def titles_of_sheets() -> Mapping[str, Sheet]:
    titles = {whole(name): sheet for name, sheet in SHEET_NAMES.items()}
    for name, said in spreadsheet()["sheets"].items():
        titles |= {whole(one): SHEET_NAMES[name] for one in said}
    return titles


def sheet_of_title(title: str) -> Sheet | None:
    """The sheet that a title or a file's name says.

    >>> sheet_of_title("小区名录（2026年12月）").name
    'compounds'
    """
    titles, bare = titles_of_sheets(), plain_header(title)[0]
    return (
        titles.get(whole(title)) or titles.get(bare) or titles.get(_TITLE.sub("", bare))
    )


def is_there(cell: Raw) -> bool:
    """Whether anything stands in a cell."""
    if isinstance(cell, str):
        return bool(cell) and not cell.isspace()
    return isinstance(cell, Broken) or bool(shown(cell).strip())


def header_row(page: Page, sheet: Sheet) -> tuple[int | None, dict[int, Column]]:
    """The row (from 0) that names most columns, and which; None when no row does. Of a
    header of two lines the lower one, with what both name."""
    best: tuple[int | None, dict[int, Column]] = None, {}
    for number, row in enumerate(page.rows[:HEADER_WITHIN]):
        found = _named_columns(row, sheet)
        if len(found) > len(best[1]):
            best = number, found
    at, upper = best
    if at is not None and at + 1 < len(page.rows):
        row = page.rows[at + 1]
        lower = _named_columns(row, sheet)
        names = {column.name for column in upper.values()}
        more = lower and not names & {column.name for column in lower.values()}
        if more and len(lower) == sum(map(is_there, row)):
            return at + 1, upper | lower
    return best


def _named_columns(row: Sequence[Raw], sheet: Sheet) -> dict[int, Column]:
    """Position → the column that the cell of a row names."""
    found: dict[int, Column] = {}
    for position, cell in enumerate(row):
        if isinstance(cell, str) and cell:
            column = column_of(sheet, cell)[0]
            if column is not None:
                found[position] = column
    return found


def header_cells(page: Page, sheet: Sheet, at: int) -> list[Raw]:
    """The header's cells; where it says nothing known, what stands above it does."""
    cells = [*page.rows[at]]
    above = page.rows[at - 1] if at else ()
    for position, cell in enumerate(above):
        if not (isinstance(cell, str) and column_of(sheet, cell)[0]):
            continue
        cells += [""] * (position + 1 - len(cells))
        if not isinstance(cells[position], str) or not cells[position]:
            cells[position] = cell
    return cells


def shown_or(cell: Raw) -> str:
    """A cell as text, also one that is broken."""
    return cell.value if isinstance(cell, Broken) else shown(cell).strip()
