"""Which entropy a month waits for: a route → the sources of each attempt, and whose
seed is due.

The command line and the service ask the same: what to record, and what to draw with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.errors import CeremonyError
from inspector.month.reopen import read
from inspector.month.stages import Route
from inspector.policy import Source
from inspector.sources import is_outside, outside_time

Leaf = Mapping[str, Any]
# The stage whose seed is due → the step that draws with it.
DRAWN_BY = {"draw": "draw", "lottery": "assign", "amendment": "assign_amendment"}


@dataclass(frozen=True, slots=True)
class Stage:
    """The sources of one attempt. `cancelled`: only the outside value is still owed."""

    name: str
    attempt: int
    sources: tuple[Source, ...]
    committed: str
    cancelled: bool = False

    @property
    def until(self) -> str:
        """T: when inside values stop to count."""
        return outside_time(self.sources)

    def source(self, name: str) -> Source:
        """The source of this name. Raises CeremonyError entropy.unknown."""
        for s in self.sources:
            if s.id == name:
                return s
        raise CeremonyError("entropy.unknown", source=name)


def announced(route: Route) -> Iterator[Stage]:
    """The stages in force, in order; the plan for a lottery that is not sealed yet has
    attempt 0."""
    frozen, sealed, assigned = route.frozen, route.sealed, route.assigned
    if frozen is None:
        return
    policy = frozen.policy
    yield Stage("draw", frozen.attempt, policy.draw_entropy, frozen.at)
    if sealed is None:
        yield Stage("lottery", 0, policy.lottery_entropy, "")
    else:
        yield Stage("lottery", sealed.attempt, sealed.entropy, sealed.at)
    a = assigned.waiting if assigned is not None else None
    if a is not None:
        yield Stage("amendment", a.attempt, a.entropy, a.at)


def due(route: Route) -> Stage | None:
    """The stage that waits for its seed, None without one."""
    *_, last = announced(route) if route.frozen else (None,)
    if route.assigned is not None:
        return last if route.assigned.waiting is not None else None
    if route.drawn is None and route.frozen is not None:
        return next(announced(route))
    return last if route.sealed is not None else None


def cancelled(route: Route) -> Iterator[Stage]:
    """Every attempt that was cancelled before it was drawn with: what its outside
    source gave must still be known."""
    made = [e for e in route.log.events if e["event"] == "entropy"]
    drawn = {(e["stage"], e["attempt"]) for e in made}
    return (s for s in _voided(route) if (s.name, s.attempt) not in drawn)


def _voided(route: Route) -> Iterator[Stage]:
    for void in route.log.voided:
        rows, committed = void.announced
        announced = tuple(read(Source, r) for r in rows)
        yield Stage(void.stage, void.attempt, announced, committed, cancelled=True)
    for a in route.assigned.voided if route.assigned is not None else ():
        yield Stage("amendment", a.attempt, a.entropy, a.at, cancelled=True)


def leaves(
    events: Iterable[Leaf], stage: Stage, source: Source
) -> list[tuple[int, Leaf]]:
    """The leaves of a source, each with its place in the log."""
    wanted = stage.name, stage.attempt, source.id
    return [
        (place, e)
        for place, e in enumerate(events)
        if e["event"] == "source_recorded"
        and (e["stage"], e["attempt"], e["source"]) == wanted
    ]


def outside_known(events: Iterable[Leaf], stage: Stage) -> bool:
    """Whether an outside value of the stage is in the log: then an anchor of it says
    nothing about the stage's time any more."""
    return any(leaves(events, stage, s) for s in stage.sources if is_outside(s))
