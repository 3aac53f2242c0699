"""Whatever marshmallow says of a field is said in Chinese, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from api.web.sentences import said

CHINESE = re.compile("[一-鿿]")


class Given(Schema):
    """A field of every type and rule that requests use."""

    needed = fields.String(required=True)
    text = fields.String(validate=validate.Length(1, 3))
    short = fields.String(validate=validate.Length(max=2))
    full = fields.String(validate=validate.Length(min=1))
    exact = fields.String(validate=validate.Length(equal=2))
    form = fields.String(validate=validate.Regexp("[ab]+"))
    tag = fields.String(validate=validate.Equal("a"))
    chosen = fields.String(validate=validate.OneOf(["a", "b"]))
    number = fields.Integer(strict=True, validate=validate.Range(1, 9))
    low = fields.Integer(validate=validate.Range(min=1))
    high = fields.Integer(validate=validate.Range(max=9))
    yes = fields.Boolean()
    day = fields.Date()
    moment = fields.AwareDateTime()
    some = fields.List(fields.Integer(), validate=validate.Length(min=2))
    inner = fields.Nested(Schema.from_dict({"a": fields.Integer(required=True)}))
    free = fields.Dict()


def sentences(messages: Any) -> Iterator[str]:
    if isinstance(messages, dict):
        for inner in messages.values():
            yield from sentences(inner)
    elif isinstance(messages, list):
        for inner in messages:
            yield from sentences(inner)
    else:
        yield messages


WRONG: dict[str, tuple[Any, ...]] = {
    "needed": (None, 1),
    "text": ("", "abcd"),
    "short": ("abc",),
    "full": ("",),
    "exact": ("a",),
    "form": ("c",),
    "tag": ("b",),
    "chosen": ("c",),
    "number": (0, "x", 1.5, 10**400),
    "low": (0,),
    "high": (10,),
    "yes": ("maybe",),
    "day": ("2027-02-30", 7, date),
    "moment": ("x", "2027-02-11T08:00:00"),
    "some": (3, [1], ["x", 2]),
    "inner": (3, {}, {"a": 1, "b": 2}),
    "free": ("x",),
    "nowhere": (1,),
}


@pytest.mark.parametrize(
    ("name", "value"), [(n, v) for n, values in WRONG.items() for v in values]
)
def test_every_sentence_of_a_wrong_field_has_its_chinese(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Given().load({name: value})
    told = [said(s) for s in sentences(refused.value.messages)]
    assert told
    for word in told:
        assert CHINESE.search(word.zh) and "{" not in word.zh.replace("{…}", ""), word
        assert word.en.isascii() and word.en != word.zh


def test_no_object_and_our_own_sentences() -> None:
    with pytest.raises(ValidationError) as refused:
        Given(unknown=EXCLUDE).load([])  # type: ignore[arg-type]
    for sentence in sentences(refused.value.messages):
        assert said(sentence).zh == "应为一个对象 {…}"
    both = "含控制字符 contains a control character"
    assert said(both).zh == "含控制字符"
    assert said(both).en == "contains a control character"
