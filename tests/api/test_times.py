"""Times as programs of phones and browsers write them; others are told the form."""

from __future__ import annotations

import pytest
from marshmallow import Schema, ValidationError

from api.web.forms import TIME_FORM, Time


class One(Schema):
    at = Time(load_default="")


NINE = "2027-02-12T01:00:00Z"


@pytest.mark.parametrize(
    "said",
    [
        NINE,
        "2027-02-12T01:00:00.123Z",  # what Date.toISOString gives
        "2027-02-12T01:00:00.123456Z",
        "2027-02-12T01:00:00,5Z",
        "2027-02-12T01:00:00z",
        "2027-02-12T09:00:00+08:00",
        "2027-02-12T09:00:00+0800",
        "2027-02-12T09:00:00.000+08:00",
        "2027-02-12 09:00:00+08:00",
        "2027-02-12T09:00+08:00",
        "2027-02-11T20:00:00-05:00",
        " 2027-02-12T01:00:00Z ",
    ],
)
def test_a_time_with_an_offset_is_taken(said: str) -> None:
    assert One().load({"at": said}) == {"at": NINE}


@pytest.mark.parametrize(
    "said",
    [
        *("2027-02-12T01:00:00", "2027-02-12", "09:00", "now", "1739322000", "x" * 400),
        *("2027-02-30T01:00:00Z", "2027-02-12T25:00:00Z", "9999-12-31T23:59:59-14:00"),
        *("0001-01-01T00:00:00+14:00", "2027-02-12T01:00:00Z\0"),
    ],
)
def test_any_other_is_told_the_form(said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        One().load({"at": said})
    assert refused.value.messages == {"at": [TIME_FORM]}


def test_a_time_may_be_left_out() -> None:
    assert One().load({}) == One().load({"at": ""}) == {"at": ""}
