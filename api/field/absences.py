"""Somebody cannot go: an absence, or recusal (回避) asked for after the draw.

In: a duty date or a package of the drawn month, and why. Out: the month's step `absent`
with its substitutions; for the recusal the moves `asked` and `granted` or `refused`.
Either way nobody is picked: the absence is logged first, then the next name on the
reserve list of each freed seat steps in (`inspector.month.absence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as about
from datetime import date
from typing import Any

from api.answers import DayText
from api.errors import Problem
from api.field import duties
from api.field.duties import OFFICERS, Field
from api.months import steps
from api.site import Desk
from api.store import fresh_id, moves
from api.store.moves import Doc, Move
from inspector.errors import messages
from inspector.month.absence import RECUSAL

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
class FreedSeats:
    """What an absence did: seats freed, and how many the reserves filled."""

    id: str
    day: date
    seats: int
    filled: int = about(metadata={"says": "由候补递补 taken by reserves"})
    waits: bool = about(metadata={"says": "待变更摇号 after its lottery"})


@dataclass(frozen=True, slots=True)
class FieldRequest:
    """Somebody is not to go, opened: a recusal asked for, or an absence reported.

    `state`: reported; asked, granted, refused.
    """

    id: str
    version: int
    kind: str
    state: str
    month_id: str
    day: DayText
    package: str
    officer: str
    behalf: str
    reason: str
    decision: str


def report(desk: Desk, values: dict[str, Any]) -> FreedSeats:
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
) -> FreedSeats:
    """Log the absence, let the reserves step in, keep the note sealed."""
    body = {
        "person": field.assigned.frozen.names[inspector],
        "day": day.isoformat(),
        "reason": reason,
        "at": desk.stamp,
        "from": since,
    }
    after = steps.advance(desk, field.month, "absent", body).need("assigned", "absent")
    kept = {"inspector": inspector, "day": body["day"], "reason": reason, "note": note}
    made = _kept(desk, "absence", "reported", {"month_id": field.month.id}, kept)
    last = after.absences[-1]
    filled = sum(bool(c.taken) for c in last.changes)
    return FreedSeats(made.thing_id, day, len(last.changes), filled, last.waits)


def _kept(
    desk: Desk, thing: str, kind: str, body: Doc, sealed: Doc, **told: Any
) -> Move:
    """The first move of a request: who, when and why are sealed."""
    name = fresh_id()
    event, subject = f"{thing}_{kind}", f"{thing}:{name}"
    return moves.append(
        desk,
        *(thing, name, kind, body),
        **{"event": event, "subject": subject, "sealed": sealed, **told},
    )


def ask(desk: Desk, values: dict[str, Any]) -> FieldRequest:
    """An officer asks for himself, or writes down that the party asks, at his package.

    `whom`: "self" or "partner". Raises Problem 404 for another's package.
    """
    field = duties.field_of(desk, values["month_id"])
    found = duties.package(desk, values["month_id"], values["package"])
    team = [who.id for role, who in field.team(found.package) if role in OFFICERS]
    me = desk.actor.inspector
    others = [i for i in team if i != me]
    whom = me if values["whom"] == "self" else next(iter(others), "")
    if whom not in team:
        raise Problem("http.forbidden")
    body = {
        "officer": whom,
        "package": found.package,
        "day": found.day.isoformat(),
        "behalf": values["behalf"],
        "reason": values["reason"],
        "asked_by": me,
    }
    return _asked(desk, field, body)


def ask_inside(desk: Desk, month_id: str, values: dict[str, Any]) -> FieldRequest:
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
    }
    return _asked(desk, field, body)


def _asked(desk: Desk, field: Field, said: dict[str, Any]) -> FieldRequest:
    key = (said["officer"], said["day"])
    waiting = (r for r in requests(desk, field.month.id) if r.state == "asked")
    if any((r.officer, r.day) == key for r in waiting):
        raise Problem("recusal.state")
    body = {"month_id": field.month.id}
    made = _kept(desk, "recusal", "asked", body, said, behalf=said["behalf"])
    return _recusal(desk, [made])


def _recusal(desk: Desk, made: list[Move]) -> FieldRequest:
    """A recusal: what was asked, and the decision if there is one."""
    first, last = made[0], made[-1]
    said: Doc = {"decision": ""} | moves.secret(desk, first) | moves.secret(desk, last)
    said.pop("asked_by")
    of: Doc = {"id": first.thing_id, "version": len(made), "state": last.kind}
    return FieldRequest(kind="recusal", **of, **first.body, **said)


def _recusals(desk: Desk, month_id: str = "") -> list[FieldRequest]:
    """The recusals asked for in a month (or in all), oldest first."""
    things = moves.by_thing(desk, "recusal").values()
    wanted = [m for m in things if month_id in ("", m[0].body["month_id"])]
    ordered = sorted(wanted, key=lambda made: made[0].position)
    return [_recusal(desk, made) for made in ordered]


def requests(desk: Desk, month_id: str) -> list[FieldRequest]:
    """All recusals asked for in a month, oldest first."""
    return _recusals(desk, month_id)


def _absences(desk: Desk) -> list[FieldRequest]:
    """All absences that officers reported themselves."""
    found = []
    for (made,) in moves.by_thing(desk, "absence").values():
        said = moves.secret(desk, made)
        if said["reason"] != RECUSAL:
            of = (made.thing_id, 1, "absence", made.kind, made.body["month_id"])
            who = (said["day"], "", said["inspector"])
            found.append(FieldRequest(*of, *who, "", said["reason"], ""))
    return found


def mine(desk: Desk) -> list[FieldRequest]:
    """Those about the actor, in all months."""
    found = [*_recusals(desk), *_absences(desk)]
    about_me = [r for r in found if r.officer == desk.actor.inspector]
    return sorted(about_me, key=lambda r: r.id)


def listed(desk: Desk, month_id: str) -> list[FieldRequest]:
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
) -> FieldRequest:
    """Grant (his seats of that day go to the reserves, from the visit `since` on) or
    refuse, with a reason."""
    made = moves.of(desk, "recusal", request)
    if not made or made[0].body["month_id"] != month_id:
        raise Problem("http.not_found")
    if len(made) > 1:
        raise Problem("recusal.decided")
    if granted:
        field = duties.field_of(desk, month_id)
        _grant(desk, field, _recusal(desk, made), since)
    state = "granted" if granted else "refused"
    told = {"event": "recusal_decided", "subject": f"recusal:{request}", "state": state}
    sealed = {"decision": reason}
    last = moves.append(desk, "recusal", request, state, {}, sealed=sealed, **told)
    return _recusal(desk, [*made, last])


def _grant(desk: Desk, field: Field, found: FieldRequest, since: str) -> None:
    """The seats of that day as for an absence, unless he is away already."""
    day = date.fromisoformat(found.day)
    if any(s.day == day for s in field.seats(found.officer)):
        _free(desk, field, found.officer, day, RECUSAL, found.reason, since)
