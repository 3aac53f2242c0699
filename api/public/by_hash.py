"""Published files: found by the hash that their address names."""

from __future__ import annotations

from sqlalchemy import select

from api.errors import Problem
from api.site import Desk
from api.store.models import Document


def document(desk: Desk, month_id: str, name: str, sha256: str) -> Document:
    """One version of a published file. Raises Problem 404."""
    row = desk.db.scalar(
        select(Document).where(
            Document.month_id == month_id,
            Document.name == name,
            Document.sha256 == sha256,
        )
    )
    if row is None:
        raise Problem("http.not_found")
    return row
