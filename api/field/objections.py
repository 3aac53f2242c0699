"""Objections to published results: recorded by the planner, counted in public.

In: a published record and what the party says, later the bureau's reply: the moves
`received` and `replied` of one thing. Out: `ObjectionView` for the bureau; for
everybody `PublicObjection` and the counts, for which nothing sealed is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.answers import DayText
from api.clock import today
from api.errors import Problem
from api.field import duties, reviews
from api.site import Desk
from api.store import fresh_id, moves
from api.store.moves import Move
from inspector.errors import messages
from inspector.results import objections
from inspector.results.objections import Objection, Received, Replied, Ruling

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
class ObjectionView:
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


@dataclass(frozen=True, slots=True)
class PublicObjection:
    """What everybody may read of an objection; `result_id` names the record."""

    id: str
    month_id: str
    result_id: str
    number: str
    received: DayText
    due: DayText
    provisional: bool
    replied: DayText = ""
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionCounts:
    """How many came, are open, are late, and how they were decided."""

    received: int
    open: int
    overdue: int
    late: int
    upheld: int
    partly: int
    dismissed: int


def receive(
    desk: Desk, month_id: str, result_id: str, values: dict[str, Any]
) -> ObjectionView:
    """Record an objection to a published record; its text is sealed."""
    record = reviews.published(desk, month_id, result_id)
    _not_future(desk, values["received"])
    _not_known(desk, values["number"])
    found = objections.received(
        values["number"],
        record.digest,
        values["received"],
        values["text"],
        published=today(record.at),
        calendar=duties.calendar(desk),
    )
    body = {"month_id": month_id, "result_id": result_id, **_plain(found)}
    sealed = {"record": found.record, "text": found.text}
    made = _append(desk, fresh_id(), "received", body, sealed, due=body["due"])
    return _view(desk, [made])


def _not_future(desk: Desk, day: date) -> None:
    if day > desk.today:
        raise Problem("objection.future")


def _not_known(desk: Desk, number: str) -> None:
    known = moves.by_thing(desk, "objection").values()
    if any(made[0].body["number"] == number for made in known):
        raise Problem("objection.number", number=number)


def _plain(found: Received) -> moves.Doc:
    """What everybody may read of it."""
    return {
        "number": found.number,
        "received": found.received.isoformat(),
        "due": found.due.isoformat(),
        "provisional": found.provisional,
    }


def _append(
    desk: Desk, name: str, kind: str, body: moves.Doc, sealed: moves.Doc, **told: Any
) -> Move:
    desk.published()
    more = {"event": f"objection_{kind}", "subject": f"objection:{name}", **told}
    return moves.append(desk, "objection", name, kind, body, sealed=sealed, **more)


def _public(made: list[Move]) -> PublicObjection:
    """An objection without its texts; nothing sealed is opened."""
    said = {k: v for move in made for k, v in move.body.items()}
    return PublicObjection(made[0].thing_id, **said)


def _value(found: PublicObjection, texts: moves.Doc) -> Objection:
    """The core's objection; `texts`: record, text and reply, none for counting."""
    said = {"record": "", "text": "", "reply": ""} | texts
    days = date.fromisoformat(found.received), date.fromisoformat(found.due)
    first = Received(
        found.number, said["record"], *days, found.provisional, said["text"]
    )
    if not found.replied:
        return first
    day = date.fromisoformat(found.replied)
    return Replied(first, day, Ruling(found.ruling), said["reply"])


def _opened(desk: Desk, made: list[Move]) -> Objection:
    texts = {k: v for move in made for k, v in moves.secret(desk, move).items()}
    return _value(_public(made), texts)


def _view(desk: Desk, made: list[Move]) -> ObjectionView:
    """An objection, opened."""
    value, plain = _opened(desk, made), _public(made)
    done = value if isinstance(value, Replied) else None
    first = value.objection if isinstance(value, Replied) else value
    return ObjectionView(
        *(plain.id, len(made), plain.result_id, first.record, first.number),
        *(first.received, first.due, first.provisional, first.text),
        done.replied if done else None,
        plain.ruling,
        done.reply if done else "",
        done.late if done else desk.today > first.due,
    )


def find(desk: Desk, month_id: str, objection: str) -> ObjectionView:
    """One objection of a month. Raises Problem 404."""
    return _view(desk, _found(desk, month_id, objection))


def _found(desk: Desk, month_id: str, objection: str) -> list[Move]:
    made = moves.of(desk, "objection", objection)
    if not made or made[0].body["month_id"] != month_id:
        raise Problem("http.not_found")
    return made


def listed(desk: Desk, month_id: str) -> list[ObjectionView]:
    """All objections of a month, by number; that they were read is recorded."""
    duties.field_of(desk, month_id)
    things = moves.by_thing(desk, "objection").values()
    found = [_view(desk, m) for m in things if m[0].body["month_id"] == month_id]
    if found:
        desk.disclosed(f"objections:{month_id}", rows=len(found))
    return sorted(found, key=lambda f: f.number)


def reply(
    desk: Desk, month_id: str, objection: str, values: dict[str, Any]
) -> ObjectionView:
    """The bureau's reply, once."""
    made = _found(desk, month_id, objection)
    _not_future(desk, values["replied"])
    ruling = Ruling(values["ruling"])
    done = objections.replied(
        _opened(desk, made), ruling, values["reply"], values["replied"]
    )
    body = {"replied": done.replied.isoformat(), "ruling": done.ruling.value}
    sealed = {"reply": done.reply}
    last = _append(desk, objection, "replied", body, sealed, ruling=body["ruling"])
    return _view(desk, [*made, last])


def public_rows(desk: Desk) -> list[PublicObjection]:
    """Every objection of the bureau, newest first."""
    found = [_public(made) for made in moves.by_thing(desk, "objection").values()]
    return sorted(found, key=lambda f: (f.received, f.id), reverse=True)


def public_counts(rows: Sequence[PublicObjection], day: date) -> ObjectionCounts:
    """How many came, are open, are late on `day`, and how they were decided."""
    return ObjectionCounts(**objections.counts([_value(r, {}) for r in rows], day))
