"""The two registries (两库) of a bureau: as files, as values, edited by row."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from api.errors import Problem
from api.registry import policies
from api.registry.sheets import (
    BY_NAME,
    PUBLIC_SHEETS,
    Cells,
    RegistryRow,
    cells_of,
    gone,
    live_rows,
    newest,
    present,
    read_csv,
    row_name,
    sheet_of,
    stored,
    write_csv,
)
from api.site import Desk
from api.store.models import Entry, RegistryHead
from inspector.domain import Place
from inspector.errors import Fault, Faults, messages
from inspector.registry import (
    Scenario,
    read_scenario,
)
from inspector.registry.policy_file import FILE as POLICY
from inspector.registry.rows import parse_rows, write_rows
from inspector.registry.sheets import known_in
from inspector.registry.tables import read_tables
from inspector.registry.understood import Findings

messages(
    {
        "column.unknown": ("未知列“{value}”", 'unknown column "{value}"'),
        "row.key": (
            "不能修改行的主键，请删除后新增",
            "a row's key cannot change; delete it and add another",
        ),
        "row.exists": ("该行已存在", "there is such a row already"),
    }
)


def head(desk: Desk) -> RegistryHead:
    """The version of the registries as a whole; begins at 1, empty."""
    row = desk.db.get(RegistryHead, desk.bureau)
    if row is None:
        row = RegistryHead(
            id=desk.bureau, version=1, changed=desk.now, by=desk.actor.id
        )
        if desk.write:
            desk.db.add(row)
            desk.db.flush()
    return row


def files(desk: Desk) -> dict[str, bytes]:
    """The present registries and policy as scenario files."""
    out = {}
    for sheet in BY_NAME.values():
        rows = live_rows(desk, sheet.name)
        if rows or not sheet.optional:
            out[f"{sheet.name}.csv"] = write_csv(sheet, (r.cells for r in rows))
    newest = policies.newest(desk)
    if newest is not None:
        out[POLICY] = newest.text.encode()
    return out


def offices(desk: Desk) -> list[Place]:
    """Where the offices stand, as far as the present sheet can be read."""
    sheet = BY_NAME["offices"]
    data = write_csv(sheet, (r.cells for r in live_rows(desk, sheet.name)))
    found = Findings()
    tables, _ = read_tables({f"{sheet.name}.csv": data}, found)
    rows = parse_rows(tables[sheet.name], found).values if sheet.name in tables else ()
    return [office.place for _, office in rows]


def scenario(desk: Desk) -> Scenario:
    """The present registries and policy as values. Raises Faults."""
    return read_scenario(files(desk))


def faults(desk: Desk) -> tuple[Fault, ...]:
    """Everything that is wrong with the present registries."""
    try:
        scenario(desk)
    except Faults as found:
        return found.faults
    return ()


def changed(desk: Desk, kind: str, subject: str, **body: Any) -> RegistryHead:
    """Count the registries' version up, and say why."""
    row = head(desk)
    row.changed, row.by = desk.now, desk.actor.id
    row.count += 1
    desk.db.flush()
    desk.event(kind, subject, version=row.version, **body)
    return row


def entry(desk: Desk, sheet: str, name: str) -> Entry:
    """The present version of a row. Raises Problem 404."""
    found = present(desk, sheet_of(sheet).name, name)
    if found is None:
        raise Problem("http.not_found")
    return found


def row(desk: Desk, sheet: str, name: str) -> RegistryRow:
    """One row with its cells; reading a private one is recorded."""
    found = entry(desk, sheet, name)
    if sheet not in PUBLIC_SHEETS:
        desk.disclosed(f"registry:{sheet}", rows=1)
    return RegistryRow(found.name, sheet, found.version, cells_of(desk, found))


def rows(desk: Desk, sheet: str) -> list[RegistryRow]:
    """All rows of a sheet; reading a private one is recorded."""
    found = live_rows(desk, sheet_of(sheet).name)
    if sheet not in PUBLIC_SHEETS:
        desk.disclosed(f"registry:{sheet}", rows=len(found))
    return found


def add(desk: Desk, sheet: str, cells: Cells, reason: str) -> RegistryRow:
    """A new row. Raises Faults for its cells, Problem when the key is taken."""
    kind = sheet_of(sheet)
    clean = parse_row(desk, sheet, cells)
    name = row_name(desk, kind, clean)
    old = newest(desk, sheet, name)
    if old is not None and not old.gone:
        raise Problem("row.exists")
    return _replace(desk, sheet, old, clean, reason)


def change(
    desk: Desk, sheet: str, old: Entry, cells: Cells, reason: str
) -> RegistryRow:
    """Replace a row's cells; the old version stays readable. Raises Faults."""
    clean = parse_row(desk, sheet, cells)
    if row_name(desk, sheet_of(sheet), clean) != old.name:
        raise Problem("row.key")
    return _replace(desk, sheet, old, clean, reason)


def _replace(
    desk: Desk, sheet: str, old: Entry | None, cells: Cells, reason: str
) -> RegistryRow:
    if old is not None:
        old.live = False
        desk.db.flush()
    new = stored(desk, sheet_of(sheet), cells, old.version + 1 if old else 1)
    desk.db.add(new)
    digest = hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()
    what = new.name if sheet in PUBLIC_SHEETS else new.id
    changed(
        desk,
        "row_changed",
        f"registry:{sheet}/{what}"[:120],
        digest=desk.site.vault.mark("row", digest),
        reason=reason,
    )
    return RegistryRow(new.name, sheet, new.version, cells)


def remove(desk: Desk, sheet: str, old: Entry, reason: str) -> None:
    """Remove a row; its versions stay readable for the record."""
    old.live = False
    desk.db.flush()
    desk.db.add(gone(desk, old))
    what = old.name if sheet in PUBLIC_SHEETS else old.id
    changed(desk, "row_removed", f"registry:{sheet}/{what}"[:120], reason=reason)


def parse_row(desk: Desk, sheet: str, cells: Cells) -> Cells:
    """The cells as they are stored. Raises Faults: what is wrong with the row itself.

    Rows it names must exist; what rules say about several rows together (`faults`) is
    judged when a month is previewed or frozen, so that linked rows can be edited one
    by one.
    """
    kind = sheet_of(sheet)
    unknown = sorted(set(cells) - {c.name for c in kind.columns})
    wrong = [Fault("column.unknown", sheet, None, c, c) for c in unknown]
    if wrong:
        raise Faults(wrong)
    found = Findings()
    tables, _ = read_tables({f"{sheet}.csv": write_csv(kind, [cells])}, found)
    parsed = parse_rows(tables[sheet], found)
    wrong = [f for f in found.faults if f.code != "sheet.missing"]
    if not wrong:
        wrong = _unknown_references(desk, sheet, cells)
    if wrong or not parsed.values:
        raise Faults(wrong or [Fault("cell.empty", sheet)])
    (clean,) = read_csv(write_rows(kind, [value for _, value in parsed.values]))
    return clean


def _unknown_references(desk: Desk, sheet: str, cells: Cells) -> list[Fault]:
    """Cells that name a row of another sheet that is not there."""
    out = []
    for column in sheet_of(sheet).columns:
        value = cells.get(column.name, "")
        targets = [BY_NAME[r] for r in column.refers if r in BY_NAME]
        if not value or not targets or len(targets) != len(column.refers):
            continue
        if column.kind.is_text or ";" in value or "、" in value:
            continue  # lists are judged with the registries as a whole
        names = {t.name: row_name(desk, t, {t.key[0]: value}) for t in targets}
        if not any(present(desk, s, n) for s, n in names.items()):
            params: dict[str, object] = {**known_in(column.refers)}
            out.append(Fault("row.unknown", sheet, None, column.name, value, params))
    return out
