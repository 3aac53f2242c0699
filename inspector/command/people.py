"""Leave and recusals that became known after the freeze: sheets → the step `people`.

`inspector plan … --people leave.csv --reason … --approver …`: the rows that neither the
freeze nor a change before holds, read as the import reads them, logged by the step that
the service takes, too. PROTOCOL.md §6 (`people_changed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from inspector.domain import Leave, Recusal
from inspector.errors import CeremonyError, Faults, InspectorError, messages
from inspector.month.freeze import Frozen
from inspector.month.pack import PeopleChange
from inspector.month.people import change_body, change_faults
from inspector.registry import SHEETS as registry_sheets
from inspector.registry import Scenario, understand, write_scenario
from inspector.registry.rows import write_rows

SHEETS = ("leave", "recusals")
_SHEET = {sheet.name: sheet for sheet in registry_sheets}

messages(
    {
        "change.people_told": (
            "--people 须同时写明 --reason（原因）和 --approver（批准人）",
            "--people needs --reason and --approver",
        ),
        "change.people_alone": (
            "--reason 与 --approver 只随 --people 使用",
            "--reason and --approver belong to --people",
        ),
        "change.people_file": (
            "文件 {path} 无法读取：{why}",
            "the file {path} cannot be read: {why}",
        ),
        "change.people_sheets": (
            "{path} 中没有请假或回避工作表",
            "{path} has no sheet of leave or recusals",
        ),
        "change.people_nothing": (
            "没有新增的请假或回避：所给各行在冻结或已登记的变化中都有",
            "no leave or recusal is new: the freeze or a change before has every row",
        ),
        "change.people_late": (
            "冻结前无须 --people：直接改名录即可",
            "before the freeze there is no --people: the registries themselves change",
        ),
        "change.people_unlogged": (
            "冻结后名录新增请假 {leave} 行、回避 {recusals} 行，尚未登记：用 "
            "--people {path} --reason 原因 --approver 批准人 登记",
            "since the freeze the registries have {leave} more rows of leave and "
            "{recusals} of recusals that are not logged: add --people {path} --reason "
            "WHY --approver WHO",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """The options of a change: `files` name the sheets."""

    files: Sequence[Path] = ()
    reason: str = ""
    approver: str = ""

    def refuse(self) -> None:
        """Raise InspectorError when something is left out."""
        told = self.reason.strip() and self.approver.strip()
        if self.files and not told:
            raise InspectorError("change.people_told")
        if not self.files and (self.reason or self.approver):
            raise InspectorError("change.people_alone")


def change_of(
    frozen: Frozen, before: Sequence[PeopleChange], asked: PeopleAsked, at: str
) -> dict[str, Any]:
    """The body of the step `people`: the rows of the files that are new.

    Raises Faults with everything wrong in the files, InspectorError people.*.
    """
    value = _read(frozen, asked.files)
    change = PeopleChange(
        at,
        asked.reason.strip(),
        asked.approver.strip(),
        tuple(_new(value.registry.leave, frozen.registry.leave, before, "leave")),
        tuple(
            _new(value.registry.recusals, frozen.registry.recusals, before, "recusals")
        ),
    )
    if not change.leave and not change.recusals:
        raise CeremonyError("change.people_nothing")
    rows = {s: [asdict(row) for row in getattr(change, s)] for s in SHEETS}
    if wrong := change_faults(frozen.registry, rows):
        raise Faults(wrong)
    told = {"at": at, "reason": change.reason, "approver": change.approver}
    return told | change_body(change)


def _new(
    rows: Sequence[Any],
    frozen: Sequence[Any],
    before: Sequence[PeopleChange],
    name: str,
) -> Iterator[Any]:
    known = {*frozen, *(row for c in before for row in getattr(c, name))}
    return (row for row in rows if row not in known)


def _read(frozen: Frozen, paths: Sequence[Path]) -> Scenario:
    """The frozen registries with the sheets of these files in place of their own."""
    given: dict[str, bytes] = {}
    for path in paths:
        try:
            given[path.name] = path.read_bytes()
        except OSError as e:
            raise InspectorError("change.people_file", path=path, why=e.strerror) from e
    files = write_scenario(frozen.registry, frozen.policy)
    for name in SHEETS:
        files[f"{name}.csv"] = write_rows(_SHEET[name], ())
    found = understand(given, over=files, made_up=True, upload=True)
    if found.scenario is None:
        raise Faults(found.faults)
    if not {*found.sheets} & {*SHEETS}:
        raise InspectorError("change.people_sheets", path=paths[0])
    return found.scenario


def unlogged(
    frozen: Scenario, now: Scenario, changes: Sequence[PeopleChange]
) -> tuple[tuple[Leave, ...], tuple[Recusal, ...]] | None:
    """The rows of leave and recusals that the registries have more than the freeze and
    its changes; None when anything else differs, or a row is gone."""
    alike = [
        replace(s, registry=replace(s.registry, leave=(), recusals=()))
        for s in (frozen, now)
    ]
    if alike[0] != alike[1]:
        return None
    more: list[Any] = []
    for name in SHEETS:
        had, has = getattr(frozen.registry, name), getattr(now.registry, name)
        if set(had) - set(has):
            return None
        more.append(tuple(_new(has, had, changes, name)))
    return more[0], more[1]
