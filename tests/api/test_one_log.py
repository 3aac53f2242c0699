"""The service begins no second first attempt, and closes no month that hides one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cancelled_months import later
from service_city import City
from service_month import begin, bodies, published, step, the_record

from api.months import steps
from inspector import verify
from inspector.errors import InspectorError


def refused(city: City, month: str, kind: str, body: dict[str, Any]) -> str:
    """The code with which a step is refused; "" for a new month object."""
    with pytest.raises(InspectorError) as found, city.desk(write=True) as desk:
        row = steps.find(desk, month) if month else steps.create(desk, "2026-12")
        steps.advance(desk, row, kind, body)
    return found.value.code


def test_a_second_month_object_cannot_begin_again(city: City) -> None:
    freeze = bodies(the_record())["freeze"]
    month = begin(city)
    assert refused(city, "", "freeze", freeze) == "freeze.overlap"
    body = {"at": "2026-11-23T15:00:00Z", "reason": "公证员缺席"}
    step(city, month, "cancel_draw", body)
    assert refused(city, "", "freeze", freeze) == "freeze.overlap"


def test_the_close_waits_for_what_a_cancelled_lottery_would_have_given(
    city: City, tmp_path: Path
) -> None:
    month = begin(city, "seal")
    record, route = the_record(), None
    step(
        city, month, "cancel_seal", {"at": "2026-11-24T09:00:00Z", "reason": "掷骰中断"}
    )
    with city.desk() as desk:
        route = steps.load(desk, steps.find(desk, month))
    assert route.frozen is not None and route.drawn is not None
    sources = later(route.frozen.policy.lottery_entropy, "2026-11-28", "2026136")
    again = {
        "blind": "04" * 32,
        "at": "2026-11-24T10:00:00Z",
        "entropy": [asdict(s) for s in sources],
    }
    step(city, month, "approve", bodies(record)["approve"])
    step(city, month, "seal", again)
    first = asdict(record.lottery[-1])
    second = {**first, "issue": "2026136", "at": sources[-1].at}
    step(city, month, "record", {"stage": "lottery", **second})
    body = {"entropy": [second], "at": "2026-11-28T14:00:00Z"}
    with city.desk(write=True) as desk:
        steps.advance(desk, steps.find(desk, month), "assign", body)
    left = {v.id: "weather" for v in route.drawn.visits}
    end = {"at": "2027-01-15T08:00:00Z", "carried": left}
    assert refused(city, month, "close", end) == "close.unrecorded"
    told = {"stage": "lottery", "attempt": 1, **first, "at": "2027-01-15T07:00:00Z"}
    step(city, month, "record", told)
    step(city, month, "close", end)
    for name, data in published(city, month).items():
        (tmp_path / name).write_bytes(
            data if isinstance(data, bytes) else verify.canonical(data)
        )
    found = verify.verify_bundle(tmp_path)
    assert [f for f in found.findings if f["verdict"] == verify.FAILS] == []
    assert found.counts["attempts"] == {"draw": 1, "lottery": 2}
