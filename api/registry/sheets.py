"""Registry rows: the cells of CSV files <-> rows of the table `entry`.

A row's cells are the texts `inspector.registry.write_scenario` writes, under English
headers, so files built from rows read back as the same scenario. Sheets that name
people or say what was found are sealed, their keys too.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from api.errors import Problem
from api.site import Desk
from api.store import fresh_id
from api.store.models import Entry
from inspector.registry import SHEETS, guard, unguard
from inspector.registry.sheets import Sheet

Cells = dict[str, str]

BY_NAME: Mapping[str, Sheet] = {s.name: s for s in SHEETS}
# Published anyway, in freeze.json; everything else is sealed.
PUBLIC_SHEETS = frozenset(
    {"streets", "offices", "cars", "companies", "compounds", "items", "calendar"}
)
_LABEL = {"compounds": "name", "companies": "name", "streets": "name", "items": "text"}
_PARENT = {"compounds": "usc18", "offices": "district", "streets": "district"}


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One registry row as people see it. `id` names it in addresses."""

    id: str
    sheet: str
    version: int
    cells: Cells


def sheet_of(name: str) -> Sheet:
    """The sheet of this English name. Raises Problem 404."""
    if name not in BY_NAME:
        raise Problem("http.not_found")
    return BY_NAME[name]


def key_text(sheet: Sheet, cells: Cells) -> str:
    """The row's key as text: what makes it unique, and its place in the order."""
    return "|".join(cells.get(column, "") for column in sheet.key)


def row_name(desk: Desk, sheet: Sheet, cells: Cells) -> str:
    """What the row is called in addresses: its key, or a mark where that is private."""
    key = key_text(sheet, cells)
    if sheet.name in PUBLIC_SHEETS:
        return key
    return desk.site.vault.mark("entry", f"{desk.bureau}/{sheet.name}/{key}")[:32]


def read_csv(data: bytes) -> list[Cells]:
    """The rows of a CSV file that `write_scenario` wrote."""
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    head = next(reader)
    return [dict(zip(head, map(unguard, row), strict=True)) for row in reader]


def write_csv(sheet: Sheet, rows: Iterable[Cells]) -> bytes:
    """A CSV file that `read_scenario` reads; texts are guarded against formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in sheet.columns)
    for row in rows:
        writer.writerow(
            guard(row.get(c.name, "")) if c.kind.is_text else row.get(c.name, "")
            for c in sheet.columns
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def cells_of(desk: Desk, entry: Entry) -> Cells:
    """The cells of a stored row, opened if sealed."""
    if entry.sealed is None:
        return dict(entry.cells or {})
    data = desk.open(f"entry:{entry.id}", entry.sealed)
    return dict(json.loads(data))


def stored(desk: Desk, sheet: Sheet, cells: Cells, version: int) -> Entry:
    """A new live version of a row, not yet added to the session."""
    entry = Entry(
        id=fresh_id(),
        sheet=sheet.name,
        name=row_name(desk, sheet, cells),
        version=version,
        live=True,
        by=desk.actor.id,
        at=desk.now,
    )
    if sheet.name in PUBLIC_SHEETS:
        entry.cells = dict(cells)
        entry.label = cells.get(_LABEL.get(sheet.name, ""), "")
        entry.parent = cells.get(_PARENT.get(sheet.name, ""), "")
    else:
        data = json.dumps(cells, ensure_ascii=False).encode()
        entry.sealed = desk.seal(f"entry:{entry.id}", data)
    return entry


def newest(desk: Desk, sheet: str, name: str) -> Entry | None:
    """The newest version of a row, also one that says it is gone."""
    fits = Entry.sheet == sheet, Entry.name == name, Entry.live.is_(True)
    return desk.db.scalar(select(Entry).where(*fits))


def present(desk: Desk, sheet: str, name: str) -> Entry | None:
    """The present version of a row, None where there is none any more."""
    found = newest(desk, sheet, name)
    return None if found is None or found.gone else found


def live_rows(desk: Desk, sheet: str) -> list[RegistryRow]:
    """All present rows of a sheet by key."""
    live = select(Entry).where(
        Entry.sheet == sheet, Entry.live.is_(True), Entry.gone.is_(False)
    )
    rows = [
        RegistryRow(e.name, sheet, e.version, cells_of(desk, e))
        for e in desk.db.scalars(live)
    ]
    return sorted(rows, key=lambda r: key_text(BY_NAME[sheet], r.cells))


def replace_rows(desk: Desk, sheet: Sheet, wanted: Iterable[Cells]) -> dict[str, int]:
    """Make `wanted` the rows of a sheet; how many were added, changed, removed."""
    live = select(Entry).where(Entry.sheet == sheet.name, Entry.live.is_(True))
    before = {e.name: e for e in desk.db.scalars(live)}
    count = {"added": 0, "changed": 0, "removed": 0}
    fresh: list[Entry] = []
    for cells in wanted:
        old = before.pop(row_name(desk, sheet, cells), None)
        what = _change(desk, old, cells)
        if what:
            count[what] += 1
            fresh.append(_next(desk, sheet, old, cells))
    for old in before.values():
        if not old.gone:
            count["removed"] += 1
            old.live = False
            fresh.append(gone(desk, old))
    # Old versions step down before new ones take their place in the unique index.
    desk.db.flush()
    desk.db.add_all(fresh)
    return count


def breaches(desk: Desk) -> dict[str, str]:
    """What a finding of each item is called, as `Item.finding` says."""
    rows = (r.cells for r in live_rows(desk, "items"))
    return {c["code"]: c.get("breach") or c["text"] for c in rows}


def _change(desk: Desk, old: Entry | None, cells: Cells) -> str:
    """What `cells` do to the present version of their row; "" for nothing."""
    if old is None or old.gone:
        return "added"
    return "" if cells_of(desk, old) == cells else "changed"


def _next(desk: Desk, sheet: Sheet, old: Entry | None, cells: Cells) -> Entry:
    """The version after `old`, which steps down."""
    if old is not None:
        old.live = False
    return stored(desk, sheet, cells, old.version + 1 if old else 1)


def gone(desk: Desk, old: Entry) -> Entry:
    """The version of a row that says it was removed."""
    return Entry(
        id=fresh_id(),
        sheet=old.sheet,
        name=old.name,
        version=old.version + 1,
        live=True,
        gone=True,
        by=desk.actor.id,
        at=desk.now,
    )
