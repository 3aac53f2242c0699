"""What one bureau has published, as one index per publication.

Everything the public reads starts here. `index(desk)` is made once per value of
`bureau.published` and kept; it holds the months, their present files and every
published result. Only published documents and two projections of a route go in: the
four figures of a plan, and results that were published (step `publish`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from api.answers import grown
from api.errors import Problem
from api.public import carried, records
from api.public import results as public_results
from api.public.carried import CarriedRow
from api.public.freeze import Register, make_register
from api.public.results import ResultRow
from api.site import Desk
from api.store.models import Bureau, Document, Month
from inspector.ceremony.canon import parse

Doc = Mapping[str, Any]
# A route's stage -> the stage the public is told.
_STAGES = {"new": "cancelled", "approved": "packed"}
_SEALED = frozenset({"seal.json", "amendments.json"})
_OPENED = frozenset(
    {
        *("drawn.json", "plan.json", "table.json", "assigned.json", "results.json"),
        "amended.json",
    }
)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A published file as it stands now."""

    name: str
    version: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A frozen month in lists: its stage and what it has committed to."""

    id: str
    month: str
    title: str
    stage: str
    commitment: str
    seal_commitment: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class PublicMonth(MonthLine):
    """The same with its steps and present files."""

    head: str = field(repr=False)  # names its steps; never shown
    files: Mapping[str, PublicFile] = field(repr=False)

    @property
    def position(self) -> str:
        """Unique, and later for a later month."""
        return f"{self.month}/{self.id}"

    @property
    def frozen(self) -> bool:
        """Whether a freeze is in force or was opened (not cancelled)."""
        return "freeze.json" in self.files

    @property
    def live(self) -> bool:
        """Frozen and not opened yet."""
        return self.frozen and self.stage != "closed"


@dataclass(frozen=True, slots=True)
class Index:
    """All public months, results and carried visits of a bureau, newest first."""

    bureau: str
    name: str
    demo: bool
    count: int
    months: tuple[PublicMonth, ...]
    results: tuple[ResultRow, ...]
    carried: tuple[CarriedRow, ...]
    of_compound: Mapping[str, Sequence[ResultRow]]
    of_company: Mapping[str, Sequence[ResultRow]]

    @property
    def newest(self) -> PublicMonth | None:
        """The month whose freeze shows the registries as they are now."""
        return next((m for m in self.months if m.frozen), None)


def index(desk: Desk) -> Index:
    """The index of the desk's bureau as its snapshot sees it."""
    row = desk.db.scalars(select(Bureau).where(Bureau.id == desk.bureau)).one()
    shelf = desk.site.shelves.bureaus
    return shelf.get(desk.bureau, row.published, lambda: _index(desk, row))


def _index(desk: Desk, row: Bureau) -> Index:
    months = _months(desk)
    later = records.newest(desk)
    rows = [r for m in months if m.frozen for r in _results(desk, m, later)]
    rows.sort(key=lambda r: r.position, reverse=True)
    return Index(
        row.code,
        row.name,
        row.demo,
        row.published,
        months,
        tuple(rows),
        _carried(desk, months),
        _grouped(rows, "compound"),
        _grouped(rows, "usc18"),
    )


def _carried(desk: Desk, months: Sequence[PublicMonth]) -> tuple[CarriedRow, ...]:
    """Visits that were not made, newest first."""
    frozen = [m for m in months if m.frozen]
    owed = carried.taken(register(desk, m) for m in frozen)
    rows = [
        row
        for m in frozen
        for row in carried.rows(m.id, register(desk, m), carries(desk, m), owed)
    ]
    return tuple(sorted(rows, key=lambda r: r.position, reverse=True))


def carries(desk: Desk, month: PublicMonth) -> list[Doc]:
    """The events of a month's carried visits, kept by its steps."""

    def make() -> list[Doc]:
        log = document(desk, month, "log.json")["events"]
        return [e for e in log if e["event"] == "carried"]

    return desk.site.shelves.months.get(("carried", month.id), month.head, make)


def _grouped(rows: Sequence[ResultRow], name: str) -> dict[str, list[ResultRow]]:
    out: dict[str, list[ResultRow]] = {}
    for row in rows:
        out.setdefault(getattr(row, name), []).append(row)
    return out


def _months(desk: Desk) -> tuple[PublicMonth, ...]:
    files = _files(desk)
    rows = desk.db.scalars(
        select(Month)
        .where(Month.head != "")
        .order_by(Month.month.desc(), Month.id.desc())
    )
    return tuple(_month(row, files.get(row.id, {})) for row in rows)


def _files(desk: Desk) -> dict[str, dict[str, PublicFile]]:
    """The newest version of every document, by month and name; without contents."""
    d = Document
    last = func.max(d.version).label("last")
    newest = select(d.month_id, d.name, last).group_by(d.month_id, d.name).subquery()
    same = (
        (d.month_id == newest.c.month_id)
        & (d.name == newest.c.name)
        & (d.version == newest.c.last)
    )
    rows = desk.db.execute(
        select(d.month_id, d.name, d.version, d.sha256, d.at).join(newest, same)
    )
    out: dict[str, dict[str, PublicFile]] = {}
    for month, name, version, sha256, at in rows:
        out.setdefault(month, {})[name] = PublicFile(name, version, sha256, at)
    return out


def _month(row: Month, files: Mapping[str, PublicFile]) -> PublicMonth:
    """Leave out what a cancelled attempt or a cancelled opening has left behind."""
    now = {
        name: file
        for name, file in sorted(files.items())
        if (name != "freeze.json" or row.commitment)
        and (name not in _SEALED or row.seal_commitment)
        and (name not in _OPENED or row.stage == "closed")
    }
    stage = _STAGES.get(row.stage, row.stage)
    return grown(PublicMonth, row, stage=stage, files=now)


def content(desk: Desk, month: PublicMonth, name: str) -> bytes:
    """A published file. Raises Problem 404 when it is not public now."""
    file = month.files.get(name)
    if file is None:
        raise Problem("http.not_found")
    row = desk.db.scalars(
        select(Document).where(
            Document.month_id == month.id,
            Document.name == name,
            Document.version == file.version,
        )
    ).one()
    return row.data


def document(desk: Desk, month: PublicMonth, name: str) -> dict[str, Any]:
    """A published file as data."""
    return dict(parse(content(desk, month, name)))


def register(desk: Desk, month: PublicMonth) -> Register:
    """The registries as this month froze them, kept by their hash."""
    sha256 = month.files["freeze.json"].sha256
    return desk.site.shelves.registers.get(
        sha256, "", lambda: make_register(document(desk, month, "freeze.json"))
    )


def results_of(desk: Desk, month: PublicMonth) -> list[ResultRow]:
    """The published results of a month as they stand, newest first."""
    return [r for r in index(desk).results if r.month_id == month.id]


def _results(
    desk: Desk, month: PublicMonth, later: Mapping[tuple[str, str], Doc]
) -> list[ResultRow]:
    """The same, made: what was published, with what was corrected since."""
    if month.stage not in ("assigned", "closed"):
        return []
    items = register(desk, month).items if later else {}
    return [
        public_results.changed(row, items, later[month.id, row.visit])
        if (month.id, row.visit) in later
        else row
        for row in _as_published(desk, month)
    ]


def _as_published(desk: Desk, month: PublicMonth) -> tuple[ResultRow, ...]:
    """Results as first published, kept by what they depend on."""

    def make() -> tuple[ResultRow, ...]:
        log = document(desk, month, "log.json")["events"]
        found = entries(desk, month)
        return public_results.rows(month.id, register(desk, month), log, found)

    return desk.site.shelves.months.get(("results", month.id), month.head, make)


def entries(desk: Desk, month: PublicMonth) -> list[Doc]:
    """Published results as objects of results.json."""
    if month.stage == "closed":
        return list(document(desk, month, "results.json")["results"])
    return public_results.live_entries(desk, month.id)


def find(desk: Desk, month_id: str) -> PublicMonth:
    """A public month. Raises Problem 404."""
    for month in index(desk).months:
        if month.id == month_id:
            return month
    raise Problem("http.not_found")


def find_frozen(desk: Desk, month_id: str) -> PublicMonth:
    """A public month with its registries. Raises Problem 404."""
    month = find(desk, month_id)
    if not month.frozen:
        raise Problem("http.not_found")
    return month


def results_found(desk: Desk, args: Mapping[str, Any]) -> list[ResultRow]:
    """Published results that fit `args`, newest first."""
    found = index(desk)
    few = found.of_compound.get(args["compound"], ()) if args.get("compound") else None
    return public_results.search(found.results if few is None else few, args)
