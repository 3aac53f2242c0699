"""What a bureau's calendar does by itself, once a day: hooks, and who runs them.

A room registers a hook; the workers (`Worker.run`) and `inspector daily`, for a host's
own timer, run all of them for every bureau. Each hook finds nothing left to do when it
is asked again on the same day, so that no lock or row says that it ran.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import select

from api.site import Desk, Site, system
from api.store import ALL
from api.store.models import Bureau

CALENDAR = system("calendar")
HOOKS: list[Callable[[Desk], int]] = []
log = logging.getLogger("sunlot.daily")


def run(
    site: Site, done: Mapping[str, date] | None = None
) -> dict[str, tuple[date, int]]:
    """Run the day of every bureau, of which `done` does not know that it ran.

    Bureau → its day and the number of moves that were made.
    """
    with site.store.reading(ALL) as db:
        bureaus = list(db.scalars(select(Bureau.id).order_by(Bureau.code)))
    out = {}
    for bureau in bureaus:
        with site.desk(bureau, CALENDAR) as seen:
            today = seen.today
        if done is not None and done.get(bureau) == today:
            continue
        with site.desk(bureau, CALENDAR, write=True) as desk:
            made = sum(hook(desk) for hook in HOOKS)
            out[bureau] = (desk.today, made)
        if made:
            log.info("day begun", extra={"bureau": bureau, "moves": made})
    return out
