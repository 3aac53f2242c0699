"""Photos of published results: the copies without EXIF, by their hash.

A copy is public while the newest record of a visit names it. Before the result is
published, after a withdrawal, or when a correction leaves it out, there is none.
"""

from __future__ import annotations

from sqlalchemy import select

from api.errors import Problem
from api.field import photos
from api.field.records import of_visit
from api.public import index as pub
from api.public import records
from api.site import Desk
from api.store.fieldwork import Photo


def file(desk: Desk, sha256: str) -> tuple[str, bytes]:
    """Media type and bytes of a public copy. Raises Problem 404."""
    blob = photos.blob(desk, sha256)
    if blob is not None:
        named = select(Photo).where(Photo.copy == sha256)
        if any(_public(desk, row) for row in desk.db.scalars(named)):
            return photos.content(desk, blob)
    raise Problem("http.not_found")


def _public(desk: Desk, photo: Photo) -> bool:
    """Whether the newest record of the photo's visit names its copy."""
    for row in pub.index(desk).results:
        if row.month_id != photo.month_id:
            continue
        if desk.mark(row.month_id, row.visit) == photo.visit:
            told = records.photos(of_visit(desk, row.month_id, row.visit))
            return any(p["sha256"] == photo.copy for p in told)
    return False
