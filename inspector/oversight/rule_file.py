"""A rule file (TOML) → `RuleSet`, or every fault with its line and key.

Keys are those of the dataclasses in `inspector.oversight.rules`; unknown keys are
faults, missing ones keep their default. Points are written as people write them, with
at most two decimals (`0.5`), and read exactly.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from inspector.errors import Fault, Faults, messages
from inspector.oversight.rule_checks import check
from inspector.oversight.rules import Points, RuleSet
from inspector.registry.cells import is_ident, plain

_MOST = 10**9
_MAX_BYTES = 2**20
_HEADER = re.compile(r"(\[{1,2})\s*([A-Za-z0-9_.\" -]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"([A-Za-z0-9_-]+|\"[^\"]*\")\s*=")

# The last part of a key path: an index, or a name.
_INNERMOST = re.compile(r"(\[\d+\]|(^|\.)[^.\[]*)$")

messages(
    {
        "rules.toml": (
            "不是有效的 TOML（UTF-8，至多1 MB）：{value}",
            "not valid TOML (UTF-8, at most 1 MB): {value}",
        ),
        "rules.unknown": ("未知的键", "unknown key"),
        "rules.missing": ("缺少必填的键", "a required key is missing"),
        "rules.kind": ("“{value}”应为{zh}", '"{value}" must be {en}'),
    }
)

_KINDS = {
    "table": ("一个表", "a table"),
    "tables": ("表的列表", "a list of tables"),
    "list": ("列表", "a list"),
    "text": ("非空文字", "text, not empty"),
    "yes_no": ("true 或 false", "true or false"),
    "integer": ("非负整数", "a non-negative integer"),
    "points": ("至多两位小数的非负分值", "points >= 0 with at most two decimals"),
    "rate": ("[分子, 分母]", "[numerator, denominator]"),
    "key": ("半角编码作键", "keyed by ASCII names"),
}


def lines_of(text: str) -> dict[str, int]:
    """Key path → line, for tables and keys written in the ordinary way.

    >>> lines_of("id = 1\\n[[stars]]\\nleast = 2\\n[[stars]]")
    {'id': 1, 'stars[0]': 2, 'stars[0].least': 3, 'stars[1]': 4}
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if header := _HEADER.fullmatch(line):
            table = header[2].replace('"', "")
            if len(header[1]) == 2:
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1].strip('"')
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


class _Reader:
    """Walks TOML data along the type hints of the rules, collecting faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: Mapping[str, int] = {}
        self.faults: list[Fault] = []

    def fault(self, code: str, path: str, value: object, **params: object) -> Any:
        self.faults.append(
            Fault(code, self.file, self.line(path), path, str(value)[:80], params)
        )
        return MISSING

    def line(self, path: str) -> int | None:
        """The line of a key, or of the nearest table around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = _INNERMOST.sub("", path)
        return None

    def wrong(self, path: str, value: object, kind: str) -> Any:
        zh, en = _KINDS.get(kind, (kind, kind))
        return self.fault("rules.kind", path, value, zh=zh, en=en)

    def table(self, type_: Any, data: object, path: str) -> Any:
        """A dataclass; MISSING when something it needs is absent or wrong."""
        if not isinstance(data, dict):
            return self.wrong(path, data, "table")
        prefix = f"{path}." if path else ""
        hints = get_type_hints(type_)
        known = {f.name: f for f in fields(type_)}
        for name in sorted(data.keys() - known.keys()):
            self.fault("rules.unknown", prefix + name, name)
        values, complete = {}, True
        for name, one in known.items():
            if name not in data:
                if _required(one):
                    self.fault("rules.missing", prefix + name, "")
                    complete = False
                continue
            value = self.value(hints[name], data[name], prefix + name)
            if value is not MISSING:
                values[name] = value
            elif _required(one):
                complete = False
        return type_(**values) if complete else MISSING

    def value(self, hint: Any, data: object, path: str) -> Any:
        """One value of the hinted type, or MISSING after a fault."""
        if is_dataclass(hint):
            return self.table(hint, data, path)
        if NoneType in get_args(hint):  # `X | None`: absent is None
            hint = next(a for a in get_args(hint) if a is not NoneType)
        if hint is Points:
            return self.points(data, path)
        if get_origin(hint) is tuple:
            return self.tuple(get_args(hint), data, path)
        if hint is bool:
            return data if isinstance(data, bool) else self.wrong(path, data, "yes_no")
        if hint is int:
            whole = isinstance(data, int) and not isinstance(data, bool)
            ok = whole and 0 <= data <= _MOST  # type: ignore[operator]
            return data if ok else self.wrong(path, data, "integer")
        if not isinstance(data, str) or not data or not plain(data):
            return self.wrong(path, data, "text")
        if issubclass(hint, StrEnum):
            if data not in list(hint):
                return self.wrong(path, data, "、".join(hint))
            return hint(data)
        return data

    def points(self, data: object, path: str) -> Any:
        """Points in hundredths; `2`, `0.5` and `1.25` are exact, `0.005` is refused."""
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            return self.wrong(path, data, "points")
        exact = Decimal(data)
        if not exact.is_finite() or not 0 <= exact <= _MOST // 100:
            return self.wrong(path, data, "points")
        if exact * 100 != int(exact * 100):
            return self.wrong(path, data, "points")
        return int(exact * 100)

    def tuple(self, args: tuple[Any, ...], data: object, path: str) -> Any:
        if args == (int, int):
            return self.rate(data, path)
        (inner, _) = args
        if get_origin(inner) is tuple:
            return self.pairs(data, path)
        if not isinstance(data, list):
            return self.wrong(path, data, "tables" if is_dataclass(inner) else "list")
        out = [self.value(inner, one, f"{path}[{k}]") for k, one in enumerate(data)]
        return MISSING if MISSING in out else tuple(out)

    def rate(self, data: object, path: str) -> Any:
        if (
            not isinstance(data, list)
            or len(data) != 2
            or any(isinstance(v, bool) or not isinstance(v, int) for v in data)
            or not (0 <= data[0] <= _MOST and 0 < data[1] <= _MOST)
        ):
            return self.wrong(path, data, "rate")
        return (data[0], data[1])

    def pairs(self, data: object, path: str) -> Any:
        """A table of texts by name."""
        if not isinstance(data, dict):
            return self.wrong(path, data, "table")
        out = []
        for name, one in data.items():
            if not is_ident(name):
                self.wrong(f"{path}.{name}", name, "key")
            elif self.value(str, one, f"{path}.{name}") is not MISSING:
                out.append((name, one))
        return tuple(out)


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def read_rules(data: bytes, file: str) -> RuleSet:
    """The rule set of a file. Raises Faults with everything that is wrong in it."""
    reader = _Reader(file)
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError("size")
        text = data.decode("utf-8-sig")
        found = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as e:
        reader.fault("rules.toml", "", e)
        raise Faults(reader.faults) from e
    reader.lines = lines_of(text)
    rules = reader.table(RuleSet, found, "")
    if isinstance(rules, RuleSet):
        # A table with a fault of its own stands at its default: not judged again.
        wrong = {_top(f.column) for f in reader.faults}
        for path, code, value, params in check(rules, found.keys()):
            if _top(path) not in wrong:
                reader.fault(code, path, value, **params)
    if reader.faults:
        raise Faults(reader.faults)
    assert isinstance(rules, RuleSet)
    return rules


def _top(path: str | None) -> str:
    return re.split(r"[.\[]", path or "", maxsplit=1)[0]
