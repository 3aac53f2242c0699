"""`policy.toml` <-> `Policy`: the tables and keys are those of the dataclass.

Keys that are missing keep their default; keys that are unknown are faults. Times of
day may be written "08:30" or as minutes after midnight. Read by `inspector.codec`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_type_hints

from inspector.codec import WRONG, Form, opened
from inspector.errors import Fault, Faults
from inspector.lines import line_at, lines_of
from inspector.policy import Clock, Policy
from inspector.registry.cells import MAX_INTEGER, is_ident, plain

FILE = "policy.toml"
# How people write a policy, a yearly plan, a rule set.
TOML = Form(tables=True, whole=(0, MAX_INTEGER), text=plain, name=is_ident)
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def read_policy(data: bytes, file: str = FILE) -> tuple[Policy | None, list[Fault]]:
    """The policy of a TOML file, and its faults (None when it is no TOML at all).

    What is wrong stands at its default, so that rules can judge the rest.
    """
    try:
        found, reading = opened(data, file, toml=True)
    except Faults as e:
        return None, list(e.faults)
    policy = reading.load(Policy, found, form=TOML)
    return (None if policy is WRONG else policy), reading.faults


def with_lines(faults: Iterable[Fault], data: bytes) -> list[Fault]:
    """The faults of rules, those of this policy with the line of their key."""
    lines = lines_of(data.decode("utf-8-sig"))
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


def _inline(value: Any) -> str:
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
        return "[" + ", ".join(_inline(v) for v in value) + "]"
    return "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in pairs) + " }"


def _clock(minute: int) -> str:
    return _string(f"{minute // 60:02}:{minute % 60:02}")


def _lines(value: Any, path: str) -> Iterator[str]:
    """Scalars first, then the tables: TOML has no way back out of a table."""
    values = {f.name: getattr(value, f.name) for f in fields(value)}
    hints = get_type_hints(type(value), include_extras=True)
    prefix = f"{path}." if path else ""
    for name, one in values.items():
        if not is_dataclass(one) and not _is_tables(one, path):
            shown = _clock(one) if hints[name] == Clock else _inline(one)
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
