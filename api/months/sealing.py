"""Which sources a seal may name, and until when: the policy's plan, or later ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from api.answers import Stamp
from inspector.codec import read
from inspector.errors import Fault, Faults, messages
from inspector.lottery_calendar import rests
from inspector.month.record import used_up
from inspector.month.seal import CAUSES, plan_causes
from inspector.month.stages import Route
from inspector.policy import Source
from inspector.registry.policy_sources import beside_calendar
from inspector.sources import (
    Use,
    is_outside,
    later,
    next_drawing,
    outside_time,
    uses,
    wrong,
)

messages(
    {
        "seal.too_soon": (
            "“{value}”过早，须不早于 {at}",
            '"{value}" is too soon, it must not be before {at}',
        ),
        "seal.inside_late": (
            "内部随机源“{value}”须早于外部随机源 {at}",
            'the inside source of "{value}" must be before the outside one of {at}',
        ),
    }
)
FILE = "entropy"


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a seal made now would wait for.

    `reason`: "" while the policy's plan serves; "wait" (T too near), "used" (an issue
    was used up), "cancelled" (an earlier seal was). `lottery_at`: T of the plan;
    `seal_by`: the last moment to seal for it; `earliest`: the first T that a seal made
    now may name; `sources`: the plan, or the same with the next drawings.
    """

    reason: str
    lottery_at: Stamp
    seal_by: Stamp
    earliest: Stamp
    sources: tuple[Source, ...]


def sealing(route: Route, now: str) -> Sealing | None:
    """The state of the sources of the next seal; None when none is to be made."""
    frozen = route.frozen
    if frozen is None or route.drawn is None or route.sealed is not None:
        return None
    plan, hours = frozen.policy.lottery_entropy, frozen.policy.seal_wait_hours
    at, earliest = outside_time(plan), later(now, hours)
    causes = plan_causes(frozen, route.log, now)
    if not causes:
        return Sealing("", at, later(at, -hours), earliest, plan)
    shown = tuple(_later(s, max(earliest, at)) for s in plan)
    return Sealing(causes[0], at, later(at, -hours), earliest, shown)


def _later(source: Source, earliest: str) -> Source:
    """A suggestion: the next drawing that is late enough and on no day that the market
    is known to be closed, its issue to be named."""
    if not is_outside(source):
        return Source(source.id, source.kind, source.name, "", "", source.commit)
    at = next_drawing(source.name, later(earliest, -1))
    while at < earliest or rests(at):
        at = next_drawing(source.name, at)
    return Source(source.id, source.kind, source.name, "", at)


def refuse(route: Route, entropy: Sequence[Mapping[str, Any]] | None, now: str) -> None:
    """Raise Faults for whatever is wrong with the sources named, None being the
    policy's plan."""
    state, frozen = sealing(route, now), route.frozen
    if state is None or frozen is None:
        return
    if entropy is None:
        if state.reason:
            raise Faults([_fault("seal.plan", "", **plan_words(state))])
        return
    if not state.reason:
        raise Faults([_fault("seal.no_cause", "")])
    found = read(tuple[Source, ...], list(entropy), FILE)
    draw = ("draw", frozen.attempt, frozen.policy.draw_entropy)
    faults = [*_wrong(found, state, used_up(route.log, draw))]
    if faults:
        raise Faults(faults)


def plan_words(state: Sealing) -> dict[str, str]:
    """Why the policy's plan serves no more, in both languages."""
    zh, en = CAUSES[state.reason]
    return {"zh": zh, "en": en}


def _wrong(
    found: Sequence[Source], state: Sealing, used: AbstractSet[Use]
) -> Iterator[Fault]:
    shape = [(s.id, s.kind, s.name) for s in found]
    wanted = [(s.id, s.kind, s.name) for s in state.sources]
    if shape != wanted:
        yield _fault("seal.sources", "", source=" ".join(s.id for s in found))
        return
    seen, last = set(used), outside_time(found)
    for n, s in enumerate(found):
        faults = [*_wrong_alone(s, f"[{n}]", state, seen, last)]
        seen |= set(uses(s))
        yield from faults
        for code, column, value, told in () if faults else beside_calendar(s):
            yield _fault(code, f"[{n}].{column}", value=value, **told)


def _wrong_alone(
    s: Source, key: str, state: Sealing, seen: AbstractSet[Use], last: str
) -> Iterator[Fault]:
    """What is wrong with one source; `seen`: what serves already."""
    for code, column, value in wrong(s):
        yield _fault(code, f"{key}.{column}", value=value)
    if set(uses(s)) & seen:
        yield _fault("entropy.used", f"{key}.issue", source=s.id, issue=s.issue)
    if is_outside(s) and s.at < state.earliest:
        yield _fault("seal.too_soon", f"{key}.at", value=s.at, at=state.earliest)
    if not is_outside(s) and s.at >= last:
        yield _fault("seal.inside_late", f"{key}.at", value=s.at, at=last)


def _fault(code: str, column: str, **params: Any) -> Fault:
    value = str(params.get("value", ""))
    return Fault(code, FILE, None, f"entropy{column}", value, params)
