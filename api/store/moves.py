"""A thing is the fold of its moves: one store for all of them.

    moves.append(desk, "roll", entry.id, "heard", {"day": …}, event="roll_heard", …)
    moves.add(desk, "credit_fact", fact.id, "accepted", {…}, position=told.seq)
    moves.of(desk, "roll", entry.id)       the moves of one thing, in order
    moves.by_thing(desk, "roll")           … of all things of that sort

A move is never changed. What anybody who steals the database may read stands in
`body`; what names people or tells what lies ahead is `sealed`. `position` is the move's
place in the bureau's events, so that evidence can cite it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from api.store import fresh_id
from api.store.models import AppendOnly, Base, OfBureau, key
from api.store.types import Json
from api.store.work import Work

Doc = dict[str, Any]


class Move(OfBureau, AppendOnly, Base):
    """One move of the thing `thing_id` of the sort `thing` (`docket`, `roll`, …).

    `seq` counts from 1 without gaps.
    """

    __tablename__ = "move"
    __table_args__ = (UniqueConstraint("bureau_id", "thing", "thing_id", "seq"),)
    id: Mapped[str] = key()
    thing: Mapped[str] = mapped_column(String(16))
    thing_id: Mapped[str] = mapped_column(String(32), index=True)
    seq: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[Doc] = mapped_column(Json)
    sealed: Mapped[bytes | None]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


def append(
    desk: Work,
    thing: str,
    thing_id: str,
    kind: str,
    body: Mapping[str, Any],
    /,
    *,
    event: str,
    subject: str,
    sealed: Mapping[str, Any] | None = None,
    **told: Any,
) -> Move:
    """The next move of a thing, with its event (`event`, `subject`, `told`)."""
    position = desk.event(event, subject, **told).seq
    return add(
        desk,
        thing,
        thing_id,
        kind,
        body,
        position=position,
        sealed=sealed,
    )


def add(
    desk: Work,
    thing: str,
    thing_id: str,
    kind: str,
    body: Mapping[str, Any],
    /,
    *,
    position: int,
    sealed: Mapping[str, Any] | None = None,
) -> Move:
    """The next move of a thing, told by the event at `position` with others."""
    row = Move(
        id=fresh_id(),
        thing=thing,
        thing_id=thing_id,
        seq=count(desk, thing, thing_id) + 1,
        position=position,
        kind=kind,
        body=dict(body),
        by=desk.actor.id,
        at=desk.now,
    )
    if sealed is not None:
        data = json.dumps(sealed, ensure_ascii=False, sort_keys=True).encode()
        row.sealed = desk.seal(f"move:{row.id}", data)
    desk.db.add(row)
    desk.db.flush()
    return row


def secret(desk: Work, move: Move) -> Doc:
    """What is sealed in a move, {} when nothing is."""
    if move.sealed is None:
        return {}
    return dict(json.loads(desk.open(f"move:{move.id}", move.sealed)))


def count(desk: Work, thing: str, thing_id: str) -> int:
    """How many moves a thing has made."""
    fits = Move.thing == thing, Move.thing_id == thing_id
    return desk.db.scalar(select(func.max(Move.seq)).where(*fits)) or 0


def of(desk: Work, thing: str, thing_id: str) -> list[Move]:
    """The moves of one thing in order."""
    fits = Move.thing == thing, Move.thing_id == thing_id
    return list(desk.db.scalars(select(Move).where(*fits).order_by(Move.seq)))


def last(desk: Work, thing: str) -> datetime | None:
    """When any thing of a sort last moved, None before the first move."""
    found: datetime | None = desk.db.scalar(
        select(func.max(Move.at)).where(Move.thing == thing)
    )
    return found


def by_thing(
    desk: Work, thing: str, ids: Iterable[str] | None = None
) -> dict[str, list[Move]]:
    """The moves of all things of a sort (or of those `ids`) in order, by thing."""
    query = select(Move).where(Move.thing == thing)
    if ids is not None:
        query = query.where(Move.thing_id.in_(list(ids)))
    found: dict[str, list[Move]] = {}
    for row in desk.db.scalars(query.order_by(Move.thing_id, Move.seq)):
        found.setdefault(row.thing_id, []).append(row)
    return found
