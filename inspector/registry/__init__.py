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
from inspector.registry import logs_file
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
from inspector.registry.rows import ordered, parse_rows, write_rows
from inspector.registry.rules import RULES, RegistryDraft
from inspector.registry.sheets import SHEETS
from inspector.registry.tables import capped, guard, read_tables, unguard
from inspector.registry.understood import Findings
from inspector.workdays import Override

__all__ = [
    "SHEETS",
    "Scenario",
    "guard",
    "read_scenario",
    "settle",
    "sorted_registry",
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
    tables, faults = read_tables(files)
    findings = Findings()
    sheets = {
        name: parse_rows(table, findings, named=not settled, strict=settled)
        for name, table in tables.items()
    }
    if not settled:
        refer(sheets, findings)
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
    if policy and FILE in files:
        faults = with_lines(faults, files[FILE])
    if faults or policy is None:
        raise Faults(capped(faults))
    values = {name: rows.sorted() for name, rows in sheets.items()}
    besides = {name: values.pop(name, ()) for name in _BESIDES}
    registry = Registry(**values)
    if logs is not None:
        registry = logs_file.with_logs(registry, logs)
    said = defaults(read, policy, offices)
    notes = [*findings.notes]
    notes += (note for rule in POLICY_NOTES for note in rule(policy, draft))
    if not settled:
        notes += (note for found in NOTES for note in found(draft))
    return Scenario(registry, policy, **besides, defaults=said, notes=tuple(notes))


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
    values = found.registry, found.policy, found.calendar
    written = write_scenario(*values, found.credit_base, found.complaints)
    return {**written, FILE: text}


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
    for name, rows in zip(_BESIDES, besides, strict=True):
        if rows:
            out[f"{name}.csv"] = write_rows(by_name[name], rows)
    if (logs := logs_file.write_logs(registry)) is not None:
        out[logs_file.FILE] = logs
    out[FILE] = write_policy(policy)
    return out


_FIELDS = frozenset(field.name for field in fields(Registry))
# Sheets that are no table of the registries.
_BESIDES = ("calendar", "credit_base", "complaints")
_TABLES = tuple(sheet for sheet in SHEETS if sheet.name in _FIELDS)
