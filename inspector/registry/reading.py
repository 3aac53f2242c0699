"""What a reading is: a named rule, the column it reads for, raw cells as text.

A raw cell and its column → the same cell one step nearer to what its kind takes. Used
by the rules (`text_readings`, `number_readings`, `date_readings`) and by `readings`,
which holds them all in one list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.registry.cells import Kind
from inspector.registry.sheets import Column
from inspector.registry.understood import Broken, Raw

# Integers beyond 15 digits are rounded by Excel: no longer what was typed.
_EXACT = 10**15
# Blanks that look like a space or like nothing at all.
BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
NOTHING = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e"
EDGES = re.compile(rf"^[\s{BLANKS}{NOTHING}]+|[\s{BLANKS}{NOTHING}]+$")
_UNSEEN = re.compile(f"[{NOTHING}]")
# What a name has that an id has not: a Chinese character.
NAME = re.compile("[\u3400-\u9fff]")
# Between the names of a list.
LIST_OF_NAMES = re.compile(r"\s*[,，;；、/\n]\s*")
_SHOW = re.compile(f"[{BLANKS}{NOTHING}\u0000-\u001f]")


@dataclass(frozen=True, slots=True)
class CellSpot:
    """A column of a table. `kind`: of a member, where the column holds lists.

    `scale`: what a number of this column is multiplied by; `zeros`: how many digits its
    ids have that begin with 0, when some do.
    """

    sheet: str
    column: Column
    kind: Kind
    shown: str
    scale: int = 1
    zeros: int = 0

    @property
    def names(self) -> bool:
        """Whether it holds names, which stand on one line."""
        return self.column.name in (
            *("name", "community", "district", "unit"),
            *("responsible", "address"),
        )


class CellRule(NamedTuple):
    """A reading: its code, the forms of cells (`Kind.form`) it is for, and the step.

    The step gives None where it changes nothing; it refuses with InspectorError what
    can be read in two ways or is lost.
    """

    code: str
    forms: frozenset[str]
    step: Callable[[Raw, CellSpot], Raw | None]


def shown(raw: Raw) -> str:
    """A raw cell as text, for messages and for text columns.

    >>> shown(3.0), shown(2.50), shown(datetime(2026, 3, 1)), shown(True)
    ('3', '2.5', '2026-03-01', 'TRUE')
    """
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, Broken):
        return raw.value
    if isinstance(raw, int | float):
        sane = math.isfinite(raw) and abs(raw) < _EXACT
        return number(raw) if sane else f"{raw:.0f}"
    if isinstance(raw, datetime) and raw.time() == time(0):
        return raw.date().isoformat()
    if isinstance(raw, datetime):
        return raw.isoformat(" ")
    return str(raw)


def number(raw: int | float) -> str:
    """A number as it is typed. Raises cell.error, cell.precision."""
    if not math.isfinite(raw):
        raise InspectorError("cell.error", value=str(raw))
    if abs(raw) >= _EXACT:
        raise InspectorError("cell.precision", value=f"{raw:.0f}")
    if raw == int(raw):
        return str(int(raw))
    return format(Decimal(repr(raw)), "f")


def visible(text: str) -> str:
    """Text with the characters that nobody sees, as [U+00A0].

    >>> visible("from\\u00a0"), visible("甲 乙")
    ('from[U+00A0]', '甲 乙')
    """
    return _SHOW.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)


def unseen(text: str) -> str:
    """Text without blanks around it and without characters of no width.

    >>> unseen("\u3000阳光\u200b小区 ")
    '阳光小区'
    """
    return EDGES.sub("", _UNSEEN.sub("", EDGES.sub("", text)))
