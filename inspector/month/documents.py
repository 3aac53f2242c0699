"""Domain values as the objects of a bundle's documents (PROTOCOL.md §6), one each.

Values → JSON data, the shape that is hashed. Every stage that publishes asks here.

Nothing is decided here: every function only names fields. Dates become `YYYY-MM-DD`
or "", places `lon`/`lat` in micro-degrees, fractions `[numerator, denominator]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from inspector.ceremony.canon import Key
from inspector.codec import Form, dump
from inspector.docket.visits import DocketVisit
from inspector.domain import (
    Package,
    PastVisit,
    Place,
    Registry,
    Visit,
)
from inspector.selection.draw import Exclusion, Stratum
from inspector.selection.ranking import Ranking

Doc = dict[str, Any]


# A place stands as `lon` and `lat` among the fields around it.
PLACED = Form(flat={Place: {"lon_udeg": "lon", "lat_udeg": "lat"}})
# And "" stands for what is not there: everything that is hashed or published.
FORM = replace(PLACED, none="")


def plain(value: Any) -> Any:
    """One field as canonical data."""
    return dump(value, FORM)


def entry(value: Any, *leave_out: str) -> Doc:
    """A frozen dataclass as an object, its place as `lon` and `lat`."""
    return {k: v for k, v in dump(value, FORM).items() if k not in leave_out}


def public_history(row: PastVisit) -> Doc:
    """A past visit without its officers."""
    return entry(row, "lead", "second") | {"due": plain(row.deadline)}


def inspected_event(compound: str, usc18: str, day: date, kind: str) -> Doc:
    """The log leaf that a later month's exclusion cites."""
    return {
        "event": "inspected",
        "compound": compound,
        "usc18": usc18,
        "date": day.isoformat(),
        "kind": kind,
    }


def sorted_history(history: Iterable[PastVisit]) -> list[PastVisit]:
    return sorted(history, key=lambda h: (h.date, h.compound, h.kind.value))


def registries(registry: Registry) -> Doc:
    """The public half of the two registries and of everything that decides."""
    return {
        "streets": [entry(s) for s in registry.streets],
        "offices": [entry(o) for o in registry.offices],
        "cars": [entry(c) for c in registry.cars],
        "companies": [entry(c) for c in registry.companies],
        "compounds": [entry(c) for c in registry.compounds],
        "items": [entry(i) for i in registry.items],
        "evaluations": [
            [e.compound, e.source, e.score_bp, e.sample] for e in registry.evaluations
        ],
        "logs": [entry(x) for x in registry.logs],
        "history": [public_history(h) for h in sorted_history(registry.history)],
        "docket": [entry(c) for c in registry.docket],
        "assumed": [entry(v) for v in registry.assumed],
        "owed": [entry(v) for v in registry.owed],
    }


def private_part(registry: Registry, secret: Key) -> Doc:
    """What only the auditor sees: names, leave, recusals with reasons, officers."""
    return {
        "secret": secret.hex(),
        "inspectors": [entry(i) for i in registry.inspectors],
        "leave": [entry(x) for x in registry.leave],
        "recusals": [entry(r) for r in registry.recusals],
        "history": [
            entry(h, "usc18", "counts_for_cap", "due", "log", "at")
            for h in sorted_history(registry.history)
        ],
        "running": [entry(v) for v in registry.running],
        "signals": [entry(s) for s in registry.signals],
        "assistants": [entry(a) for a in registry.assistants],
    }


def ranking(value: Ranking) -> Doc:
    return {
        "ranked": len(value.order),
        "listed": [
            [r.compound, r.score.numerator, r.score.denominator] for r in value.bottom
        ],
    }


def docket_visits(visits: Iterable[DocketVisit]) -> list[Doc]:
    return [entry(v) for v in visits]


def exclusions(rows: Iterable[Exclusion]) -> list[Doc]:
    return [
        {"compound": e.compound, "reason": e.reason, "cites": list(e.cites)}
        for e in rows
    ]


def strata(rows: Iterable[Stratum]) -> list[Doc]:
    return [
        {
            "id": s.id,
            "street": s.street,
            "risk_class": s.risk_class.value,
            "type": s.type,
            "size": s.size,
            "chance": plain(s.chance),
            "expected": plain(s.expected),
        }
        for s in rows
    ]


def sealed_visit(value: Visit, package: Package | None) -> Doc:
    """The object of a visit leaf: the visit with its day, package and start."""
    out = entry(value) | {"day": "", "package": "", "start": -1}
    if package is not None:
        start = next(s.start for s in package.stops if s.visit == value.id)
        out |= {"day": package.day.isoformat(), "package": package.id, "start": start}
    return out


def package(value: Package) -> Doc:
    """A package; no lunch is null."""
    return dict(dump(value, PLACED))
