"""Pages: every row once, whatever is added meanwhile; cursors are only ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from service_city import City, Client

from api.errors import Problem
from api.jobs import table
from api.web.pages import decode, encode

EVENTS = "/api/v1/audit/events"
JOBS = "/api/v1/bureau/jobs"


def walk(client: Client, path: str) -> list[Any]:
    """All rows of a list, page by page, by its Link headers."""
    out: list[Any] = []
    while path:
        page = client.get(path)
        assert page.status_code == 200, page.json
        out += page.json["items"]
        path = page.headers.get("Link", "").split(">")[0].lstrip("<")
    return out


def test_rows_added_while_reading_shift_nothing(city: City) -> None:
    with city.desk(write=True) as desk:
        for k in range(7):
            desk.event("thing_done", f"thing:{k}")
    auditor = city.client("auditor")
    first = auditor.get(f"{EVENTS}?limit=5&kind=thing_done")
    with city.desk(write=True) as desk:
        desk.event("thing_done", "thing:7")
    link = first.headers["Link"].split(">")[0].lstrip("<")
    assert "kind=thing_done" in link
    rest = walk(auditor, link)
    subjects = [e["subject"] for e in (*first.json["items"], *rest)]
    assert subjects == [f"thing:{k}" for k in range(8)]


def test_newest_first_pages_hold_every_job_once(city: City) -> None:
    made = []
    for k in range(9):
        if k % 3 == 0:
            city.clock.forward(seconds=1)
        with city.desk(write=True) as desk:
            made.append(table.enqueue(desk, "schedule", {}).id)
    rows = walk(city.client("planner"), f"{JOBS}?limit=2")
    assert sorted(r["id"] for r in rows) == sorted(made)
    times = [r["created"] for r in rows]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "9" * 30])
def test_a_limit_out_of_range_is_refused(city: City, limit: str) -> None:
    assert city.client("planner").get(f"{JOBS}?limit={limit}").status_code == 422


@given(st.text(max_size=60), st.sampled_from([(str,), (int,), (str, int)]))
def test_text_that_is_no_cursor_is_refused_and_nothing_else_happens(
    text: str, kinds: tuple[type, ...]
) -> None:
    try:
        values = decode(text, kinds)
    except Problem as e:
        assert e.code == "query.cursor"
        return
    assert [type(v) for v in values] == list(kinds)


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from(["a", "小区", "x y"]))
def test_a_cursor_comes_back_as_it_went(number: int, text: str) -> None:
    assert decode(encode([number, text]), (int, str)) == [number, text]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 500])
def test_a_cursor_with_text_no_database_takes_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        decode(encode([text]), (str,))
