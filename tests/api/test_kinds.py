"""Answers by their type, and collections whose bodies come in kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import pytest
from marshmallow import Schema
from service_city import City

from api.web import declare
from api.web.blueprint import Blueprint
from api.web.kinds import MOST, Kind, collection
from api.web.shape import schema_of, shape


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class InnerAnswer:
    on: date
    since: datetime | None
    colour: Colour


@dataclass(frozen=True, slots=True)
class OuterAnswer:
    inner: tuple[InnerAnswer, ...]
    counts: dict[str, int]
    pair: tuple[int, int]
    first: str = field(default="", metadata={"key": "from", "says": "从 from"})


def test_an_answer_is_dumped_and_described_by_its_type() -> None:
    inner = InnerAnswer(
        date(2026, 12, 1), datetime(2026, 12, 1, tzinfo=UTC), Colour.RED
    )
    value = OuterAnswer((inner,), {"a": 1}, (1, 2), "x")
    assert shape(OuterAnswer)().dump(value) == {
        "inner": [
            {"on": "2026-12-01", "since": "2026-12-01T00:00:00Z", "colour": "red"}
        ],
        "counts": {"a": 1},
        "pair": [1, 2],
        "from": "x",
    }
    page = schema_of(list[InnerAnswer])().dump([inner])
    assert page == {"items": [*shape(OuterAnswer)().dump(value)["inner"]], "next": None}
    said = shape(OuterAnswer)().fields["first"].metadata
    assert said == {"description": "从 from"}


def test_two_answers_of_one_name_are_refused() -> None:
    shape(InnerAnswer)
    again = dataclass(type("InnerAnswer", (), {"__annotations__": {"a": int}}))
    with pytest.raises(TypeError, match="InnerAnswer"):
        shape(again)


def test_what_no_json_has_is_refused() -> None:
    @dataclass
    class Bytes:
        data: bytes

    with pytest.raises(TypeError, match="data"):
        shape(Bytes)


def test_a_collection_says_all_of_its_kinds_or_is_refused() -> None:
    def kinds(n: int) -> list[Kind]:
        return [Kind(f"k{i}", ("planner",), Schema, dict, "s") for i in range(n)]

    def made(*some: Kind, **more: Any) -> None:
        blp = Blueprint("x", "/x", "x")
        collection(blp, "/y", some, name="x_y", says="s", **more)

    with pytest.raises(ValueError, match="x_y"):
        made(*kinds(MOST + 1), gives=InnerAnswer)
    with pytest.raises(ValueError, match="x_y"):
        made(*kinds(1), *kinds(1), gives=InnerAnswer)
    with pytest.raises(ValueError, match="x_y"):
        made(*kinds(2))


@pytest.mark.one_database
def test_every_collection_of_the_service_refuses_an_unknown_kind_by_name(
    city: City,
) -> None:
    names = {k for v in declare.views(city.app) for k in getattr(v[3], "kinds", {})}
    assert names
    planner = city.client("planner")
    for body in ({}, {"kind": "nothing"}, {"kind": 1}, [], {"kind": None}):
        answer = planner.post("/api/v1/bureau/jobs/x/signals", json=body)
        assert (answer.status_code, answer.json["code"]) == (422, "input.faults")
        assert "stop, cancel" in answer.json["faults"][0]["zh"]


@pytest.mark.one_database
def test_the_document_tells_bodies_apart_by_kind(city: City) -> None:
    document: dict[str, Any] = city.client().get("/api/v1/openapi.json").json
    found = document["paths"]["/api/v1/bureau/jobs/{job_id}/signals"]["post"]
    body = found["requestBody"]["content"]["application/json"]["schema"]
    assert body["discriminator"] == {"propertyName": "kind"}
    names = [ref["$ref"].rsplit("/", 1)[-1] for ref in body["oneOf"]]
    schemas = document["components"]["schemas"]
    assert [schemas[n]["properties"]["kind"]["enum"] for n in names] == [
        ["stop"],
        ["cancel"],
    ]
    assert found["x-kinds"] == {"stop": ["planner"], "cancel": ["planner"]}
