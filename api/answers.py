"""Answers made of others: rows and shorter answers → an answer that says more.

A service gives frozen dataclasses; `api.web.shape` derives their schemas.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")


def grown(kind: type[T], base: Any, /, **more: Any) -> T:
    """A `kind` whose members are `more`, and those of `base` (a row, an answer).

    Raises AttributeError for a member that neither has.
    """
    names = (f.name for f in fields(kind))  # type: ignore[arg-type]
    return kind(**more, **{n: getattr(base, n) for n in names if n not in more})
