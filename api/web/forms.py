"""Fields and shapes that many routes share. Texts are NFC and free of control signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.web.shape import Moment, schema_of

__all__ = ["Moment", "PageArgs", "Text", "first_missed", "names", "page_of"]


class Text(fields.String):
    """Text of 1..`most` characters, NFC, trimmed, without control characters."""

    def __init__(self, most: int = 200, least: int = 1, **kwargs: Any) -> None:
        length = validate.Length(least, most)
        super().__init__(validate=length, **kwargs)
        self.lines = kwargs.get("metadata", {}).get("lines", False)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kw: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kw) or ""
        text = unicodedata.normalize("NFC", text).strip()
        for c in text:
            if unicodedata.category(c) in ("Cc", "Cs") and not (
                self.lines and c in "\n\r\t"
            ):
                raise ValidationError("含控制字符 contains a control character")
        return text


def first_missed(words: str = "the first visit he does not make; none: all") -> Text:
    """`from` of an absence: where in his route it begins."""
    told = {"description": words}
    return Text(40, least=0, load_default="", data_key="from", metadata=told)


def names(*allowed: str, **kwargs: Any) -> fields.List[str]:
    """A list of distinct words out of `allowed`."""
    return fields.List(
        fields.String(validate=validate.OneOf(allowed)),
        validate=validate.Length(1, len(allowed)),
        **kwargs,
    )


class PageArgs(Schema):
    """Query of a list."""

    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 500),
        metadata={"description": "每页条数 rows per page"},
    )
    cursor = fields.String(
        validate=validate.Length(1, 400),
        metadata={"description": "上一页给出的游标 `next` of the page before"},
    )


@cache
def page_of(kind: type) -> type[Schema]:
    """The shape of one page of `kind`, a dataclass or a schema."""
    schema = schema_of(kind)
    name = f"{schema.__name__.removesuffix('Schema')}PageSchema"
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(schema), required=True),
        "next": fields.String(allow_none=True, required=True),
    }
    return Schema.from_dict(members, name=name)
