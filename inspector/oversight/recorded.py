"""Moves as plain data and back, and where each of them stands in the record.

`encode` gives JSON types only (dates as text, enums as their words, tuples as lists);
`decode` is its inverse by the fields' own types.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin

from inspector.errors import InspectorError, messages
from inspector.oversight.moves import Move

messages(
    {
        "docket.damaged": (
            "台账记录无法读取：{kind}",
            "a move of the docket cannot be read: {kind}",
        ),
    }
)

KINDS: Mapping[str, type[Move]] = {t.__name__: t for t in get_args(Move)}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A move at its position in the append-only record (0: not recorded yet)."""

    position: int
    move: Move


def encode(value: Any) -> Any:
    """A move, or any value inside one, as JSON data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [encode(v) for v in value]
    return value


def decode(kind: str, body: Mapping[str, Any]) -> Move:
    """The move of this kind. Raises InspectorError docket.damaged."""
    try:
        move: Move = built(KINDS[kind], body)
    except (KeyError, TypeError, ValueError) as e:
        raise InspectorError("docket.damaged", kind=kind) from e
    return move


def built(type_: Any, body: Any) -> Any:
    """A value of a frozen dataclass. Raises KeyError, TypeError or ValueError."""
    hints = typing.get_type_hints(type_)
    return type_(**{f.name: _value(hints[f.name], body[f.name]) for f in fields(type_)})


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        if value is None:
            return None
        return _union(get_args(hint), value)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return tuple(_value(inner[0], v) for v in value)
        return tuple(_value(h, v) for h, v in zip(inner, value, strict=True))
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return built(hint, value) if is_dataclass(hint) else _plain(hint, value)


def _union(inner: tuple[Any, ...], value: Any) -> Any:
    """One of several plain types (`int | str`), or the one besides None."""
    some = [h for h in inner if h is not type(None)]
    if len(some) == 1:
        return _value(some[0], value)
    if type(value) not in some:
        raise TypeError(value)
    return value


def _plain(hint: Any, value: Any) -> Any:
    if type(value) is not hint:
        raise TypeError(value)
    return value
