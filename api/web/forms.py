"""Fields and shapes that many routes share. Texts are NFC and free of control signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.clock import stamp
from api.web.shape import page_of

__all__ = [
    "PageArgs",
    "Text",
    "Time",
    "first_missed",
    "many",
    "names",
    "one_of",
    "page_of",
    "utc_stamp",
]


class Text(fields.String):
    """Text of 1..`most` characters, NFC, trimmed, without control characters."""

    def __init__(
        self, most: int = 200, least: int = 1, says: str = "", **kwargs: Any
    ) -> None:
        length = validate.Length(least, most)
        super().__init__(validate=length, **_told(says, kwargs))
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


class Time(fields.String):
    """A time as programs write it, kept as `2026-12-01T09:00:00Z`.

    Fractions of a second, offsets, a blank for the T are taken; a time without an
    offset is not: it could be anybody's.
    """

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kw: Any
    ) -> str:
        text = (super()._deserialize(value, attr, data, **kw) or "").strip()
        if not text and not self.required:
            return ""
        found = utc_stamp(text)
        if not found:
            raise ValidationError(TIME_FORM)
        return found


def utc_stamp(text: str) -> str:
    """A time with an offset as `2026-12-01T09:00:00Z`, "" where it is none.

    >>> utc_stamp("2026-12-01 17:00:00.123+0800")
    '2026-12-01T09:00:00Z'
    """
    try:
        if not text.isprintable():
            return ""
        found = datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
        return stamp(found) if found.tzinfo is not None else ""
    except (ValueError, OverflowError):
        return ""


TIME_FORM = "时间须写明时区 a time tells its offset, like 2026-12-01T17:00:00+08:00"


def first_missed(words: str = "the first visit he does not make; none: all") -> Text:
    """`from` of an absence: where in his route it begins."""
    return Text(40, least=0, says=words, load_default="", data_key="from")


def one_of(words: Iterable[str], says: str = "", **kwargs: Any) -> fields.String:
    """One of these words, or of an enumeration's."""
    only = validate.OneOf([str(word) for word in words])
    return fields.String(validate=only, **_told(says, kwargs))


def many(
    each: type[Schema] | fields.Field[Any],
    most: int,
    least: int = 0,
    says: str = "",
    **kwargs: Any,
) -> fields.List[Any]:
    """`least`..`most` of a schema or field; none if left out, unless `required`."""
    inner = each if isinstance(each, fields.Field) else fields.Nested(each)
    if not kwargs.get("required"):
        kwargs.setdefault("load_default", list)
    length = validate.Length(least, most)
    return fields.List(inner, validate=length, **_told(says, kwargs))


def _told(says: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    return kwargs | {"metadata": {"description": says}} if says else kwargs


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
