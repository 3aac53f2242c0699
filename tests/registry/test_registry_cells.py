"""Cells: what a kind of column takes, what it refuses, and that showing inverts it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import InspectorError
from inspector.registry.cells import (
    DAY,
    IDENT,
    POINTS,
    TEXT,
    USC18,
    YES_NO,
    integer,
    open_word,
    parse_day,
    several,
)
from inspector.registry.words import CASE_STATE, CRS, SKILL, TYPE, WINDOW

SMALL = integer(-5, 31)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (IDENT, "S01-a_b.c", "S01-a_b.c"),
        (IDENT, "7", "7"),
        (TEXT, "阳光（小区）", "阳光（小区）"),
        (TEXT, "第一行\n第二行", "第一行\n第二行"),
        (USC18, "91110000600037341L", "91110000600037341L"),
        (SMALL, "-5", -5),
        (SMALL, "+7", 7),
        (POINTS, "3.5", 350),
        (POINTS, "12", 1200),
        (POINTS, "0.25", 25),
        (POINTS, "0.5000", 50),
        (DAY, "2026-12-01", date(2026, 12, 1)),
        (DAY, "2026/12/1", date(2026, 12, 1)),
        (DAY, "2026年2月28日", date(2026, 2, 28)),
        (YES_NO, "是", True),
        (YES_NO, "否", False),
        (YES_NO, "TRUE", True),
        (YES_NO, "false", False),
        (YES_NO, "1", True),
        (YES_NO, "0", False),
        (WINDOW, "全天", "all_day"),
        (WINDOW, "上午", "morning"),
        (WINDOW, "下午", "afternoon"),
        (TYPE, "保障房", "affordable"),
        (TYPE, "单位型", "unit"),
        (CASE_STATE, "挂牌督办", "listed"),
        (CRS, "wgs84", "WGS-84"),
        (CRS, "火星坐标", "GCJ-02"),
        (SKILL, "电梯", "lift"),
        (SKILL, "gas", "gas"),
        (several(SKILL), "电梯、消防", ("lift", "fire")),
        (several(SKILL), "lift；fire; law", ("lift", "fire", "law")),
    ],
)
def test_what_a_cell_may_say(kind: object, text: str, value: object) -> None:
    assert kind.parse(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (IDENT, "Ｓ01", "cell.ident"),  # full-width S
        (IDENT, "小区1", "cell.ident"),
        (IDENT, "e\u0301", "cell.ident"),  # decomposed é
        (IDENT, "S 01", "cell.ident"),
        (IDENT, "S/01", "cell.ident"),
        (IDENT, "-S01", "cell.ident"),
        (IDENT, "x" * 65, "cell.ident"),
        (IDENT, "S01\n", "cell.ident"),
        (TEXT, "cafe\u0301", "cell.text"),  # NFD
        (TEXT, "甲\u200b乙", "cell.text"),  # zero-width space
        (TEXT, "甲\u202e乙", "cell.text"),  # right-to-left override
        (TEXT, "a\x07b", "cell.text"),
        (TEXT, "字" * 2001, "cell.text"),
        (USC18, "91110000600037341K", "cell.usc18_check"),
        (USC18, "91110000600037341l", "cell.usc18"),
        (USC18, "９1110000600037341L", "cell.usc18"),
        (USC18, "9111000060003734IL", "cell.usc18"),
        (USC18, "91110000600037341", "cell.usc18"),
        (USC18, "9111 0000600037341L", "cell.usc18"),
        (SMALL, "３", "cell.integer"),
        (SMALL, "3.0", "cell.integer"),
        (SMALL, "1e3", "cell.integer"),
        (SMALL, "-6", "cell.range"),
        (SMALL, "32", "cell.range"),
        (POINTS, "3.555", "cell.points"),
        (POINTS, "-1", "cell.points"),
        (POINTS, "1,5", "cell.points"),
        (DAY, "2026-02-29", "cell.date"),
        (DAY, "01.12.2026", "cell.date"),
        (DAY, "2026-12/01", "cell.date"),
        (DAY, "２026-12-01", "cell.date"),
        (DAY, "2026-12-01 08:00", "cell.date"),
        (YES_NO, "maybe", "cell.yes_no"),
        (WINDOW, "晚上", "cell.word"),
        (SKILL, "瑜伽", "cell.ident"),
        (several(SKILL), "电梯、lift", "cell.repeated"),
        (several(SKILL), "lift;;fire", "cell.ident"),
    ],
)
def test_what_a_cell_may_not_say(kind: object, text: str, code: str) -> None:
    with pytest.raises(InspectorError) as refused:
        kind.parse(text)
    assert refused.value.code == code
    assert all(refused.value.sentences())


def test_open_words_are_shown_as_identifiers() -> None:
    kind = open_word({"电梯": "lift"})
    assert several(kind).show(("lift", "gas")) == "lift;gas"


@given(st.integers(0, 10_000))
def test_weights_come_back_from_their_text(hundredths: int) -> None:
    assert POINTS.parse(POINTS.show(hundredths)) == hundredths


@given(st.dates())
def test_dates_come_back_from_their_text(day: date) -> None:
    assert parse_day(DAY.show(day)) == day
    assert parse_day(f"{day.year:04}/{day.month}/{day.day}") == day


@given(st.integers(-5, 31))
def test_integers_come_back_from_their_text(number: int) -> None:
    assert SMALL.parse(SMALL.show(number)) == number
