"""Tables of field work: drafts with their signatures, photos, published records.

`visit` in plain columns is a keyed mark of month and visit (`Desk.mark`):
neither the visit nor its compound shows before its day. Names, texts and contents are
sealed under `table:id`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.models import AppendOnly, Base, Edited, OfBureau, key


def _month() -> Mapped[str]:
    return mapped_column(ForeignKey("month.id"), index=True)


class FieldResult(OfBureau, Edited, Base):
    """A raw result on its way: `sealed` holds the state of `oversight.review`.

    `number` counts from 1; a correction of what was published is the next number.
    """

    __tablename__ = "field_result"
    __table_args__ = (UniqueConstraint("month_id", "visit", "number"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    visit: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), index=True)
    sealed: Mapped[bytes]
    changed: Mapped[datetime]


class Photo(OfBureau, AppendOnly, Base):
    """A photo of a visit: its file is the blob `sha256`, with EXIF as evidence; the
    blob `copy` is the same picture without anything but the picture. Append-only."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("month_id", "visit", "sha256"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    visit: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    copy: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class PublicResult(OfBureau, AppendOnly, Base):
    """One published record of a visit; public as it stands. Append-only.

    `record` is a `review.PublicRecord`, `digest` its own.
    """

    __tablename__ = "public_result"
    __table_args__ = (UniqueConstraint("month_id", "visit", "number"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    visit: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    record: Mapped[dict[str, Any]]
    at: Mapped[datetime]
