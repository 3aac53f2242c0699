"""`inspector export-month | import-month`: a month of the service ↔ its steps file.

The file appears whole or not at all, readable by its owner only (`handover`
says why no request gives it).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from api.errors import Problem
from api.months import steps
from api.operations import handover
from api.site import Site, system
from api.store import ALL
from api.store.models import Bureau, Month

MOVER = system("handover")


def export(site: Site, month_id: str, path: Path) -> tuple[Path, int]:
    """Write the month's steps; the file and how many. Raises Problem 404, month.away;
    OSError."""
    with site.store.reading(ALL) as db:
        row = db.get(Month, month_id)
        if row is None:
            raise Problem("http.not_found")
        bureau = row.bureau_id
    with _file(path) as write, site.desk(bureau, MOVER, write=True) as desk:
        month = steps.find(desk, month_id)
        write(handover.hand_out(desk, month))
        return path, month.seq


@contextmanager
def _file(path: Path) -> Iterator[Callable[[bytes], None]]:
    """What writes a file for its owner alone, durably before the month stands still;
    if anything fails, the file goes again. Raises OSError, also when it is there."""
    wrote = False

    def write(data: bytes) -> None:
        nonlocal wrote
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        wrote = True
        with os.fdopen(made, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(made)

    try:
        yield write
    except BaseException:
        if wrote:
            path.unlink(missing_ok=True)
        raise


def bring(site: Site, code: str, path: Path) -> str:
    """Take a steps file in; the month's id. Raises InspectorError."""
    data = path.read_bytes()
    with site.store.reading(ALL) as db:
        bureau = db.scalar(select(Bureau.id).where(Bureau.code == code))
    if bureau is None:
        raise Problem("http.not_found")
    with site.desk(bureau, MOVER, write=True) as desk:
        return handover.hand_in(desk, path.name, data).id
