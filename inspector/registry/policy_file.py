"""`policy.toml` <-> `Policy`: the tables and keys are those of the dataclass.

Keys that are missing keep their default; keys that are unknown are faults. Values may
be written as people write them (`inspector.registry.written`): "08:30" or minutes after
midnight, "60%" or 0.6 for a rate, local times; a lottery by name and issue alone
(`inspector.registry.policy_sources`). Read by `inspector.codec`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, get_type_hints

from inspector.codec import KINDS, WRONG, Form, opened
from inspector.errors import Fault, Faults
from inspector.lines import line_at, lines_of
from inspector.policy import Clock, Policy
from inspector.registry import written
from inspector.registry.cells import MAX_INTEGER, is_ident, plain
from inspector.registry.policy_sources import completed

FILE = "policy.toml"
# How people write a policy, a yearly plan, a rule set.
TOML = Form(tables=True, whole=(0, MAX_INTEGER), text=plain, name=is_ident)
POLICY = replace(TOML, heard=written.heard)
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

# What the codec wants → what to write in this file, in Chinese and English.
_WANTED = {
    KINDS["rate"][0]: (
        '比例，如 "60%"、0.6 或 [60, 100]（一年两次写作 [2, 1]；'
        "单写一个数分不清百分数和次数）",
        'a rate, as "60%", 0.6 or [60, 100] ([2, 1] for twice a year; a number alone'
        " may be a percentage or a multiple)",
    ),
    KINDS["clock"][0]: (
        '一天中的时刻，如 "08:30"，或零点起的分钟数',
        'a time of day, as "08:30", or minutes after midnight',
    ),
}


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy file as read. `policy`: None when it is no TOML at all.

    `found`: its data as written; `made`: path of what was filled in → how, and value
    (`inspector.registry.policy_sources`).
    """

    policy: Policy | None
    faults: list[Fault]
    found: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def as_utf8(data: bytes) -> bytes:
    """A policy file as UTF-8, whatever a Chinese editor saved it as; what is none of
    UTF-8, UTF-16 with its mark and GB18030 stays as it is."""
    marked = len(data) > 2 and data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).encode()
        except ValueError:
            continue
    return data


def read_file(data: bytes, file: str = FILE) -> PolicyFile:
    """The policy of a TOML file, with its faults and what was filled in.

    What is wrong stands at its default, so that rules can judge the rest.
    """
    data = as_utf8(data)
    try:
        found, reading = opened(data, file, toml=True)
    except Faults as e:
        return PolicyFile(None, list(e.faults))
    whole, made = completed(found, reading.add)
    if "month" in whole:
        whole["month"] = written.month(whole["month"])
    policy = reading.load(Policy, whole, form=POLICY)
    faults = [_said(fault) for fault in reading.faults]
    return PolicyFile(None if policy is WRONG else policy, faults, found, made)


def _said(fault: Fault) -> Fault:
    """A fault of the codec in the words of who writes a policy."""
    zh, en = _WANTED.get(str(fault.params.get("zh")), ("", ""))
    return replace(fault, params={"zh": zh, "en": en}) if zh else fault


def read_policy(data: bytes, file: str = FILE) -> tuple[Policy | None, list[Fault]]:
    """The policy of a TOML file, and its faults (None when it is no TOML at all)."""
    read = read_file(data, file)
    return read.policy, read.faults


def with_lines(faults: Iterable[Fault], data: bytes) -> list[Fault]:
    """The faults of rules, those of this policy with the line of their key."""
    lines = lines_of(as_utf8(data).decode("utf-8-sig"))
    return [
        replace(f, row=line_at(lines, f.column or ""))
        if f.file == FILE and f.row is None
        else f
        for f in faults
    ]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    # JSON's escapes are all TOML's; DEL is the one character TOML wants besides.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if is_dataclass(value):
        pairs = [(f.name, getattr(value, f.name)) for f in fields(value)]
    elif value and all(isinstance(v, tuple) and isinstance(v[0], str) for v in value):
        pairs = list(value)
    else:
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return "{ " + ", ".join(f"{_key(k)} = {inline(v)}" for k, v in pairs) + " }"


def clock_text(minute: int) -> str:
    """Minutes after midnight as TOML text."""
    return _string(f"{minute // 60:02}:{minute % 60:02}")


def _lines(value: Any, path: str) -> Iterator[str]:
    """Scalars first, then the tables: TOML has no way back out of a table."""
    values = {f.name: getattr(value, f.name) for f in fields(value)}
    hints = get_type_hints(type(value), include_extras=True)
    prefix = f"{path}." if path else ""
    for name, one in values.items():
        if not is_dataclass(one) and not _is_tables(one, path):
            shown = clock_text(one) if hints[name] == Clock else inline(one)
            yield f"{name} = {shown}"
    for name, one in values.items():
        if is_dataclass(one):
            yield f"\n[{prefix}{name}]"
            yield from _lines(one, prefix + name)
        elif _is_tables(one, path):
            for row in one:
                yield f"\n[[{prefix}{name}]]"
                yield from _lines(row, "*")


def _is_tables(value: Any, path: str) -> bool:
    return not path and isinstance(value, tuple) and any(map(is_dataclass, value))


def write_policy(policy: Policy) -> bytes:
    """TOML that `read_policy` turns into the same policy, every key written out."""
    return ("\n".join(_lines(policy, "")) + "\n").encode("utf-8")
