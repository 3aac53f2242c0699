"""Every path of the documents of a bundle, and small lies about the values there.

A path is a document's name and keys; places of lists collapse to `[]`, events to their
kind and stage, keys that are data (classes, reasons, file names) to `{}`; places of a
row that is a list stay (`[0]`). Nothing here names a field of the protocol, so that new
fields are attacked as soon as a bundle has them.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from forger import Docs

TABLES = ("rates", "caps", "weights_bp", "unplaced", "classes", "files", "changed")
HEX = re.compile("[0-9a-f]{16,}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


Route = tuple[Any, ...]


def walk(value: Any, route: Route, path: str) -> Iterator[tuple[str, Route]]:
    yield path, route
    if isinstance(value, dict):
        table = path.rpartition(".")[2] in TABLES
        for name in value:
            mark = ".{}" if table else f".{name}"
            yield from walk(value[name], (*route, name), path + mark)
    elif isinstance(value, list):
        row = path.endswith("]") or list(map(type, value)) == [int, int]
        for k, item in enumerate(value):
            mark = f"[{k}]" if row and len(value) < 5 else "[]"
            if isinstance(item, dict) and "event" in item:
                mark = f"[{':'.join(item[k] for k in ('event', 'stage') if k in item)}]"
            yield from walk(item, (*route, k), path + mark)


def routes(docs: Docs) -> dict[str, list[Route]]:
    """The keys that lead to all values of a path."""
    found = defaultdict(list)
    for name in docs:
        for path, route in walk(docs[name], (name,), name):
            found[path].append(route)
    return found


@dataclass(frozen=True)
class Place:
    """One value of a bundle: the dict or list that holds it, and the key."""

    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        return self.holder[self.key]


def place(docs: Docs, route: Route) -> Place:
    holder: Any = docs
    for key in route[:-1]:
        holder = holder[key]
    return Place(holder, route[-1])


Change = Callable[[Place, list[Place], Random], None]
CHANGES: dict[str, Change] = {}


class Same(Exception):
    """The lie cannot be told here: it would say the same."""


def lie(name: str) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        CHANGES[name] = change
        return change

    return add


def put(place: Place, value: Any) -> None:
    place.holder[place.key] = value


def plus(name: str, value: Callable[[int], int]) -> None:
    def change(place: Place, _: list[Place], dice: Random) -> None:
        if type(place.value) is not int:
            raise Same
        put(place, value(place.value))

    CHANGES[name] = change


plus("one more", lambda n: n + 1)
plus("one less", lambda n: n - 1)
plus("zero", lambda n: 0)
plus("negative", lambda n: -1 - abs(n))


def text(name: str, value: Callable[[str], str]) -> None:
    def change(place: Place, _: list[Place], dice: Random) -> None:
        if type(place.value) is not str:
            raise Same
        put(place, value(place.value))

    CHANGES[name] = change


def wide(value: str) -> str:
    """The first ASCII letter or digit as the full-width one."""
    for k, c in enumerate(value):
        if c.isascii() and c.isalnum():
            return value[:k] + chr(ord(c) + 0xFEE0) + value[k + 1 :]
    return value + "　"


def other_hash(value: str) -> str:
    if not HEX.fullmatch(value):
        raise Same
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def day(value: str, days: int) -> str:
    if not DAY.fullmatch(value):
        raise Same
    return str(date.fromisoformat(value) + timedelta(days))


def second(value: str, seconds: int) -> str:
    if not TIME.fullmatch(value):
        raise Same
    moved = datetime.fromisoformat(value) + timedelta(seconds=seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ")


text("trailing blank", lambda s: s + " ")
text("full width", wide)
text("other case", str.swapcase)
text("empty", lambda s: "")
text("other hash", other_hash)
text("day later", lambda s: day(s, 1))
text("day earlier", lambda s: day(s, -1))
text("second later", lambda s: second(s, 1))
text("second earlier", lambda s: second(s, -1))
text("hour later", lambda s: second(s, 3600))


@lie("flipped")
def flipped(place: Place, _: list[Place], dice: Random) -> None:
    if type(place.value) is not bool:
        raise Same
    put(place, not place.value)


@lie("number for bool")
def number(place: Place, _: list[Place], dice: Random) -> None:
    if type(place.value) is not bool:
        raise Same
    put(place, int(place.value))


@lie("null")
def null(place: Place, _: list[Place], dice: Random) -> None:
    put(place, 0 if place.value is None else None)


@lie("another's")
def another(place: Place, every: list[Place], dice: Random) -> None:
    """A value that the same path has elsewhere."""
    others = [p.value for p in every if p.value != place.value]
    if not others:
        raise Same
    put(place, copy.deepcopy(dice.choice(others)))


def rows(place: Place, least: int) -> list[Any]:
    value = place.value
    if type(value) is not list or len(value) < least:
        raise Same
    return value


@lie("item dropped")
def dropped(place: Place, _: list[Place], dice: Random) -> None:
    value = rows(place, 1)
    del value[dice.randrange(len(value))]


@lie("last item dropped")
def last_dropped(place: Place, _: list[Place], dice: Random) -> None:
    rows(place, 1).pop()


@lie("item twice")
def doubled(place: Place, _: list[Place], dice: Random) -> None:
    value = rows(place, 1)
    k = dice.randrange(len(value))
    value.insert(k, copy.deepcopy(value[k]))


@lie("neighbours swapped")
def swapped(place: Place, _: list[Place], dice: Random) -> None:
    value = rows(place, 2)
    k = dice.randrange(len(value) - 1)
    value[k], value[k + 1] = value[k + 1], value[k]


@lie("item added")
def added(place: Place, every: list[Place], dice: Random) -> None:
    """One that another list of the path has; else a text."""
    value = rows(place, 0)
    others = [x for p in every for x in p.value or () if x not in value]
    value.append(copy.deepcopy(dice.choice(others)) if others else "x")


@lie("key missing")
def missing(place: Place, _: list[Place], dice: Random) -> None:
    if type(place.holder) is not dict:
        raise Same
    del place.holder[place.key]


@lie("key extra")
def extra(place: Place, _: list[Place], dice: Random) -> None:
    if type(place.value) is not dict:
        raise Same
    place.value["note"] = ""


def kinds(place: Place) -> list[str]:
    """The lies that may be told about a place, by its type."""
    value = place.value
    if type(value) is dict:
        own = ["key extra", "key missing", "null"]
    elif type(value) is list:
        own = ["item dropped", "last item dropped", "item twice", "neighbours swapped"]
        own += ["item added", "key missing", "null"]
    elif type(value) is bool:
        own = ["flipped", "number for bool", "key missing"]
    elif type(value) is int:
        own = ["one more", "one less", "zero", "negative", "another's", "key missing"]
    elif value is None:
        own = ["null", "another's", "key missing"]
    else:
        own = ["trailing blank", "full width", "other case", "empty", "another's"]
        own += ["key missing"]
        own += ["other hash"] * bool(HEX.fullmatch(value))
        own += ["day later", "day earlier"] * bool(DAY.fullmatch(value))
        times = ["second later", "second earlier", "hour later"]
        own += times * bool(TIME.fullmatch(value))
    return own


def told(docs: Docs, every: Sequence[Route], path: str, kind: str) -> Route:
    """Tell one lie in a bundle, at a place chosen by path and kind. The route to it."""
    dice = Random(f"{path} {kind}")
    others = [place(docs, route) for route in every]
    fit = [k for k, p in enumerate(others) if kind in kinds(p)]
    if not fit:
        raise Same
    at = dice.choice(fit)
    own = others[at]
    before = copy.deepcopy(own.holder)
    CHANGES[kind](own, others, dice)
    if repr(own.holder) == repr(before):
        raise Same
    return every[at]
