"""Tables of planning: what a planner asks for before a step is made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.models import Base, OfBureau, key


class Opening(OfBureau, Base):
    """What a month begins with: its policy version."""

    __tablename__ = "opening"
    month_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("month.id"), primary_key=True
    )
    policy_id: Mapped[str] = mapped_column(ForeignKey("version.id"))


class SourceEntry(OfBureau, Base):
    """Who entered a source's value, and who entered the same after him.

    The value is a leaf of the month's log, in the open; `leaf` is its place there. Only
    the outside value needs `confirmed_by`: another person, named by his account.
    """

    __tablename__ = "source_entry"
    __table_args__ = (UniqueConstraint("month_id", "leaf"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    leaf: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(80), default="")
    confirmed: Mapped[datetime | None]
