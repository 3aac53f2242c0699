"""Files that can be had by a name: what a place offers, to whom, and what each is.

In: a shelf (rows of `Named`) and a name. Out: the row, if the reader may have it; then
its `make` gives the `File`. Each subject has its own shelves; papers themselves are
made in `api.documents` from values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.clock import local
from api.documents.paper import Head
from api.errors import Problem
from api.site import Desk
from api.store.models import Bureau
from inspector.errors import messages

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON, ZIP, HTML = "application/json", "application/zip", "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"
READERS = ("planner", "head", "leader", "auditor")

messages(
    {
        "document.unknown": (
            "没有此文书，可取：{names}",
            "there is no document of that name; there are: {names}",
        ),
        "document.day": ("须写明日期", "the day is needed"),
    }
)


@dataclass(frozen=True, slots=True)
class File:
    """What somebody takes out: how it is called, its media type, its bytes."""

    name: str
    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Named:
    """A file that can be had by a name; a name that ends in "/" stands for many.

    `needs`: the stage of the month from which on it is there, "" always.
    """

    name: str
    who: tuple[str, ...]
    make: Callable[..., File]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class DocumentNames:
    """The names under which files can be had now."""

    names: list[str]


def pick(desk: Desk, shelf: Sequence[Named], name: str) -> Named:
    """The row of a name. Raises Problem: 404 with the names there are, 403."""
    fits = (n for n in shelf if name == n.name or _inside(n, name))
    found = next(fits, None)
    if found is None:
        raise unknown(names(desk, shelf))
    if not desk.actor.roles & set(found.who):
        raise Problem("http.forbidden")
    return found


def _inside(row: Named, name: str) -> bool:
    return row.name.endswith("/") and name.startswith(row.name)


def names(desk: Desk, shelf: Sequence[Named]) -> list[str]:
    """The names that the reader may ask for."""
    return [n.name for n in shelf if desk.actor.roles & set(n.who)]


def unknown(known: Sequence[str]) -> Problem:
    """There is no such name, but these."""
    return Problem("document.unknown", names=", ".join(known))


def head(desk: Desk, number: str = "", *, demo: bool = False) -> Head:
    """What stands on every paper made now."""
    office = desk.db.get(Bureau, desk.bureau)
    at = local(desk.now)
    name = office.name if office is not None else ""
    marked = demo or desk.site.settings.demo or bool(office and office.demo)
    return Head(name, number, at, marked)
