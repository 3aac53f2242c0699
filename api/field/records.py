"""Published records: rows of the store → results, corrections and withdrawals, each
linked to the last, as everybody reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from api.answers import grown
from api.site import Desk
from api.store.fieldwork import PublicResult


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """One published record of a visit."""

    id: str
    month_id: str
    visit: str
    number: int
    kind: str
    digest: str
    record: dict[str, Any]
    at: datetime


def shown(row: PublicResult) -> LinkedRecord:
    """A record as everybody may read it."""
    return grown(LinkedRecord, row)


def of_visit(desk: Desk, month_id: str, visit: str) -> list[PublicResult]:
    """What was published about a visit, oldest first."""
    rows = select(PublicResult).where(
        PublicResult.month_id == month_id, PublicResult.visit == visit
    )
    return list(desk.db.scalars(rows.order_by(PublicResult.number)))


def public(
    month_id: str,
) -> tuple[Select[Any], tuple[InstrumentedAttribute[Any], ...]]:
    """The records of a month and the keys of their order."""
    rows = select(PublicResult).where(PublicResult.month_id == month_id)
    return rows, (PublicResult.visit, PublicResult.number)
