"""`policy.toml` <-> `Policy`: the tables and keys are those of the dataclass.

Keys that are missing keep their default; keys that are unknown are faults. Times of
day may be written "08:30" or as minutes after midnight.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from inspector.errors import Fault, messages
from inspector.policy import Policy
from inspector.registry.cells import MAX_INTEGER, is_ident, plain

FILE = "policy.toml"
_MAX_BYTES = 2**20

# Minutes after midnight, written as clock values.
CLOCKS = frozenset(
    {
        "release_minute",
        "day.shift_start",
        "day.shift_end",
        "day.lunch_first",
        "day.lunch_last",
        "day.morning_end",
        "day.afternoon_start",
    }
)
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

messages(
    {
        "policy.toml": (
            "不是有效的 TOML（UTF-8）：{value}",
            "not valid TOML (UTF-8): {value}",
        ),
        "policy.unknown": ("未知的键", "unknown key"),
        "policy.missing": ("缺少必填的键", "a required key is missing"),
        "policy.kind": (
            "“{value}”应为{zh}",
            '"{value}" must be {en}',
        ),
        "policy.twice": ("“{value}”重复", '"{value}" is repeated'),
    }
)

_KINDS = {
    "table": ("一个表", "a table"),
    "tables": ("表的列表", "a list of tables"),
    "list": ("列表", "a list"),
    "text": ("文字", "text"),
    "yes_no": ("true 或 false", "true or false"),
    "integer": ("非负整数", "a non-negative integer"),
    "clock": ("“HH:MM”或分钟数", '"HH:MM" or minutes'),
    "rate": ("[分子, 分母]", "[numerator, denominator]"),
    "key": ("半角编码作键", "keyed by ASCII names"),
}


class _PolicyReader:
    """Walks TOML data along the type hints of the policy, collecting faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def wrong(self, path: str, value: object, kind: str) -> Any:
        zh, en = _KINDS.get(kind, (kind, kind))
        self.fault("policy.kind", path, value, zh=zh, en=en)
        return MISSING

    def fault(self, code: str, path: str, value: object, **params: object) -> None:
        shown = str(value)[:80]
        self.faults.append(Fault(code, self.file, None, path, shown, params))

    def table(self, type_: Any, data: object, path: str) -> Any:
        """A dataclass from a table; MISSING when a key without default is absent."""
        if not isinstance(data, dict):
            return self.wrong(path, data, "table")
        prefix = f"{path}." if path else ""
        hints = get_type_hints(type_)
        known = {field.name: field for field in fields(type_)}
        values = {}
        complete = True
        for name in sorted(data.keys() - known.keys()):
            self.fault("policy.unknown", prefix + name, name)
        for name, field in known.items():
            if name not in data:
                if _required(field):
                    self.fault("policy.missing", prefix + name, "")
                    complete = False
                continue
            value = self.value(hints[name], data[name], prefix + name)
            if value is not MISSING:
                values[name] = value
            elif _required(field):
                complete = False
        return type_(**values) if complete else MISSING

    def value(self, hint: Any, data: object, path: str) -> Any:
        """One value of the hinted type, or MISSING after a fault."""
        if is_dataclass(hint):
            return self.table(hint, data, path)
        if get_origin(hint) is tuple:
            return self.tuple(get_args(hint), data, path)
        if hint is bool:
            return data if isinstance(data, bool) else self.wrong(path, data, "yes_no")
        if hint is int:
            return self.integer(data, path)
        if not isinstance(data, str) or not plain(data):
            return self.wrong(path, data, "text")
        if issubclass(hint, StrEnum):
            if data not in list(hint):
                return self.wrong(path, data, "、".join(hint))
            return hint(data)
        return data

    def integer(self, data: object, path: str) -> Any:
        if path in CLOCKS and isinstance(data, str):
            found = _CLOCK.fullmatch(data)
            if not found or int(found[1]) * 60 + int(found[2]) > 1440:
                return self.wrong(path, data, "clock")
            return int(found[1]) * 60 + int(found[2])
        if isinstance(data, bool) or not isinstance(data, int):
            return self.wrong(path, data, "clock" if path in CLOCKS else "integer")
        if not 0 <= data <= MAX_INTEGER:
            return self.wrong(path, data, "integer")
        return data

    def tuple(self, args: tuple[Any, ...], data: object, path: str) -> Any:
        if args == (int, int):
            return self.rate(data, path)
        (inner, _) = args
        if get_origin(inner) is tuple:
            key, item = get_args(inner)
            return self.pairs(key, item, data, path)
        if not isinstance(data, list):
            return self.wrong(path, data, "tables" if is_dataclass(inner) else "list")
        out = [
            self.value(inner, one, f"{path}[{number}]")
            for number, one in enumerate(data)
        ]
        if MISSING in out:
            return MISSING
        if not is_dataclass(inner) and inner is not int and len(set(out)) < len(out):
            self.fault("policy.twice", path, "、".join(out))
            return MISSING
        return tuple(out)

    def rate(self, data: object, path: str) -> Any:
        if (
            not isinstance(data, list)
            or len(data) != 2
            or any(isinstance(v, bool) or not isinstance(v, int) for v in data)
            or not (0 <= data[0] <= MAX_INTEGER and 0 < data[1] <= MAX_INTEGER)
        ):
            return self.wrong(path, data, "rate")
        return (data[0], data[1])

    def pairs(self, key: Any, item: Any, data: object, path: str) -> Any:
        """A table of pairs; one keyed by an enumeration names every member."""
        if not isinstance(data, dict):
            return self.wrong(path, data, "table")
        out = []
        for name, one in data.items():
            at = f"{path}.{name}"
            if issubclass(key, StrEnum) and name not in list(key):
                self.fault("policy.unknown", at, name)
                continue
            if not is_ident(name):
                self.wrong(at, name, "key")
                continue
            out.append((key(name), self.value(item, one, at)))
        if issubclass(key, StrEnum):
            for name in sorted(set(key) - data.keys()):
                self.fault("policy.missing", f"{path}.{name}", "")
        if len(out) < len(data) or any(value is MISSING for _, value in out):
            return MISSING
        return tuple(out)


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def read_policy(data: bytes, file: str = FILE) -> tuple[Policy | None, list[Fault]]:
    """The policy of a TOML file, and its faults (None when it is no TOML at all)."""
    reader = _PolicyReader(file)
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError("size")
        text = data.decode("utf-8-sig")
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as e:
        reader.fault("policy.toml", "", e)
        return None, reader.faults
    policy = reader.table(Policy, found, "")
    return policy, reader.faults


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    # JSON's escapes are all TOML's; DEL is the one character TOML wants besides.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(value: Any, path: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if path in CLOCKS:
        return _string(f"{value // 60:02}:{value % 60:02}")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if is_dataclass(value):
        pairs = [(f.name, getattr(value, f.name)) for f in fields(value)]
    elif value and all(isinstance(v, tuple) and isinstance(v[0], str) for v in value):
        pairs = list(value)
    else:
        return "[" + ", ".join(_inline(v, "") for v in value) + "]"
    return "{ " + ", ".join(f"{_key(k)} = {_inline(v, '')}" for k, v in pairs) + " }"


def _lines(value: Any, path: str) -> Iterator[str]:
    """Scalars first, then the tables: TOML has no way back out of a table."""
    values: Mapping[str, Any] = {f.name: getattr(value, f.name) for f in fields(value)}
    prefix = f"{path}." if path else ""
    for name, one in values.items():
        if not is_dataclass(one) and not _is_tables(one, path):
            yield f"{name} = {_inline(one, prefix + name)}"
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
