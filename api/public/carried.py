"""顺延: visits that were not made, said in public as soon as the month logs them.

In: `carried` events of the published logs, and what later freezes list as owed. Out: a
row each, like a result's: compound, reason, when, which month, what became of it. Who
was drawn for it and on which day stays sealed until the month is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.answers import Stamp, grown
from api.public.freeze import Register
from api.public.results import VisitRow
from inspector.ceremony.canon import canonical
from inspector.ceremony.log import leaf_hash

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CarriedRow(VisitRow):
    """A visit that was not made. `owed`: only of a random one, which is made up for:
    `open` until a later freeze takes it up, then `taken` with that month, or `gone`
    with the compound; "" for another, which its case asks for again."""

    kinds: tuple[str, ...]
    reason: str
    carried_at: Stamp
    owed: str
    taken_by: str = field(default="", metadata={"says": "month of that freeze"})

    @property
    def position(self) -> str:
        """Unique, and later for a later event."""
        return f"{self.carried_at}/{self.month_id}/{self.visit}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a freeze says of a visit owed."""

    month: str
    gone: bool


def taken(registers: Iterable[Register]) -> dict[str, Taken]:
    """Leaf of a carried visit -> the freeze in force that takes it up."""
    return {
        row["leaf"]: Taken(r.doc["month"], row["gone"])
        for r in registers
        for row in r.doc.get("owed", ())
    }


def rows(
    month_id: str, register: Register, events: Sequence[Doc], owed: Mapping[str, Taken]
) -> list[CarriedRow]:
    """The visits that the `carried` events of a month tell of, in their order."""
    return [_row(month_id, register, e, owed) for e in events]


def _row(
    month_id: str, register: Register, e: Doc, owed: Mapping[str, Taken]
) -> CarriedRow:
    by = owed.get(leaf_hash(canonical(dict(e))).hex())
    state = "" if "random" not in e["kinds"] else "open"
    if state and by is not None:
        state = "gone" if by.gone else "taken"
    return grown(
        CarriedRow,
        e,
        month_id=month_id,
        month=register.doc["month"],
        **register.place(e["compound"]),
        kinds=tuple(e["kinds"]),
        carried_at=e["at"],
        owed=state,
        taken_by=by.month if by is not None and state == "taken" else "",
    )
