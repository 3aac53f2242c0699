"""An officer's own published results, and raw results as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from api.services import duties, fieldwork
from api.services.fieldwork import Sheet
from api.site import Desk
from api.store.fieldwork import FieldResult, PublicResult
from inspector.oversight import results
from inspector.oversight.review import Passed, Signed, Submitted


def signed_records(desk: Desk) -> list[PublicResult]:
    """Published records of the visits that the actor has signed for."""
    passed = select(FieldResult).where(FieldResult.state == "passed")
    mine = {
        (row.month_id, sheet.visit)
        for row in desk.db.scalars(passed)
        if desk.actor.inspector in signers(sheet := fieldwork.opened(desk, row))
    }
    rows = desk.db.scalars(select(PublicResult))
    found = [r for r in rows if (r.month_id, r.visit) in mine]
    return sorted(found, key=lambda r: (r.month_id, r.visit, r.number))


def standing(desk: Desk) -> list[dict[str, Any]]:
    """The actor's visits so far, as an officer, and where each result stands.

    A result that came back shows here even days later.
    """
    out = []
    for field in duties.in_field(desk):
        states = _states(desk, field.month.id)
        for seat in field.seats(desk.actor.inspector):
            package = field.packages.get(seat.package)
            if package is None or seat.role not in duties.OFFICERS:
                continue
            if duties.released(desk, field, seat.day):
                place = {"month_id": field.month.id, "package": seat.package}
                out += [
                    place
                    | {"day": seat.day, "visit": s.visit, "state": states(s.visit)}
                    for s in package.stops
                ]
    return sorted(out, key=lambda v: (v["day"], v["package"], v["visit"]))


def _states(desk: Desk, month_id: str) -> Callable[[str], str]:
    """The state of the newest raw result of a visit, "none" before there is one."""
    rows = select(FieldResult).where(FieldResult.month_id == month_id)
    ordered = desk.db.scalars(rows.order_by(FieldResult.number))
    known = {row.visit: row.state for row in ordered}
    return lambda visit: known.get(duties.mark(desk, month_id, visit), "none")


def signers(sheet: Sheet) -> tuple[str, ...]:
    """Staff numbers of those who have signed what stands there now."""
    stage = sheet.stage
    if isinstance(stage, Submitted | Signed | Passed):
        return tuple(s.officer for s in stage.signatures)
    return ()


def shown(sheet: Sheet) -> dict[str, Any]:
    """A raw result for those who may read it."""
    stage = sheet.stage
    signatures = getattr(stage, "signatures", ())
    return {
        "id": sheet.id if sheet.version else "",
        "version": sheet.version,
        "number": sheet.number,
        "state": sheet.state,
        "digest": stage.raw.digest,
        "draft": results.document(stage.raw),
        "signatures": [
            {"officer": s.officer, "name": s.name, "cert_no": s.cert_no, "at": s.at}
            | {"digest": s.digest}
            for s in signatures
        ],
        "returned": getattr(stage, "reason", ""),
        "corrects": sheet.corrects,
        "reason": sheet.reason,
    }
