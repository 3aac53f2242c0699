"""Sheets read back: texts stay texts, A4 with a repeated head, the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from sample_papers import AT, BOOKS, CLEAN, HEAD, LINES

from inspector.command.workbook import PrintSheet, book
from inspector.printable import clean

books = pytest.mark.parametrize("name", BOOKS)


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


@books
def test_a_book_is_the_same_bytes_every_time(name: str) -> None:
    data = BOOKS[name]()
    assert data == BOOKS[name]()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            etree.fromstring(archive.read(info))
        assert archive.read("docProps/core.xml").count(b"2026-12-01T01:30:00Z") == 2


@books
def test_a_book_prints_on_a4_with_its_head_on_every_page(name: str) -> None:
    for page in opened(BOOKS[name]()).worksheets:
        assert int(page.page_setup.paperSize) == 9
        assert page.sheet_properties.pageSetUpPr.fitToPage
        # a width of 1 is what a file means that does not name one
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        assert page.print_title_rows == "$1:$2"
        assert page.freeze_panes == "A3"
        wide = page.max_column > 6
        assert page.page_setup.orientation == ("landscape" if wide else "portrait")


def test_a_formula_stays_a_text_and_numbers_stay_numbers() -> None:
    page = opened(BOOKS["docket"]()).worksheets[0]
    cell = page.cell(3, 2)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (CLEAN, "s", True)
    assert page.cell(3, 7).value == 3
    assert page.max_row == len(LINES) + 2
    raw = zipfile.ZipFile(io.BytesIO(BOOKS["docket"]()))
    assert b"<f>" not in raw.read("xl/worksheets/sheet1.xml")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "=", "+", "-", "@", "\t=", "'"]))
def test_any_text_reads_back_as_the_same_cleaned_text(text: str, sign: str) -> None:
    said = sign + text
    data = book([PrintSheet("表", "题", (("甲", "A"),), [(said,)])], "局", AT)
    cell = opened(data).worksheets[0].cell(3, 1)
    assert (cell.value or "") == clean(said, lines=True)
    if cell.value:
        assert cell.data_type == "s"


def test_dates_are_dates_and_nothing_is_nothing() -> None:
    rows = [(date(2026, 12, 1), None)]
    data = book(
        [PrintSheet("表", "题", (("甲", "A"), ("乙", "B")), rows)], HEAD.bureau, AT
    )
    page = opened(data).worksheets[0]
    assert page.cell(3, 1).value.date() == date(2026, 12, 1)
    assert page.cell(3, 1).number_format == "yyyy-mm-dd"
    assert page.cell(3, 2).value is None
