"""Imports that nobody committed are forgotten: files with names do not lie about.

A site → how many uploads were deleted. Run by the worker.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from api.site import Site
from api.store.models import Upload
from api.store.scope import ALL

KEPT = timedelta(days=7)


def forget_uploads(site: Site) -> int:
    """Delete imports that nobody committed in time, and what they hold; how many."""
    limit = site.clock() - KEPT
    with site.store.writing(ALL) as db:
        old = delete(Upload).where(Upload.at < limit, Upload.committed.is_(None))
        done = db.execute(old)
    return int(done.rowcount)  # type: ignore[attr-defined]
