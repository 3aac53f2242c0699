"""The append-only record of what happened, written with the change itself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select

from api.clock import stamp
from api.store.models import Event
from api.store.scope import BureauSession
from inspector.ceremony.canon import canonical


def record(
    db: BureauSession,
    at: datetime,
    kind: str,
    actor: str,
    subject: str,
    body: dict[str, Any],
) -> Event:
    """Append an event to the bureau's chain, in the open write transaction.

    `kind` is in the past tense (`registry_imported`); `body` holds what anybody who
    steals the database may read: ids, counts, digests, reasons without names.
    """
    last = newest(db)
    seq = last.seq + 1 if last else 1
    before = last.digest if last else ""
    row = Event(
        seq=seq,
        at=at.replace(microsecond=0),
        kind=kind,
        actor=actor,
        subject=subject,
        body=body,
        digest=chained(before, seq, stamp(at), kind, actor, subject, body),
    )
    db.add(row)
    db.flush()
    return row


def newest(db: BureauSession) -> Event | None:
    """The last event so far."""
    return db.scalar(select(Event).order_by(Event.seq.desc()).limit(1))


def chained(
    before: str,
    seq: int,
    at: str,
    kind: str,
    actor: str,
    subject: str,
    body: dict[str, Any],
) -> str:
    """The digest of an event, bound to the one before it."""
    data = canonical([before, seq, at, kind, actor, subject, body])
    return hashlib.sha256(b"sunlot/event/v1\n" + data).hexdigest()


def broken(db: BureauSession, bureau: str) -> int | None:
    """The `seq` of the first event that does not fit the chain; None: all fit."""
    before = ""
    rows = select(Event).where(Event.bureau_id == bureau).order_by(Event.seq)
    for number, row in enumerate(db.scalars(rows), 1):
        own = chained(
            before, number, stamp(row.at), row.kind, row.actor, row.subject, row.body
        )
        if row.seq != number or row.digest != own:
            return number
        before = row.digest
    return None
