"""Published records: results, corrections and withdrawals, each linked to the last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from api.store.fieldwork import PublicResult


def public(
    month_id: str,
) -> tuple[Select[Any], tuple[InstrumentedAttribute[Any], ...]]:
    """The records of a month and the keys of their order."""
    rows = select(PublicResult).where(PublicResult.month_id == month_id)
    return rows, (PublicResult.visit, PublicResult.number)
