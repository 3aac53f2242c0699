"""Data → frozen values, and back: the one reader and writer of everything kept.

    TOML or JSON text → opened → load → a frozen value, or every fault by path and line
    a frozen value → dump → JSON data

`load` walks data along the types of the fields and never stops at the first fault:
each goes to `bad` with its path, and a field with a default stands at it meanwhile, so
that rules can still judge the rest. `load(type(v), dump(v), bad) == v`.

It stands below everything but the errors and knows no type by name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any

from inspector.errors import Fault, Faults, messages
from inspector.lines import line_at, lines_of
from inspector.loading import JSON, WRONG, Form, fields_of, hints_of, load, load_one

__all__ = [
    "JSON",
    "WRONG",
    "Form",
    "Reading",
    "dump",
    "hints_of",
    "load",
    "load_one",
    "opened",
    "read",
]
MOST_BYTES = 2**20
_SYNTAX = re.compile(r"at line (\d+)")

messages(
    {
        "data.toml": (
            "不是有效的 TOML（UTF-8，至多1 MB）：{value}（引号、等号、方括号用半角，"
            '文字、时刻和百分数加引号，如 "08:30"）',
            "not valid TOML (UTF-8, at most 1 MB): {value} (half-width quotes, equals"
            ' signs and brackets; texts, times and percentages in quotes, as "08:30")',
        ),
        "data.json": (
            "不是有效的 JSON（UTF-8）：{value}",
            "not valid JSON (UTF-8): {value}",
        ),
        "data.unknown": ("未知的键", "unknown key"),
        "data.missing": ("缺少必填的键", "a required key is missing"),
        "data.kind": ("“{value}”应为{zh}", '"{value}" must be {en}'),
        "data.twice": ("“{value}”重复", '"{value}" is repeated'),
    }
)

# What a value has to be, in words; anything else is a list of words itself.
KINDS: Mapping[str, tuple[str, str]] = {
    "table": ("一个表", "a table"),
    "tables": ("表的列表", "a list of tables"),
    "list": ("列表", "a list"),
    "text": ("文字", "text"),
    "some_text": ("非空文字", "text, not empty"),
    "yes_no": ("是（true）或否（false）", "true or false"),
    "integer": ("整数", "an integer"),
    "count": ("非负整数", "a non-negative integer"),
    "number": ("数", "a number"),
    "clock": ("“HH:MM”或分钟数", '"HH:MM" or minutes'),
    "date": ("日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)"),
    "moment": ("时刻（ISO 8601）", "a moment (ISO 8601)"),
    "rate": ("[分子, 分母]，分母大于零", "[numerator, denominator > 0]"),
    "points": ("至多两位小数的非负分值", "points >= 0 with at most two decimals"),
    "hex": ("十六进制数字", "hexadecimal digits"),
    "key": ("半角编码作键", "keyed by ASCII names"),
}


# Looked up only where there is a fault.
_lines = lru_cache(maxsize=4)(lines_of)


def dump(value: Any, form: Form = JSON) -> Any:
    """JSON data of a value: dates as text, enumerations as words, tuples as lists.

    >>> dump((date(2026, 12, 1), Fraction(1, 3), None))
    ['2026-12-01', [1, 3], None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {}
        for name, field_ in fields_of(type(value)).items():
            one = getattr(value, field_.name)
            if flat := form.flat.get(type(one)):
                out |= {flat[k]: v for k, v in dump(one).items()}
            else:
                out[name] = dump(one, form)
        return out
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, Mapping):
        return {str(k): dump(v, form) for k, v in value.items()}
    if isinstance(value, tuple):
        named = (isinstance(v, tuple) and len(v) == 2 for v in value)
        if form.tables and value and all(named) and _texts(v[0] for v in value):
            return {str(k): dump(v, form) for k, v in value}
        return [dump(v, form) for v in value]
    return form.none if value is None else value


def _texts(values: Iterable[object]) -> bool:
    return all(isinstance(v, str) for v in values)


@dataclass(frozen=True, slots=True)
class Reading:
    """Collects the faults of one file; `text`: where their lines are looked up."""

    file: str
    text: str = ""
    faults: list[Fault] = field(default_factory=list)

    def bad(self, path: str, code: str, value: object, want: str = "") -> None:
        """One fault of the codec's own."""
        zh, en = KINDS.get(want, (want, want.replace("、", ", ")))
        params = {"zh": zh, "en": en} if want else {}
        self.add(f"data.{code}", path, value, **params)

    def add(self, code: str, path: str, value: object, **params: object) -> None:
        """A fault of any code at a key path."""
        row, shown = line_at(_lines(self.text), path), _shown(value)[:80]
        self.faults.append(Fault(code, self.file, row, _shown(path), shown, params))

    def load(self, kind: Any, data: Any, path: str = "", form: Form = JSON) -> Any:
        """`load` with the faults coming here."""
        return load(kind, data, self.bad, path, form)

    def judged(self, path: str) -> bool:
        """Whether rules may judge what stands there: no fault in the same top key."""
        wrong = {_top(f.column or "") for f in self.faults}
        return not wrong & {_top(path), ""}

    def refuse(self) -> None:
        """Raise Faults with everything that was found, if anything was."""
        if self.faults:
            raise Faults(self.faults)


def read(kind: Any, data: Any, file: str, form: Form = JSON) -> Any:
    """The value of data without a text of their own. Raises Faults with all of them."""
    reading = Reading(file)
    found = reading.load(kind, data, form=form)
    reading.refuse()
    return found


def _shown(value: object) -> str:
    """As text that can be sent: JSON may bring half of a surrogate pair."""
    return str(value).encode("utf-8", "replace").decode()


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def opened(
    data: bytes, file: str, *, toml: bool = False, **options: Any
) -> tuple[Any, Reading]:
    """The data of a TOML or JSON text, and a reading that knows its lines.

    Raises Faults data.toml or data.json, with the line, when it is none.
    """
    code, text = ("data.toml" if toml else "data.json"), ""
    try:
        if toml and len(data) > MOST_BYTES:
            raise ValueError(f"{len(data)} bytes")
        text = data.decode("utf-8-sig")
        loads: Callable[..., Any] = tomllib.loads if toml else json.loads
        return loads(text, **options), Reading(file, text)
    except (ValueError, ArithmeticError, RecursionError) as e:
        found = _SYNTAX.search(str(e))
        row = getattr(e, "lineno", None) or (int(found[1]) if found else None)
        rows = text.splitlines()
        if "end of document" in str(e):
            row = len(rows)
        shown = rows[row - 1].strip() if row and row <= len(rows) else ""
        raise Faults([Fault(code, file, row, "", shown[:80])]) from e
