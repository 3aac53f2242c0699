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

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.ceremony.seed import Entropy
from inspector.domain import Package, Visit
from inspector.errors import CeremonyError, messages
from inspector.month import (
    absence,
    amend,
    amendment_draw,
    call,
    field,
    freeze,
    pack,
    people,
    seal,
)
from inspector.month.audit import (
    assigned_violations,
    drawn_violations,
    packed_violations,
    refuse_violations,
)
from inspector.month.cars import CarOut, read_out
from inspector.month.field import Assigned, Result, sealed_bundle
from inspector.month.freeze import Drawn, Frozen
from inspector.month.overlap import Live
from inspector.month.pack import Packed, PeopleChange
from inspector.month.record import record_cancelled
from inspector.month.reopen import read
from inspector.month.revision import revision_of
from inspector.month.saved import load_packing
from inspector.month.seal import Sealed
from inspector.month.stages import Approval, Route
from inspector.policy import Source
from inspector.registry import read_scenario
from inspector.schedule.workload import Packing
from inspector.workdays import load_calendar

Body = Mapping[str, Any]
MUST: Any = ...  # a member without which no body is whole

messages(
    {
        "step.kind": ("没有“{step}”这一步骤", 'there is no step "{step}"'),
        "step.body": (
            "步骤 {step} 缺少或多余：{why}",
            "step {step} lacks a member or has one too many: {why}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One kind of step. `do(route, stage, body)` gets the first stage of `needs`.

    `before`: stages that must not be behind yet; `body`: member → what it is if left
    out; `after`: the stage it makes (anew), "" when it only adds to the log.
    """

    do: Callable[[Route, Any, Body], Route]
    needs: tuple[str, ...]
    before: tuple[str, ...]
    body: Mapping[str, Any]
    after: str = ""


# Solve is not check: nobody sees a stage that its check refuses.
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "drawn": drawn_violations,
    "packed": packed_violations,
    "assigned": assigned_violations,
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
    step.body, whatever the core refuses."""
    row = STEPS.get(kind)
    if row is None:
        raise CeremonyError("step.kind", step=kind)
    stages = [route.need(name, kind) for name in row.needs]
    for name in row.before:
        route.refuse(name, kind)
    stage = stages[0] if stages else live
    return row.do(route, stage, _whole(kind, row, body))


def _whole(kind: str, row: RouteStep, body: Body) -> Body:
    """The body with what may be left out. Raises CeremonyError step.body."""
    wrong = {name for name, left in row.body.items() if left is MUST} - set(body)
    wrong |= set(body) - set(row.body)
    if wrong:
        raise CeremonyError("step.body", step=kind, why=", ".join(sorted(wrong)))
    return {**row.body, **body}


def entropy_of(rows: Sequence[Body]) -> tuple[Entropy, ...]:
    """Entropy values of a step's body."""
    return tuple(
        Entropy(r["source"], r["issue"], r["value"], r["at"], bool(r["fallback"]))
        for r in rows
    )


def _freeze(route: Route, live: Sequence[Live], b: Body) -> Route:
    files = {name: b64decode(text) for name, text in b["files"].items()}
    scenario = read_scenario(files)
    frozen = freeze.freeze(
        scenario.registry,
        scenario.policy,
        load_calendar(scenario.calendar),
        blind=bytes.fromhex(b["blind"]),
        secret=bytes.fromhex(b["secret"]),
        at=b["at"],
        log=route.carried_log,
        live=live,
        demonstration=b["demonstration"],
    )
    return Route(frozen=frozen)


def _draw(route: Route, frozen: Frozen, b: Body) -> Route:
    return replace(route, drawn=freeze.draw(frozen, entropy_of(b["entropy"]), b["at"]))


def _record(route: Route, _: Any, b: Body) -> Route:
    """A value of the stage that waits for one, or of a cancelled attempt."""
    stage, (entry,) = b["stage"], entropy_of([b])
    gone = {(v.stage, v.attempt) for v in route.log.voided}
    if (stage, b["attempt"]) in gone:
        log = record_cancelled(route.log, stage, b["attempt"], entry)
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
    done = amendment_draw.record_amendment(assigned, entry, b["attempt"])
    return replace(route, assigned=done)


def _people(route: Route, frozen: Frozen, b: Body) -> Route:
    if route.assigned is None:
        route.refuse("sealed", "people")
    change = people.read_change(b)
    changes = (*route.changes, change)
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


def _pack(route: Route, drawn: Drawn, b: Body) -> Route:
    packing = load_packing("packing", b["packing"].encode())
    out = [read_out(row) for row in b["cars_out"]]
    return planned(route, packed_of(drawn, packing, route.changes, b["runs"], out), b)


def planned(route: Route, packed: Packed, b: Body) -> Route:
    """The route with the plan that a step `pack` brings; for who has just solved it."""
    return replace(
        route, packed=packed, budget=b["budget"], version=b["version"], approval=None
    )


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


def _approve(route: Route, _: Packed, b: Body) -> Route:
    return replace(route, approval=Approval(b["number"], b["by"], b["at"]))


def _seal(route: Route, packed: Packed, b: Body) -> Route:
    named = b["entropy"]
    sealed = seal.seal(
        packed,
        blind=bytes.fromhex(b["blind"]),
        at=b["at"],
        entropy=None if named is None else _sources(named),
        log=route.carried_log,
        budget=route.budget,
        version=route.version,
    )
    return replace(route, sealed=sealed)


def _sources(rows: Sequence[Body]) -> tuple[Source, ...]:
    return tuple(Source(**s) for s in rows)


def _assign(route: Route, sealed: Sealed, b: Body) -> Route:
    done = field.assign(sealed, entropy_of(b["entropy"]), b["at"])
    return replace(route, assigned=done)


def _absent(route: Route, assigned: Assigned, b: Body) -> Route:
    day = date.fromisoformat(b["day"])
    done = absence.absent(assigned, b["person"], day, b["reason"], b["at"], b["from"])
    return replace(route, assigned=done)


def _amend(route: Route, assigned: Assigned, b: Body) -> Route:
    done = amend.amend_with(
        assigned,
        revision_of(b),
        blind=bytes.fromhex(b["blind"]),
        at=b["at"],
        reason=b["reason"],
        entropy=_sources(b["entropy"]),
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


def _assign_amendment(route: Route, assigned: Assigned, b: Body) -> Route:
    done = amendment_draw.assign_amendment(assigned, entropy_of(b["entropy"]), b["at"])
    return _changed(route, done)


def _cancel_amendment(route: Route, assigned: Assigned, b: Body) -> Route:
    done = amendment_draw.cancel_amendment(assigned, b["at"], b["reason"])
    return _changed(route, done)


def _call(route: Route, assigned: Assigned, b: Body) -> Route:
    visit, package = read(Visit, b["visit"]), read(Package, b["package"])
    done = call.call(assigned, visit, package, at=b["at"], reason=b["reason"])
    return _changed(route, done)


def _publish(route: Route, assigned: Assigned, b: Body) -> Route:
    result = Result(
        b["visit"],
        date.fromisoformat(b["date"]),
        b["outcome"],
        b["follow_up"],
        b["score_bp"],
        tuple(b["findings"]),
        b["published_at"],
        tuple(b["unchecked"]),
    )
    return replace(route, assigned=field.publish(assigned, result))


def _close(route: Route, assigned: Assigned, b: Body) -> Route:
    return replace(route, closed=field.close(assigned, b["at"], b["carried"]))


def _cancel_draw(route: Route, frozen: Frozen, b: Body) -> Route:
    log = freeze.cancel_draw(frozen, route.log, b["at"], b["reason"])
    return Route(carried_log=log)


def _cancel_seal(route: Route, sealed: Sealed, b: Body) -> Route:
    log = seal.cancel_seal(sealed, route.log, b["at"], b["reason"])
    return replace(route, sealed=None, assigned=None, approval=None, carried_log=log)


_FREEZE = dict.fromkeys(("files", "blind", "secret", "at", "demonstration"), MUST)
_VALUE = dict.fromkeys(("stage", "source", "issue", "value", "fallback", "at"), MUST)
_PEOPLE = dict.fromkeys(("at", "reason", "approver", "leave", "recusals"), MUST)
_PACK = dict.fromkeys(("packing", "runs", "budget", "version"), MUST)
_ABSENT = dict.fromkeys(("person", "day", "reason", "at"), MUST)
# A revision of `inspector.month.revision`, and how it is sealed.
_REVISED = ("packages", "unplaced", "added", "removed", "reasons", "cars")
_AMEND = dict.fromkeys((*_REVISED, "blind", "at", "reason", "entropy"), MUST)
_CALL = dict.fromkeys(("visit", "package", "at", "reason"), MUST)
_RESULT = ("visit", "date", "outcome", "follow_up", "score_bp", "findings")
_PUBLISH = dict.fromkeys((*_RESULT, "published_at"), MUST)
_SEED = {"entropy": MUST, "at": MUST}  # as the second person entered the values
_WHY = {"at": MUST, "reason": MUST}
_UNSEALED, _OPEN = ("sealed",), ("closed",)

STEPS: Mapping[str, RouteStep] = {
    "freeze": RouteStep(_freeze, (), ("frozen",), _FREEZE, "frozen"),
    # `attempt` None: the one in force
    "record": RouteStep(_record, (), _OPEN, {**_VALUE, "attempt": None}),
    "draw": RouteStep(_draw, ("frozen",), ("drawn",), _SEED, "drawn"),
    "people": RouteStep(_people, ("frozen",), _OPEN, _PEOPLE, "assigned"),
    "pack": RouteStep(
        _pack, ("drawn",), _UNSEALED, {**_PACK, "cars_out": ()}, "packed"
    ),
    "approve": RouteStep(
        _approve,
        ("packed",),
        _UNSEALED,
        {"number": MUST, "by": MUST, "at": MUST},
        "approval",
    ),
    # `entropy` None: the sources of the policy
    "seal": RouteStep(
        _seal,
        ("packed", "approval"),
        _UNSEALED,
        {"blind": MUST, "at": MUST, "entropy": None},
        "sealed",
    ),
    "assign": RouteStep(_assign, ("sealed",), ("assigned",), _SEED, "assigned"),
    # `from`: the visit from which on he is away, "" for the whole day
    "absent": RouteStep(
        _absent, ("assigned",), _OPEN, {**_ABSENT, "from": ""}, "assigned"
    ),
    "amend": RouteStep(_amend, ("assigned",), _OPEN, _AMEND, "assigned"),
    "assign_amendment": RouteStep(
        _assign_amendment, ("assigned",), _OPEN, _SEED, "assigned"
    ),
    "cancel_amendment": RouteStep(
        _cancel_amendment, ("assigned",), _OPEN, _WHY, "assigned"
    ),
    "call": RouteStep(_call, ("assigned",), _OPEN, _CALL, "assigned"),
    "publish": RouteStep(_publish, ("assigned",), _OPEN, {**_PUBLISH, "unchecked": ()}),
    "close": RouteStep(
        _close, ("assigned",), _OPEN, {"at": MUST, "carried": MUST}, "closed"
    ),
    "cancel_draw": RouteStep(_cancel_draw, ("frozen",), _UNSEALED, _WHY),
    "cancel_seal": RouteStep(_cancel_seal, ("sealed",), _OPEN, _WHY),
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
