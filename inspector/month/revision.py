"""A changed plan as data: what a proposal hands to its amendment, and as JSON.

Nobody is seated yet and nothing is solved again: whoever replays a month keeps the
revision, and seats, chances and people follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspector.domain import Package, Visit
from inspector.month import documents
from inspector.month.reopen import read
from inspector.schedule.changes import CarsGone
from inspector.schedule.workload import Unplaced


@dataclass(frozen=True, slots=True)
class Revision:
    """A changed plan, nobody seated. `packages`: all of it, routes of called stand-by
    pairs included; `added`, `removed`: visits that come and fall away; `reasons`: visit
    and message code; `cars`: all that are gone so far."""

    packages: tuple[Package, ...]
    unplaced: tuple[Unplaced, ...]
    added: tuple[Visit, ...] = ()
    removed: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    cars: tuple[CarsGone, ...] = ()


def revision_body(revision: Revision) -> documents.Doc:
    """The revision as JSON data; `revision_of` reads it back."""
    return {
        "packages": [documents.package(p) for p in revision.packages],
        "unplaced": [
            {"visit": u.visit, "code": u.code, "params": [list(p) for p in u.params]}
            for u in revision.unplaced
        ],
        "added": [documents.visit(v) for v in revision.added],
        "removed": list(revision.removed),
        "reasons": [list(r) for r in revision.reasons],
        "cars": [
            {"office": c.office, "days": [str(d) for d in c.days], "count": c.count}
            for c in revision.cars
        ],
    }


def revision_of(body: Mapping[str, Any]) -> Revision:
    """Read `revision_body` back."""
    return Revision(
        tuple(read(Package, p) for p in body["packages"]),
        tuple(
            Unplaced(u["visit"], u["code"], tuple((str(k), v) for k, v in u["params"]))
            for u in body["unplaced"]
        ),
        tuple(read(Visit, v) for v in body["added"]),
        tuple(body["removed"]),
        tuple((visit, code) for visit, code in body["reasons"]),
        tuple(
            CarsGone(
                c["office"], tuple(date.fromisoformat(d) for d in c["days"]), c["count"]
            )
            for c in body["cars"]
        ),
    )
