"""What people do with the docket over HTTP, as one line of a test."""

from __future__ import annotations

from typing import Any

from service_city import Client

from api.docket.routes_moves import MEASURES

BASE = "/api/v1/bureau/docket"
MONTH = "2026-12"
WHY = {"reason": "测试"}
_MEASURES = {k.name for k in MEASURES}


def ok(answer: Any, status: int = 201) -> Any:
    """The data of a good answer."""
    assert answer.status_code == status, answer.text
    return answer.json


def act(client: Client, case: str, kind: str, /, **values: Any) -> Any:
    """A move or a measure of a case."""
    where = "measures" if kind in _MEASURES else "moves"
    body = {**WHY, **values, "kind": kind}
    return client.post(f"{BASE}/{case}/{where}", json=body)


def take(client: Client, kind: str, /, **values: Any) -> Any:
    """Something enters the docket from outside."""
    return client.post(f"{BASE}/intakes", json={**WHY, **values, "kind": kind})


def select(client: Client, **values: Any) -> Any:
    """The selection of December enters the docket."""
    return take(client, "selection", month=MONTH, **values)


def course(client: Client, case: str) -> Any:
    """The timeline of a case."""
    return client.get(f"{BASE}/{case}").json["timeline"]
