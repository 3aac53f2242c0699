"""Bytes of a clerk's files → tables of raw cells, one per sheet (`book`, `layout`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspector.errors import Fault, messages
from inspector.registry.book import pages_of
from inspector.registry.header_cells import sheet_of_title
from inspector.registry.layout import Table, tables_of
from inspector.registry.sheets import SHEETS
from inspector.registry.understood import MAX_FAULTS, Findings, Page

__all__ = ["MAX_FAULTS", "Table", "capped", "read_tables"]

_SET_ASIDE = ("sheet.unknown", "sheet.output")
_UNREAD = ("file.missing", "file.unknown")

messages(
    {
        "sheet.missing": ("缺少工作表“{zh}”", "the sheet {value} is missing"),
        "sheet.faults": (
            "错误超过 {most} 处，其余未列出",
            "more than {most} faults; the rest is not listed",
        ),
    }
)


def capped(faults: Sequence[Fault]) -> list[Fault]:
    """Equal faults of one column told once, with their rows; the first `MAX_FAULTS` of
    each file, and one that says so."""
    folded: dict[tuple[object, ...], Fault] = {}
    rows: dict[tuple[object, ...], dict[int, None]] = {}
    for fault in faults:
        said = sorted((k, str(v)) for k, v in fault.params.items())
        key = (fault.code, fault.file, fault.column, fault.value, *said)
        first = folded.get(key)
        if first is None or fault.row is None or first.row is None:
            folded[key if first is None else (*key, len(folded))] = fault
        elif fault.row not in (first.row, *first.rows):
            rows.setdefault(key, {})[fault.row] = None
    out = []
    count: Counter[str] = Counter()
    for told, fault in folded.items():
        count[fault.file] += 1
        if count[fault.file] <= MAX_FAULTS:
            out.append(replace(fault, rows=(*fault.rows, *rows.get(told, ()))))
    return out + [
        Fault("sheet.faults", file, params={"most": MAX_FAULTS})
        for file, number in count.items()
        if number > MAX_FAULTS
    ]


def _said(file: str) -> str:
    """The sheet that an unread file would have held, "" when it may be any."""
    base, _, ending = file.replace("\\", "/").rpartition("/")[2].partition(".")
    sheet = sheet_of_title(base) if ending.lower() in ("csv", "tsv", "txt") else None
    return sheet.name if sheet else ""


def read_tables(
    files: Mapping[str, bytes], findings: Findings, *, upload: bool = False
) -> tuple[dict[str, Table], list[Page]]:
    """All tables by sheet name, and the pages they come from; what is wrong goes to
    `findings`.

    `upload`: every file is read or named. Sheets that must be there and are not are
    faults, unless a file that could not be read may have held them.
    """
    before = len(findings.faults)
    pages = pages_of(files, findings, upload=upload)
    unread = {_said(f.file) for f in findings.faults[before:] if f.code not in _UNREAD}
    found = tables_of(pages, findings)
    if any(f.code.startswith(_SET_ASIDE) for f in findings.faults[before:]):
        unread.add("")
    for sheet in SHEETS:
        if (
            sheet.name not in found
            and not sheet.optional
            and not unread & {"", sheet.name}
        ):
            params = {"zh": sheet.title}
            name = f"{sheet.name}.csv"
            findings.faults.append(
                Fault("sheet.missing", name, value=sheet.name, params=params)
            )
    return {name: table for name, table in found.items() if table is not None}, pages
