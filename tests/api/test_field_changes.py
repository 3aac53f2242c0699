"""Field work of a plan that was changed: amended leaves, a called stand-by pair."""

from __future__ import annotations

from typing import Any

import pytest
from audit_paths import root_from_proof
from service_field import Crew, officer

from api.field import duties
from api.public.proofs import opened_leaf
from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.ceremony.log import leaf_hash
from inspector.month.assigned import Result
from inspector.month.field import result_entry


def change(team: Crew, kind: str, body: dict[str, Any]) -> None:
    base = f"/api/v1/bureau/months/{team.month}/changes"
    planner = team.city.client("planner")
    tag = planner.get(base).headers["ETag"]
    body = {"kind": kind, **body}
    done = planner.post(base, json=body, headers={"If-Match": tag})
    assert done.status_code == 201, str(done.json)


@pytest.mark.one_database
def test_every_leaf_opens_after_an_amendment(team: Crew) -> None:
    visits = team.field().assigned.sealed.packed.drawn.visits
    own = {s.visit for s in team.package.stops}
    gone = next(v.compound for v in reversed(visits) if v.id not in own)
    one = {"kind": "compound_shut", "compound": gone}
    change(team, "amend", {"changes": [one], "reason": "停业", "entropy": []})
    field = team.field()
    assert len(field.assigned.amendments) == 1
    count = 0
    leaves, at = field.assigned.sealed.leaves, "2027-01-05T01:00:00Z"
    for package in field.packages.values():
        for stop in package.stops:
            result = Result(
                stop.visit, package.day, "no_problem", "none", 10_000, (), at
            )
            leaf = opened_leaf(field.assigned, result_entry(field.assigned, result))
            salt = bytes.fromhex(leaf["salt"])
            hashed = digest(SHA256, "leaf", salt, canonical(leaf["sealed"]))
            assert hashed.hex() == leaf["leaf"]
            path = [bytes.fromhex(h) for h in leaf["proof"]]
            place = leaf["index"], len(leaves.leaves)
            root = root_from_proof(leaf_hash(hashed), *place, path)
            assert root == leaves.root
            count += 1
    assert count > 20


@pytest.mark.one_database
def test_a_called_stand_by_pair_gets_its_stop_and_publishes_its_result(
    team: Crew,
) -> None:
    field = team.field()
    busy = {p.day for p in field.packages.values()}
    days = field.assigned.frozen.working_days
    day = next(d for d in days if d not in busy and d > team.package.day)
    body = {
        "compound": next(
            v.compound
            for v in field.assigned.sealed.packed.drawn.visits
            if v.window == "all_day" and not v.skill and not v.series
        ),
        "day": str(day),
        "minutes": 60,
        "reason": "12345 热线",
    }
    change(team, "call", body)
    after = team.field()
    team.package = after.packages[f"S-{day}-1"]
    one, two = (w.id for r, w in after.team(team.package.id) if r in duties.OFFICERS)
    team.officers = (one, two)
    team.morning("07:29")
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    assert officer(team.city, one).get(path).status_code == 404
    team.morning("07:30")
    shown = officer(team.city, one).get(path).json
    assert [s["visit"] for s in shown["stops"]] == [team.visit]
    assert team.city.client().get(
        f"/api/v1/public/wuzhou/packages/{shown['door']}"
    ).json["day"] == str(day)
    record = team.published()
    assert record["record"]["body"]["entry"]["index"] == -1
    leaf = team.opened()
    assert (leaf["index"], leaf["proof"], leaf["visit_root"]) == (-1, [], "")
    (event,) = [e for e in team.field().assigned.log.events if e["event"] == "called"]
    salted = digest(
        SHA256, "leaf", bytes.fromhex(leaf["salt"]), canonical(leaf["sealed"])
    )
    assert salted.hex() == leaf["leaf"] == event["leaf"]
