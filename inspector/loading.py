"""Data and a type → the value, or every fault by its path: the walk of the codec.

What a type alone does not say stands beside it as a mark, `Annotated[int, "clock"]`:

    clock      minutes after midnight, "08:30" in a file for people
    rate       [numerator, denominator], a fraction >= 0
    hex        bytes as hexadecimal digits; never shown in a fault
    distinct   nothing occurs twice in the list
    every      a table keyed by an enumeration names each of its members
    (a, b, …)  one of these words
    range      of an integer

It knows no type by name. `inspector.codec` is how the rest of the program sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
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

# Stands where a fault was told and nothing else can stand.
WRONG: Any = MISSING
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_HEX = re.compile(r"([0-9a-fA-F]{2})*", re.ASCII)


class Bad(Protocol):
    """Takes one fault: where, which `data.` code, the value, and what it has to be."""

    def __call__(self, path: str, code: str, value: object, want: str = "") -> None: ...


def _storable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _as_it_is(_kind: str, value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Form:
    """How a family of files writes what types leave open.

    `tables`: pairs of a name and a value are a table, not a list of pairs. `none`:
    stands for None. `whole`: bounds of integers. `text`, `name`: what a text and a
    name in a table may hold. `own`: a type read in its own way, and what it has to be;
    the reader raises ValueError. `flat`: a type whose fields stand among those of the
    value around it, field → name there. `more`: keys that nobody knows are left alone.
    `heard`: a mark or the name of a plain type, and a value as people write it → the
    value in its one form.
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
    heard: Callable[[str, Any], Any] = _as_it_is


JSON = Form()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def hints_of(kind: Any) -> dict[str, Any]:
    """Name in the data → type, of a dataclass."""
    return {name: _hints(kind)[one.name] for name, one in fields_of(kind).items()}


@cache
def fields_of(kind: Any) -> Mapping[str, Field[Any]]:
    """Name in the data → field; `metadata={"name": "from"}` where Python has none."""
    return {f.metadata.get("name", f.name): f for f in fields(kind) if f.init}


def _is_name(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, str)


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
                return _MARKED[mark](self, self.form.heard(mark, data), path)
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
        data = self.form.heard(hint.__name__, data)
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
        hints, known = _hints(kind), fields_of(kind)
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
