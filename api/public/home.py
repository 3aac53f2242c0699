"""What plain pages show besides the thing itself: their heads, forms and fronts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.docket import views
from api.public import compounds, oversight
from api.public import index as pub
from api.public.index import Index
from api.public.overdue import overdue
from api.site import Desk, Site
from api.store import ALL
from api.store.models import Bureau
from inspector.credit.rules import SubjectKind
from inspector.words import codes

Asked = Mapping[str, Any]
Doc = dict[str, Any]
NEWEST = 10  # rows of a list on a front page


def bureaus(site: Site) -> list[Bureau]:
    """All bureaus by code."""
    with site.store.reading(ALL) as db:
        return list(db.scalars(select(Bureau).order_by(Bureau.code)))


def about(desk: Desk) -> Doc:
    """What every page of a bureau says at its head."""
    found = pub.index(desk)
    return {"site": found, "demo": made_up(found)}


def made_up(found: Index) -> bool:
    """Whether what the pages show is a demonstration."""
    return found.demo or any(m.demonstration for m in found.months)


def home(desk: Desk) -> Doc:
    """The front page of a bureau."""
    found = pub.index(desk)
    rows = overdue(desk)
    return about(desk) | {
        "months": found.months[:NEWEST],
        "results": found.results[:NEWEST],
        "total": len(found.results),
        "overdue": rows[:NEWEST],
        "overdue_total": sum(row.count for row in rows),
        "coverage": coverage(desk),
    }


def coverage(desk: Desk) -> Doc | None:
    """专业物业覆盖率 of the newest freeze, in basis points rounded down."""
    newest = pub.index(desk).newest
    if newest is None:
        return None
    managed, all_ = pub.register(desk, newest).coverage()
    share = managed * 10_000 // all_ if all_ else 0
    return {"managed": managed, "all": all_, "share_bp": share, "month": newest.month}


# What the page of a resource needs besides the resource (`Shown.more`).


def month(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """The compounds drawn, once the month is opened."""
    found = pub.find(desk, asked["month_id"])
    return {"drawn": compounds.drawn(desk, found)}


def ranked(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """Whose list it is, and which."""
    return {
        "month": pub.find_frozen(desk, asked["month_id"]),
        "name": asked["name"],
    }


def compound(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """Whether it has a credit file."""
    kind = SubjectKind.COMPOUND
    return {"filed": oversight.has_file(desk, kind, asked["compound"])}


def company(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """Whether it has a credit file, and its problems on the docket."""
    kind, usc18 = SubjectKind.COMPANY, asked["usc18"]
    return {
        "filed": oversight.has_file(desk, kind, usc18),
        "on_docket": views.count_of(desk, "company", usc18),
    }


def search(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """Companies that fit, if something was searched; what the form can choose."""
    found = compounds.companies(desk, asked) if asked.get("q") else []
    return {
        "companies": found[:NEWEST],
        "streets": streets(desk),
        "modes": codes("mode"),
    }


def results(desk: Desk, _asked: Asked, _found: Any) -> Doc:
    """What can be chosen to narrow the results."""
    found = pub.index(desk)
    used = sorted({r.outcome for r in found.results} | set(codes("outcome")))
    return {
        "streets": streets(desk),
        "outcomes": used,
        "months": sorted({m.month for m in found.months}, reverse=True),
    }


def streets(desk: Desk) -> list[tuple[str, str]]:
    """Codes and names of the streets of the newest freeze."""
    newest = pub.index(desk).newest
    if newest is None:
        return []
    register = pub.register(desk, newest)
    return [(code, register.street(code)) for code in register.streets]


def verify(desk: Desk) -> Doc:
    """Bundles to check, the newest first."""
    return about(desk) | {"months": pub.index(desk).months}
