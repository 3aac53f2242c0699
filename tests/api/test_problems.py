"""Every error is problem+json, with its headers, in both languages, without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from service_city import City
from service_http import BASE, upload
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from api.web.problems import from_store

pytestmark = pytest.mark.both_databases


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.data
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert any("一" <= c <= "鿿" for c in body["zh"])
    assert body["en"].isascii()
    assert body["request"] == answer.headers["X-Request-Id"]
    assert b"Traceback" not in answer.data
    return body


def test_an_unknown_address_is_404(city: City) -> None:
    problem(city.client().get("/nowhere"), 404, "http.not_found")
    problem(city.client().get("/api/v1/public/atlantis/months"), 404, "http.not_found")


def test_a_wrong_method_is_405_and_keeps_allow(city: City) -> None:
    answer = city.client().delete("/healthz")
    problem(answer, 405, "http.method")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_another_content_type_is_415(city: City) -> None:
    client = city.client()
    answer = client.raw.post("/api/v1/auth/session", data="a=b")
    problem(answer, 415, "http.media")


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"",
        b'{"bureau": NaN}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
)
def test_json_that_cannot_be_read_is_400(city: City, data: bytes) -> None:
    answer = city.client().raw.post(
        "/api/v1/auth/session", data=data, content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_a_nul_in_the_address_is_400(city: City) -> None:
    problem(city.client().get("/api/v1/public/a%00b/months"), 400, "http.bad_request")
    problem(
        city.client().get("/api/v1/public/bureaus?cursor=%00"), 400, "http.bad_request"
    )


def test_every_fault_of_a_body_is_named_with_its_field(city: City) -> None:
    answer = city.client().raw.post(
        "/api/v1/auth/session", json={"bureau": "", "password": 5, "extra": 1}
    )
    body = problem(answer, 422, "http.invalid")
    assert {(f["file"], f["column"]) for f in body["faults"]} == {
        ("json", "bureau"),
        ("json", "name"),
        ("json", "password"),
        ("json", "extra"),
    }


def test_every_fault_of_an_import_is_listed_with_file_row_and_column(
    city: City,
) -> None:
    planner = city.client("planner")
    files = {
        "cars.csv": "id,office,from,to\nX1,nowhere,,\nX2,,2026-12-31,2026-12-01\n",
    }
    answer = planner.post(
        f"{BASE}/imports", **upload({n: t.encode() for n, t in files.items()})
    )
    body = problem(answer, 422, "input.faults")
    found = {(f["file"], f["row"], f["column"], f["code"]) for f in body["faults"]}
    assert ("cars.csv", 2, "office", "row.unknown") in found
    assert ("cars.csv", 3, "office", "cell.empty") in found
    assert ("cars.csv", 3, "to", "row.span") in found


def test_a_body_over_the_limit_is_413(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(city.app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = city.client().raw.post(
        "/api/v1/auth/session", data=b"x" * 2000, content_type="application/json"
    )
    problem(answer, 413, "http.too_large")


def test_an_unexpected_error_is_500_and_says_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret plan")

    monkeypatch.setattr("api.registry.entries.head", broken)
    answer = city.client("planner").get(BASE)
    problem(answer, 500, "http.internal")
    assert b"secret" not in answer.data


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ("database is locked", 503, "store.busy"),
        ("canceling statement due to lock timeout", 503, "store.busy"),
        ("database or disk is full", 507, "store.full"),
        ("could not extend file: No space left on device", 507, "store.full"),
        ("attempt to write a readonly database", 503, "store.read_only"),
        ("server closed the connection unexpectedly", 503, "store.down"),
        ("syntax error", 500, "http.internal"),
    ],
)
def test_what_the_database_cannot_do_has_a_status_people_can_act_on(
    city: City, said: str, status: int, code: str
) -> None:
    with city.app.test_request_context("/"):
        answer = from_store(OperationalError("", None, Exception(said)))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_full_disk_stops_writes_only(city: City) -> None:
    """SQLite told to grow no further: 507, nothing half done, reads go on."""
    if not city.site.store.is_sqlite:
        pytest.skip("of SQLite only")
    planner = city.client("planner")
    with city.site.store.engine.connect() as c:
        count = c.execute(text("PRAGMA page_count")).scalar()

    @event.listens_for(city.site.store.engine, "checkout")
    def small(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={count}")

    cells = {"code": "S99", "name": "长" * 150, "district": "万秀区", "min_draw": "0"}
    answers = [
        planner.post(
            f"{BASE}/streets",
            json={"cells": cells | {"code": f"S{k:03d}"}, "reason": "r"},
        )
        for k in range(30)
    ]
    full = [a for a in answers if a.status_code == 507]
    assert full
    problem(full[0], 507, "store.full")
    made = sum(a.status_code == 201 for a in answers)
    listed = planner.get(f"{BASE}/streets?limit=500")
    assert len(listed.json["items"]) == 10 + made
