"""Backup and restore: one logical archive for both databases.

The archive is a zip: `manifest.json` and one JSON-lines file per table, all read from
one snapshot while the service goes on. Ciphertexts stay ciphertexts: the key file is
not in it and must be kept elsewhere. A restore goes into an empty database of either
kind, and everything is checked before it is called done: file hashes, row counts, the
chain of events, the chain and the seals of steps, the hashes of published files.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from api.clock import stamp
from api.months.steps import chained
from api.settings import Settings
from api.site import Desk, Site, open_site, system
from api.store import ALL, BureauSession, Store, events
from api.store.migrate import current, head
from api.store.models import Bureau, Document, Month, Step
from api.store.tables import Base
from inspector.errors import InspectorError, messages

FORMAT = "sunlot/backup/v1"
# Sign-ins and throttle places are of the moment; nobody stays signed in by a restore.
LEFT_OUT = frozenset({"attempt", "sign_in"})
TABLES = tuple(t for t in Base.metadata.sorted_tables if t.name not in LEFT_OUT)
_MANIFEST = "manifest.json"
# What reading a file that is no backup, or no whole one, may raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, DBAPIError)
_CHUNK = 500

messages(
    {
        "backup.damaged": ("备份损坏：{why}", "the backup is damaged: {why}"),
        "backup.revision": (
            "备份属于另一版本 {found}，本程序为 {known}",
            "the backup is of revision {found}, this program is {known}",
        ),
        "backup.not_empty": (
            "目标数据库不是空的，未恢复",
            "the target database is not empty; nothing was restored",
        ),
        "backup.integrity": (
            "数据库未通过核对：{why}",
            "the database did not pass its check: {why}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was saved or restored. `rows` per table."""

    path: Path
    at: str
    rows: dict[str, int]
    events: int


def backup(settings: Settings, path: Path) -> Report:
    """Write an archive of the running installation; it appears whole or not at all.

    Raises InspectorError backup.integrity when the database itself is damaged.
    """
    site = open_site(settings)
    part = path.with_name(f".{path.name}.part")
    try:
        with site.store.reading(ALL) as db:
            check_engine(site.store, db)
            check_facts(site, db)
            part.touch(mode=0o600)  # names and staff numbers of the registries
            report = _write(site, db, part, path)
        os.replace(part, path)
        _sync_folder(path.parent)
        return report
    finally:
        part.unlink(missing_ok=True)
        site.store.dispose()


def _write(site: Site, db: BureauSession, part: Path, path: Path) -> Report:
    tables: dict[str, Any] = {}
    at = stamp(site.clock())
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            name = f"tables/{table.name}.jsonl"
            digest, count = hashlib.sha256(), 0
            with archive.open(name, "w", force_zip64=True) as file:
                for line in _lines(db, table):
                    file.write(line)
                    digest.update(line)
                    count += 1
            tables[table.name] = {"rows": count, "sha256": digest.hexdigest()}
        manifest = {
            "format": FORMAT,
            "at": at,
            "revision": head(),
            "tables": tables,
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    with part.open("rb") as written:
        os.fsync(written.fileno())
    rows = {name: t["rows"] for name, t in tables.items()}
    return Report(path, at, rows, rows["event"])


def _lines(db: BureauSession, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    for row in db.execute(query.execution_options(yield_per=_CHUNK)).mappings():
        body = {k: _packed(v) for k, v in row.items()}
        yield json.dumps(body, ensure_ascii=False).encode() + b"\n"


def _packed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$b": b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, dict | list):
        return {"$j": value}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inside),) = value.items()
    if kind == "$b":
        return b64decode(inside)
    return datetime.fromisoformat(inside) if kind == "$t" else inside


def restore(settings: Settings, path: Path) -> Report:
    """Fill an empty, prepared database from an archive, check it, then commit.

    Raises InspectorError: backup.damaged, .revision, .not_empty, .integrity, or
    vault.damaged when the key is another one.
    """
    site = open_site(settings)
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            with site.store.writing(ALL) as db:
                if db.scalar(select(func.count()).select_from(Bureau)):
                    raise InspectorError("backup.not_empty")
                for table in TABLES:
                    _fill(db, archive, table, manifest["tables"][table.name])
                _count_on(site.store, db)
                check_facts(site, db)
        rows = {name: t["rows"] for name, t in manifest["tables"].items()}
        return Report(path, manifest["at"], rows, rows["event"])
    except _DAMAGE as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError("backup.damaged", why=why) from e
    finally:
        site.store.dispose()


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != FORMAT:
        raise InspectorError("backup.damaged", why=manifest["format"])
    if manifest["revision"] != head():
        raise InspectorError(
            "backup.revision", found=manifest["revision"], known=head()
        )
    return manifest


def _fill(
    db: BureauSession, archive: zipfile.ZipFile, table: Table, said: dict[str, Any]
) -> None:
    digest, count = hashlib.sha256(), 0
    rows: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as file:
        for line in file:
            digest.update(line)
            count += 1
            rows.append({k: _unpacked(v) for k, v in json.loads(line).items()})
            if len(rows) == _CHUNK:
                db.execute(insert(table), rows)
                rows = []
    if rows:
        db.execute(insert(table), rows)
    if count != said["rows"] or digest.hexdigest() != said["sha256"]:
        raise InspectorError("backup.damaged", why=table.name)


def _count_on(store: Store, db: BureauSession) -> None:
    """Let PostgreSQL's counters go on behind the restored rows."""
    if store.is_sqlite:
        return
    db.execute(
        text(
            "SELECT setval(pg_get_serial_sequence('event', 'id'), "
            "(SELECT coalesce(max(id), 0) + 1 FROM event), false)"
        )
    )


def check_engine(store: Store, db: BureauSession) -> None:
    """The database's own check, and this program's revision. Raises InspectorError."""
    if current(store) != head():
        raise InspectorError("backup.revision", found=current(store), known=head())
    if store.is_sqlite:
        for check in ("integrity_check", "foreign_key_check"):
            found = [str(r[0]) for r in db.execute(text(f"PRAGMA {check}"))]
            if found not in ([], ["ok"]):
                raise InspectorError("backup.integrity", why=found[0])


def check_facts(site: Site, db: BureauSession) -> None:
    """Chains, seals and hashes of everything that must never change.

    Raises InspectorError backup.integrity, or vault.damaged for another key.
    """
    for bureau in db.scalars(select(Bureau).order_by(Bureau.code)):
        if (seq := events.broken(db, bureau.id)) is not None:
            raise InspectorError("backup.integrity", why=f"{bureau.code} event {seq}")
    for document in db.scalars(select(Document).execution_options(yield_per=50)):
        if hashlib.sha256(document.data).hexdigest() != document.sha256:
            raise InspectorError("backup.integrity", why=f"document {document.name}")
    for month in db.scalars(select(Month).order_by(Month.id)):
        _check_steps(site, db, month)


def _check_steps(site: Site, db: BureauSession, month: Month) -> None:
    desk = Desk(site, month.bureau_id, system("check"), False)
    steps = select(Step).where(Step.month_id == month.id).order_by(Step.seq)
    digest = ""
    for number, step in enumerate(db.scalars(steps), 1):
        data = desk.open(f"step:{step.id}", step.sealed)
        digest = chained(desk, month.id, digest, number, step.kind, data)
        if step.digest != digest:
            raise InspectorError("backup.integrity", why=f"step {number} of a month")
    if digest != month.head:
        raise InspectorError("backup.integrity", why=f"month {month.month}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
