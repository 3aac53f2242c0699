"""Answers made of others: rows, documents, shorter answers → an answer that says more.

A service gives frozen dataclasses; `api.web.shape` derives their schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

from inspector.words import Word

T = TypeVar("T")
# Texts that an answer tells as a moment or a day, null when there is none. A log's own
# stamps are texts; the schema says what they are (`api.web.shape`).
Stamp = Annotated[str, "moment"]
DayText = Annotated[str, "day"]
# A code whose words are a bureau's own (its rules, its catalogue), or a sentence; those
# of our vocabulary stand alone, /public/words has their words.
OwnWord = Annotated[Word, "own"]


def grown(kind: type[T], base: Any, /, **more: Any) -> T:
    """A `kind` whose members are `more`, and those of `base`: a row, a document.

    What the answer tells as text is told so: a day as `2026-12-01`, a member of an
    enumeration as its word, nothing as ""; a document's list is a tuple. Raises
    AttributeError or KeyError for a member that neither has, unless it has a default.
    """
    doc, said = isinstance(base, Mapping), dict(more)
    for name, (hint, optional) in _members(kind).items():  # type: ignore[arg-type]
        if name in more:
            continue
        if optional and not (name in base if doc else hasattr(base, name)):
            continue
        said[name] = _told(hint, base[name] if doc else getattr(base, name))
    return kind(**said)


@cache
def _members(kind: Any) -> Mapping[str, tuple[Any, bool]]:
    """Name -> type, and whether it has a default."""
    hints = get_type_hints(kind)
    return {f.name: (hints[f.name], f.default is not MISSING) for f in fields(kind)}


def _told(hint: Any, value: Any) -> Any:
    if isinstance(value, list) and get_origin(hint) is tuple:
        return tuple(value)
    if hint is not str:
        return value
    if value is None:
        return ""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if type(value) is date else value
