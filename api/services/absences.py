"""Somebody cannot go: an absence, or recusal (回避) asked for after the draw.

Either way nobody is picked: the absence is logged first, then the next name on the
reserve list of each freed seat steps in (`inspector.month.absence`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api.errors import Problem
from api.months import steps
from api.services import duties
from api.services.duties import OFFICERS, Field
from api.site import Desk
from api.store import fresh_id
from api.store.fieldwork import AbsenceReport, RecusalRequest
from inspector.errors import messages
from inspector.month.absence import REASONS as ALL_REASONS
from inspector.month.absence import RECUSAL

REASONS = tuple(reason for reason in ALL_REASONS if reason != RECUSAL)

messages(
    {
        "absent.twice": ("该日缺勤已登记", "this absence was logged already"),
        "absent.past": ("该日已过", "that day is over"),
        "recusal.decided": ("该申请已有决定", "this was decided already"),
        "recusal.state": (
            "已为同一人申请该日回避",
            "the same recusal was asked for already",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Freed:
    """What an absence did: seats freed, and how many the reserves filled; `waits`:
    nobody steps in before the lottery of a waiting amendment."""

    id: str
    day: date
    seats: int
    filled: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A recusal asked for, opened."""

    id: str
    version: int
    state: str
    day: str
    package: str
    officer: str
    behalf: str
    reason: str
    decision: str
    month_id: str


def report(desk: Desk, values: dict[str, Any]) -> Freed:
    """The actor cannot attend on a duty date he knows. Raises Problem 404 for others.

    `reason` is a code, public after the close; `note` stays sealed. `since`: the first
    visit he does not make, "" for all.
    """
    field = duties.field_of(desk, values["month_id"])
    day, me = values["day"], desk.actor.inspector
    name = field.assigned.frozen.names.get(me, "")
    if (str(day), name) in field.away:
        raise Problem("absent.twice")
    if day < desk.today:
        raise Problem("absent.past")
    if not duties.knows(desk, field, day):
        raise Problem("http.not_found")
    reason, note = values["reason"], values.get("note", "")
    return _free(desk, field, me, day, reason, note, values.get("since", ""))


def _free(
    desk: Desk,
    field: Field,
    inspector: str,
    day: date,
    reason: str,
    note: str,
    since: str,
) -> Freed:
    """Log the absence, let the reserves step in, keep the note sealed."""
    body = {
        "person": field.assigned.frozen.names[inspector],
        "day": day.isoformat(),
        "reason": reason,
        "at": desk.stamp,
        "from": since,
    }
    after = steps.advance(desk, field.month, "absent", body).need("assigned", "absent")
    row = AbsenceReport(id=fresh_id(), month_id=field.month.id, at=desk.now)
    data = {"inspector": inspector, "day": day.isoformat(), "note": note}
    row.sealed = desk.seal(f"absence_report:{row.id}", _bytes(data))
    desk.db.add(row)
    last = after.absences[-1]
    filled = sum(bool(c.taken) for c in last.changes)
    return Freed(row.id, day, len(last.changes), filled, last.waits)


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def ask(desk: Desk, values: dict[str, Any]) -> Asked:
    """An officer asks for himself, or writes down that the party asks, at his package.

    `whom`: "self" or "partner". Raises Problem 404 for another's package.
    """
    field = duties.field_of(desk, values["month_id"])
    work = duties.package(desk, values["month_id"], values["package"])
    team = [who.id for role, who in field.team(work["package"]) if role in OFFICERS]
    me = desk.actor.inspector
    others = [i for i in team if i != me]
    whom = me if values["whom"] == "self" else next(iter(others), "")
    if whom not in team:
        raise Problem("http.forbidden")
    body = {
        "officer": whom,
        "package": work["package"],
        "day": work["day"].isoformat(),
        "behalf": values["behalf"],
        "reason": values["reason"],
        "asked_by": me,
        "decision": "",
    }
    return _asked(desk, field, body)


def ask_inside(desk: Desk, month_id: str, values: dict[str, Any]) -> Asked:
    """The planner writes down what the party asks of the bureau itself.

    Raises Problem 404 unless the officer sits in that package.
    """
    field = duties.field_of(desk, month_id)
    seats = field.seats(values["officer"])
    seat = next((s for s in seats if s.package == values["package"]), None)
    if seat is None:
        raise Problem("http.not_found")
    body = {
        "officer": values["officer"],
        "package": seat.package,
        "day": seat.day.isoformat(),
        "behalf": "party",
        "reason": values["reason"],
        "asked_by": desk.actor.id,
        "decision": "",
    }
    return _asked(desk, field, body)


def _asked(desk: Desk, field: Field, body: dict[str, Any]) -> Asked:
    key = (body["officer"], body["day"])
    waiting = (r for r in requests(desk, field.month.id) if r.state == "asked")
    if any((r.officer, r.day) == key for r in waiting):
        raise Problem("recusal.state")
    row = RecusalRequest(
        id=fresh_id(), month_id=field.month.id, state="asked", at=desk.now
    )
    row.sealed = desk.seal(f"recusal_request:{row.id}", _bytes(body))
    desk.db.add(row)
    desk.db.flush()
    desk.event("recusal_asked", f"recusal_request:{row.id}", behalf=body["behalf"])
    return _opened(desk, row)


def _opened(desk: Desk, row: RecusalRequest) -> Asked:
    data = json.loads(desk.open(f"recusal_request:{row.id}", row.sealed))
    data.pop("asked_by")
    return Asked(row.id, row.version, row.state, month_id=row.month_id, **data)


def requests(desk: Desk, month_id: str) -> list[Asked]:
    """All recusals asked for in a month, oldest first."""
    rows = select(RecusalRequest).where(RecusalRequest.month_id == month_id)
    ordered = rows.order_by(RecusalRequest.at, RecusalRequest.id)
    return [_opened(desk, r) for r in desk.db.scalars(ordered)]


def mine(desk: Desk) -> list[Asked]:
    """Those about the actor, in all months."""
    rows = desk.db.scalars(select(RecusalRequest).order_by(RecusalRequest.id))
    found = (_opened(desk, r) for r in rows)
    return [r for r in found if r.officer == desk.actor.inspector]


def listed(desk: Desk, month_id: str) -> list[Asked]:
    """For the planner; that he read them is recorded."""
    month = steps.find(desk, month_id)
    found = requests(desk, month.id)
    if found:
        desk.disclosed(f"recusals:{month.id}", rows=len(found))
    return found


def decide(
    desk: Desk,
    month_id: str,
    request: str,
    granted: bool,
    reason: str,
    since: str = "",
) -> Asked:
    """Grant (his seats of that day go to the reserves, from the visit `since` on) or
    refuse, with a reason."""
    row = desk.row(RecusalRequest, request)
    if row.month_id != month_id:
        raise Problem("http.not_found")
    if row.state != "asked":
        raise Problem("recusal.decided")
    field, found = duties.field_of(desk, month_id), _opened(desk, row)
    if granted:
        _grant(desk, field, found, since)
    data = json.loads(desk.open(f"recusal_request:{row.id}", row.sealed))
    sealed = _bytes(data | {"decision": reason})
    row.sealed = desk.seal(f"recusal_request:{row.id}", sealed)
    row.state, row.decided = "granted" if granted else "refused", desk.now
    desk.db.flush()
    desk.event("recusal_decided", f"recusal_request:{row.id}", state=row.state)
    return _opened(desk, row)


def _grant(desk: Desk, field: Field, found: Asked, since: str) -> None:
    """The seats of that day as for an absence, unless he is away already."""
    day = date.fromisoformat(found.day)
    if any(s.day == day for s in field.seats(found.officer)):
        _free(desk, field, found.officer, day, RECUSAL, found.reason, since)
