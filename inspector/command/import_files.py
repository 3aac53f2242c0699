"""`inspector import FILE… --out SCENARIO`: a clerk's spreadsheets → a scenario folder.

Files → what was understood, what is wrong, what would change, as lines in one language;
the same workbook with each problem at its cell; with `--commit` the canonical files.
Nothing is written half, and nothing while a note is neither accepted nor gone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.beijing import local_time
from inspector.command.folders import (
    CHECKLIST,
    MAX_FILE,
    read_inputs,
    update_folder,
)
from inspector.command.plan import now
from inspector.command.returned_book import returned_book
from inspector.errors import Faults, InspectorError, messages
from inspector.registry import Understood, read_scenario, understand
from inspector.registry.accepted import FILE as ACCEPTED
from inspector.registry.accepted import read_accepted, write_accepted
from inspector.registry.differences import Difference, Differing, differences
from inspector.registry.sheets import SHEETS
from inspector.registry.told import NOTE, Told, heard, told
from inspector.registry.understood import Accepted, name_of

UNDERSTOOD, FAULTY, REFUSED = 0, 1, 2
SHOWN = 3  # rows of a difference that are named
_CANONICAL = frozenset(f"{sheet.name}.csv" for sheet in SHEETS)
_TABLES = (".csv", ".xlsx")

messages(
    {
        "import.file": ("找不到文件 {path}", "there is no file {path}"),
        "import.accept": (
            "“{said}”应为 提示名称=理由",
            '"{said}" must be NOTE=REASON, with a reason',
        ),
        "import.beside": (
            "{path} 中另有表格 {names}，会与导入结果重复，请先移走，或另选 --out",
            "{path} holds the spreadsheets {names}, too, beside what is imported; "
            "move them away or choose another --out",
        ),
        "import.present": (
            "{path} 现有名录有误，无法对照；可一并导入全部表格",
            "the registries in {path} have faults; import all sheets at once",
        ),
    }
)

_SAID: Mapping[str, tuple[str, str]] = {
    "understood": ("按此理解", "Understood as"),
    "as_is": ("  全部按原样读取", "  everything as it stands"),
    "faults": ("错误 {n} 处，未导入任何内容", "{n} faults; nothing was imported"),
    "notes": (
        "提示 {n} 条，须改正或说明理由后接受",
        "{n} notes, each to be corrected or accepted with a reason",
    ),
    "accepted": ("已接受的提示 {n} 条", "{n} notes accepted"),
    "changes": ("导入后的变化", "What changes"),
    "none": ("  没有变化", "  nothing"),
    "rows": (
        "  {sheet}：增 {added}，改 {changed}，删 {removed}，共 {rows} 行",
        "  {sheet}: {added} added, {changed} changed, {removed} removed, {rows} rows",
    ),
    "value": ("现有内容“{value}”", 'it holds "{value}"'),
    "others": ("同样的还有第 {rows} 行", "the same in rows {rows}"),
    "type": (
        "未写入。改正后重新导入，或逐条接受：",
        "Nothing was written. Correct them, or accept each of them:",
    ),
    "reason": ("理由", "REASON"),
    "dry": (
        "以上为试读，未写入；加 --commit 写入 {path}",
        "a dry run, nothing was written; --commit writes {path}",
    ),
    "done": ("已写入 {path}", "written to {path}"),
    "annotated": ("标好问题的表格：{path}", "the workbook with its problems: {path}"),
    "more": ("    …… 另有 {n} 行", "    … {n} more"),
}


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines in one language."""

    language: str

    def say(self, what: str, **params: object) -> str:
        return _SAID[what][self.language != "zh"].format_map(params)

    @property
    def colon(self) -> str:
        return "：" if self.language == "zh" else ": "

    def understood(self, found: Understood) -> Iterator[str]:
        yield self.say("understood")
        for one in heard(found.readings):
            where = " ".join(part for part in (one.file, one.column) if part)
            yield f"  {where}{self.colon}{one.said(self.language)}"
        if not found.readings:
            yield self.say("as_is")

    def problems(self, problems: Sequence[Told]) -> Iterator[str]:
        """Faults or notes; what follows from one beneath it."""
        for problem in problems:
            indent = "      " if problem.under else "  "
            name = f"{problem.name} " if problem.name else ""
            place = problem.cell or (f"{problem.row}" if problem.row else "")
            if not problem.cell and problem.row:
                place = f"第 {place} 行" if self.language == "zh" else f"row {place}"
            where = " ".join(p for p in (problem.file, place, problem.column) if p)
            yield f"{indent}{name}{where}{self.colon}{problem.said(self.language)}"
            if problem.value and problem.value not in problem.said(self.language):
                yield f"{indent}  {self.say('value', value=problem.value)}"
            if problem.rows:
                rows = ", ".join(map(str, problem.rows[:10]))
                rows += " …" if len(problem.rows) > 10 else ""
                yield f"{indent}  {self.say('others', rows=rows)}"

    def changes(self, found: Mapping[str, Difference]) -> Iterator[str]:
        yield self.say("changes")
        if not any(found.values()):
            yield self.say("none")
        for sheet in SHEETS:
            one = found.get(sheet.name)
            if not one:
                continue
            zh = self.language == "zh"
            yield self.say(
                "rows",
                sheet=sheet.title if zh else sheet.name,
                added=len(one.added),
                changed=len(one.changed),
                removed=len(one.removed),
                rows=one.rows,
            )
            for sign, rows in (
                ("+", one.added),
                ("~", one.changed),
                ("-", one.removed),
            ):
                yield from self.rows(sign, rows)

    def rows(self, sign: str, rows: Sequence[Differing]) -> Iterator[str]:
        for row in rows[:SHOWN]:
            cells = "; ".join(f"{c} {a or '–'} → {b or '–'}" for c, a, b in row.cells)
            parts = (sign, row.key, row.label, cells)
            yield "    " + " ".join(part for part in parts if part)
        if len(rows) > SHOWN:
            yield self.say("more", n=len(rows) - SHOWN)


def import_files(args: argparse.Namespace) -> int:
    """`inspector import`. 0: understood, or written; 1: faults; 2: open notes."""
    files, out = read_files(args.files), args.out
    present = _present(out, files)
    lines = _Lines(args.lang)
    given = _accepted(args.accept, args.by)
    before = (*_kept(present), *_kept(files))
    wanted = {a.note: a for a in (*before, *given)}
    if wanted:
        files[ACCEPTED] = write_accepted(wanted.values())
    found = understand(files, over=present or None, make=True, upload=True)
    _known(given, found)
    faults, notes = told(found.faults), told((), found.notes)
    _print(lines.understood(found))
    if faults:
        _print([lines.say("faults", n=len(faults)), *lines.problems(faults)])
    if notes:
        _print([lines.say("notes", n=len(notes)), *lines.problems(notes)])
    if found.accepted:
        _print([lines.say("accepted", n=len(found.accepted))])
        _print(f"  {a.note} {a.reason}" for a in found.accepted)
    if args.annotated is not None:
        problems = (*faults, *notes)
        data = returned_book(found.pages, problems, heard(found.readings), args.lang)
        write_file(args.annotated, data)
        _print([lines.say("annotated", path=args.annotated)])
    if found.scenario is None:
        return FAULTY
    clean = found.files(files, present)
    changes = differences(_canonical(present), clean)
    _print(lines.changes(changes))
    if not args.commit:
        _print([lines.say("dry", path=out)])
        return UNDERSTOOD
    if notes:
        _print([lines.say("type"), *_to_type(notes, lines)])
        return REFUSED
    if wanted:
        clean[ACCEPTED] = write_accepted(wanted.values())
    same = {f"{n}.csv" for n, d in changes.items() if not d and n not in found.sheets}
    _write(out, {n: data for n, data in clean.items() if n not in same}, same)
    _print([lines.say("done", path=out)])
    return UNDERSTOOD


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _to_type(notes: Sequence[Told], lines: _Lines) -> Iterator[str]:
    """What to add to the command to accept every note."""
    for note in notes:
        if note.kind == NOTE:
            yield f"  --accept '{note.name}={lines.say('reason')}'"


def read_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """The files to import by name; a folder gives those in it.

    Raises InspectorError import.file, folder.large.
    """
    out: dict[str, bytes] = {}
    for path in paths:
        if path.is_dir():
            out |= read_inputs(path)
            continue
        try:
            if path.stat().st_size > MAX_FILE:
                raise InspectorError("folder.large", path=path)
            data = path.read_bytes()
        except OSError as e:
            raise InspectorError("import.file", path=path) from e
        name, number = path.name, 1
        while name in out and out[name] != data:  # two folders, one name
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        out[name] = data
    return out


def write_file(path: Path, data: bytes) -> None:
    """A file beside the scenario. Raises InspectorError folder.write."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as e:
        raise InspectorError("folder.write", path=path, why=e.strerror or e) from e


def _present(out: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of the scenario that the import goes onto; none when there is none."""
    if not out.exists():
        return {}
    found = read_inputs(out)
    tables = {n for n in found if Path(n).suffix.lower() in _TABLES}
    if more := sorted(tables - _CANONICAL - {ACCEPTED}):
        raise InspectorError("import.beside", path=out, names="、".join(more))
    if (out / CHECKLIST).exists() and "items.csv" in files:
        raise InspectorError("import.beside", path=out, names=CHECKLIST)
    return found


def _accepted(said: Sequence[str], by: str) -> list[Accepted]:
    """What `--accept` says. Raises InspectorError import.accept without a reason."""
    out = []
    for one in said:
        name, _, reason = (part.strip() for part in one.partition("="))
        if not name or not reason:
            raise InspectorError("import.accept", said=one)
        out.append(Accepted(name, reason, by.strip(), local_time(now())))
    return out


def _kept(present: Mapping[str, bytes]) -> tuple[Accepted, ...]:
    if ACCEPTED not in present:
        return ()
    kept, faults = read_accepted(present[ACCEPTED])
    if faults:
        raise Faults(faults)
    return kept


def _known(given: Sequence[Accepted], found: Understood) -> None:
    """Raise InspectorError import.note for a note that this import does not have."""
    names = {a.note for a in found.accepted} | {name_of(n) for n in found.notes}
    for one in given:
        if one.note not in names:
            raise InspectorError("import.note", name=one.note)


def _canonical(present: Mapping[str, bytes]) -> dict[str, bytes]:
    """The present scenario as `write_scenario` writes it; nothing of one that cannot be
    read: everything is new then."""
    try:
        return read_scenario(present).files()
    except Faults:
        return {}


def _write(out: Path, clean: Mapping[str, bytes], same: set[str]) -> None:
    """The scenario folder with the new files; `same` stay as they are, sheets that are
    empty now go."""
    keep = dict(clean)
    if (out / CHECKLIST).exists():
        keep.pop("items.csv", None)  # the list stands as a document
    update_folder(out, keep, _CANONICAL - keep.keys() - same)
