"""What the import understood of a clerk's files, and what it says about it.

The types between the rooms of the import: pages of files (`book`) → tables (`layout`) →
rows (`rows`, by way of `readings` and `references`) → `Understood` (`registry`), which
the command line, the service and the returned workbook show.

Nothing is changed without being told: each normalisation is a `CellReading`, counted,
with an example. What is possible by form and absurd beside the rest is a note, a
`Fault` of `Findings.notes` that a planner accepts by its `name_of`; what is wrong is a
fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

from inspector.errors import Fault, text

# Faults of a file that are told; one in a wrong layout would name every cell.
MAX_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds something nobody can read: a fault's code and its value."""

    code: str
    value: str = ""


# One cell as its file holds it; "" where it is empty.
Raw: TypeAlias = (
    "str | bool | int | float | date | datetime | time | timedelta | Broken"
)
# First row and column, last row and column, from 0.
Area: TypeAlias = "tuple[int, int, int, int]"


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a file as it stands. `rows[0]` is row 1 of the file.

    `title`: its name in a workbook, "" for CSV; `state`: visible, hidden, very_hidden;
    `hidden`: numbers of hidden rows, None where the format does not tell; `merged`:
    None likewise.
    """

    file: str
    title: str
    rows: Sequence[Sequence[Raw]]
    state: str = "visible"
    hidden: frozenset[int] | None = frozenset()
    merged: tuple[Area, ...] | None = ()

    @property
    def where(self) -> str:
        """How faults name it: book.xlsx#小区, or leave.csv."""
        return f"{self.file}#{self.title}" if self.title else self.file


class Header(NamedTuple):
    """A column found: where (0 …), the header as written, the unit that it names."""

    position: int
    shown: str
    unit: str = ""


@dataclass(slots=True)
class CellReading:
    """A rule that changed cells: how many, and the first one before and after."""

    rule: str
    where: str
    column: str
    count: int
    cell: str
    before: str
    after: str

    def sentences(self) -> tuple[str, str]:
        """What was understood, in Chinese and English."""
        said = {"count": self.count, "before": self.before, "after": self.after}
        return text(self.rule, said | {"column": self.column, "cell": self.cell})


@dataclass(slots=True)
class Findings:
    """What is said of an input while it is read."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    read: dict[tuple[str, str, str], CellReading] = field(default_factory=dict)

    def reading(
        self, rule: str, where: str, column: str, cell: str, before: str, after: str
    ) -> None:
        """Count a rule that changed a cell; rules are codes "read.…" with messages."""
        found = self.read.get((rule, where, column))
        if found is None:
            found = CellReading(rule, where, column, 0, cell, before, after)
            self.read[rule, where, column] = found
        found.count += 1


def name_of(note: Fault) -> str:
    """What a planner accepts a note by: the same note of the same row has the same
    name in every import.

    It hangs on what is said, not on where in the file the row stands.
    """
    params = sorted((k, str(v)) for k, v in note.params.items())
    said = repr((note.code, note.column, note.value, params))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A note that somebody accepted, with his reason; kept with the registries."""

    note: str
    reason: str
    by: str = ""
    at: str = ""
    said: Mapping[str, str] = field(default_factory=dict)  # zh, en at that time


def column_letter(position: int) -> str:
    """Spreadsheet letters of a column (0 …).

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    out, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        out = chr(65 + rest) + out
    return out


def column_number(letters: str) -> int:
    """Column (0 …) of spreadsheet letters.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n - 1


def address(row: int, position: int) -> str:
    """A1 address of a cell: row as a spreadsheet counts, column from 0.

    >>> address(12, 2)
    'C12'
    """
    return f"{column_letter(position)}{row}"
