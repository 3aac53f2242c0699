"""The list of the docket, its order and pages; its collections, request by request."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City, Client
from service_docket import BASE, WHY, act, course, ok, select, take

from api.docket import cases
from api.docket.routes_moves import MEASURES, MOVES
from api.web.pages import encode

pytestmark = pytest.mark.both_databases

PUBLIC = "/api/v1/public/wuzhou/docket"


def walked(client: Client, path: str, limit: int) -> list[Any]:
    """The numbers of a list, page by page."""
    out, cursor = [], ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = ok(client.get(f"{path}?limit={limit}{more}"), 200)
        out += [c["number"] for c in page["items"]]
        cursor = page["next"]
    return out


def test_problems_are_counted_once_for_all_readers_and_anew_after_a_move(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, folded = cases.all_cases, []
    monkeypatch.setattr(cases, "all_cases", lambda d: (folded.append(1), made(d))[1])
    client = city.client("planner")
    number = ok(select(client))["opened"][0]
    folded.clear()  # those of the selection
    asked = f"{BASE}/counters?by=company"
    empty = {"items": [], "next": None}
    assert ok(client.get(asked), 200) == ok(client.get(asked), 200) == empty
    for path in ("companies", "companies"):
        for usc18 in ok(client.get(f"{PUBLIC[:-7]}/{path}"), 200)["items"][:3]:
            city.client().get(f"/wuzhou/companies/{usc18['usc18']}")
    assert len(folded) == 1
    ok(act(client, number, "problems", number="检1", problems=[{"item": "G1-01"}]))
    folded.clear()  # what the next freeze would assume of the case, for its answer
    (row,) = ok(client.get(asked), 200)["items"]
    assert (row["found"], row["solved"], len(folded)) == (1, 0, 1)
    other = city.client("planner", "other")
    assert ok(other.get(asked), 200) == empty


@pytest.mark.parametrize("urgency", [2**31, -(2**31), 2**40, -(2**52)])
def test_a_cursor_with_a_number_no_column_holds_is_refused(
    urgency: int, city: City
) -> None:
    cursor = encode([urgency, "x"])
    for client, path in ((city.client("planner"), BASE), (city.client(), PUBLIC)):
        refused = client.get(f"{path}?cursor={cursor}")
        assert (refused.status_code, refused.json["code"]) == (422, "query.cursor")
    most = encode([2**31 - 1, "x"])
    assert ok(city.client().get(f"{PUBLIC}?cursor={most}"), 200)["items"] == []


def test_the_list_shows_the_longest_overdue_first_and_closed_cases_last(
    city: City,
) -> None:
    client = city.client("planner")
    ok(take(client, "adoption"))
    three_cases = ok(select(client))["opened"][:3]
    for number, day in zip(
        three_cases, ("2026-11-01", "2026-10-20", "2026-11-15"), strict=True
    ):
        found = {"day": day, "number": "检1", "problems": [{"item": "G1-01"}]}
        ok(act(client, number, "problems", **found))
        ok(act(client, number, "orders", day=day, number="责1", straight=True))
    one, two, three = three_cases
    rows = ok(client.get(f"{BASE}?limit=500"), 200)["items"]
    assert [r["number"] for r in rows[:3]] == [two, one, three]
    assert [r["deadline"] for r in rows[:3]] == sorted(r["deadline"] for r in rows[:3])
    assert not any(r["deadline"] for r in rows[3:] if not r["closed"])
    states = [r["state"] == "closed" for r in rows]
    assert states == sorted(states)
    assert any(states)
    closed = [r["closed"] for r in rows if r["closed"]]
    assert closed == sorted(closed, reverse=True)
    late = ok(client.get(f"{BASE}?overdue=true"), 200)["items"]
    assert [r["number"] for r in late] == [two, one]
    numbers = [r["number"] for r in rows]
    for limit in (1, 3, 7):
        assert walked(client, BASE, limit) == numbers
        assert walked(city.client(), PUBLIC, limit) == numbers
    ok(act(client, two, "solved", problems=[1]))
    assert walked(client, BASE, 7)[:2] == [one, three]


def test_a_second_request_is_judged_by_the_case_as_the_first_left_it(
    city: City,
) -> None:
    client = city.client("planner")
    number = ok(select(client))["opened"][0]
    found = {"problems": [{"item": "G1-01"}], "number": "检1"}
    first = ok(act(client, number, "problems", **found))
    assert (first["found"], first["count"]) == (1, 2)
    again = act(client, number, "problems", **found)
    assert (again.status_code, again.json["code"]) == (409, "docket.no_problem")
    ok(act(client, number, "solved", problems=[1]))
    third = ok(act(client, number, "problems", **found))
    assert [p["number"] for p in third["problems"]] == [1, 2]
    assert [m["seq"] for m in third["timeline"]] == [1, 2, 3, 4]


def test_a_move_of_no_kind_or_of_another_collection_is_refused(city: City) -> None:
    client = city.client("planner")
    number = ok(select(client))["opened"][0]
    for where in ("moves", "measures"):
        for kind in ("exit" if where == "moves" else "orders", "", 7, None):
            body = {"kind": kind, "number": "1", **WHY}
            answer = client.post(f"{BASE}/{number}/{where}", json=body)
            assert answer.status_code == 422, (where, kind)
            assert [f["column"] for f in answer.json["faults"]] == ["kind"]
    assert len(course(client, number)) == 1
    kinds = {k.name for k in (*MOVES, *MEASURES)}
    assert len(kinds) == len(MOVES) + len(MEASURES) == 15
