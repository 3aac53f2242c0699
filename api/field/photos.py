"""Photos of a visit: a file → stored by its SHA-256, and a copy without EXIF.

The file as it came is evidence and stays sealed; the copy holds the picture alone, made
smaller (`pictures`), and is what may be shown outside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from dataclasses import field as about
from datetime import datetime

from sqlalchemy import select

from api.errors import Problem
from api.field.pictures import taken
from api.site import Desk
from api.store import fresh_id
from api.store.fieldwork import Photo
from api.store.models import Blob


@dataclass(frozen=True, slots=True)
class PhotoReceipt:
    """A photo as it was stored."""

    sha256: str
    copy: str = about(metadata={"says": "SHA-256 of the copy without EXIF"})
    at: datetime


def add(desk: Desk, month_id: str, mark: str, data: bytes) -> PhotoReceipt:
    """Store a photo of a visit; the same file again is the same photo."""
    sha256 = hashlib.sha256(data).hexdigest()
    known = find(desk, month_id, mark, sha256)
    if known is not None:
        return PhotoReceipt(known.sha256, known.copy, known.at)
    photo = taken(data)
    row = Photo(id=fresh_id(), month_id=month_id, visit=mark, at=desk.now)
    row.sha256 = _store(desk, data, photo.media)
    row.copy = _store(desk, photo.copy, photo.copy_media)
    row.by = desk.actor.id
    desk.db.add(row)
    desk.event("photo_stored", f"photo:{row.id}", size=len(data))
    return PhotoReceipt(row.sha256, row.copy, row.at)


def _store(desk: Desk, data: bytes, media: str) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    if blob(desk, sha256) is None:
        row = Blob(id=fresh_id(), sha256=sha256, media=media, size=len(data))
        row.sealed = desk.seal(f"blob:{row.id}", data)
        row.by, row.at = desk.actor.id, desk.now
        desk.db.add(row)
        desk.db.flush()
    return sha256


def find(desk: Desk, month_id: str, mark: str, sha256: str) -> Photo | None:
    """A photo of a visit by the hash of its file."""
    return desk.db.scalar(
        select(Photo).where(
            Photo.month_id == month_id, Photo.visit == mark, Photo.sha256 == sha256
        )
    )


def file(
    desk: Desk, month_id: str, mark: str, sha256: str, *, bare: bool
) -> tuple[str, bytes]:
    """Media type and bytes: the file as it came, or its bare copy. Raises 404."""
    row = find(desk, month_id, mark, sha256)
    if row is None:
        raise Problem("http.not_found")
    found = blob(desk, row.copy if bare else row.sha256)
    if found is None:
        raise Problem("http.not_found")
    return content(desk, found)


def blob(desk: Desk, sha256: str) -> Blob | None:
    """A stored file of the bureau by its hash."""
    return desk.db.scalar(select(Blob).where(Blob.sha256 == sha256))


def content(desk: Desk, found: Blob) -> tuple[str, bytes]:
    """Media type and bytes of a stored file."""
    return found.media, desk.open(f"blob:{found.id}", found.sealed)


def copies(desk: Desk, month_id: str, mark: str) -> dict[str, str]:
    """Photos of a visit: hash of the file -> hash of its bare copy."""
    rows = select(Photo).where(Photo.month_id == month_id, Photo.visit == mark)
    return {row.sha256: row.copy for row in desk.db.scalars(rows)}
