"""Notes that a planner accepted, with his reason: `accepted.csv` beside the registries.

Bytes of the file ↔ `Accepted`s, and notes → those still open.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from inspector.errors import Fault, messages
from inspector.registry.book import decode
from inspector.registry.guards import guard, unguard
from inspector.registry.understood import Accepted, name_of

messages(
    {
        "import.note": (
            "此次导入没有名为 {name} 的提示",
            "this import has no note of the name {name}",
        ),
    }
)

FILE = "accepted.csv"
_COLUMNS = ("note", "reason", "by", "at")


def read_accepted(data: bytes) -> tuple[tuple[Accepted, ...], list[Fault]]:
    """The accepted notes of a file, and its faults. A reason is never empty."""
    found = decode(data)
    if found is None:
        return (), [Fault("file.encoding", FILE)]
    try:
        rows = list(csv.DictReader(io.StringIO(found[0], newline=""), strict=True))
    except csv.Error:
        return (), [Fault("file.csv", FILE)]
    out: list[Accepted] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        note, reason, by, at = (
            unguard(str(row.get(c) or "").strip()) for c in _COLUMNS
        )
        if note and reason:
            out.append(Accepted(note, reason, by, at))
        else:
            lacking = "reason" if note else "note"
            faults.append(Fault("cell.empty", FILE, number, lacking, ""))
    return tuple(out), faults


def write_accepted(accepted: Iterable[Accepted]) -> bytes:
    """The file of accepted notes, by their names: UTF-8 with BOM, texts guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in sorted(accepted, key=lambda a: a.note):
        writer.writerow([one.note, *map(guard, (one.reason, one.by, one.at))])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def still_open(
    notes: Sequence[Fault], accepted: Sequence[Accepted]
) -> tuple[tuple[Fault, ...], tuple[Accepted, ...]]:
    """The notes nobody accepted, and the acceptances that a present note has."""
    names = {name_of(note) for note in notes}
    mine = tuple(a for a in accepted if a.note in names)
    done = {a.note for a in mine}
    return tuple(n for n in notes if name_of(n) not in done), mine
