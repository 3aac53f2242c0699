"""Bytes of CSV, XLSX and TOML <-> a scenario: two registries and the policy.

Nothing is imported when anything is wrong, and everything wrong is named at once with
file, row, column and value.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields

from inspector.domain import BasePoints, Complaint, Registry
from inspector.errors import Fault, Faults
from inspector.policy import Policy
from inspector.registry import accepted as accepted_file
from inspector.registry import logs_file
from inspector.registry.book import BESIDE
from inspector.registry.collector import at_rest
from inspector.registry.consequences import under_causes
from inspector.registry.guards import guard, unguard
from inspector.registry.notes import NOTES
from inspector.registry.policy_defaults import Default, defaults, reckoned
from inspector.registry.policy_file import (
    FILE,
    PolicyFile,
    as_utf8,
    read_file,
    with_lines,
    write_policy,
)
from inspector.registry.policy_notes import NOTES as POLICY_NOTES
from inspector.registry.policy_rules import CALENDAR_RULES, POLICY_RULES
from inspector.registry.references import refer
from inspector.registry.rows import Rows, ordered, parse_rows, write_rows
from inspector.registry.rules import RULES, RegistryDraft
from inspector.registry.sheets import SHEETS
from inspector.registry.tables import capped, read_tables
from inspector.registry.understood import Accepted, CellReading, Findings, Page
from inspector.workdays import Override

__all__ = [
    "SHEETS",
    "Scenario",
    "Understood",
    "guard",
    "read_scenario",
    "settle",
    "sorted_registry",
    "understand",
    "unguard",
    "write_scenario",
]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a scenario folder says. `calendar`: the bureau's own working days.
    `defaults`: what the policy leaves out; `notes`: what somebody should look at.

    `credit_base`: base information of credit files; `complaints`: calls to 12345. No
    month needs either.
    """

    registry: Registry
    policy: Policy
    calendar: tuple[Override, ...] = ()
    credit_base: tuple[BasePoints, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    defaults: tuple[Default, ...] = field(default=(), compare=False)
    notes: tuple[Fault, ...] = field(default=(), compare=False)

    def files(self) -> dict[str, bytes]:
        """All of it as `write_scenario` writes it."""
        values = self.registry, self.policy, self.calendar
        return write_scenario(*values, self.credit_base, self.complaints)


@dataclass(frozen=True, slots=True)
class Understood:
    """What the import understood. `scenario`: None when there are faults; `readings`:
    every rule that changed cells, with count and example; `notes`: what nobody has
    accepted yet, `accepted`: of the present notes, who did and why; `pages`: the sheets
    of the files as they stand; `sheets`: those of the registry that the files bring.
    """

    scenario: Scenario | None
    readings: tuple[CellReading, ...]
    notes: tuple[Fault, ...]
    faults: tuple[Fault, ...]
    accepted: tuple[Accepted, ...] = ()
    pages: tuple[Page, ...] = ()
    sheets: tuple[str, ...] = ()

    def files(
        self, given: Mapping[str, bytes], present: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """The files to keep of an import of `given` over `present`, none where there
        are faults; the policy as the bureau wrote it, comments and all."""
        if self.scenario is None:
            return {}
        out = self.scenario.files()
        if FILE in given:
            out[FILE] = as_utf8(given[FILE])
        elif FILE in present:
            out[FILE] = present[FILE]
        return out


@at_rest()
def understand(
    files: Mapping[str, bytes],
    over: Mapping[str, bytes] | None = None,
    make: bool = False,
    *,
    settled: bool = False,
    made_up: bool = False,
    upload: bool = False,
) -> Understood:
    """How `files` are understood, and all that is wrong with them.

    `over`: files of the present scenario, for what `files` do not bring, and for ids
    that were made before. `make`: ids may be made (an import; a folder that is planned
    must have them). `settled`, `made_up`: see `read_scenario`. `upload`: files
    that are not read are faults.
    """
    findings = Findings()
    tables, pages = read_tables(files, findings, upload=upload)
    faults: list[Fault] = []
    before = _present(over)
    for name in [n for n, t in tables.items() if t.untouched and n in before]:
        del tables[name]  # of a template, not filled in
    if over is not None:
        findings.faults = [
            f
            for f in findings.faults
            if f.code != "sheet.missing" or f.value not in before
        ]
        files = {n: over[n] for n in BESIDE if n in over} | dict(files)
    sheets = {name: rows for name, rows in before.items() if name not in tables}
    sheets |= {
        name: parse_rows(table, findings, named=not settled, strict=settled)
        for name, table in tables.items()
    }
    if not settled:
        refer(sheets, findings, before, make)
    faults += findings.faults
    read = PolicyFile(None, [Fault("file.missing", FILE)])
    if FILE in files:
        read = read_file(files[FILE])
    faults += read.faults
    unsure = frozenset(fault.column or "" for fault in read.faults)
    offices = (
        [o.place for _, o in sheets["offices"].values] if "offices" in sheets else []
    )
    policy = read.policy if settled else reckoned(read, offices)
    logs = None
    if logs_file.FILE in files:
        logs, wrong = logs_file.read_logs(files[logs_file.FILE])
        faults += wrong
    draft = RegistryDraft(sheets, policy, unsure)
    for rule in RULES:
        faults += rule(draft)
    rules = POLICY_RULES
    if not settled and not made_up:
        rules = (*POLICY_RULES, *CALENDAR_RULES)
    for policy_rule in rules if policy else ():
        if policy:
            faults += policy_rule(policy, draft)
    notes = [*findings.notes]
    if not settled:
        notes += (n for rule in POLICY_NOTES if policy for n in rule(policy, draft))
        notes += (note for found in NOTES for note in found(draft))
    if policy and FILE in files:
        faults = with_lines(faults, files[FILE])
    faults = under_causes(faults, tables, before, sheets)
    accepted: tuple[Accepted, ...] = ()
    if accepted_file.FILE in files:
        accepted, wrong = accepted_file.read_accepted(files[accepted_file.FILE])
        faults += wrong
    remain, kept = accepted_file.still_open(notes, accepted)
    readings = tuple(findings.read.values())
    came = tuple(pages), tuple(tables)
    if faults or policy is None:
        ordered_ = Faults(capped(faults)).faults
        return Understood(None, readings, remain, ordered_, kept, *came)
    values = {name: rows.sorted() for name, rows in sheets.items()}
    besides = {name: values.pop(name, ()) for name in _MORE_SHEETS}
    registry = Registry(**values)
    if logs is not None:
        registry = logs_file.with_logs(registry, logs)
    said = () if settled else defaults(read, policy, offices)
    scenario = Scenario(registry, policy, **besides, defaults=said, notes=remain)
    return Understood(scenario, readings, remain, (), kept, *came)


def _present(over: Mapping[str, bytes] | None) -> dict[str, Rows]:
    """The rows of the present scenario, as they stand: canonical, nothing is read. What
    is wrong with them is no fault of an import; rules judge them with the rest."""
    tables = read_tables(over, Findings())[0] if over is not None else {}
    return {n: parse_rows(t, Findings(), strict=True) for n, t in tables.items()}


def read_scenario(
    files: Mapping[str, bytes], settled: bool = False, *, made_up: bool = False
) -> Scenario:
    """The scenario in `files`: name -> bytes of CSV files or one XLSX, and policy.toml.

    CSV files carry the name of their sheet, English or Chinese. Without logs.json
    nothing came before. Other files are ignored. Raises Faults with all that is wrong.

    `settled`: the files of a freeze (`settle`), which say everything themselves: what
    is reckoned from a draw calendar or from the offices may change with the program, a
    frozen policy may not. `made_up`: see `settle`.
    """
    found = understand(files, settled=settled, made_up=made_up)
    if found.scenario is None:
        raise Faults(found.faults)
    return found.scenario


def settle(files: Mapping[str, bytes], made_up: bool = False) -> dict[str, bytes]:
    """The files as a freeze keeps them, which say everything themselves: a policy of
    which something was reckoned is written out with every key, sheets that were
    understood rather than read are written as they were understood; what needs no
    understanding stays as it is.

    `made_up`: a month that steps tell, whose issues nobody will draw, need not agree
    with the draw calendar. Raises Faults with all that is wrong.
    """
    found = read_scenario(files, made_up=made_up)
    kept, text = read_file(files[FILE]), as_utf8(files[FILE])
    if kept.policy != found.policy or kept.made:
        text = write_policy(found.policy)
    out = {**files, FILE: text}
    with suppress(Faults):
        if read_scenario(out, settled=True) == found:
            return out
    return {**found.files(), FILE: text}


def sorted_registry(registry: Registry) -> Registry:
    """The same registry with every table in key order, as `read_scenario` gives it."""
    rows = {s.name: ordered(s, getattr(registry, s.name)) for s in _TABLES}
    return logs_file.with_logs(Registry(**rows), registry)


def write_scenario(
    registry: Registry,
    policy: Policy,
    calendar: tuple[Override, ...] = (),
    credit_base: tuple[BasePoints, ...] = (),
    complaints: tuple[Complaint, ...] = (),
) -> dict[str, bytes]:
    """Files that `read_scenario` turns into the same values: file name -> bytes.

    CSV is UTF-8 with BOM, rows by key, formulas guarded; coordinates are WGS-84.
    """
    out = {
        f"{sheet.name}.csv": write_rows(sheet, getattr(registry, sheet.name))
        for sheet in _TABLES
    }
    by_name = {sheet.name: sheet for sheet in SHEETS}
    besides = (calendar, credit_base, complaints)
    for name, rows in zip(_MORE_SHEETS, besides, strict=True):
        if rows:
            out[f"{name}.csv"] = write_rows(by_name[name], rows)
    if (logs := logs_file.write_logs(registry)) is not None:
        out[logs_file.FILE] = logs
    out[FILE] = write_policy(policy)
    return out


_FIELDS = frozenset(field.name for field in fields(Registry))
# Sheets that are no table of the registries.
_MORE_SHEETS = ("calendar", "credit_base", "complaints")
_TABLES = tuple(sheet for sheet in SHEETS if sheet.name in _FIELDS)
