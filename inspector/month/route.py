"""A month is the replay of its steps: inputs in, stages of `inspector.month` out.

The database keeps what was put in (registries, blinds, entropy, the solver's packing,
people changes, absences, results), never a stage. `apply` turns the route so far and
one step into the next route; the core refuses a step in the wrong place. Everything is
deterministic, so a replay after years gives the same bytes. No step solves: a changed
plan comes with its step, and seats and chances follow from it.

Step kinds and bodies (JSON; bytes as hex, files as base64):

    freeze       files, blind, secret, at, demonstration
    record       stage, attempt (the one in force if missing), source, issue, value,
                 fallback, at: a leaf of what an entropy source gave
    draw         entropy: [{source, issue, value, at, fallback}] as the second person
                 entered them, at
    people       at, reason, approver, leave: [...], recusals: [...]
    pack         packing (of `inspector.month.saved`), runs, budget, version,
                 cars_out: [{car, from, to}] if any
    approve      number, by, at                      审批
    seal         blind, at, entropy: null or [sources]
    assign       entropy, at
    absent       person (pseudonym), day, reason, at, from: "" or a visit
    amend        packages, unplaced, added, removed, reasons, cars (a revision of
                 `inspector.month.revision`), blind, at, reason, entropy: [sources]
    assign_amendment  entropy, at
    cancel_amendment  at, reason
    call         visit, package (as in a bundle), at, reason    吹哨
    publish      visit, date, outcome, follow_up, score_bp, findings, unchecked,
                 published_at
    close        at, carried: {visit: reason}
    cancel_draw  at, reason
    cancel_seal  at, reason
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.ceremony.bundle import Log
from inspector.ceremony.seed import Entropy
from inspector.domain import Leave, Package, Recusal, Visit
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
from inspector.month.cars import CarOut, read_out
from inspector.month.field import Assigned, ClosedMonth, Result, sealed_bundle
from inspector.month.freeze import Drawn, Frozen
from inspector.month.overlap import Live
from inspector.month.pack import Packed, PeopleChange
from inspector.month.record import record_cancelled
from inspector.month.reopen import read
from inspector.month.revision import revision_of
from inspector.month.saved import load_packing
from inspector.month.seal import Sealed
from inspector.policy import Source
from inspector.registry import read_scenario
from inspector.schedule.workload import Packing
from inspector.workdays import load_calendar

Body = Mapping[str, Any]

messages(
    {
        "step.order": (
            "当前阶段为 {stage}，不能进行 {step}",
            "the month is at {stage}; {step} is not possible now",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Approval:
    """The head's approval (审批) of a plan before it is sealed."""

    number: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Route:
    """How far a month has come. Stages behind the last one stay readable.

    `carried_log`: the log after a cancelled attempt, which the next attempt continues.
    """

    frozen: Frozen | None = None
    drawn: Drawn | None = None
    changes: tuple[PeopleChange, ...] = ()
    packed: Packed | None = None
    budget: str = ""
    version: str = ""
    approval: Approval | None = None
    sealed: Sealed | None = None
    assigned: Assigned | None = None
    closed: ClosedMonth | None = None
    carried_log: Log | None = None

    @property
    def stage(self) -> str:
        """The name of the last stage reached."""
        names = ("closed", "assigned", "sealed", "approval", "packed", "drawn")
        for name in names:
            if getattr(self, name) is not None:
                return {"approval": "approved"}.get(name, name)
        return "new" if self.frozen is None else "frozen"

    @property
    def log(self) -> Log:
        """The public log as it stands."""
        for stage in (self.closed, self.assigned, self.sealed):
            if stage is not None:
                return stage.log
        if self.carried_log is not None:
            return self.carried_log
        newest = self.drawn or self.frozen
        return newest.log if newest is not None else Log()

    def with_log(self, log: Log) -> Route:
        """The route with a longer log at the stage that holds it."""
        for name in ("assigned", "sealed"):
            stage = getattr(self, name)
            if stage is not None:
                return replace(self, **{name: replace(stage, log=log)})
        if self.carried_log is not None:
            return replace(self, carried_log=log)
        if self.packed is not None:
            drawn = replace(self.packed.drawn, log=log)
            return replace(self, drawn=drawn, packed=replace(self.packed, drawn=drawn))
        name = "drawn" if self.drawn is not None else "frozen"
        return replace(self, **{name: replace(getattr(self, name), log=log)})

    def need(self, name: str, step: str) -> Any:
        """The stage `name`. Raises CeremonyError step.order when it is not there."""
        stage = getattr(self, name)
        if stage is None:
            raise CeremonyError("step.order", stage=self.stage, step=step)
        return stage

    def refuse(self, name: str, step: str) -> None:
        """Raise CeremonyError step.order when stage `name` is behind already."""
        if getattr(self, name) is not None:
            raise CeremonyError("step.order", stage=self.stage, step=step)


def apply(route: Route, kind: str, body: Body, live: Sequence[Live] = ()) -> Route:
    """The route after one more step. Raises InspectorError whatever the core refuses.

    `live`: other freezes in force, judged when a freeze is made, not at replay.
    """
    if kind == "freeze":
        return _freeze(route, body, live)
    return _STEPS[kind](route, body)


def entropy_of(rows: Sequence[Body]) -> tuple[Entropy, ...]:
    """Entropy values of a step's body."""
    return tuple(
        Entropy(r["source"], r["issue"], r["value"], r["at"], bool(r["fallback"]))
        for r in rows
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _freeze(route: Route, b: Body, live: Sequence[Live]) -> Route:
    route.refuse("frozen", "freeze")
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


def _draw(route: Route, b: Body) -> Route:
    frozen = route.need("frozen", "draw")
    route.refuse("drawn", "draw")
    return replace(route, drawn=freeze.draw(frozen, entropy_of(b["entropy"]), b["at"]))


def _record(route: Route, b: Body) -> Route:
    """A value of the stage that waits for one, or of a cancelled attempt."""
    route.refuse("closed", "record")
    stage, (entry,) = b["stage"], entropy_of([b])
    gone = {(v.stage, v.attempt) for v in route.log.voided}
    if (stage, b.get("attempt")) in gone:
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
    done = amendment_draw.record_amendment(assigned, entry, b.get("attempt"))
    return replace(route, assigned=done)


def _people(route: Route, b: Body) -> Route:
    frozen = route.need("frozen", "people")
    if route.assigned is None:
        route.refuse("sealed", "people")
    route.refuse("closed", "people")
    leave = tuple(
        Leave(
            x["inspector"],
            date.fromisoformat(x["first"]),
            date.fromisoformat(x["last"]),
            x.get("half", ""),
        )
        for x in b["leave"]
    )
    recusals = tuple(
        Recusal(
            x["inspector"],
            x["subject"],
            x["reason"],
            _day(x.get("first")),
            _day(x.get("last")),
        )
        for x in b["recusals"]
    )
    change = PeopleChange(b["at"], b["reason"], b["approver"], leave, recusals)
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


def _pack(route: Route, b: Body) -> Route:
    drawn = route.need("drawn", "pack")
    route.refuse("sealed", "pack")
    packing = load_packing("packing", b["packing"].encode())
    out = [read_out(row) for row in b.get("cars_out", ())]
    packed = packed_of(drawn, packing, route.changes, b["runs"], out)
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


def _approve(route: Route, b: Body) -> Route:
    route.need("packed", "approve")
    route.refuse("sealed", "approve")
    return replace(route, approval=Approval(b["number"], b["by"], b["at"]))


def _seal(route: Route, b: Body) -> Route:
    packed = route.need("packed", "seal")
    route.need("approval", "seal")
    route.refuse("sealed", "seal")
    named = b.get("entropy")
    sealed = seal.seal(
        packed,
        blind=bytes.fromhex(b["blind"]),
        at=b["at"],
        entropy=None if named is None else tuple(Source(**s) for s in named),
        log=route.carried_log,
        budget=route.budget,
        version=route.version,
    )
    return replace(route, sealed=sealed)


def _assign(route: Route, b: Body) -> Route:
    sealed = route.need("sealed", "assign")
    route.refuse("assigned", "assign")
    done = field.assign(sealed, entropy_of(b["entropy"]), b["at"])
    return replace(route, assigned=done)


def _absent(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "absent")
    route.refuse("closed", "absent")
    day = date.fromisoformat(b["day"])
    person, since = b["person"], b.get("from", "")
    done = absence.absent(assigned, person, day, b["reason"], b["at"], since)
    return replace(route, assigned=done)


def _amend(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "amend")
    route.refuse("closed", "amend")
    done = amend.amend_with(
        assigned,
        revision_of(b),
        blind=bytes.fromhex(b["blind"]),
        at=b["at"],
        reason=b["reason"],
        entropy=tuple(Source(**s) for s in b["entropy"]),
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


def _assign_amendment(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "assign_amendment")
    route.refuse("closed", "assign_amendment")
    done = amendment_draw.assign_amendment(assigned, entropy_of(b["entropy"]), b["at"])
    return _changed(route, done)


def _cancel_amendment(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "cancel_amendment")
    done = amendment_draw.cancel_amendment(assigned, b["at"], b["reason"])
    return _changed(route, done)


def _call(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "call")
    route.refuse("closed", "call")
    visit, package = read(Visit, b["visit"]), read(Package, b["package"])
    done = call.call(assigned, visit, package, at=b["at"], reason=b["reason"])
    return _changed(route, done)


def _publish(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "publish")
    route.refuse("closed", "publish")
    result = Result(
        b["visit"],
        date.fromisoformat(b["date"]),
        b["outcome"],
        b["follow_up"],
        b["score_bp"],
        tuple(b["findings"]),
        b["published_at"],
        tuple(b.get("unchecked", ())),
    )
    return replace(route, assigned=field.publish(assigned, result))


def _close(route: Route, b: Body) -> Route:
    assigned = route.need("assigned", "close")
    route.refuse("closed", "close")
    return replace(route, closed=field.close(assigned, b["at"], b["carried"]))


def _cancel_draw(route: Route, b: Body) -> Route:
    frozen = route.need("frozen", "cancel_draw")
    route.refuse("sealed", "cancel_draw")
    log = freeze.cancel_draw(frozen, route.log, b["at"], b["reason"])
    return Route(carried_log=log)


def _cancel_seal(route: Route, b: Body) -> Route:
    sealed = route.need("sealed", "cancel_seal")
    route.refuse("closed", "cancel_seal")
    log = seal.cancel_seal(sealed, route.log, b["at"], b["reason"])
    return replace(route, sealed=None, assigned=None, approval=None, carried_log=log)


_STEPS: Mapping[str, Callable[[Route, Body], Route]] = {
    "record": _record,
    "draw": _draw,
    "people": _people,
    "pack": _pack,
    "approve": _approve,
    "seal": _seal,
    "assign": _assign,
    "absent": _absent,
    "amend": _amend,
    "assign_amendment": _assign_amendment,
    "cancel_amendment": _cancel_amendment,
    "call": _call,
    "publish": _publish,
    "close": _close,
    "cancel_draw": _cancel_draw,
    "cancel_seal": _cancel_seal,
}
KINDS = ("freeze", *_STEPS)


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
