"""The two registries (两库) of a bureau: import as a dry run, commit, edit by row."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
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
    key_text,
    live_rows,
    newest,
    present,
    read_csv,
    replace_rows,
    row_name,
    sheet_of,
    stored,
    write_csv,
)
from api.site import Desk
from api.store import fresh_id
from api.store.models import Entry, RegistryHead, Upload
from inspector.domain import Place
from inspector.errors import Fault, Faults, messages
from inspector.registry import (
    Scenario,
    read_scenario,
    understand,
    write_scenario,
)
from inspector.registry.policy_file import FILE as POLICY
from inspector.registry.policy_file import as_utf8
from inspector.registry.rows import parse_rows, write_rows
from inspector.registry.sheets import known_in
from inspector.registry.tables import read_tables
from inspector.registry.understood import Findings

messages(
    {
        "column.unknown": ("未知列“{value}”", 'unknown column "{value}"'),
        "import.stale": (
            "校验之后名录又有修改，请重新导入",
            "the registries changed since this import was checked; import again",
        ),
        "import.done": ("此次导入已提交", "this import was committed already"),
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


def check(desk: Desk, uploaded: Mapping[str, bytes]) -> Upload:
    """Dry run: read the files beside the sheets they leave out; nothing changes yet.

    Raises Faults with every fault of every row. The answer says what a commit would do.
    """
    found = understand(uploaded, over=files(desk), make=True, upload=True)
    if found.scenario is None:
        raise Faults(found.faults)
    value = found.scenario
    tables = value.registry, value.policy, value.calendar
    clean = write_scenario(*tables, value.credit_base, value.complaints)
    if POLICY in uploaded:
        # As the bureau wrote it, comments and all.
        clean[POLICY] = as_utf8(uploaded[POLICY])
    row = Upload(
        id=fresh_id(),
        base=head(desk).version,
        sealed=b"",
        changes=_difference(desk, clean),
        by=desk.actor.id,
        at=desk.now,
    )
    packed = {name: b64encode(data).decode() for name, data in clean.items()}
    row.sealed = desk.seal(f"upload:{row.id}", json.dumps(packed).encode())
    desk.db.add(row)
    desk.event("import_checked", f"upload:{row.id}", changes=row.changes)
    return row


def _difference(desk: Desk, clean: Mapping[str, bytes]) -> dict[str, Any]:
    """Per sheet: how many rows a commit would add, change and remove."""
    out: dict[str, Any] = {}
    for sheet in BY_NAME.values():
        old = {key_text(sheet, r.cells): r.cells for r in live_rows(desk, sheet.name)}
        rows = (
            read_csv(clean[f"{sheet.name}.csv"]) if f"{sheet.name}.csv" in clean else []
        )
        new = {key_text(sheet, c): c for c in rows}
        out[sheet.name] = {
            "added": len(new.keys() - old.keys()),
            "changed": sum(old[k] != new[k] for k in new.keys() & old.keys()),
            "removed": len(old.keys() - new.keys()),
            "rows": len(new),
        }
    return out


def commit(desk: Desk, upload_id: str) -> RegistryHead:
    """Make a checked import the present registries, all at once."""
    row = upload(desk, upload_id)
    if row.committed is not None:
        raise Problem("import.done")
    if row.base != head(desk).version:
        raise Problem("import.stale")
    data = desk.open(f"upload:{row.id}", row.sealed)
    clean = {name: b64decode(text) for name, text in json.loads(data).items()}
    for sheet in BY_NAME.values():
        data = clean.get(f"{sheet.name}.csv", b"")
        replace_rows(desk, sheet, read_csv(data) if data else ())
    policies.keep(desk, clean[POLICY].decode("utf-8-sig"), "import")
    row.committed = desk.now
    return changed(desk, "registry_imported", f"upload:{row.id}", changes=row.changes)


def upload(desk: Desk, upload_id: str) -> Upload:
    """A checked import. Raises Problem 404."""
    return desk.row(Upload, upload_id)


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
