"""Logs: one JSON object per line, and nothing secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from service_city import KEY, PASSWORD, City
from service_http import BASE

from api.logs import JsonLines


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the whole process logs, as the service formats it."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.one_database
def test_secrets_and_names_never_reach_the_log(
    city: City, lines: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = city.client("planner")
    planner.sign_in("wuzhou", "planner", "a wrong password 7")
    cookie = planner.raw.get_cookie("sunlot")
    body = {"label": "x", "scopes": ["planner"]}
    token = planner.post("/api/v1/auth/tokens", json=body).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    planner.get(f"{BASE}/inspectors?cursor=secretquery", headers=headers)

    def broken(*_: object) -> None:
        raise ValueError("张三 13800000000 " + PASSWORD)

    monkeypatch.setattr("api.registry.entries.head", broken)
    assert planner.get(BASE).status_code == 500
    said = lines.getvalue()
    assert cookie is not None
    for secret in (
        *(PASSWORD, "a wrong password 7", token, cookie.value, KEY),
        *(planner.csrf, "secretquery", "张三", "13800000000"),
    ):
        assert secret not in said
    parsed = [json.loads(line) for line in said.splitlines()]
    assert any(p["message"] == "unexpected error" for p in parsed)
    assert any("broken" in str(p.get("trace")) for p in parsed)


@pytest.mark.one_database
def test_a_request_line_tells_route_actor_status_and_time(
    city: City, lines: StringIO
) -> None:
    planner = city.client("planner")
    answer = planner.get(f"{BASE}/streets?limit=3")
    parsed = [json.loads(line) for line in lines.getvalue().splitlines()]
    (line,) = [p for p in parsed if p.get("request") == answer.headers["X-Request-Id"]]
    assert line["rule"] == f"{BASE}/<sheet>"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["actor"] == f"account:{city.accounts['wuzhou', 'planner']}"
    assert line["ms"] >= 0
