"""Objections to published results: recorded by the planner, counted in public."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.clock import today
from api.errors import Problem
from api.services import duties, field_reviews
from api.site import Desk
from api.store import fresh_id
from api.store.fieldwork import ResultObjection
from inspector.errors import messages
from inspector.oversight import objections
from inspector.oversight.objections import Objection, Received, Replied, Ruling

messages(
    {
        "objection.number": (
            "异议编号“{number}”已存在",
            'there is an objection "{number}" already',
        ),
        "objection.future": ("日期尚未到", "that day has not come yet"),
    }
)


@dataclass(frozen=True, slots=True)
class Filed:
    """An objection with its texts, for the bureau."""

    id: str
    version: int
    result_id: str
    record: str
    number: str
    received: date
    due: date
    provisional: bool
    text: str
    replied: date | None
    ruling: str
    reply: str
    late: bool


def receive(desk: Desk, month_id: str, result_id: str, values: dict[str, Any]) -> Filed:
    """Record an objection to a published record; its text is sealed."""
    record = field_reviews.published(desk, month_id, result_id)
    _not_future(desk, values["received"])
    found = objections.received(
        values["number"],
        record.digest,
        values["received"],
        values["text"],
        published=today(record.at),
        calendar=duties.calendar(desk),
    )
    row = ResultObjection(id=fresh_id(), month_id=month_id, result_id=result_id)
    row.number, row.at = found.number, desk.now
    row.received, row.due = found.received.isoformat(), found.due.isoformat()
    row.provisional = found.provisional
    _seal(desk, row, found.record, found.text, "")
    _add(desk, row)
    desk.published()
    desk.event("objection_received", f"result_objection:{row.id}", due=row.due)
    return filed(desk, row)


def _not_future(desk: Desk, day: date) -> None:
    if day > desk.today:
        raise Problem("objection.future")


def _add(desk: Desk, row: ResultObjection) -> None:
    desk.db.add(row)
    try:
        desk.db.flush()
    except IntegrityError as e:
        raise Problem("objection.number", number=row.number) from e


def _seal(desk: Desk, row: ResultObjection, record: str, text: str, reply: str) -> None:
    body = {"record": record, "text": text, "reply": reply}
    data = json.dumps(body, ensure_ascii=False).encode()
    row.sealed = desk.seal(f"result_objection:{row.id}", data)


def _value(desk: Desk, row: ResultObjection) -> Objection:
    data = json.loads(desk.open(f"result_objection:{row.id}", row.sealed))
    days = date.fromisoformat(row.received), date.fromisoformat(row.due)
    first = Received(row.number, data["record"], *days, row.provisional, data["text"])
    if not row.replied:
        return first
    day = date.fromisoformat(row.replied)
    return Replied(first, day, Ruling(row.ruling), data["reply"])


def filed(desk: Desk, row: ResultObjection) -> Filed:
    """An objection, opened."""
    value = _value(desk, row)
    done = value if isinstance(value, Replied) else None
    first = value.objection if isinstance(value, Replied) else value
    return Filed(
        row.id,
        row.version,
        row.result_id,
        first.record,
        first.number,
        first.received,
        first.due,
        first.provisional,
        first.text,
        done.replied if done else None,
        row.ruling,
        done.reply if done else "",
        done.late if done else desk.today > first.due,
    )


def find(desk: Desk, month_id: str, objection: str) -> ResultObjection:
    """One objection of a month. Raises Problem 404."""
    row = desk.row(ResultObjection, objection)
    if row.month_id != month_id:
        raise Problem("http.not_found")
    return row


def listed(desk: Desk, month_id: str) -> list[Filed]:
    """All objections of a month, by number; that they were read is recorded."""
    duties.field_of(desk, month_id)
    rows = select(ResultObjection).where(ResultObjection.month_id == month_id)
    found = [filed(desk, r) for r in desk.db.scalars(rows)]
    if found:
        desk.disclosed(f"objections:{month_id}", rows=len(found))
    return sorted(found, key=lambda f: f.number)


def reply(desk: Desk, row: ResultObjection, values: dict[str, Any]) -> Filed:
    """The bureau's reply, once."""
    _not_future(desk, values["replied"])
    ruling = Ruling(values["ruling"])
    done = objections.replied(
        _value(desk, row), ruling, values["reply"], values["replied"]
    )
    first = done.objection
    row.replied, row.ruling = done.replied.isoformat(), done.ruling.value
    _seal(desk, row, first.record, first.text, done.reply)
    desk.db.flush()
    desk.published()
    desk.event("objection_replied", f"result_objection:{row.id}", ruling=row.ruling)
    return filed(desk, row)


def public_rows(desk: Desk) -> list[ResultObjection]:
    """Every objection of the bureau, newest first; only plain columns are shown."""
    rows = select(ResultObjection).order_by(
        ResultObjection.received.desc(), ResultObjection.id.desc()
    )
    return list(desk.db.scalars(rows))


def public_counts(desk: Desk) -> dict[str, int]:
    """How many came, are open, are late, and how they were decided."""
    return objections.counts([_value(desk, r) for r in public_rows(desk)], desk.today)
