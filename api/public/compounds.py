"""Compounds and companies as frozen: public columns, results, and "when and why not".

What is said about a compound before a month is opened depends on freeze.json and on
published results only: the same sentence for a drawn compound and for one that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.answers import DayText, grown
from api.errors import Problem
from api.public import index as pub
from api.public.carried import CarriedRow
from api.public.freeze import Register, managed
from api.public.index import Index, PublicMonth
from api.public.results import MODE, RESPONSIBLE, ResultRow, contains, solved
from api.public.yearly import YearlyCount, yearly_counts
from api.site import Desk
from inspector.credit.rules import SubjectKind

Doc = Mapping[str, Any]
OPENED_MONTHS = 12  # as far back a compound's page says whether it was drawn
PRECISION = {
    "says": "坐标精度 whose centre stands for a place that nobody gave; empty: its own"
}
NEWEST = 50  # results on a company's page


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which freeze registry columns come from."""

    month_id: str
    month: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CompoundLine:
    """The public columns of a compound."""

    id: str
    name: str
    street: str
    street_name: str
    community: str
    address: str
    usc18: str
    company_name: str
    mode: str = field(metadata=MODE)
    responsible: str = field(metadata=RESPONSIBLE)
    type: str
    households: int
    risk_class: str
    has_lift: bool
    skill: str
    service_minutes: int
    window: str
    lon: int = field(metadata={"says": "百万分之一度 micro-degrees, WGS-84"})
    lat: int
    approximate: str = field(metadata=PRECISION)
    status: str


@dataclass(frozen=True, slots=True)
class CompoundRun(CompoundLine):
    """A compound that a company runs; `last`: its newest inspection's day or ""."""

    results: int
    last: DayText


@dataclass(frozen=True, slots=True)
class DocketVisitWindow:
    """A visit that the docket plans, which is public."""

    kind: str
    first: DayText
    last: DayText


@dataclass(frozen=True, slots=True)
class Outlook:
    """The same for a drawn compound and for one that was not."""

    month_id: str
    month: str
    stage: str
    publish_workdays: int
    results_by: DayText
    chance: tuple[int, ...] | None
    excluded: str
    docket_visits: tuple[DocketVisitWindow, ...]
    owed: bool = field(
        metadata={"says": "应补 a visit carried earlier is owed this month"}
    )


@dataclass(frozen=True, slots=True)
class OpenedMonth:
    """What an opened month tells of a compound."""

    month_id: str
    month: str
    drawn: bool
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """A compound: columns of the newest freeze, none when it is no longer in it."""

    id: str
    name: str
    columns: CompoundLine | None
    as_of: AsOf | None
    results: tuple[ResultRow, ...]
    carried: tuple[CarriedRow, ...]
    outlook: tuple[Outlook, ...]
    opened: tuple[OpenedMonth, ...]
    yearly: tuple[YearlyCount, ...]


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """Public columns of a company and what its results add up to."""

    usc18: str
    name: str
    status: str
    compounds: int
    results: int
    inspected: int
    problems_found: int = field(
        metadata={"says": "检查发现问题 found at inspections; not those of the docket"}
    )
    problems_solved: int = field(
        metadata={"says": "复查不再发现 gone at the compound's next inspection"}
    )


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many results had an outcome."""

    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class CompanyFile(CompanyLine):
    """A company with its compounds, counts and newest results."""

    as_of: AsOf
    run: tuple[CompoundRun, ...]
    outcomes: tuple[OutcomeCount, ...]
    newest: tuple[ResultRow, ...]
    yearly: tuple[YearlyCount, ...]


def compounds(desk: Desk, args: Mapping[str, Any]) -> list[CompoundLine]:
    """Compounds of the newest freeze that fit `args`, by id."""
    month = pub.index(desk).newest
    if month is None:
        return []
    register = pub.register(desk, month)
    rows = (compound_row(register, c) for c in register.compounds.values())
    return [r for r in rows if _fits(r, args)]


def _fits(row: CompoundLine, args: Mapping[str, Any]) -> bool:
    pairs = (
        *(("street", "street"), ("company", "usc18")),
        *(("risk_class", "risk_class"), ("mode", "mode")),
    )
    if any(args.get(a) and getattr(row, b) != args[a] for a, b in pairs):
        return False
    names = ("id", "name", "street_name", "community", "usc18", "company_name")
    return contains(args.get("q"), (getattr(row, n) for n in names))


def compound_row(register: Register, compound: Doc) -> CompoundLine:
    """Public columns of a compound, with the names behind its codes."""
    return grown(
        CompoundLine,
        {**compound, **managed(compound)},
        address=compound.get("address", ""),
        approximate=compound.get("approximate", ""),
        street_name=register.street(compound["street"]),
        company_name=register.company(compound["usc18"]),
    )


def companies(desk: Desk, args: Mapping[str, Any]) -> list[CompanyLine]:
    """Companies of the newest freeze that fit `args`, by code, with their counts."""
    found = pub.index(desk)
    if found.newest is None:
        return []
    register = pub.register(desk, found.newest)
    return [
        _line(found, register, c)
        for c in register.companies.values()
        if contains(args.get("q"), (c["usc18"], c["name"]))
    ]


def _line(found: Index, register: Register, company: Doc) -> CompanyLine:
    rows = found.of_company.get(company["usc18"], ())
    done, problems = solved(rows)
    return grown(
        CompanyLine,
        company,
        compounds=len(register.run_by.get(company["usc18"], ())),
        results=len(rows),
        inspected=sum(r.inspected for r in rows),
        problems_found=problems,
        problems_solved=done,
    )


def company(desk: Desk, usc18: str) -> CompanyFile:
    """A company's page. Raises Problem 404."""
    found = pub.index(desk)
    month = found.newest
    if month is None:
        raise Problem("http.not_found")
    register = pub.register(desk, month)
    if usc18 not in register.companies:
        raise Problem("http.not_found")
    rows = found.of_company.get(usc18, ())
    run = register.run_by.get(usc18, ())
    return grown(
        CompanyFile,
        _line(found, register, register.companies[usc18]),
        as_of=_as_of(month),
        run=tuple(_run_row(found, register, c) for c in run),
        outcomes=outcome_counts(rows),
        newest=tuple(rows[:NEWEST]),
        yearly=_yearly(register, run, rows),
    )


def _yearly(
    register: Register, run: Sequence[Doc], rows: Sequence[ResultRow]
) -> tuple[YearlyCount, ...]:
    """Of a company; nothing where each compound is counted by itself."""
    by_firm = register.doc["policy"]["draw"]["cap_unit"] == "company"
    return yearly_counts(register, run, rows) if by_firm else ()


def yearly_of(desk: Desk, kind: SubjectKind, name: str) -> tuple[YearlyCount, ...]:
    """How often this year, of a company or a compound of the newest freeze."""
    found = pub.index(desk)
    if found.newest is None:
        return ()
    register = pub.register(desk, found.newest)
    if kind is SubjectKind.COMPANY and name in register.companies:
        rows = found.of_company.get(name, ())
        return _yearly(register, register.run_by.get(name, ()), rows)
    if kind is SubjectKind.COMPOUND and name in register.compounds:
        return _of_compound(found, register, name)
    return ()


def outcome_counts(rows: Iterable[ResultRow]) -> tuple[OutcomeCount, ...]:
    """How many results had each outcome, the most frequent first."""
    counts = Counter(r.outcome for r in rows)
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(OutcomeCount(name, count) for name, count in order)


def _run_row(found: Index, register: Register, compound: Doc) -> CompoundRun:
    rows = found.of_compound.get(compound["id"], ())
    last = rows[0].date if rows else ""
    line = compound_row(register, compound)
    return grown(CompoundRun, line, results=len(rows), last=last)


def _as_of(month: PublicMonth) -> AsOf:
    """Which freeze the columns come from."""
    return AsOf(month.id, month.month, month.files["freeze.json"].sha256)


def compound(desk: Desk, name: str) -> CompoundFile:
    """A compound's page: columns, results, "when and why not". Raises Problem 404."""
    found = pub.index(desk)
    rows = found.of_compound.get(name, ())
    month = found.newest
    columns, as_of, counts = None, None, tuple[YearlyCount, ...]()
    if month is not None:
        register = pub.register(desk, month)
        if name in register.compounds:
            columns = compound_row(register, register.compounds[name])
            as_of = _as_of(month)
            counts = _of_compound(found, register, name)
    if columns is None and not rows:
        raise Problem("http.not_found")
    called = columns.name if columns is not None else rows[0].compound_name
    told = outlook(desk, name), opened(desk, name)
    carried = tuple(r for r in found.carried if r.compound == name)
    return CompoundFile(
        name, called, columns, as_of, tuple(rows), carried, *told, counts
    )


def _of_compound(
    found: Index, register: Register, name: str
) -> tuple[YearlyCount, ...]:
    """Of the compound's firm, with the limit of the compound's own class."""
    row = register.compounds[name]
    if register.doc["policy"]["draw"]["cap_unit"] == "company":
        rows = found.of_company.get(row["usc18"], ()) if row["usc18"] else ()
    else:
        rows = found.of_compound.get(name, ())
    return yearly_counts(register, [row], rows)


def outlook(desk: Desk, name: str) -> tuple[Outlook, ...]:
    """When a result may appear and why there is none yet, per month not opened."""
    found = pub.index(desk)
    out = []
    for month in found.months:
        if month.live:
            register = pub.register(desk, month)
            if name in register.compounds:
                out.append(_expected(month, register, register.compounds[name]))
    return tuple(out)


def _expected(month: PublicMonth, register: Register, row: Doc) -> Outlook:
    """Out of freeze.json alone."""
    stratum = register.stratum(row)
    visits = register.docket_visits.get(row["id"], ())
    return Outlook(
        month.id,
        month.month,
        month.stage,
        publish_workdays=register.doc["policy"]["publish_workdays"],
        results_by=register.last_due,
        chance=tuple(stratum["chance"]) if stratum else None,
        excluded=register.excluded.get(row["id"], ""),
        docket_visits=tuple(
            DocketVisitWindow(v["kind"], v["first"], v["last"]) for v in visits
        ),
        owed=any(
            o["compound"] == row["id"] and not o["gone"]
            for o in register.doc.get("owed", ())
        ),
    )


def opened(desk: Desk, name: str) -> tuple[OpenedMonth, ...]:
    """What opened months tell about a compound: drawn or not, visits carried."""
    closed = [m for m in pub.index(desk).months if m.stage == "closed"]
    out = []
    for month in closed[:OPENED_MONTHS]:
        told = _opened(desk, month)
        if name in told["admitted"]:
            carried = tuple(told["carried"].get(name, ()))
            drawn = name in told["drawn"]
            out.append(OpenedMonth(month.id, month.month, drawn, carried))
    return tuple(out)


def drawn(desk: Desk, month: PublicMonth) -> list[tuple[str, str]]:
    """Ids and names of the compounds drawn, once the month is opened; else nothing."""
    if month.stage != "closed":
        return []
    register = pub.register(desk, month)
    picked = sorted(_opened(desk, month)["drawn"])
    return [(c, str(register.compounds[c]["name"])) for c in picked]


def _opened(desk: Desk, month: PublicMonth) -> dict[str, Any]:
    """Drawn compounds, and reasons of visits carried, of an opened month."""

    def make() -> dict[str, Any]:
        doc = pub.document(desk, month, "drawn.json")
        carried: dict[str, list[str]] = {}
        for e in pub.carries(desk, month):
            carried.setdefault(e["compound"], []).append(e["reason"])
        return {
            "admitted": frozenset(pub.register(desk, month).compounds),
            "drawn": frozenset(c for s in doc["strata"] for c in s["drawn"]),
            "carried": carried,
        }

    return desk.site.shelves.months.get(("opened", month.id), month.head, make)
