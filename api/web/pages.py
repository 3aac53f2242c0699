"""Lists in pages: an opaque cursor, and an RFC 8288 Link to the next page.

    page = paged(query, Row.seq, desk().db)      inside a view with PageArgs
    → {"items": [...], "next": "…" or null}      and `Link: <…>; rel="next"`

A cursor names the last row seen, so rows added meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import json
import operator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from sqlalchemy import BigInteger, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.errors import Problem
from inspector.errors import messages

DEFAULT, MOST = 50, 500


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, and the cursor of the next one."""

    items: list[Any]
    next: str | None


def encode(values: list[Any]) -> str:
    """A cursor as text."""
    values = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    raw = json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str, kinds: tuple[type, ...]) -> list[Any]:
    """Inverse of `encode`. Raises Faults for anything that is no cursor of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(raw)
        if isinstance(values, list) and len(values) == len(kinds):
            return [_fit(v, k) for v, k in zip(values, kinds, strict=True)]
    except (ValueError, RecursionError):
        pass
    raise _no_cursor()


messages(
    {
        "query.cursor": (
            "游标无效：只能用上一页答复中给出的游标",
            "the cursor is not one of ours: take the `next` of the page before",
        ),
    }
)


def _no_cursor() -> Exception:
    return Problem("query.cursor")


def _fit(value: Any, kind: type) -> Any:
    """A cursor's value as its column has it. Raises ValueError."""
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    if type(value) is not kind:
        raise ValueError(value)
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError(value)
    if isinstance(value, str) and not (value.isprintable() and len(value) < 400):
        raise ValueError(value)
    return value


def paged(
    query: Select[Any],
    keys: tuple[InstrumentedAttribute[Any], ...],
    db: Session,
    args: dict[str, Any],
    *,
    descending: bool = False,
) -> Page:
    """One page of `query` (entities) in the order of `keys`, which must be unique.

    `args`: what `PageArgs` gave. Also puts the Link header on the answer.
    """
    limit = args.get("limit", DEFAULT)
    kinds = tuple(k.type.python_type for k in keys)
    if args.get("cursor"):
        seen = decode(args["cursor"], kinds)
        if any(_too_large(v, k) for v, k in zip(seen, keys, strict=True)):
            raise _no_cursor()
        row = tuple_(*keys)
        typed = zip(seen, keys, strict=True)
        after = tuple_(*(literal(v, type_=k.type) for v, k in typed))
        query = query.where(row < after if descending else row > after)
    order = [k.desc() if descending else k.asc() for k in keys]
    rows = list(db.scalars(query.order_by(*order).limit(limit + 1)))
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode([getattr(rows[-1], k.key) for k in keys])
        link_next(following)
    return Page(rows, following)


def _too_large(value: Any, column: InstrumentedAttribute[Any]) -> bool:
    """A number that PostgreSQL would refuse to compare with the column."""
    small = isinstance(value, int) and not isinstance(column.type, BigInteger)
    return small and abs(value) >= 2**31


def cut(
    rows: list[Any], position: Any, args: dict[str, Any], *, descending: bool = False
) -> Page:
    """One page of rows already in memory; `position(row)` is its unique sort key."""
    limit = args.get("limit", DEFAULT)
    if args.get("cursor"):
        (seen,) = decode(args["cursor"], (str,))
        beyond = operator.lt if descending else operator.gt
        rows = [r for r in rows if beyond(position(r), seen)]
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode([position(rows[-1])])
        link_next(following)
    return Page(rows, following)


def link_next(cursor: str) -> None:
    """Put `Link: …; rel="next"` on the answer."""
    args = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
    g.link = f'<{request.path}?{urlencode([*args, ("cursor", cursor)])}>; rel="next"'
