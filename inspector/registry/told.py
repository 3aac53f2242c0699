"""What an import says of its files, as plain values in both languages.

`Fault`s and notes → `Told`s, which the command line prints, the returned workbook shows
at their cells and the service keeps. Order: causes first, notes after the faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspector.errors import Fault
from inspector.registry.understood import CellReading, name_of

FAULT, NOTE = "fault", "note"
_LETTERS = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A fault, or a note that somebody accepts by its `name` ("" for faults).

    `file`: the page as `Page.where` names it, or a file; `cell`: A1 address, "" when
    the whole row or file is meant; `rows`: further rows with the same; `under`: what it
    follows from.
    """

    kind: str
    code: str
    file: str
    row: int | None
    column: str
    cell: str
    value: str
    zh: str
    en: str
    name: str = ""
    rows: tuple[int, ...] = ()
    under: str = ""

    def said(self, language: str) -> str:
        """The sentence in one language, zh or en."""
        return self.zh if language == "zh" else self.en

    @property
    def place(self) -> str:
        """Its cell; the first of its row where none is named, "" without a row."""
        return self.cell or (f"A{self.row}" if self.row else "")

    def places(self) -> Iterator[str]:
        """Its cell and those of the further rows."""
        if self.place:
            yield self.place
            letters = _LETTERS.match(self.place)
            for row in self.rows:
                yield f"{letters[0] if letters else 'A'}{row}"


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading: a rule that changed cells, how many, the first one, in both languages.

    `file`, `column`, `cell`: of the first one; "" where the whole page is meant.
    """

    code: str
    file: str
    column: str
    cell: str
    count: int
    zh: str
    en: str

    def said(self, language: str) -> str:
        """The sentence in one language, zh or en."""
        return self.zh if language == "zh" else self.en


def told(faults: Iterable[Fault], notes: Iterable[Fault] = ()) -> tuple[Told, ...]:
    """Faults in their order, then notes."""
    return (
        *(_told(FAULT, fault, "") for fault in faults),
        *(_told(NOTE, note, name_of(note)) for note in notes),
    )


def _told(kind: str, of: Fault, name: str) -> Told:
    zh, en = of.sentences()
    return Told(
        *(kind, of.code, of.file, of.row, of.column or "", of.cell, of.value or ""),
        *(zh, en, name, of.rows, of.under),
    )


def heard(readings: Iterable[CellReading]) -> tuple[Heard, ...]:
    """Readings as values, in the order in which they were made."""
    return tuple(
        Heard(r.rule, r.where, r.column, r.cell, r.count, *r.sentences())
        for r in readings
    )
