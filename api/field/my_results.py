"""Raw results and published records as an officer sees his own.

In: sheets of `visits`, published records. Out: `RawSheet`, `OwnVisit`, records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as about
from typing import Any

from sqlalchemy import select

from api.field import duties, records, visits
from api.field.duties import DutyDate, Field
from api.field.records import LinkedRecord
from api.field.visits import Sheet
from api.site import Desk
from api.store.fieldwork import FieldResult, PublicResult
from inspector.results import raw
from inspector.results.outcomes import CARRIED
from inspector.results.review import Passed, Signature, Signed, Submitted


@dataclass(frozen=True, slots=True)
class OwnVisit(DutyDate):
    """A visit that one makes, and where its result stands."""

    package: str
    visit: str
    state: str = about(
        metadata={
            "says": "none: 未填写 not begun; carried: 已顺延 not made, nothing to write"
        }
    )


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A raw result for those who may read it."""

    id: str
    version: int
    number: int
    state: str
    digest: str
    draft: dict[str, Any]
    signatures: tuple[Signature, ...]
    returned: str = about(metadata={"says": "退回理由 why it came back"})
    corrects: str
    reason: str


def signed_records(desk: Desk) -> list[LinkedRecord]:
    """Published records of the visits that the actor has signed for."""
    passed = select(FieldResult).where(FieldResult.state == "passed")
    mine = {
        (row.month_id, sheet.visit)
        for row in desk.db.scalars(passed)
        if desk.actor.inspector in signers(sheet := visits.opened(desk, row))
    }
    rows = desk.db.scalars(select(PublicResult))
    found = [records.shown(r) for r in rows if (r.month_id, r.visit) in mine]
    return sorted(found, key=lambda r: (r.month_id, r.visit, r.number))


def standing(desk: Desk) -> list[OwnVisit]:
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
                month = field.month
                place = (seat.day, month.id, month.month, seat.package)
                out += [
                    OwnVisit(*place, s.visit, _state(field, states, s.visit))
                    for s in package.stops
                ]
    return sorted(out, key=lambda v: (v.day, v.package, v.visit))


def _state(field: Field, states: Callable[[str], str], visit: str) -> str:
    if visit in field.void:
        return CARRIED
    state = states(visit)
    # A result of an imported month is public without ever having been written here.
    told = any(r.visit == visit for r in field.assigned.results)
    return "passed" if told and state == "none" else state


def _states(desk: Desk, month_id: str) -> Callable[[str], str]:
    """The state of the newest raw result of a visit, "none" before there is one."""
    rows = select(FieldResult).where(FieldResult.month_id == month_id)
    ordered = desk.db.scalars(rows.order_by(FieldResult.number))
    known = {row.visit: row.state for row in ordered}
    return lambda visit: known.get(desk.mark(month_id, visit), "none")


def signers(sheet: Sheet) -> tuple[str, ...]:
    """Staff numbers of those who have signed what stands there now."""
    stage = sheet.stage
    if isinstance(stage, Submitted | Signed | Passed):
        return tuple(s.officer for s in stage.signatures)
    return ()


def shown(sheet: Sheet) -> RawSheet:
    """A raw result for those who may read it."""
    stage = sheet.stage
    return RawSheet(
        sheet.id if sheet.version else "",
        *(sheet.version, sheet.number, sheet.state),
        stage.raw.digest,
        raw.document(stage.raw),
        getattr(stage, "signatures", ()),
        getattr(stage, "reason", ""),
        *(sheet.corrects, sheet.reason),
    )
