"""What the plain pages show: the same services as the JSON, put together per page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.services import (
    public_compounds,
    public_files,
    public_months,
    public_oversight,
)
from api.services import public_index as pub
from api.services.public_index import Index
from api.services.public_overdue import overdue
from api.services.public_proofs import proven
from api.site import Desk, Site
from api.store import ALL
from api.store.models import Bureau
from inspector.oversight.rules import SubjectKind
from inspector.words import codes

NEWEST = 10  # rows of a list on a front page


def bureaus(site: Site) -> list[Bureau]:
    """All bureaus by code."""
    with site.store.reading(ALL) as db:
        return list(db.scalars(select(Bureau).order_by(Bureau.code)))


def about(desk: Desk) -> dict[str, Any]:
    """What every page of a bureau says at its head."""
    found = pub.index(desk)
    return {"site": found, "demo": made_up(found)}


def made_up(found: Index) -> bool:
    """Whether what the pages show is a demonstration."""
    return found.demo or any(m.demonstration for m in found.months)


def home(desk: Desk) -> dict[str, Any]:
    """The front page of a bureau."""
    found = pub.index(desk)
    rows = overdue(desk)
    return about(desk) | {
        "months": found.months[:NEWEST],
        "results": found.results[:NEWEST],
        "total": len(found.results),
        "overdue": rows[:NEWEST],
        "overdue_total": sum(row.count for row in rows),
    }


def month(desk: Desk, month_id: str) -> dict[str, Any]:
    """A month's announcement. Raises Problem 404."""
    found = pub.find(desk, month_id)
    return about(desk) | {
        "a": public_months.announcement(desk, month_id),
        "drawn": public_compounds.drawn(desk, found),
    }


def bottom(desk: Desk, month_id: str) -> dict[str, Any]:
    """倒排名单 of a month. Raises Problem 404."""
    rows = public_months.ranking(desk, month_id, bottom=True)
    return about(desk) | {"month": pub.find_frozen(desk, month_id), "rows": rows}


def compound(desk: Desk, name: str) -> dict[str, Any]:
    """A compound. Raises Problem 404."""
    filed = public_oversight.has_file(desk, SubjectKind.COMPOUND, name)
    return about(desk) | {"c": public_compounds.compound(desk, name), "filed": filed}


def company(desk: Desk, usc18: str) -> dict[str, Any]:
    """A company. Raises Problem 404."""
    filed = public_oversight.has_file(desk, SubjectKind.COMPANY, usc18)
    return about(desk) | {"c": public_compounds.company(desk, usc18), "filed": filed}


def result(desk: Desk, month_id: str, visit: str) -> dict[str, Any]:
    """One result with its proof. Raises Problem 404."""
    return about(desk) | {"r": proven(desk, month_id, visit)}


def search(desk: Desk, args: Mapping[str, Any]) -> dict[str, Any]:
    """Compounds that fit, and companies if something was searched."""
    found = public_compounds.companies(desk, args) if args.get("q") else []
    return about(desk) | {
        "rows": public_compounds.compounds(desk, args),
        "companies": found[:NEWEST],
        "args": args,
        "streets": streets(desk),
    }


def results(desk: Desk, args: Mapping[str, Any]) -> dict[str, Any]:
    """Results that fit, and what can be chosen to narrow them."""
    found = pub.index(desk)
    used = sorted({r.outcome for r in found.results} | set(codes("outcome")))
    return about(desk) | {
        "rows": public_files.results_found(desk, args),
        "args": args,
        "streets": streets(desk),
        "outcomes": used,
        "months": sorted({m.month for m in found.months}, reverse=True),
    }


def late(desk: Desk) -> dict[str, Any]:
    """Overdue rows."""
    return about(desk) | {"rows": overdue(desk)}


def streets(desk: Desk) -> list[tuple[str, str]]:
    """Codes and names of the streets of the newest freeze."""
    newest = pub.index(desk).newest
    if newest is None:
        return []
    register = pub.register(desk, newest)
    return [(code, register.street(code)) for code in register.streets]


def verify(desk: Desk) -> dict[str, Any]:
    """Bundles to check, the newest first."""
    return about(desk) | {"months": pub.index(desk).months}
