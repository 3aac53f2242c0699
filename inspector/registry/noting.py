"""What the notes of an import are made with: rows that say the same become one note.

Rows and what is said of them → a `Fault` that refuses nothing. It names everything that
it is about, so that an accepted note is the same note in the next import and another
one when another row joins it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import cos, hypot, radians
from typing import Any

from inspector.domain import Place
from inspector.errors import Fault
from inspector.registry.row_values import Rows
from inspector.registry.rules import RegistryDraft

_SHOWN = 5
# Kilometres of a degree of latitude (the sphere of 6371 km).
_KM = 111.195


def folded(
    rows: Rows,
    code: str,
    found: Sequence[tuple[int, object]],
    column: str,
    /,
    **params: object,
) -> Iterator[Fault]:
    """One note of several rows: their number and what each shows; none of none."""
    if not found:
        return
    shown = "、".join(str(value) for _, value in found[:_SHOWN])
    more = "…" if len(found) > _SHOWN else ""
    every = "、".join(str(value) for _, value in found)
    said = {"count": len(found), "shown": shown + more, "every": every, **params}
    first, value = found[0]
    note = rows.fault(code, first, column, value, **said)
    yield replace(note, rows=tuple(number for number, _ in found[1:]))


def good(rows: Rows | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows without a fault; a bad one has enough said of it."""
    if rows is not None:
        yield from ((n, cells) for n, cells in rows.cells if n not in rows.bad)


def certain(draft: RegistryDraft, sheet: str) -> bool:
    """Whether a sheet is there, whole and without a fault: what it lacks is lacking."""
    rows = draft.sheets.get(sheet)
    return rows is not None and draft.whole(sheet) and not rows.bad


def km(a: Place, b: Place) -> float:
    """Kilometres as the crow flies; near enough for "far away".

    >>> round(km(Place(111_000_000, 23_000_000), Place(112_000_000, 23_000_000)))
    102
    """
    lat = radians((a.lat_udeg + b.lat_udeg) / 2_000_000)
    east = (a.lon_udeg - b.lon_udeg) * cos(lat)
    return hypot(east, a.lat_udeg - b.lat_udeg) / 1_000_000 * _KM
