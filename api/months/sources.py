"""What the sources of a month gave: leaves of its log, entered by one or two people.

The first entry is a leaf at once, at the time of now. An inside value (dice, reveal)
counts from the commitment to T, whoever is silent; the outside value counts once a
second person has entered the same. Who entered what stands here, not in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.months import basis, steps
from api.site import Desk
from api.store import fresh_id
from api.store.models import Month
from api.store.planning import SourceEntry
from inspector.balls import canonical
from inspector.ceremony.seed import fits
from inspector.errors import CeremonyError, messages
from inspector.month.stages import Route, misplaced
from inspector.month.waited import Leaf, Stage, cancelled, due, leaves
from inspector.policy import Source
from inspector.sources import is_outside

messages(
    {
        "entropy.recorded": (
            "随机源 {source} 已录入；更正须写明原因",
            "entropy source {source} is recorded; a correction needs a reason",
        ),
        "entropy.four_eyes": (
            "随机源 {source} 须由另一人录入相同结果",
            "another person must enter the value of entropy source {source}",
        ),
    }
)

GIVEN = ("issue", "value", "fallback")


@dataclass(frozen=True, slots=True)
class Line:
    """A source, and the leaf that counts for it. `corrections`: leaves before that;
    `fits`: the value belongs to its announced hash, else it counts as empty."""

    stage: Stage
    source: Source
    leaf: Leaf | None = None
    corrections: int = 0
    confirmed: bool = False
    fits: bool = True

    @property
    def outside(self) -> bool:
        """Whether nobody in the bureau controls it."""
        return is_outside(self.source)

    @property
    def recorded(self) -> bool:
        """Whether a value was entered that counts."""
        return self.leaf is not None

    @property
    def owed(self) -> bool:
        """Whether the seed, or the close, still waits for it."""
        return self.outside and not self.confirmed


def find(route: Route, name: str, attempt: int) -> Stage:
    """The stage meant: the one that waits for its seed, or a cancelled attempt.

    Raises CeremonyError step.order when there is none.
    """
    now = due(route)
    every = ([now] if now is not None else []) + list(cancelled(route))
    for stage in every:
        meant = name in ("", stage.name) and attempt in (0, stage.attempt)
        if meant and (name or not stage.cancelled):
            return stage
    raise misplaced(route.stage, "record")


def lines(desk: Desk, month: Month, route: Route, stage: Stage) -> list[Line]:
    """The sources of a stage with what is known of them."""
    entries = _entries(desk, month)
    return [_line(route, stage, s, entries) for s in stage.sources]


def _entries(desk: Desk, month: Month) -> dict[int, SourceEntry]:
    rows = select(SourceEntry).where(SourceEntry.month_id == month.id)
    return {row.leaf: row for row in desk.db.scalars(rows)}


def _line(
    route: Route, stage: Stage, source: Source, entries: Mapping[int, SourceEntry]
) -> Line:
    found = leaves(route.log.events, stage, source)
    if not found:
        return Line(stage, source)
    place, leaf = found[-1]
    entry = entries.get(place)
    second = bool(entry is not None and entry.confirmed_by)
    confirmed = second or not is_outside(source)
    frozen = route.frozen
    fit = frozen is None or fits(frozen.suite, source, leaf["value"])
    return Line(stage, source, leaf, len(found) - 1, confirmed, fit)


def record(desk: Desk, month: Month, values: Mapping[str, Any]) -> Line:
    """Enter what a source gave: a leaf, or the same as the first person's.

    Raises CeremonyError entropy.*: unknown, too early or too late, not a value of its
    kind, another value without a reason, the same person twice.
    """
    route = steps.load(desk, month)
    route.refuse("closed", "record")
    stage = find(route, values["stage"], values["attempt"])
    source = stage.source(values["source"])
    given = {
        "issue": values["issue"] or source.issue,
        "value": canonical(source, values["value"], values["issue"]),
        "fallback": values["fallback"],
    }
    found = leaves(route.log.events, stage, source)
    if found and all(found[-1][1][n] == given[n] for n in GIVEN):
        if is_outside(source):
            _confirm(desk, month, source, found[-1][0])
    elif found and not values["reason"]:
        raise CeremonyError("entropy.recorded", source=source.id)
    else:
        _append(desk, month, stage, source, given, values["reason"])
    route = steps.load(desk, month)
    return _line(route, stage, source, _entries(desk, month))


def _append(
    desk: Desk,
    month: Month,
    stage: Stage,
    source: Source,
    given: Mapping[str, Any],
    reason: str,
) -> None:
    """The leaf, and who entered it."""
    body = {
        "stage": stage.name,
        "attempt": stage.attempt,
        "source": source.id,
        **given,
        "at": desk.stamp,
    }
    told = {**body, "reason": reason} if reason else body
    entered(desk, month, steps.advance(desk, month, "record", body, **told))


def entered(desk: Desk, month: Month, route: Route) -> None:
    """Who entered the newest leaf."""
    row = SourceEntry(id=fresh_id(), month_id=month.id, at=desk.now)
    row.leaf, row.by = len(route.log.events) - 1, _person(desk)
    desk.db.add(row)
    desk.db.flush()


def all_confirmed(desk: Desk, month: Month) -> None:
    """Every value was entered twice: something was drawn with them elsewhere."""
    for row in _entries(desk, month).values():
        row.confirmed_by, row.confirmed = row.confirmed_by or _person(desk), desk.now


def _confirm(desk: Desk, month: Month, source: Source, leaf: int) -> None:
    """The same value by a second person; a third entry changes nothing."""
    row = _entries(desk, month).get(leaf)
    if row is None or row.by == _person(desk):
        raise CeremonyError("entropy.four_eyes", source=source.id)
    if row.confirmed_by:
        return
    row.confirmed_by, row.confirmed = _person(desk), desk.now
    basis.touch(month)
    desk.event("entropy_confirmed", f"month:{month.id}", source=source.id, leaf=leaf)


def _person(desk: Desk) -> str:
    """Who acts: his account, whatever token he holds."""
    return desk.actor.account or desk.actor.id


def confirmed(
    desk: Desk, month: Month, route: Route, stages: Iterable[Stage]
) -> list[dict[str, Any]]:
    """The outside values that two people entered. Inside ones stop nothing.

    Raises CeremonyError entropy.missing or entropy.second for the first that is not.
    """
    out = []
    for stage in stages:
        for line in lines(desk, month, route, stage):
            if line.owed:
                code = "entropy.second" if line.recorded else "entropy.missing"
                raise CeremonyError(code, source=line.source.id)
            if line.outside and line.leaf is not None:
                names = ("source", *GIVEN, "at")
                out.append({n: line.leaf[n] for n in names})
    return out
