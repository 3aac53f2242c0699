"""Answers made of others: rows and shorter answers → an answer that says more.

A service gives frozen dataclasses; `api.web.shape` derives their schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def grown(kind: type[T], base: Any, /, **more: Any) -> T:
    """A `kind` whose members are `more`, and those of `base` (a row, an answer).

    What the answer tells as text is told so: a day as `2026-12-01`, a member of an
    enumeration as its word, nothing as "". Raises AttributeError for a member that
    neither has.
    """
    hints = _hints(kind)  # type: ignore[arg-type]
    rest = {n: h for n, h in hints.items() if n not in more}
    return kind(**more, **{n: _told(h, getattr(base, n)) for n, h in rest.items()})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


def _told(hint: Any, value: Any) -> Any:
    if hint is not str:
        return value
    if value is None:
        return ""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if type(value) is date else value
