"""After a change of the plan: announced in numbers, results proven in the new tree."""

from __future__ import annotations

from typing import Any

import pytest
from audit_paths import root_from_proof
from service_changes import SOURCE, VALUE, last_car
from service_city import City
from service_month import assigned_of, begin
from service_public import PUBLIC, publish

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.ceremony.log import leaf_hash
from inspector.month import demonstration
from inspector.month.documents import entry


def send(city: City, path: str, role: str = "planner", **kwargs: Any) -> None:
    client = city.client(role)
    base = "/".join(path.split("/")[:6])
    headers = {"If-Match": client.get(base).headers["ETag"]}
    answer = client.post(path, headers=headers, **kwargs)
    assert answer.status_code == 201, answer.json


@pytest.mark.one_database
def test_a_change_is_announced_and_its_results_are_proven_in_its_own_tree(
    city: City,
) -> None:
    month = begin(city, "assign")
    city.clock.to("2026-12-01T01:00:00+00:00")
    gone = last_car(assigned_of(city, month))
    base = f"/api/v1/bureau/months/{month}/changes"
    body = {"kind": "amend", "changes": [gone], "reason": "修车", "entropy": [SOURCE]}
    send(city, base, json=body)
    public = city.client()
    a = public.get(f"{PUBLIC}/months/{month}").json
    (told,) = a["amendments"]
    assert (told["attempt"], told["reason"]) == (1, "修车")
    assert sum(told["changed"].values()) >= 1
    (coming,) = [e for e in a["entropy"] if e["stage"] == "amendment"]
    assert (coming["id"], coming["record"]) == ("amend-1", None)
    assert a["anchor"]["stage"] == "amendment"
    assert a["anchor"]["before"] == SOURCE["at"]
    city.clock.to("2026-12-02T14:00:00+00:00")
    for role in ("planner", "head"):
        value = base.replace("/changes", "/steps")
        send(city, value, role, json={"kind": "entropy", **VALUE})
    send(city, base, json={"kind": "amend_lottery"})
    a = public.get(f"{PUBLIC}/months/{month}").json
    (come,) = [e for e in a["entropy"] if e["stage"] == "amendment"]
    assert come["record"]["value"] == VALUE["value"]
    assert "修车" in public.get(f"/wuzhou/months/{month}").text
    now = assigned_of(city, month)
    result = entry(demonstration.results(now)[-1])
    publish(city, month, result)
    path = f"{PUBLIC}/months/{month}/results/{result['visit']}"
    r = public.get(path).json
    assert r["amendment"] == 1
    leaf = digest(SHA256, "leaf", bytes.fromhex(r["salt"]), canonical(r["sealed"]))
    up = [bytes.fromhex(h) for h in r["proof"]]
    size = len(now.sealed.leaves.leaves)
    root = root_from_proof(leaf_hash(leaf), r["index"], size, up)
    assert root is not None
    assert root.hex() == r["visit_root"]
    page = public.get(f"/wuzhou/results/{month}/{result['visit']}")
    assert "次变更" in page.text
