"""Files that can be had by a name: what a place offers, to whom, and what each is.

In: a shelf (rows of `Named`), the reader's roles and a name. Out: the row, if he may
have it; its `make` gives the `File`. Each subject has shelves of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from api.errors import Problem
from inspector.errors import messages

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON, ZIP, HTML = "application/json", "application/zip", "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"

messages(
    {
        "document.unknown": (
            "没有此文书，可取：{names}",
            "there is no document of that name; there are: {names}",
        ),
        "document.day": ("须写明日期", "the day is needed"),
        "document.drawn": (
            "随机抽取的检查随月度计划一并审批，没有个案审批表",
            "a drawn visit is approved with its month's plan, not on a form of its own",
        ),
        "document.unpublished": (
            "结果公示后方可制作此文书",
            "this paper is there once the result is published",
        ),
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

    def fits(self, roles: Collection[str]) -> bool:
        """Whether somebody with these roles may have it."""
        return bool(set(roles) & set(self.who))


def pick(shelf: Sequence[Named], roles: Collection[str], name: str) -> Named:
    """The row of a name. Raises Problem: 404 with the names there are, 403."""
    fits = (n for n in shelf if name == n.name or _inside(n, name))
    found = next(fits, None)
    if found is None:
        raise unknown([n.name for n in shelf if n.fits(roles)])
    if not found.fits(roles):
        raise Problem("http.forbidden")
    return found


def _inside(row: Named, name: str) -> bool:
    return row.name.endswith("/") and name.startswith(row.name)


def unknown(known: Sequence[str]) -> Problem:
    """There is no such name, but these."""
    return Problem("document.unknown", names=", ".join(known))
