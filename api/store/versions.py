"""What comes in versions, of which one is in force: one store for all of them.

    versions.add(desk, "policy", text, reason=…, name="2026-12")
    versions.in_force(desk, "policy")        the highest number
    versions.in_force(desk, "credit", day)   … of those that have begun by `day`

A version is never changed. In force on a day: the highest number whose `first` day has
come ("": from the beginning).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from api.errors import Problem
from api.store import fresh_id
from api.store.models import AppendOnly, Base, OfBureau, key
from api.store.work import Work
from inspector.printable import iso


class Version(OfBureau, AppendOnly, Base):
    """One version of `subject` (`policy`, `credit` rules, `docket` rules).

    `name`: what it calls itself (a policy's month, `id@version` of credit rules).
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("bureau_id", "subject", "number"),)
    id: Mapped[str] = key()
    subject: Mapped[str] = mapped_column(String(24))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(130), default="")
    first: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


def query(subject: str) -> Select[Any]:
    """All versions of a subject, for lists."""
    return select(Version).where(Version.subject == subject)


def in_force(desk: Work, subject: str, day: date | None = None) -> Version | None:
    """The version in force on `day` (None: the newest), None before the first."""
    found = query(subject)
    if day is not None:
        found = found.where(Version.first <= day.isoformat())
    row: Version | None = desk.db.scalar(found.order_by(Version.number.desc()).limit(1))
    return row


def find(desk: Work, subject: str, version_id: str) -> Version:
    """The version with this id. Raises Problem 404."""
    row = desk.row(Version, version_id)
    if row.subject != subject:
        raise Problem("http.not_found")
    return row


def add(
    desk: Work,
    subject: str,
    text: str,
    *,
    reason: str,
    name: str = "",
    first: date | None = None,
    digest: str = "",
) -> Version:
    """Keep a new version, the highest number so far; the caller records the event."""
    last = in_force(desk, subject)
    row = Version(
        id=fresh_id(),
        subject=subject,
        number=last.number + 1 if last else 1,
        name=name,
        first=iso(first),
        text=text,
        digest=digest,
        reason=reason,
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(row)
    desk.db.flush()
    return row
