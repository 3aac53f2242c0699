"""The type of an answer → its marshmallow schema: the service's type is the only one.

    @dataclass(frozen=True, slots=True)
    class Signal:
        id: str
        on: date
        points: int = field(metadata={"says": "记分 points, negative when taken"})

`shape(Signal)` dumps such a value and describes it in the OpenAPI document under the
name `Signal`. A field's metadata may have `says` (its description) and `key` (its name
outside, for words that Python keeps to itself). A `Word` is told as its code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import Field, is_dataclass
from dataclasses import fields as fields_of
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields, pre_dump

from api.clock import stamp
from inspector.words import Word

_PLAIN: Mapping[Any, type[fields.Field[Any]]] = {
    str: fields.String,
    int: fields.Integer,
    bool: fields.Boolean,
    float: fields.Float,
    date: fields.Date,
    dict: fields.Dict,
    Any: fields.Raw,
}
_NAMES: dict[str, type] = {}


class Moment(fields.AwareDateTime):
    """A moment as `2026-12-01T09:00:00Z`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kw: Any) -> Any:
        return None if value is None else stamp(value)


class Stamp(fields.AwareDateTime):
    """A log's own stamp, null for ""."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kw: Any) -> Any:
        return value or None


class DayText(fields.Date):
    """A day that is a text already, null for ""."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kw: Any) -> Any:
        return value or None


class Code(fields.String):
    """A code of our vocabulary: its words are at /public/words."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kw: Any) -> Any:
        return getattr(value, "code", value)


_TEXTS: Mapping[str, type[fields.Field[Any]]] = {"moment": Stamp, "day": DayText}


@cache
def shape(kind: type) -> type[Schema]:
    """The schema of a frozen dataclass, by its field types.

    Raises TypeError for a field whose type no JSON has, or when two answers have one
    name: the document would show the one for the other.
    """
    if _NAMES.setdefault(kind.__name__, kind) is not kind:
        raise TypeError(f"two answers are called {kind.__name__}")
    hints = get_type_hints(kind, include_extras=True)
    inside = {f.name: _field(hints[f.name], f) for f in fields_of(kind)}
    made = Schema.from_dict(inside, name=kind.__name__)
    made.__doc__ = kind.__doc__
    return made


def schema_of(given: Any) -> Any:
    """What `gives` was given as a schema: a dataclass, a list of one (a page that holds
    all of it), or a schema."""
    if get_origin(given) is list:
        return page_of(get_args(given)[0])
    if isinstance(given, type) and is_dataclass(given):
        return shape(given)
    return given


class _Rows(Schema):
    """A page of rows; a plain list is a page without a next one."""

    @pre_dump
    def as_page(self, given: Any, **_: Any) -> Any:
        """A list is told as the only page of itself."""
        if isinstance(given, list | tuple):
            return {"items": given, "next": None}
        return given


@cache
def page_of(kind: type) -> type[Schema]:
    """The shape of one page of `kind`, a dataclass or a schema."""
    schema = schema_of(kind)
    name = f"{schema.__name__.removesuffix('Schema')}PageSchema"
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(schema), required=True),
        "next": fields.String(allow_none=True, required=True),
    }
    return _Rows.from_dict(members, name=name)


def _field(hint: Any, about: Field[Any]) -> fields.Field[Any]:
    said: dict[str, Any] = {}
    if "says" in about.metadata:
        said["metadata"] = {"description": about.metadata["says"]}
    if "key" in about.metadata:
        said["data_key"] = about.metadata["key"]
    return _typed(hint, said, about.name)


def _typed(hint: Any, said: dict[str, Any], name: str) -> fields.Field[Any]:
    """The field of one type; `said` are its further arguments."""
    if get_origin(hint) in (Union, UnionType):
        some = [h for h in get_args(hint) if h is not NoneType]
        said = said | ({"allow_none": True} if NoneType in get_args(hint) else {})
        if len(some) > 1:
            return fields.Raw(**said)
        (hint,) = some
    if get_origin(hint) is Annotated:
        if "own" in get_args(hint)[1:]:
            return fields.Nested(shape(Word), **said)
        kind = next((_TEXTS[a] for a in get_args(hint)[1:] if a in _TEXTS), None)
        if kind is not None:
            return kind(**said | {"allow_none": True})
        (hint, *_) = get_args(hint)
    if hint is Word:
        return Code(**said)
    args = [a for a in get_args(hint) if a is not Ellipsis]
    origin = get_origin(hint) or hint
    if origin in (tuple, list, Sequence):
        return fields.List(_typed(args[0], {}, name), **said)
    if origin in (dict, Mapping):
        value = _typed(args[1], {}, name) if len(args) == 2 else None
        return fields.Dict(keys=fields.String(), values=value, **said)
    if hint is datetime:
        return Moment(**said)
    if is_dataclass(hint) and isinstance(hint, type):
        return fields.Nested(shape(hint), **said)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return fields.Enum(hint, by_value=True, **said)
    if hint not in _PLAIN:
        raise TypeError(f"{name}: no JSON has {hint}")
    return _PLAIN[hint](**said)
