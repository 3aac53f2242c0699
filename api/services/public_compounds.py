"""Compounds and companies as frozen: public columns, results, and "when and why not".

What is said about a compound before a month is opened depends on freeze.json and on
published results only: the same sentence for a drawn compound and for one that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from api.errors import Problem
from api.services import public_index as pub
from api.services.public_freeze import Register
from api.services.public_index import Index, PublicMonth
from api.services.public_results import ResultRow, contains, solved
from api.site import Desk

Doc = Mapping[str, Any]
OPENED_MONTHS = 12  # as far back a compound's page says whether it was drawn


def compounds(desk: Desk, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compounds of the newest freeze that fit `args`, by id."""
    month = pub.index(desk).newest
    if month is None:
        return []
    register = pub.register(desk, month)
    rows = (compound_row(register, c) for c in register.compounds.values())
    return [r for r in rows if _fits(r, args)]


def _fits(row: Doc, args: Mapping[str, Any]) -> bool:
    pairs = (("street", "street"), ("company", "usc18"), ("risk_class", "risk_class"))
    if any(args.get(a) and row[b] != args[a] for a, b in pairs):
        return False
    names = ("id", "name", "street_name", "community", "usc18", "company_name")
    return contains(args.get("q"), (row[n] for n in names))


def compound_row(register: Register, compound: Doc) -> dict[str, Any]:
    """Public columns of a compound, with the names behind its codes."""
    return {
        **compound,
        "street_name": register.street(compound["street"]),
        "company_name": register.company(compound["usc18"]),
    }


def companies(desk: Desk, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Companies of the newest freeze that fit `args`, by code, with their counts."""
    found = pub.index(desk)
    if found.newest is None:
        return []
    register = pub.register(desk, found.newest)
    return [
        company_row(found, register, c)
        for c in register.companies.values()
        if contains(args.get("q"), (c["usc18"], c["name"]))
    ]


def company_row(found: Index, register: Register, company: Doc) -> dict[str, Any]:
    """Public columns of a company and what its results add up to."""
    rows = found.of_company.get(company["usc18"], ())
    done, problems = solved(rows)
    return {
        **company,
        "compounds": len(register.run_by.get(company["usc18"], ())),
        "results": len(rows),
        "inspected": sum(r.inspected for r in rows),
        "problems_found": problems,
        "problems_solved": done,
    }


def company(desk: Desk, usc18: str) -> dict[str, Any]:
    """A company's page. Raises Problem 404."""
    found = pub.index(desk)
    month = found.newest
    register = pub.register(desk, month) if month is not None else None
    if register is None or usc18 not in register.companies:
        raise Problem("http.not_found")
    rows = found.of_company.get(usc18, ())
    run = register.run_by.get(usc18, ())
    return {
        **company_row(found, register, register.companies[usc18]),
        "as_of": _as_of(month),
        "run": [_run_row(found, register, c) for c in run],
        "outcomes": outcome_counts(rows),
        "newest": list(rows[:50]),
    }


def outcome_counts(rows: Iterable[ResultRow]) -> list[dict[str, Any]]:
    """How many results had each outcome, the most frequent first."""
    counts = Counter(r.outcome for r in rows)
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"outcome": name, "count": count} for name, count in order]


def _run_row(found: Index, register: Register, compound: Doc) -> dict[str, Any]:
    rows = found.of_compound.get(compound["id"], ())
    out = compound_row(register, compound) | {"results": len(rows)}
    return out | {"last": rows[0].date if rows else ""}


def _as_of(month: PublicMonth | None) -> dict[str, str]:
    """Which freeze the columns come from."""
    if month is None:
        return {}
    return {
        "month_id": month.id,
        "month": month.month,
        "sha256": month.files["freeze.json"].sha256,
    }


def compound(desk: Desk, name: str) -> dict[str, Any]:
    """A compound's page: columns, results, "when and why not". Raises Problem 404."""
    found = pub.index(desk)
    rows = found.of_compound.get(name, ())
    month = found.newest
    columns: dict[str, Any] = {}
    if month is not None:
        register = pub.register(desk, month)
        if name in register.compounds:
            columns = compound_row(register, register.compounds[name])
    if not columns and not rows:
        raise Problem("http.not_found")
    return {
        "id": name,
        "name": columns.get("name") or rows[0].compound_name,
        "columns": columns,
        "as_of": _as_of(month) if columns else {},
        "results": list(rows),
        "outlook": outlook(desk, name),
        "opened": opened(desk, name),
    }


def outlook(desk: Desk, name: str) -> list[dict[str, Any]]:
    """When a result may appear and why there is none yet, per month not opened."""
    found = pub.index(desk)
    out = []
    for month in found.months:
        if month.live:
            register = pub.register(desk, month)
            if name in register.compounds:
                out.append(_expected(month, register, register.compounds[name]))
    return out


def _expected(month: PublicMonth, register: Register, row: Doc) -> dict[str, Any]:
    """Out of freeze.json alone."""
    stratum = register.stratum(row)
    visits = register.docket_visits.get(row["id"], ())
    return {
        "month_id": month.id,
        "month": month.month,
        "stage": month.stage,
        "publish_workdays": register.doc["policy"]["publish_workdays"],
        "results_by": register.last_due,
        "chance": stratum["chance"] if stratum else None,
        "excluded": register.excluded.get(row["id"], ""),
        "docket_visits": [
            {"kind": v["kind"], "first": v["first"], "last": v["last"]} for v in visits
        ],
    }


def opened(desk: Desk, name: str) -> list[dict[str, Any]]:
    """What opened months tell about a compound: drawn or not, visits carried over."""
    closed = [m for m in pub.index(desk).months if m.stage == "closed"]
    out = []
    for month in closed[:OPENED_MONTHS]:
        told = _opened(desk, month)
        if name in told["admitted"]:
            base = {"month_id": month.id, "month": month.month}
            carried = told["carried"].get(name, [])
            out.append(base | {"drawn": name in told["drawn"], "carried": carried})
    return out


def drawn(desk: Desk, month: PublicMonth) -> list[tuple[str, str]]:
    """Ids and names of the compounds drawn, once the month is opened; else nothing."""
    if month.stage != "closed":
        return []
    register = pub.register(desk, month)
    picked = sorted(_opened(desk, month)["drawn"])
    return [(c, str(register.compounds[c]["name"])) for c in picked]


def _opened(desk: Desk, month: PublicMonth) -> dict[str, Any]:
    """Drawn compounds, and reasons of visits carried over, of an opened month."""

    def make() -> dict[str, Any]:
        doc = pub.document(desk, month, "drawn.json")
        later = (
            pub.document(desk, month, "amended.json")["amendments"]
            if "amended.json" in month.files
            else []
        )
        plans = [doc, *(a["drawn"] for a in later)]
        compound = {v["id"]: v["compound"] for p in plans for v in p["visits"]}
        carried: dict[str, list[str]] = {}
        for e in pub.document(desk, month, "log.json")["events"]:
            if e["event"] == "carried":
                carried.setdefault(compound[e["visit"]], []).append(e["reason"])
        return {
            "admitted": frozenset(pub.register(desk, month).compounds),
            "drawn": frozenset(c for s in doc["strata"] for c in s["drawn"]),
            "carried": carried,
        }

    return desk.site.shelves.months.get(("opened", month.id), month.head, make)
