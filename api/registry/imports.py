"""A clerk's files on their way into the registries: checked, told, accepted, committed.

Uploaded files → an import that is kept, sealed (it names people): how it was
understood, what is wrong, what would change; the same workbook with each problem at its
cell; a commit once every note is accepted. A faulty upload is kept, too, so that it can
come back; `api.jobs.uploads` says how long, and forgets what nobody committed.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from api.answers import grown
from api.errors import Problem
from api.registry import entries, policies
from api.registry.sheets import BY_NAME, live_rows, read_csv, replace_rows
from api.site import Desk
from api.store import fresh_id, versions
from api.store.models import RegistryHead, Upload
from inspector.command.returned_book import returned_book
from inspector.errors import Fault, Faults, messages
from inspector.registry import Understood, understand
from inspector.registry.accepted import FILE as ACCEPTED
from inspector.registry.accepted import read_accepted, write_accepted
from inspector.registry.book import pages_of
from inspector.registry.differences import difference
from inspector.registry.policy_file import FILE as POLICY
from inspector.registry.told import FAULT, NOTE, Heard, Told, heard, told
from inspector.registry.understood import Accepted, Findings

SUBJECT = "accepted_notes"

messages(
    {
        "import.stale": (
            "校验之后名录又有修改，请重新导入",
            "the registries changed since this import was checked; import again",
        ),
        "import.done": ("此次导入已提交", "this import was committed already"),
        "import.faulty": (
            "此次导入有 {count} 处错误，改正后重新导入",
            "this import has {count} faults; correct them and import again",
        ),
        "import.notes": (
            "还有 {count} 条提示未接受：{names}",
            "{count} notes are not accepted yet: {names}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class AcceptedNote:
    """A note that somebody accepted, with his reason."""

    note: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """A checked import: how it was understood, what is wrong, what would change."""

    id: str
    base: int = field(metadata={"says": "registry version it applies to"})
    changes: dict[str, Any] = field(
        metadata={"says": "per sheet: rows added, changed, removed; none if faulty"}
    )
    at: datetime
    committed: datetime | None
    readings: tuple[Heard, ...] = field(metadata={"says": "what was normalised"})
    notes: tuple[Told, ...] = field(metadata={"says": "to be accepted by name"})
    faults: tuple[Told, ...] = field(metadata={"says": "causes first"})
    accepted: tuple[AcceptedNote, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is sealed of an import. `given`: the files as they came, `clean`: as they
    would be committed; neither stays after a commit."""

    given: Mapping[str, bytes]
    clean: Mapping[str, bytes]
    problems: tuple[Told, ...]
    readings: tuple[Heard, ...]
    accepted: tuple[AcceptedNote, ...] = ()

    def data(self) -> bytes:
        files = {
            name: {n: b64encode(d).decode() for n, d in getattr(self, name).items()}
            for name in ("given", "clean")
        }
        rows = {
            name: [asdict(one) for one in getattr(self, name)]
            for name in ("problems", "readings", "accepted")
        }
        return json.dumps(files | rows).encode()


class FaultyImport(Faults):
    """An upload with faults; it is kept under `upload_id`, so that it can come back."""

    def __init__(self, faults: Sequence[Fault], upload_id: str) -> None:
        super().__init__(faults)
        self.params = {**self.params, "import": upload_id}


def _kept(desk: Desk, row: Upload) -> _Kept:
    data = json.loads(desk.open(f"upload:{row.id}", row.sealed))
    if "clean" not in data:  # of an earlier version: the files to commit alone
        data = {"clean": data}
    files = {
        name: {n: b64decode(text) for n, text in data.get(name, {}).items()}
        for name in ("given", "clean")
    }
    problems = (
        Told(**{**one, "rows": tuple(one["rows"])}) for one in data.get("problems", ())
    )
    return _Kept(
        files["given"],
        files["clean"],
        tuple(problems),
        tuple(Heard(**one) for one in data.get("readings", ())),
        tuple(AcceptedNote(**one) for one in data.get("accepted", ())),
    )


def _seal(desk: Desk, row: Upload, kept: _Kept) -> None:
    row.sealed = desk.seal(f"upload:{row.id}", kept.data())


def accepted(desk: Desk) -> tuple[Accepted, ...]:
    """The notes that are accepted in this bureau, with their reasons."""
    found = versions.in_force(desk, SUBJECT)
    return read_accepted(found.text.encode())[0] if found is not None else ()


def check(desk: Desk, uploaded: Mapping[str, bytes]) -> ImportView:
    """Dry run: read the files beside the sheets they leave out; nothing changes yet.

    Raises FaultyImport with every fault of every row; the upload is kept all the same.
    """
    present = entries.files(desk) | {ACCEPTED: write_accepted(accepted(desk))}
    given = {n: d for n, d in uploaded.items() if n != ACCEPTED}
    found = understand(given, over=present, make=True, upload=True)
    clean = found.files(given, present)
    row = _row(desk, _difference(desk, clean) if clean else {})
    kept = _to_keep(found, given, clean)
    _seal(desk, row, kept)
    desk.db.add(row)
    what = {"changes": row.changes} if clean else {"faults": len(found.faults)}
    desk.event("import_checked", f"upload:{row.id}", **what)
    if not clean:
        desk.commit()  # of a refused request nothing else would stay
        raise FaultyImport(found.faults, row.id)
    return _view(row, kept)


def _row(desk: Desk, changes: dict[str, Any]) -> Upload:
    return Upload(
        id=fresh_id(),
        base=entries.head(desk).version,
        sealed=b"",
        changes=changes,
        by=desk.actor.id,
        at=desk.now,
    )


def _to_keep(
    found: Understood, given: Mapping[str, bytes], clean: dict[str, bytes]
) -> _Kept:
    return _Kept(
        dict(given),
        clean,
        told(found.faults, found.notes),
        heard(found.readings),
        tuple(AcceptedNote(a.note, a.reason, a.by, a.at) for a in found.accepted),
    )


def _difference(desk: Desk, clean: Mapping[str, bytes]) -> dict[str, Any]:
    """Per sheet: how many rows a commit would add, change and remove."""
    out: dict[str, Any] = {}
    for sheet in BY_NAME.values():
        data = clean.get(f"{sheet.name}.csv")
        found = difference(
            sheet,
            [row.cells for row in live_rows(desk, sheet.name)],
            read_csv(data) if data else [],
        )
        out[sheet.name] = {
            "added": len(found.added),
            "changed": len(found.changed),
            "removed": len(found.removed),
            "rows": found.rows,
        }
    return out


def view(desk: Desk, upload_id: str) -> ImportView:
    """A checked import as it was understood; who reads it is recorded. Raises Problem
    404."""
    row = _upload(desk, upload_id)
    desk.disclosed(f"upload:{row.id}")
    return _view(row, _kept(desk, row))


def _view(row: Upload, kept: _Kept) -> ImportView:
    return grown(
        ImportView,
        row,
        readings=kept.readings,
        notes=tuple(p for p in kept.problems if p.kind == NOTE),
        faults=tuple(p for p in kept.problems if p.kind == FAULT),
        accepted=kept.accepted,
    )


def annotated(desk: Desk, upload_id: str, language: str) -> bytes:
    """The uploaded workbook with each problem at its cell. Raises Problem 404, and 410
    once it was committed."""
    row = _upload(desk, upload_id)
    kept = _kept(desk, row)
    if not kept.given:
        raise Problem("http.gone")
    desk.disclosed(f"upload:{row.id}", what="annotated")
    pages = pages_of(kept.given, Findings(), upload=True)
    return returned_book(pages, kept.problems, kept.readings, language)


def commit(
    desk: Desk, upload_id: str, given: Sequence[Mapping[str, str]]
) -> RegistryHead:
    """Make a checked import the present registries, all at once; `given`: notes that
    are accepted now, each with its reason.

    Raises Problem import.*: faults, notes that are open, registries that changed since.
    """
    row = _upload(desk, upload_id)
    if row.committed is not None:
        raise Problem("import.done")
    kept = _kept(desk, row)
    if faults := sum(p.kind == FAULT for p in kept.problems):
        raise Problem("import.faulty", count=faults)
    if row.base != entries.head(desk).version:
        raise Problem("import.stale")
    taken = _taken(desk, kept, given)
    _accept(desk, row, kept, taken)
    for sheet in BY_NAME.values():
        data = kept.clean.get(f"{sheet.name}.csv", b"")
        replace_rows(desk, sheet, read_csv(data) if data else ())
    policies.keep(desk, kept.clean[POLICY].decode("utf-8-sig"), "import")
    row.committed = desk.now
    told_ = tuple({a.note: a for a in (*kept.accepted, *taken)}.values())
    _seal(desk, row, _Kept({}, {}, kept.problems, kept.readings, told_))
    return entries.changed(
        desk, "registry_imported", f"upload:{row.id}", changes=row.changes
    )


def _taken(
    desk: Desk, kept: _Kept, given: Sequence[Mapping[str, str]]
) -> list[AcceptedNote]:
    """The notes accepted now. Raises Problem for one that is not there, and while some
    are open."""
    notes = {p.name: p for p in kept.problems if p.kind == NOTE}
    done = {a.note for a in kept.accepted}
    out = []
    for one in given:
        if one["note"] not in notes and one["note"] not in done:
            raise Problem("import.note", name=one["note"])
        by, at = desk.actor.name or desk.actor.id, desk.stamp
        out.append(AcceptedNote(one["note"], one["reason"], by, at))
    left = notes.keys() - done - {a.note for a in out}
    if left:
        raise Problem("import.notes", count=len(left), names=" ".join(sorted(left)))
    return out


def _accept(
    desk: Desk, row: Upload, kept: _Kept, taken: Sequence[AcceptedNote]
) -> None:
    """Keep what was accepted, with the reasons, and record who did."""
    if not taken:
        return
    now = {a.note: Accepted(a.note, a.reason, a.by, a.at) for a in taken}
    every = {a.note: a for a in accepted(desk)} | now
    text = write_accepted(every.values()).decode("utf-8-sig")
    versions.add(desk, SUBJECT, text, reason=f"upload:{row.id}")
    desk.event("notes_accepted", f"upload:{row.id}", notes=sorted(now))


def _upload(desk: Desk, upload_id: str) -> Upload:
    return desk.row(Upload, upload_id)
