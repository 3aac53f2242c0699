"""Tables of planning: what a planner asks for before a step is made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.models import Base, OfBureau, key


class Opening(OfBureau, Base):
    """What a month begins with: its policy version, and the month it follows."""

    __tablename__ = "opening"
    month_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("month.id"), primary_key=True
    )
    policy_id: Mapped[str] = mapped_column(ForeignKey("policy_version.id"))
    before_id: Mapped[str | None] = mapped_column(ForeignKey("month.id"), unique=True)


class EntropyRecord(OfBureau, Base):
    """What an announced source gave, until all sources of a seed are there.

    `commitment`: the freeze or seal that announced it; after a cancellation another
    one does, and old values count no more. `at`: as the ceremony writes it.
    """

    __tablename__ = "entropy_record"
    __table_args__ = (UniqueConstraint("month_id", "commitment", "source"),)
    id: Mapped[str] = key()
    month_id: Mapped[str] = mapped_column(ForeignKey("month.id"))
    commitment: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    issue: Mapped[str] = mapped_column(String(200))
    value: Mapped[str]
    at: Mapped[str] = mapped_column(String(20))
    fallback: Mapped[bool]
    by: Mapped[str] = mapped_column(String(80))
    recorded: Mapped[datetime]
