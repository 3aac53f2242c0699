"""Cells as clerks write them → values, by one list of named rules.

A raw cell and its column (`CellSpot`) → its value and the rules that changed it, each a
line under "按此理解". A cell that its kind takes as it stands meets no rule; otherwise
each rule of `READINGS` goes one step and the kind has the last word again. Nothing is
guessed: what has two readings is refused with both (InspectorError).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from inspector.errors import InspectorError
from inspector.registry.date_readings import DATE_READINGS
from inspector.registry.number_readings import NUMBER_READINGS, is_degrees
from inspector.registry.reading import CellRule, CellSpot, number, shown, visible
from inspector.registry.sheets import Column
from inspector.registry.text_readings import FIRST, LAST, settled
from inspector.registry.understood import Broken, Raw

# Every rule, in the order in which they are tried.
READINGS: tuple[CellRule, ...] = (*FIRST, *DATE_READINGS, *NUMBER_READINGS, *LAST)

_DIGITS_ONLY = ("integer", "points", "degrees", "yes_no")


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says. `steps`: rule, text before, text after."""

    value: Any
    steps: tuple[tuple[str, str, str], ...] = ()


def _native(raw: Raw, form: str) -> Raw:
    """A cell whose type is the column's own, as text: nothing to be told."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return ("1" if raw else "0") if form == "yes_no" else raw
    if isinstance(raw, int | float):
        return number(raw) if form in _DIGITS_ONLY else raw
    timed = isinstance(raw, datetime) and raw.time() != time(0)
    return shown(raw) if form == "day" and isinstance(raw, date) and not timed else raw


@dataclass(slots=True)
class Reader:
    """Reads the cells of one column; what it has read once it knows."""

    spot: CellSpot
    rules: tuple[CellRule, ...] = ()
    known: dict[Any, Read | InspectorError] = field(default_factory=dict)

    @classmethod
    def of(cls, spot: CellSpot, strict: bool = False) -> Reader:
        """The reader of a column, with the rules for its form; none if `strict`."""
        form = spot.column.kind.form
        rules = () if strict else tuple(r for r in READINGS if form in r.forms)
        return cls(spot, rules)

    def read(self, raw: Raw) -> Read:
        """The value of a cell and how it was understood. Raises InspectorError."""
        key = raw if isinstance(raw, str) else (type(raw), raw)
        found = self.known.get(key)
        if found is None:
            try:
                found = self._read(raw)
            except InspectorError as e:
                found = e
            self.known[key] = found
        if isinstance(found, InspectorError):
            raise found
        return found

    def _read(self, raw: Raw) -> Read:
        if isinstance(raw, Broken):
            raise InspectorError(raw.code, value=raw.value)
        now = _native(raw, self.spot.column.kind.form)
        refused: InspectorError | None = None
        try:
            return self._strict(now, ())
        except InspectorError as e:
            refused = e
        steps: list[tuple[str, str, str]] = []
        for rule in self.rules:
            new = rule.step(now, self.spot)
            if new is None or (isinstance(now, str) and new == now):
                continue
            steps.append((rule.code, visible(shown(now)), visible(shown(new))))
            now = new
            try:
                return self._strict(now, tuple(steps))
            except InspectorError as e:
                refused = e
        raise self._last(raw, refused)

    def _strict(self, now: Raw, steps: tuple[tuple[str, str, str], ...]) -> Read:
        """The cell as its kind takes it. Raises InspectorError where it does not."""
        column, kind = self.spot.column, self.spot.column.kind
        if not isinstance(now, str):
            raise InspectorError("cell.text", value=shown(now))
        if now == "":
            if column.required:
                raise InspectorError(column.empty, value="")
            return Read(kind.empty, steps)
        if kind.form == "degrees" and not is_degrees(now):
            raise InspectorError("place.number", value=now)
        texts = self.rules and kind.form in ("text", "several", "open")
        if texts and not settled(now, self.spot):
            kind.parse(now)
            raise InspectorError("cell.text", value=now)
        # A number of another scale is no number of this column yet.
        if self.spot.scale != 1 and not any(s[0] in _SCALED for s in steps):
            raise InspectorError("cell.integer", value=now)
        return Read(kind.parse(now), steps)

    def _last(self, raw: Raw, refused: InspectorError) -> InspectorError:
        """What is said of a cell that no rule could read: of the cell as it stands."""
        params = dict(refused.params)
        if self.spot.column.kind.form != "several":
            params["value"] = visible(shown(raw))
        return InspectorError(refused.code, **params)


_SCALED = ("read.scale", "read.percent", "read.fraction")


def spot_of(
    sheet: str, column: Column, shown_as: str, scale: int, zeros: int
) -> CellSpot:
    """The spot of a column."""
    kind = column.kind.inner or column.kind
    return CellSpot(sheet, column, kind, shown_as, scale, zeros)


def zeros_of(column: Column, cells: Sequence[Raw]) -> int:
    """How many digits the ids have that begin with 0, where most that are texts do.

    Beside numbers only: in a column of texts nothing was lost.
    """
    if column.kind.form != "ident" or not any(
        isinstance(c, int | float) and not isinstance(c, bool) for c in cells
    ):
        return 0
    texts = [c.strip() for c in cells if isinstance(c, str)]
    lengths = Counter(len(t) for t in texts if t.isdigit() and t.startswith("0"))
    return lengths.most_common(1)[0][0] if lengths else 0


def readers(
    sheet: str,
    columns: Mapping[str, tuple[Column, str]],
    scales: Mapping[str, int],
    zeros: Mapping[str, int],
    strict: bool = False,
) -> dict[str, Reader]:
    """A reader of each column."""
    return {
        name: Reader.of(
            spot_of(sheet, column, said, scales.get(name, 1), zeros.get(name, 0)),
            strict,
        )
        for name, (column, said) in columns.items()
    }
