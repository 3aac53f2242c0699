"""Corrections and withdrawals: what was published about a visit after its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.answers import Stamp
from api.site import Desk
from api.store.fieldwork import PublicResult

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordLink:
    """One record of a visit; a correction or withdrawal names its reason."""

    number: int
    kind: str
    at: Stamp
    reason: str
    digest: str


def newest(desk: Desk) -> dict[tuple[str, str], Doc]:
    """Month and visit -> its last record, where that is not the result itself."""
    rows = select(PublicResult).where(PublicResult.number > 1)
    ordered = desk.db.scalars(rows.order_by(PublicResult.number))
    return {(row.month_id, row.visit): row.record for row in ordered}


def links(rows: Sequence[PublicResult]) -> tuple[RecordLink, ...]:
    """What everybody sees of a chain of records."""
    return tuple(
        RecordLink(
            row.number, row.kind, row.record["at"], row.record["reason"], row.digest
        )
        for row in rows
    )


def photos(rows: Sequence[PublicResult]) -> list[Doc]:
    """Item and public copy of every photo that the last record of a chain names.

    A correction names its own; a withdrawal has none.
    """
    return list(rows[-1].record["body"].get("photos", ())) if rows else []
