"""The service begins no second first attempt of a month's compounds."""

from __future__ import annotations

import pytest
from service_city import City
from service_month import begin, bodies, step, the_record

from api.months import steps
from inspector.errors import InspectorError


def second(city: City) -> str:
    """The code with which another month object's freeze is refused."""
    body = bodies(the_record())["freeze"]
    with pytest.raises(InspectorError) as refused, city.desk(write=True) as desk:
        steps.advance(desk, steps.create(desk, "2026-12"), "freeze", body)
    return refused.value.code


def test_a_second_month_object_cannot_begin_again(city: City) -> None:
    month = begin(city)
    assert second(city) == "freeze.overlap"
    body = {"at": "2026-11-23T15:00:00Z", "reason": "公证员缺席"}
    step(city, month, "cancel_draw", body)
    assert second(city) == "freeze.overlap"
