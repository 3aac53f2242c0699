"""The route of a month: a stage and one step more → the next stage, the public files.

A month is the replay of its steps (`inspector.month.steps_file` writes them down):
registries, blinds, entropy, the solver's packing, people changes, absences, results,
never a stage. `STEPS` says of each kind which stage it needs, before which it must
come, what its body holds (JSON; bytes as hex, files as base64), which stage it makes.
`take` is a new step, checked; `apply` replays one. Command line and service walk the
same table. No step solves: a changed plan comes with its step, and seats and chances
follow from it, so a replay after years gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.codec import read
from inspector.errors import CeremonyError, messages
from inspector.month import (
    absence,
    amendment_call,
    amendment_draw,
    amendment_seal,
    field,
    freeze,
    pack,
    people,
    seal,
)
from inspector.month.assigned import Assigned, Carried, Result, assign
from inspector.month.audit import (
    assigned_violations,
    closed_violations,
    drawn_violations,
    packed_violations,
    refuse_violations,
)
from inspector.month.bodies import (
    BODIES,
    AbsentBody,
    AmendBody,
    CallBody,
    CloseBody,
    FreezeBody,
    PackBody,
    RecordBody,
    SealBody,
    ValuesBody,
    WhyBody,
    files_of,
)
from inspector.month.cars import CarOut
from inspector.month.documents import FORM
from inspector.month.excess import ordered
from inspector.month.field import sealed_bundle
from inspector.month.freeze import Drawn, Frozen
from inspector.month.overlap import Live
from inspector.month.pack import Packed, PeopleChange
from inspector.month.record import record_cancelled
from inspector.month.saved import load_packing
from inspector.month.seal import Sealed
from inspector.month.stages import Approval, Route
from inspector.registry import read_scenario
from inspector.schedule.workload import Packing
from inspector.workdays import load_calendar

Body = Mapping[str, Any]

messages(
    {
        "step.kind": ("没有“{step}”这一步骤", 'there is no step "{step}"'),
    }
)


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One kind of step. `do(route, stage, body)` gets the first stage of `needs`.

    `before`: stages that must not be behind yet; `body`: see `inspector.month.bodies`;
    `after`: the stage it makes (anew), "" when it only adds to the log.
    """

    do: Callable[[Route, Any, Any], Route]
    needs: tuple[str, ...]
    before: tuple[str, ...]
    after: str = ""


UNLOGGED = ("pack", "approve")  # steps that leave nothing in the log
# Solve is not check: nobody sees a stage that its check refuses.
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "drawn": drawn_violations,
    "packed": packed_violations,
    "assigned": assigned_violations,
    "closed": closed_violations,
}


def take(route: Route, kind: str, body: Body, live: Sequence[Live] = ()) -> Route:
    """The route after a new step, its stage checked. Raises InspectorError as `apply`,
    month.violations.

    `live`: other freezes in force, judged when a freeze is made, not at replay.
    """
    after = apply(route, kind, body, live)
    made = STEPS[kind].after
    stage = getattr(after, made) if made in CHECKS else None
    if stage is not None:
        refuse_violations(CHECKS[made](stage))
    return after


def apply(route: Route, kind: str, body: Body, live: Sequence[Live] = ()) -> Route:
    """The route after one more step. Raises InspectorError: step.kind, step.order,
    whatever the core refuses; Faults: all that is wrong with the body."""
    row = STEPS.get(kind)
    if row is None:
        raise CeremonyError("step.kind", step=kind)
    stages = [route.need(name, kind) for name in row.needs]
    for name in row.before:
        route.refuse(name, kind)
    stage = stages[0] if stages else live
    return row.do(route, stage, read(BODIES[kind], body, kind, FORM))


def at(steps: Iterable[tuple[str, Body]], time: str) -> Route:
    """The route as it stood at a time: its steps up to the first one logged later. What
    is not logged (a plan, its approval) goes with the step before it."""
    route = Route()
    for kind, body in steps:
        if kind not in UNLOGGED and body.get("published_at", body.get("at", "")) > time:
            break
        route = apply(route, kind, body)
    return route


def _freeze(route: Route, live: Sequence[Live], b: FreezeBody) -> Route:
    scenario = read_scenario(files_of(b.files), settled=True)
    frozen = freeze.freeze(
        scenario.registry,
        scenario.policy,
        load_calendar(scenario.calendar),
        blind=bytes.fromhex(b.blind),
        secret=bytes.fromhex(b.secret),
        at=b.at,
        log=route.carried_log,
        live=live,
        demonstration=b.demonstration,
    )
    return Route(frozen=frozen)


def _draw(route: Route, frozen: Frozen, b: ValuesBody) -> Route:
    return replace(route, drawn=freeze.draw(frozen, b.entropy, b.at))


def _record(route: Route, _: Any, b: RecordBody) -> Route:
    """A value of the stage that waits for one, or of a cancelled attempt."""
    stage, entry = b.stage, b.entry
    gone = {(v.stage, v.attempt) for v in route.log.voided}
    if b.attempt is not None and (stage, b.attempt) in gone:
        log = record_cancelled(route.log, stage, b.attempt, entry)
        return route.with_log(log)
    if stage == "draw":
        frozen = route.need("frozen", "record")
        route.refuse("drawn", "record")
        return replace(route, frozen=freeze.record_draw(frozen, entry))
    if stage == "lottery":
        sealed = route.need("sealed", "record")
        route.refuse("assigned", "record")
        return replace(route, sealed=seal.record_lottery(sealed, entry))
    assigned = route.need("assigned", "record")
    done = amendment_draw.record_amendment(assigned, entry, b.attempt)
    return replace(route, assigned=done)


def _people(route: Route, frozen: Frozen, b: PeopleChange) -> Route:
    if route.assigned is None:
        route.refuse("sealed", "people")
    change, changes = b, (*route.changes, b)
    if route.assigned is not None:
        done = absence.people_changed(route.assigned, change)
        return replace(route, assigned=done, changes=changes)
    # A plan made before the change knows nothing of it: it has to be made again.
    after = replace(route, changes=changes, packed=None, approval=None)
    if route.carried_log is not None:
        log = people.logged(route.carried_log, frozen, change)
        return replace(after, carried_log=log)
    if route.drawn is not None:
        return replace(after, drawn=people.changed(route.drawn, change))
    return replace(after, frozen=people.changed(frozen, change))


def _pack(route: Route, drawn: Drawn, b: PackBody) -> Route:
    packing = load_packing("packing", b.packing.encode())
    packed = packed_of(drawn, packing, route.changes, b.runs, b.cars_out)
    return planned(route, packed, b.budget, b.version)


def planned(route: Route, packed: Packed, budget: str, version: str) -> Route:
    """The route with the plan that a step `pack` brings; for who has just solved it."""
    return replace(route, packed=packed, budget=budget, version=version, approval=None)


def packed_of(
    drawn: Drawn,
    packing: Packing,
    changes: Sequence[PeopleChange],
    runs: int,
    cars_out: Sequence[CarOut] = (),
) -> Packed:
    """Seats and chance table of a packing that was made before, in `runs` runs."""
    again = pack.schedule(
        drawn,
        lambda _work, _seed: packing,
        changes,
        repairs=0,
        cars_out=cars_out,
        made=True,
    )
    return replace(again, runs=runs)


def _approve(route: Route, packed: Packed, b: Approval) -> Route:
    excess = ordered(b.excess, [v.id for v in packed.drawn.visits])
    return replace(route, approval=b, packed=replace(packed, excess=excess))


def _seal(route: Route, packed: Packed, b: SealBody) -> Route:
    sealed = seal.seal(
        packed,
        blind=bytes.fromhex(b.blind),
        at=b.at,
        entropy=b.entropy,
        log=route.carried_log,
        budget=route.budget,
        version=route.version,
    )
    return replace(route, sealed=sealed)


def _assign(route: Route, sealed: Sealed, b: ValuesBody) -> Route:
    done = assign(sealed, b.entropy, b.at)
    return replace(route, assigned=done)


def _absent(route: Route, assigned: Assigned, b: AbsentBody) -> Route:
    done = absence.absent(assigned, b.person, b.day, b.reason, b.at, b.since)
    return replace(route, assigned=done)


def _amend(route: Route, assigned: Assigned, b: AmendBody) -> Route:
    done = amendment_seal.amend_with(
        assigned,
        b.amended_plan,
        blind=bytes.fromhex(b.blind),
        at=b.at,
        reason=b.reason,
        entropy=b.entropy,
    )
    return _changed(route, done)


def _changed(route: Route, assigned: Assigned) -> Route:
    """The route with the plan that is in force now."""
    sealed = assigned.sealed
    return replace(
        route,
        assigned=assigned,
        sealed=sealed,
        packed=sealed.packed,
        drawn=sealed.packed.drawn,
    )


def _assign_amendment(route: Route, assigned: Assigned, b: ValuesBody) -> Route:
    done = amendment_draw.assign_amendment(assigned, b.entropy, b.at)
    return _changed(route, done)


def _cancel_amendment(route: Route, assigned: Assigned, b: WhyBody) -> Route:
    done = amendment_draw.cancel_amendment(assigned, b.at, b.reason)
    return _changed(route, done)


def _call(route: Route, assigned: Assigned, b: CallBody) -> Route:
    said = {"at": b.at, "reason": b.reason, "excess": b.excess}
    done = amendment_call.call(assigned, b.visit, b.package, taxi=b.taxi, **said)
    return _changed(route, done)


def _publish(route: Route, assigned: Assigned, b: Result) -> Route:
    return replace(route, assigned=field.publish(assigned, b))


def _carry(route: Route, assigned: Assigned, b: Carried) -> Route:
    return replace(route, assigned=field.carry(assigned, b))


def _close(route: Route, assigned: Assigned, b: CloseBody) -> Route:
    closed = field.close(assigned, b.at, b.carried)
    return replace(route, closed=closed, assigned=closed.assigned)


def _cancel_draw(route: Route, frozen: Frozen, b: WhyBody) -> Route:
    log = freeze.cancel_draw(frozen, route.log, b.at, b.reason)
    return Route(carried_log=log)


def _cancel_seal(route: Route, sealed: Sealed, b: WhyBody) -> Route:
    log = seal.cancel_seal(sealed, route.log, b.at, b.reason)
    return replace(route, sealed=None, assigned=None, approval=None, carried_log=log)


_ASSIGNED, _UNSEALED, _OPEN = ("assigned",), ("sealed",), ("closed",)

STEPS: Mapping[str, RouteStep] = {
    "freeze": RouteStep(_freeze, (), ("frozen",), "frozen"),
    "record": RouteStep(_record, (), _OPEN),
    "draw": RouteStep(_draw, ("frozen",), ("drawn",), "drawn"),
    "people": RouteStep(_people, ("frozen",), _OPEN, "assigned"),
    "pack": RouteStep(_pack, ("drawn",), _UNSEALED, "packed"),
    "approve": RouteStep(_approve, ("packed",), _UNSEALED, "approval"),
    "seal": RouteStep(_seal, ("packed", "approval"), _UNSEALED, "sealed"),
    "assign": RouteStep(_assign, ("sealed",), ("assigned",), "assigned"),
    "absent": RouteStep(_absent, _ASSIGNED, _OPEN, "assigned"),
    "amend": RouteStep(_amend, _ASSIGNED, _OPEN, "assigned"),
    "assign_amendment": RouteStep(_assign_amendment, _ASSIGNED, _OPEN, "assigned"),
    "cancel_amendment": RouteStep(_cancel_amendment, _ASSIGNED, _OPEN, "assigned"),
    "call": RouteStep(_call, _ASSIGNED, _OPEN, "assigned"),
    "publish": RouteStep(_publish, _ASSIGNED, _OPEN),
    "carry": RouteStep(_carry, _ASSIGNED, _OPEN),
    "close": RouteStep(_close, _ASSIGNED, _OPEN, "closed"),
    "cancel_draw": RouteStep(_cancel_draw, ("frozen",), _UNSEALED),
    "cancel_seal": RouteStep(_cancel_seal, ("sealed",), _OPEN),
}


def public_files(route: Route) -> dict[str, bytes]:
    """The bundle as far as it is public at this stage."""
    if route.closed is not None:
        return dict(route.closed.files)
    if route.assigned is not None:
        return sealed_bundle(route.assigned)
    out = dict(route.log.files()) if route.frozen or route.carried_log else {}
    if route.frozen is not None:
        out["freeze.json"] = route.frozen.file
    if route.sealed is not None:
        out["seal.json"] = route.sealed.file
    return out
