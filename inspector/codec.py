"""Data → frozen values, and back: the one reader and writer of everything kept.

    TOML or JSON text → opened → load → a frozen value, or every fault by path and line
    a frozen value → dump → JSON data

`load` walks data along the types of the fields and never stops at the first fault:
each goes to `bad` with its path, and a field with a default stands at it meanwhile, so
that rules can still judge the rest. `load(type(v), dump(v), bad) == v`. What a type
alone does not say stands beside it as a mark, `Annotated[int, "clock"]`:

    clock      minutes after midnight, "08:30" in a file for people
    rate       [numerator, denominator], a fraction >= 0
    hex        bytes as hexadecimal digits; never shown in a fault
    distinct   nothing occurs twice in the list
    every      a table keyed by an enumeration names each of its members
    (a, b, …)  one of these words
    range      of an integer

It stands below everything but the errors and knows no type by name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Protocol,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from inspector.errors import Fault, Faults, messages
from inspector.lines import line_at, lines_of

# Stands where a fault was told and nothing else can stand.
WRONG: Any = MISSING
MOST_BYTES = 2**20
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_HEX = re.compile(r"([0-9a-fA-F]{2})*", re.ASCII)
_SYNTAX = re.compile(r"at line (\d+)")

messages(
    {
        "data.toml": (
            "不是有效的 TOML（UTF-8，至多1 MB）：{value}",
            "not valid TOML (UTF-8, at most 1 MB): {value}",
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
    "yes_no": ("true 或 false", "true or false"),
    "integer": ("整数", "an integer"),
    "count": ("非负整数", "a non-negative integer"),
    "number": ("数", "a number"),
    "clock": ("“HH:MM”或分钟数", '"HH:MM" or minutes'),
    "date": ("日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)"),
    "moment": ("时刻（ISO 8601）", "a moment (ISO 8601)"),
    "rate": ("[分子, 分母]", "[numerator, denominator]"),
    "points": ("至多两位小数的非负分值", "points >= 0 with at most two decimals"),
    "hex": ("十六进制数字", "hexadecimal digits"),
    "key": ("半角编码作键", "keyed by ASCII names"),
}


class Bad(Protocol):
    """Takes one fault: where, which `data.` code, the value, and what it has to be."""

    def __call__(self, path: str, code: str, value: object, want: str = "") -> None: ...


def _storable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


@dataclass(frozen=True, slots=True)
class Form:
    """How a family of files writes what types leave open.

    `tables`: pairs of a name and a value are a table, not a list of pairs. `none`:
    stands for None. `whole`: bounds of integers. `text`, `name`: what a text and a
    name in a table may hold. `own`: a type read in its own way, and what it has to be;
    the reader raises ValueError. `flat`: a type whose fields stand among those of the
    value around it, field → name there. `more`: keys that nobody knows are left alone.
    """

    tables: bool = False
    none: object = None
    whole: tuple[int, int] | None = None
    text: Callable[[str], bool] = _storable
    text_kind: str = "text"
    name: Callable[[str], bool] = _storable
    own: Mapping[Any, tuple[str, Callable[[Any], Any]]] = field(default_factory=dict)
    flat: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)
    more: bool = False


JSON = Form()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def hints_of(kind: Any) -> dict[str, Any]:
    """Name in the data → type, of a dataclass."""
    return {name: _hints(kind)[one.name] for name, one in _fields(kind).items()}


@cache
def _fields(kind: Any) -> Mapping[str, Field[Any]]:
    """Name in the data → field; `metadata={"name": "from"}` where Python has none."""
    return {f.metadata.get("name", f.name): f for f in fields(kind) if f.init}


# Looked up only where there is a fault.
_lines = lru_cache(maxsize=4)(lines_of)


def dump(value: Any, form: Form = JSON) -> Any:
    """JSON data of a value: dates as text, enumerations as words, tuples as lists.

    >>> dump((date(2026, 12, 1), Fraction(1, 3), None))
    ['2026-12-01', [1, 3], None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {}
        for name, field_ in _fields(type(value)).items():
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


def _is_name(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, str)


def _texts(values: Iterable[object]) -> bool:
    return all(isinstance(v, str) for v in values)


def load(kind: Any, data: Any, bad: Bad, path: str = "", form: Form = JSON) -> Any:
    """The value of this type; WRONG when a fault leaves nothing that could stand.

    >>> load(tuple[int, ...], [1, True, 3.0], lambda *fault: print(*fault))
    [1] kind True integer
    [2] kind 3.0 integer
    <dataclasses._MISSING_TYPE object at ...>
    """
    return _Loader(bad, form).value(kind, data, path)


def load_one(
    kinds: Mapping[str, Any],
    data: Any,
    bad: Bad,
    path: str = "",
    form: Form = JSON,
    tag: str = "kind",
) -> Any:
    """One of several types, by the name under `tag` among its fields."""
    if not isinstance(data, Mapping):
        return _Loader(bad, form).wrong(path, data, "table")
    where, name = _under(path, tag), data.get(tag)
    if tag not in data:
        bad(where, "missing", "")
        return WRONG
    if not isinstance(name, str) or name not in kinds:
        return _Loader(bad, form).wrong(where, name, "、".join(kinds))
    rest = {k: v for k, v in data.items() if k != tag}
    return load(kinds[name], rest, bad, path, form)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


@dataclass(frozen=True, slots=True)
class _Loader:
    """Walks data along type hints; each method gives a value or WRONG."""

    bad: Bad
    form: Form

    def wrong(self, path: str, value: object, want: str) -> Any:
        self.bad(path, "kind", value, want)
        return WRONG

    def value(self, hint: Any, data: Any, path: str) -> Any:
        marks: tuple[Any, ...] = ()
        if get_origin(hint) is Annotated:
            hint, *told = get_args(hint)
            marks = tuple(told)
        if hint in self.form.own:
            return self.own(hint, data, path)
        for mark in marks:
            if mark in _MARKED:
                return _MARKED[mark](self, data, path)
            if isinstance(mark, tuple) and data not in mark:
                return self.wrong(path, data, "、".join(mark))
            if isinstance(mark, range) and data not in mark:
                return self.wrong(path, data, f"{mark[0]}–{mark[-1]}")
        hint = getattr(hint, "__supertype__", hint)
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            return self.union(get_args(hint), data, path)
        if origin is tuple:
            return self.several(get_args(hint), marks, data, path)
        if origin is not None and issubclass(origin, Mapping):
            return self.mapping(get_args(hint)[1], data, path)
        if is_dataclass(hint):
            return self.table(hint, data, path)
        return self.plain(hint, data, path)

    def own(self, hint: Any, data: Any, path: str) -> Any:
        want, read = self.form.own[hint]
        try:
            return read(data)
        except (ValueError, TypeError, ArithmeticError):
            return self.wrong(path, data, want)

    def plain(self, hint: Any, data: Any, path: str) -> Any:
        """A value without parts. A bool is no integer, a moment no date."""
        if hint in (date, datetime) and isinstance(data, str):
            try:
                found = hint.fromisoformat(data)
            except ValueError:
                found = None
            fits = found is not None and found.isoformat() == data
            return found if fits else self.wrong(path, data, _NAMES[hint])
        if isinstance(hint, type) and issubclass(hint, Enum):
            words = [member.value for member in hint]
            if type(data) is not type(words[0]) or data not in words:
                return self.wrong(path, data, "、".join(map(str, words)))
            return hint(data)
        if hint is Fraction:
            pair = _rate(self, data, path)
            return pair if pair is WRONG else Fraction(*pair)
        if hint is Any or hint is object:
            return data
        low, high = self.form.whole or (None, None)
        want = {int: "count" if low == 0 else "integer", str: self.form.text_kind}
        if type(data) is not hint:
            return self.wrong(path, data, want.get(hint) or _NAMES.get(hint, str(hint)))
        if hint is int and low is not None and not low <= data <= (high or data):
            return self.wrong(path, data, want[int])
        if hint is str and not self.form.text(data):
            return self.wrong(path, data, want[str])
        return data

    def union(self, kinds: tuple[Any, ...], data: Any, path: str) -> Any:
        """The one besides None, or the one whose plain type the data have."""
        some = [h for h in kinds if h is not NoneType]
        if len(some) < len(kinds) and (data is None or data == self.form.none):
            return None
        for hint in some:
            if len(some) == 1 or type(data) is hint:
                return self.value(hint, data, path)
        return self.wrong(path, data, "、".join(_NAMES.get(h, "") for h in some))

    def table(self, kind: Any, data: Any, path: str) -> Any:
        """A dataclass; WRONG when something it needs is absent or wrong."""
        if not isinstance(data, Mapping):
            return self.wrong(path, data, "table")
        hints, known = _hints(kind), _fields(kind)
        for name, one in known.items():
            if flat := self.form.flat.get(hints[one.name]):
                inner = {k: data[v] for k, v in flat.items() if v in data}
                rest = {k: v for k, v in data.items() if k not in flat.values()}
                data = rest | {name: inner}
        for name in () if self.form.more else sorted(map(str, data.keys() - known)):
            self.bad(_under(path, name), "unknown", name)
        values, whole = {}, True
        for name, one in known.items():
            value, where = WRONG, _under(path, name)
            if name in data:
                value = self.value(hints[one.name], data[name], where)
            elif _required(one):
                self.bad(where, "missing", "")
            if value is not WRONG:
                values[one.name] = value
            elif _required(one):
                whole = False
        return kind(**values) if whole else WRONG

    def mapping(self, hint: Any, data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            return self.wrong(path, data, "table")
        out = {}
        for name, one in data.items():
            if not isinstance(name, str) or not self.form.name(name):
                out[name] = self.wrong(_under(path, str(name)), name, "key")
            else:
                out[name] = self.value(hint, one, _under(path, name))
        return WRONG if WRONG in out.values() else out

    def several(self, args: Any, marks: Any, data: Any, path: str) -> Any:
        inner = args[0]
        many = args[-1] is Ellipsis
        pair = get_args(inner) if get_origin(inner) is tuple else ()
        if many and self.form.tables and len(pair) == 2 and _is_name(pair[0]):
            return self.pairs(*pair, "every" in marks, data, path)
        if not isinstance(data, list) or not (many or len(data) == len(args)):
            return self.wrong(path, data, "tables" if is_dataclass(inner) else "list")
        kinds = [inner] * len(data) if many else args
        out = [
            self.value(hint, one, f"{path}[{k}]")
            for k, (hint, one) in enumerate(zip(kinds, data, strict=True))
        ]
        if any(one is WRONG for one in out):
            return WRONG
        if "distinct" in marks and len(set(out)) < len(out):
            self.bad(path, "twice", "、".join(map(str, out)))
            return WRONG
        return tuple(out)

    def pairs(self, key: Any, item: Any, every: bool, data: Any, path: str) -> Any:
        """A table as pairs of a name and a value; an empty one may be a list, too."""
        data = {} if data == [] else data
        if not isinstance(data, Mapping):
            return self.wrong(path, data, "table")
        named = issubclass(key, Enum)
        words = [member.value for member in key] if named else []
        out, whole = [], True
        for name, one in data.items():
            where = _under(path, name)
            if named and name not in words:
                self.bad(where, "unknown", name)
                whole = False
            elif not self.form.name(name):
                whole = self.wrong(where, name, "key") is not WRONG
            else:
                out.append((key(name), self.value(item, one, where)))
        for name in sorted(set(words) - data.keys()) if every else ():
            self.bad(_under(path, name), "missing", "")
            whole = False
        return tuple(out) if whole and all(v is not WRONG for _, v in out) else WRONG


def _rate(loader: _Loader, data: Any, path: str) -> Any:
    """[numerator, denominator]; as it was written, never reduced."""
    most = (loader.form.whole or (0, None))[1]
    whole = isinstance(data, list) and len(data) == 2
    if not whole or any(type(v) is not int for v in data):
        return loader.wrong(path, data, "rate")
    if data[0] < 0 or data[1] <= 0 or (most is not None and max(data) > most):
        return loader.wrong(path, data, "rate")
    return (data[0], data[1])


def _clock(loader: _Loader, data: Any, path: str) -> Any:
    found = _CLOCK.fullmatch(data) if isinstance(data, str) else None
    minute = int(found[1]) * 60 + int(found[2]) if found else data
    if type(minute) is not int or (found and minute > 1440):
        return loader.wrong(path, data, "clock")
    return loader.plain(int, minute, path)


def _hex(loader: _Loader, data: Any, path: str) -> Any:
    if not isinstance(data, str) or not _HEX.fullmatch(data):
        return loader.wrong(path, "…", "hex")  # it may be a secret
    return data


_MARKED: Mapping[Any, Callable[[_Loader, Any, str], Any]] = {
    "rate": _rate,
    "clock": _clock,
    "hex": _hex,
}
_NAMES: Mapping[Any, str] = {
    str: "text",
    bool: "yes_no",
    int: "integer",
    float: "number",
    date: "date",
    datetime: "moment",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Collects the faults of one file; `text`: where their lines are looked up."""

    file: str
    text: str = ""
    faults: list[Fault] = field(default_factory=list)

    def bad(self, path: str, code: str, value: object, want: str = "") -> None:
        """One fault of the codec's own."""
        zh, en = KINDS.get(want, (want, want))
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
