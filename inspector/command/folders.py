"""Folders in and out: whole or not at all.

Paths → bytes by name, and back.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from inspector.errors import InspectorError, messages
from inspector.registry.logs_file import FILE as LOGS
from inspector.registry.rows import write_rows
from inspector.registry.sheets import SHEET_NAMES
from inspector.results.checklist import load

CHECKLIST = "checklist.json"  # a list as a document, instead of a sheet of items
ITEM_SHEETS = ("items", "抽查事项", "事项")
INPUT = (".csv", ".xlsx", ".toml")
MAX_FILE = 64 * 1024 * 1024
PRIVATE = "private"  # kept inside an output folder, readable by its owner only

messages(
    {
        "folder.missing": (
            "找不到文件夹 {path}",
            "there is no folder {path}",
        ),
        "folder.foreign": (
            "{path} 不是本程序生成的目录，未改动",
            "{path} was not made by this program; nothing was changed",
        ),
        "folder.two_lists": (
            "{path} 中既有 checklist.json 又有事项表，只能有一个",
            "{path} has both checklist.json and a sheet of items; one is enough",
        ),
        "checklist.json": (
            "{file} 不是 JSON：{why}",
            "{file} is no JSON: {why}",
        ),
        "checklist.per_defect": (
            "{file}：公示得分按事项整项扣分，不能按处扣分：{items}",
            "{file}: a published score takes an item whole, not by the defect: {items}",
        ),
        "folder.large": ("文件过大：{path}", "the file is too large: {path}"),
        "folder.write": (
            "无法写入 {path}：{why}",
            "cannot write {path}: {why}",
        ),
    }
)


def read_inputs(folder: Path) -> dict[str, bytes]:
    """The scenario files of a folder by name (tables, policy, logs.json)."""
    if not folder.is_dir():
        raise InspectorError("folder.missing", path=folder)
    out = {}
    for path in sorted(folder.iterdir()):
        # Excel keeps a lock file beside an open workbook.
        hidden = path.name.startswith((".", "~$"))
        wanted = path.suffix.lower() in INPUT or path.name in (LOGS, CHECKLIST)
        if path.is_file() and wanted and not hidden:
            if path.stat().st_size > MAX_FILE:
                raise InspectorError("folder.large", path=path)
            out[path.name] = path.read_bytes()
    if CHECKLIST in out:
        if any(name.split(".")[0] in ITEM_SHEETS for name in out):
            raise InspectorError("folder.two_lists", path=folder)
        out["items.csv"] = items_sheet(out.pop(CHECKLIST))
    return out


def items_sheet(data: bytes) -> bytes:
    """The sheet `items` of a checklist document (`results.checklist`), a city's own.

    Raises Faults for what is wrong in it, InspectorError checklist.json for no JSON,
    checklist.per_defect for an item that is scored by the defect.
    """
    try:
        checklist = load(json.loads(data), CHECKLIST)
    except ValueError as e:
        raise InspectorError("checklist.json", file=CHECKLIST, why=e) from e
    if checklist.defects:
        codes = " ".join(sorted(checklist.defects))
        raise InspectorError("checklist.per_defect", file=CHECKLIST, items=codes)
    return write_rows(SHEET_NAMES["items"], checklist.items)


def replace_folder(
    folder: Path,
    files: Mapping[str, bytes],
    marks: Iterable[str] = ("report.json", PRIVATE),
) -> None:
    """Make `folder` hold exactly `files` (relative names), or leave it untouched.

    Only a folder that is empty, absent or was written by this program (it holds one of
    `marks`: a report or a ceremony) is replaced; its `private/` part is kept unless
    `files` brings a new one.
    """
    if folder.exists():
        inside = {p.name for p in folder.iterdir()} if folder.is_dir() else {"?"}
        if inside and not inside & {*marks}:
            raise InspectorError("folder.foreign", path=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            _fill(fresh, files)
            if folder.exists():
                kept = folder / PRIVATE
                if kept.is_dir() and not (fresh / PRIVATE).exists():
                    shutil.copytree(kept, fresh / PRIVATE)
                old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".old-"))
                os.replace(folder, old / folder.name)
                os.replace(fresh, folder)
                shutil.rmtree(old)
            else:
                os.replace(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as e:
        raise InspectorError("folder.write", path=folder, why=e.strerror or e) from e


def update_folder(
    folder: Path, files: Mapping[str, bytes], gone: Iterable[str] = ()
) -> None:
    """Write `files` into a folder and take `gone` out of it, all at once or nothing;
    whatever else is in it stays. Makes the folder. Raises InspectorError folder.write.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            fresh = work / "new"
            if folder.exists():
                shutil.copytree(folder, fresh, symlinks=True)
            else:
                fresh.mkdir()
            for name in gone:
                (fresh / name).unlink(missing_ok=True)
            for name, data in files.items():
                (fresh / name).unlink(missing_ok=True)  # not through a link
                (fresh / name).touch(0o600 if name == LOGS else 0o666)
                (fresh / name).write_bytes(data)
            if folder.exists():
                os.replace(folder, work / "old")
            os.replace(fresh, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as e:
        raise InspectorError("folder.write", path=folder, why=e.strerror or e) from e


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.chmod(0o755)
    for name, data in files.items():
        path, private = folder / name, name.startswith(PRIVATE + "/")
        # Closed before anything is in it: nobody reads what is still being written.
        path.parent.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
        # Who goes where in the months still running stands in the scenario's logs.
        closed = private or path.name == LOGS
        path.touch(0o600 if closed else 0o666)
        path.write_bytes(data)
