"""Odd addresses and bodies of the docket: refused, never an internal error."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City, Client
from service_docket import BASE, WHY, act, course, select, take

PATHS = (
    f"{BASE}/%00",
    f"{BASE}/%F0%9F%98%80",
    f"{BASE}/x",
    f"{BASE}/counters?by=",
    f"{BASE}?street=%00",
    f"{BASE}?cursor=%00",
    f"{BASE}/counters?by=planet",
    "/api/v1/bureau/docket/%00/documents/case.docx",
    "/api/v1/bureau/months/x/visits/%00/documents/notice.docx",
    "/api/v1/bureau/months/x/documents/notices.zip?day=never",
)
MOVES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("problems", {"number": "1", "problems": [{"item": "G1-01"}] * 101}),
    ("problems", {"number": "1", "problems": [{"item": "x", "severity": "y"}]}),
    ("measure", {"measure": "listed", "unit": "u", "number": "1"}),
    ("measure", {"measure": "joint", "level": "city", "unit": "u", "number": "1"}),
    ("responsible", {"unit": "u", "office": "Mr Wang"}),
    ("orders", {"number": "1"}),
    ("orders", {"number": "1", "works": [0]}),
    ("solved", {"problems": [1]}),
    ("solved", {"problems": []}),
    ("missed", {"problems": [10**20]}),
    ("visits", {"visit": "random", "number": "1"}),
    ("visits", {"visit": "recheck", "number": "1"}),
    ("verdicts", {"party": "press", "passed": True, "number": "1"}),
    ("verdicts", {"party": "owners", "passed": True, "number": "1"}),
    ("rung", {"rung": "pillory", "number": "1"}),
    ("company", {"company": "X" * 19, "number": "1"}),
    ("company", {"company": "91450499HC0000999X", "number": "1"}),
    ("lapse", {"day": "0001-01-01"}),
    ("closing", {"number": "1\u0000"}),
    ("reopening", {"day": "9999-12-31"}),
)


def begun(city: City) -> tuple[Client, list[str]]:
    """A planner, and the numbers of fresh cases."""
    client = city.client("planner")
    opened: list[str] = select(client).json["opened"]
    return client, opened


def test_an_odd_address_is_refused_or_finds_nothing(city: City) -> None:
    client = city.client("planner")
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code in (200, 400, 404, 422), (path, answer.text)
        if answer.status_code == 200:
            assert answer.json["items"] == []


def test_an_odd_move_is_refused_and_changes_nothing(city: City) -> None:
    client, (number, *_) = begun(city)
    before = course(client, number)
    for name, body in MOVES:
        answer = act(client, number, name, **body)
        assert answer.status_code in (400, 409, 422), (name, body, answer.text)
    assert course(client, number) == before


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "2026-1"])
@pytest.mark.one_database
def test_a_selection_is_for_a_month_of_this_century(city: City, month: str) -> None:
    planner = city.client("planner")
    assert take(planner, "selection", month=month).status_code == 422
    body = {"kind": "docket_selection", "month": month, **WHY}
    assert planner.post("/api/v1/bureau/trials", json=body).status_code == 422


def test_a_move_is_dated_today_or_before(city: City) -> None:
    client, (one, two, *_) = begun(city)
    dated(client, one, "9999-12-31", 422)
    dated(client, one, "0001-01-01", 201)
    dated(client, two, "2026-11-20", 201)


def dated(client: Client, number: str, day: str, status: int) -> None:
    """Find a problem and order on that day."""
    found = {"number": "1", "problems": [{"item": "G1-01"}], "day": day}
    assert act(client, number, "problems", **found).status_code == status
    if status == 201:
        order = {"number": "1", "day": day, "straight": True}
        assert act(client, number, "orders", **order).status_code == 201
