"""异议: the party objects to a published result, the bureau replies in time.

A published result and an objection → the objection with its deadline; a reply → it is
answered.

Texts stay inside; number, dates and outcome of every objection are counted in public.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspector.errors import InspectorError, messages
from inspector.workdays import Calendar

REPLY_WORKDAYS = 15  # ours; a bureau gives its own

messages(
    {
        "objection.early": (
            "异议日期 {received} 早于公示日期 {published}",
            "received on {received}, before the publication of {published}",
        ),
        "objection.empty": ("须填写内容", "a text is needed"),
        "objection.replied": ("该异议已答复", "this objection was answered already"),
        "objection.reply_early": (
            "答复日期 {day} 早于收到日期 {received}",
            "answered on {day}, before it was received on {received}",
        ),
    }
)


class Ruling(StrEnum):
    """What the bureau decided: 成立, 部分成立, 不成立."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Received:
    """An objection that waits for its reply. `record`: digest of what it is about."""

    number: str
    record: str
    received: date
    due: date
    provisional: bool
    text: str


@dataclass(frozen=True, slots=True)
class Replied:
    """An objection with the bureau's reply."""

    objection: Received
    replied: date
    ruling: Ruling
    reply: str

    @property
    def late(self) -> bool:
        """Whether the reply came after its deadline."""
        return self.replied > self.objection.due


Objection = Received | Replied


def received(
    number: str,
    record: str,
    day: date,
    text: str,
    *,
    published: date,
    calendar: Calendar,
    workdays: int = REPLY_WORKDAYS,
) -> Received:
    """An objection as it came in; the reply is due within `workdays` working days."""
    if not text:
        raise InspectorError("objection.empty")
    if day < published:
        raise InspectorError("objection.early", received=day, published=published)
    due = calendar.after(day, workdays)
    return Received(number, record, day, due.date, due.provisional, text)


def replied(objection: Objection, ruling: Ruling, reply: str, day: date) -> Replied:
    """The objection with its reply; there is one reply only."""
    if isinstance(objection, Replied):
        raise InspectorError("objection.replied")
    if not reply:
        raise InspectorError("objection.empty")
    if day < objection.received:
        raise InspectorError(
            "objection.reply_early", day=day, received=objection.received
        )
    return Replied(objection, day, ruling, reply)


def counts(objections: Iterable[Objection], today: date) -> dict[str, int]:
    """What the public reads: how many came, are open, are late, and each ruling."""
    found: Counter[str] = Counter(received=0, open=0, overdue=0, late=0)
    found.update(dict.fromkeys(Ruling, 0))
    for objection in objections:
        found["received"] += 1
        if isinstance(objection, Replied):
            found[objection.ruling] += 1
            found["late"] += objection.late
        else:
            found["open"] += 1
            found["overdue"] += today > objection.due
    return {str(k): v for k, v in found.items()}
