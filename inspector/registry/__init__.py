"""Bytes of CSV, XLSX and TOML <-> a scenario: two registries and the policy.

Nothing is imported when anything is wrong, and everything wrong is named at once with
file, row, column and value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from inspector.domain import BasePoints, Complaint, Registry
from inspector.errors import Fault, Faults
from inspector.policy import Policy
from inspector.registry import logs_file
from inspector.registry.policy_file import FILE, read_policy, with_lines, write_policy
from inspector.registry.policy_rules import POLICY_RULES
from inspector.registry.rows import ordered, parse_rows, write_rows
from inspector.registry.rules import RULES, RegistryDraft
from inspector.registry.sheets import SHEETS
from inspector.registry.tables import capped, guard, read_tables, unguard
from inspector.workdays import Override

__all__ = [
    "SHEETS",
    "Scenario",
    "guard",
    "read_scenario",
    "sorted_registry",
    "unguard",
    "write_scenario",
]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a scenario folder says. `calendar`: the bureau's own working days.

    `credit_base`: base information of credit files; `complaints`: calls to 12345. No
    month needs either.
    """

    registry: Registry
    policy: Policy
    calendar: tuple[Override, ...] = ()
    credit_base: tuple[BasePoints, ...] = ()
    complaints: tuple[Complaint, ...] = ()


def read_scenario(files: Mapping[str, bytes]) -> Scenario:
    """The scenario in `files`: name -> bytes of CSV files or one XLSX, and policy.toml.

    CSV files carry the name of their sheet, English or Chinese. Without logs.json
    nothing came before. Other files are ignored. Raises Faults with all that is wrong.
    """
    tables, faults = read_tables(files)
    sheets = {}
    for name, table in tables.items():
        sheets[name], wrong = parse_rows(table)
        faults += wrong
    policy = None
    unsure: frozenset[str] = frozenset()
    if FILE in files:
        policy, wrong = read_policy(files[FILE])
        faults += wrong
        unsure = frozenset(fault.column or "" for fault in wrong)
    else:
        faults.append(Fault("file.missing", FILE))
    logs = None
    if logs_file.FILE in files:
        logs, wrong = logs_file.read_logs(files[logs_file.FILE])
        faults += wrong
    draft = RegistryDraft(sheets, policy, unsure)
    for rule in RULES:
        faults += rule(draft)
    for policy_rule in POLICY_RULES if policy else ():
        if policy:
            faults += policy_rule(policy, draft)
    if policy:
        faults = with_lines(faults, files[FILE])
    if faults or policy is None:
        raise Faults(capped(faults))
    values = {name: rows.sorted() for name, rows in sheets.items()}
    besides = {name: values.pop(name, ()) for name in _BESIDES}
    registry = Registry(**values)
    if logs is not None:
        registry = logs_file.with_logs(registry, logs)
    return Scenario(registry, policy, **besides)


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
