"""Objections: received, replied, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.results.objections import (
    Received,
    Replied,
    Ruling,
    counts,
    received,
    replied,
)
from inspector.workdays import load_calendar

PUBLISHED = date(2026, 12, 8)


def an_objection(day: date = date(2026, 12, 9), text: str = "扣分有误") -> Received:
    return received(
        "异议〔2026〕1号",
        "ab" * 32,
        day,
        text,
        published=PUBLISHED,
        calendar=load_calendar(),
        workdays=10,
    )


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(InspectorError) as refused:
        call()
    return refused.value.code


def test_a_reply_is_due_after_so_many_working_days() -> None:
    assert an_objection().due == date(2026, 12, 23)
    assert not an_objection().provisional
    assert an_objection(date(2026, 12, 30)).provisional


def test_an_objection_has_a_text_and_comes_after_the_publication() -> None:
    assert an_objection(PUBLISHED).received == PUBLISHED
    assert code_of(lambda: an_objection(date(2026, 12, 7))) == "objection.early"
    assert code_of(lambda: an_objection(text="")) == "objection.empty"


def test_there_is_one_reply_and_it_says_whether_it_came_late() -> None:
    done = replied(an_objection(), Ruling.PARTLY, "部分更正", date(2026, 12, 23))
    assert not done.late
    late = replied(an_objection(), Ruling.UPHELD, "更正", date(2026, 12, 24))
    assert late.late
    day = date(2026, 12, 25)
    again = code_of(lambda: replied(done, Ruling.UPHELD, "x", day))
    assert again == "objection.replied"


def test_a_reply_has_a_text_and_does_not_come_before_the_objection() -> None:
    day = date(2026, 12, 9)
    assert isinstance(replied(an_objection(), Ruling.UPHELD, "x", day), Replied)
    empty = code_of(lambda: replied(an_objection(), Ruling.UPHELD, "", day))
    assert empty == "objection.empty"
    early = date(2026, 12, 8)
    found = code_of(lambda: replied(an_objection(), Ruling.UPHELD, "x", early))
    assert found == "objection.reply_early"


def test_objections_are_counted_without_their_texts() -> None:
    rows = [
        an_objection(),
        an_objection(date(2026, 12, 20)),
        replied(an_objection(), Ruling.UPHELD, "x", date(2026, 12, 24)),
        replied(an_objection(), Ruling.DISMISSED, "x", date(2026, 12, 10)),
    ]
    assert counts(rows, date(2026, 12, 24)) == {
        "received": 4,
        "open": 2,
        "overdue": 1,
        "late": 1,
        "upheld": 1,
        "partly": 0,
        "dismissed": 1,
    }
