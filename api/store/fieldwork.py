"""Tables of field work: drafts, signatures, photos, recusals asked for.

`visit` in plain columns is a keyed mark of month and visit (`services.duties.mark`):
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


class Arrival(OfBureau, AppendOnly, Base):
    """An officer arrived (检查码): code, time and place sealed. Append-only."""

    __tablename__ = "arrival"
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    visit: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[bytes]
    at: Mapped[datetime]


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


class RecusalRequest(OfBureau, Edited, Base):
    """回避 asked for after the draw; who, what and why are sealed."""

    __tablename__ = "recusal_request"
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    state: Mapped[str] = mapped_column(String(12))  # asked, granted, refused
    sealed: Mapped[bytes]
    at: Mapped[datetime]
    decided: Mapped[datetime | None]


class AbsenceReport(OfBureau, AppendOnly, Base):
    """Somebody cannot attend on a day; who and why are sealed. Append-only."""

    __tablename__ = "absence_report"
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    sealed: Mapped[bytes]
    at: Mapped[datetime]


class PublicResult(OfBureau, AppendOnly, Base):
    """One published record of a visit; public as it stands. Append-only.

    `record` is a `review.PublicRecord`, `leaf` the opened leaf of the visit with its
    proof, `digest` the record's.
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
    leaf: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ResultObjection(OfBureau, Edited, Base):
    """异议 to a published record: number and dates are public, texts sealed."""

    __tablename__ = "result_objection"
    __table_args__ = (UniqueConstraint("bureau_id", "number"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = _month()
    result_id: Mapped[str] = mapped_column(ForeignKey("public_result.id"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    received: Mapped[str] = mapped_column(String(10))
    due: Mapped[str] = mapped_column(String(10))
    provisional: Mapped[bool]
    replied: Mapped[str] = mapped_column(String(10), default="")
    ruling: Mapped[str] = mapped_column(String(12), default="")
    sealed: Mapped[bytes]
    at: Mapped[datetime]
