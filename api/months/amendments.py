"""变更 changes after the lottery: preview, amendment with later entropy, stand-by call.

A preview solves and stores nothing. Committing solves once more, in the same way, and
the step keeps the plan found, so no replay ever solves. Solving works on a snapshot and
holds up nobody who writes; what it found is taken only if the month is still the same.
Whoever is ill is logged absent first; here nobody is named.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.answers import Stamp, grown
from api.errors import Problem, field_fault, invalid
from api.months import ceremony, steps
from api.months.ceremony import BLIND_BYTES
from api.site import Desk
from api.store.models import Month
from inspector.domain import Package, Visit
from inspector.errors import CeremonyError, text
from inspector.month import amendment_proposal
from inspector.month.amendment import Amendment
from inspector.month.amendment_facts import call_body, changes_of, standby_call
from inspector.month.amendment_numbers import numbered, numbered_call
from inspector.month.amendment_plan import amended_plan_body
from inspector.month.amendment_proposal import Proposal
from inspector.month.amendment_seal import refuse_unlogged
from inspector.month.assigned import Assigned
from inspector.month.route import apply
from inspector.month.stages import Route
from inspector.policy import Source
from inspector.replan.changes import ADDING, Change
from inspector.replan.replan import VisitMove


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """Why a visit moves, or is left out."""

    visit: str
    compound: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ReplannedVisit(ChangeReason):
    """A visit that moves, is added or goes."""

    old_day: date | None
    old_package: str
    new_day: date | None
    new_package: str


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """The diff of a change. `min_chance`, `max_chance` of a person for a new seat,
    [numerator, denominator]; none without one."""

    moves: list[ReplannedVisit]
    unplaced: list[ChangeReason]
    new: list[str]
    shortened: list[str]
    gone: list[str]
    calls: list[str]
    changed: int
    days_changed: int
    travel_before: int
    travel_after: int
    seats: int
    min_chance: tuple[int, ...] | None
    max_chance: tuple[int, ...] | None
    unlogged: int
    best: bool


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """An amendment in figures. Chances are [numerator, denominator]."""

    attempt: int
    sealed_at: Stamp
    reason: str
    commitment: str
    waiting: bool
    cancelled: bool
    changed: dict[str, int]
    new_packages: int
    dissolved: int
    seats: int
    travel_minutes: int
    min_chance: list[int]
    max_chance: list[int]
    entropy: list[Source]


@dataclass(frozen=True, slots=True)
class StandbyCall:
    """A whistle that went to a stand-by pair; `office`: from where, `taxi`: without a
    car."""

    day: date
    package: str
    reason: str
    office: str
    taxi: bool


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What has changed since the lottery."""

    amendments: list[AmendmentLine]
    calls: list[StandbyCall]
    version: int


@dataclass(frozen=True, slots=True)
class Solved:
    """Changes thought through for the month with this `head`: its next steps, each as
    (kind, body, what its event says)."""

    head: str
    steps: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]


def preview(desk: Desk, month: Month, values: dict[str, Any]) -> ChangePreview:
    """What the changes would do. Raises InspectorError for one that does not fit."""
    assigned = _assigned(steps.load(desk, month), "amend")
    desk.disclosed(f"month:{month.id}", what="change_preview")
    return _preview(
        propose(desk, assigned, values["changes"], values["away"]), assigned
    )


def propose(
    desk: Desk,
    assigned: Assigned,
    rows: Sequence[dict[str, Any]],
    away: Sequence[dict[str, Any]] = (),
) -> Proposal:
    """The least upheaval for these changes, and for people away (preview only)."""
    made = [change for row in rows for change in _changes(assigned, row)]
    gone: dict[str, list[date]] = {}
    for person in away:
        gone.setdefault(person["inspector"], []).extend(person["days"])
    return amendment_proposal.propose(assigned, made, today=desk.today, away=gone)


def solve(desk: Desk, month: Month, values: dict[str, Any]) -> Solved:
    """The steps of these changes: stand-by calls at once, the rest as an amendment,
    which waits for `entropy` when it has new packages. Stores nothing."""
    rows, reason = list(values["changes"]), values["reason"]
    route, found = steps.load(desk, month), list[tuple[str, dict[str, Any]]]()
    before = _assigned(route, "amend")
    proposal = propose(desk, before, rows)
    if called := _new_calls(proposal):
        for package_ in called:
            said = _called(proposal, package_, _assigned(route, "call"))
            body = call_body(*said, desk.stamp, reason, values["excess"])
            found.append(("call", body))
            route = apply(route, "call", body)
        ids = {s.visit for p in called for s in p.stops}
        each = zip(rows, _ids(before, rows), strict=True)
        rows = [row for row, visit in each if visit not in ids]
        if rows:
            proposal = propose(desk, _assigned(route, "amend"), rows)
    told = [(kind, body, {"day": body["package"]["day"]}) for kind, body in found]
    if rows or not called:
        told.append(("amend", *_amendment_body(desk, proposal, values)))
    return Solved(month.head, tuple(told))


def amend(desk: Desk, month: Month, solved: Solved) -> None:
    """Commit what was solved. Raises Problem http.precondition when the month has moved
    on since."""
    if month.head != solved.head:
        raise Problem("http.precondition")
    for kind, body, told in solved.steps:
        steps.advance(desk, month, kind, body, **told)


def _amendment_body(
    desk: Desk, found: Proposal, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    refuse_unlogged(found)
    plan, said = found.replanned, values["excess"]
    added = [v.id for v in found.amended_plan.added] if said else []
    return {
        **amended_plan_body(found.amended_plan),
        "excess": [{"visit": visit, "reason": said} for visit in added],
        "blind": secrets.token_hex(BLIND_BYTES),
        "at": desk.stamp,
        "reason": values["reason"],
        "entropy": values["entropy"] if found.seats else [],
    }, {
        "changed": plan.changed,
        "new_packages": len(plan.new),
        "dissolved": len(plan.gone),
    }


def assign(desk: Desk, month: Month) -> Route:
    """Draw the waiting amendment with its recorded values. Raises CeremonyError as the
    lottery does, change.none_waiting."""
    route = steps.load(desk, month)
    waiting = _assigned(route, "assign_amendment").waiting
    if waiting is None:
        raise CeremonyError("change.none_waiting")
    more = {"attempt": waiting.attempt}
    return ceremony.with_seed(desk, month, route, "assign_amendment", **more)


def cancel(desk: Desk, month: Month, reason: str) -> Route:
    """Void the waiting amendment; its blind opens at the close."""
    _assigned(steps.load(desk, month), "cancel_amendment")
    body = {"at": desk.stamp, "reason": reason}
    return steps.advance(desk, month, "cancel_amendment", body, reason=reason)


def call(desk: Desk, month: Month, values: dict[str, Any]) -> Route:
    """吹哨: an urgent visit on a day by the next stand-by pair of that day."""
    assigned = _assigned(steps.load(desk, month), "call")
    day = values["day"]
    row = {**values, "first": day, "last": day}
    called = standby_call(assigned, row, desk.today)
    body = call_body(*called, desk.stamp, values["reason"], values["excess"])
    return steps.advance(desk, month, "call", body, day=str(day))


def shown(desk: Desk, month: Month) -> PlanChanges:
    """Amendments and calls so far, in figures and reason codes."""
    assigned = _assigned(steps.load(desk, month), "changes")
    void = {a.attempt for a in assigned.voided}
    rows = [
        _amendment(a, a is assigned.waiting, a.attempt in void) for a in assigned.made()
    ]
    calls = [
        StandbyCall(c.package.day, c.package.id, c.reason, c.package.office, c.taxi)
        for c in assigned.calls
    ]
    return PlanChanges(rows, calls, month.version)


def _amendment(a: Amendment, waiting: bool, cancelled: bool) -> AmendmentLine:
    doc, unit = json.loads(a.file), a.packed.table.unit
    names = ("attempt", "sealed_at", "reason", "changed", "new_packages", "dissolved")
    return AmendmentLine(
        **{name: doc[name] for name in (*names, "seats", "travel_minutes")},
        entropy=list(a.entropy),
        commitment=a.commitment.hex(),
        waiting=waiting,
        cancelled=cancelled,
        min_chance=[doc["min_chance"], unit],
        max_chance=[doc["max_chance"], unit],
    )


def _assigned(route: Route, step: str) -> Assigned:
    """The month after its lottery and before its close. Raises step.order."""
    route.refuse("closed", step)
    assigned: Assigned = route.need("assigned", step)
    return assigned


def _changes(assigned: Assigned, row: dict[str, Any]) -> tuple[Change, ...]:
    """What a row of the request asks. Raises a fault for a window that ends early."""
    first, last = row.get("first"), row.get("last")
    if first and last and last < first:
        raise invalid(field_fault("last", "止日期早于起日期 it ends before it begins"))
    return changes_of(assigned, row)


def _new_calls(found: Proposal) -> list[Package]:
    """Routes of stand-by pairs that the proposal calls."""
    added = {v.id for v in found.amended_plan.added}
    return [p for p in found.replanned.standby if {s.visit for s in p.stops} <= added]


def _called(
    found: Proposal, route: Package, now: Assigned
) -> tuple[Visit, Package, bool]:
    """The visit of a called pair, numbered, its route, and whether it takes a taxi."""
    added = found.amended_plan.added
    visit = next(v for v in added if v.id == route.stops[0].visit)
    return *numbered_call(now, visit, route), route.id in found.replanned.taxis


def _ids(assigned: Assigned, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The visit each row adds, the first of two, "" for none."""
    told = [_changes(assigned, row) for row in rows]
    made = iter(numbered(assigned, [c for some in told for c in some]))
    firsts = [[next(made) for _ in some] for some in told]
    return [c.visit.id if isinstance(c, ADDING) else "" for c, *_ in firsts]


# -- from the core to words --------------------------------------------------------


def _preview(found: Proposal, assigned: Assigned) -> ChangePreview:
    plan, table = found.replanned, found.table
    places = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    places |= {v.id: v.compound for v in plan.work.visits}
    left = [_sentence(u.visit, u.code, u.params, places) for u in plan.unplaced]
    return grown(
        ChangePreview,
        plan,
        moves=[_move(m, places) for m in plan.moves],
        unplaced=[ChangeReason(**words) for words in left],
        new=list(plan.new),
        shortened=list(plan.shortened),
        gone=list(plan.gone),
        calls=[p.id for p in _new_calls(found)],
        seats=len(found.seats),
        min_chance=table and (table.min_chance, table.unit),
        max_chance=table and (table.max_chance, table.unit),
        unlogged=len(found.unlogged),
        best=plan.closed,
    )


def _sentence(
    visit: str,
    code: str,
    params: Sequence[tuple[str, str | int]],
    places: dict[str, str],
) -> dict[str, str]:
    zh, en = text(code, dict(params))
    compound = places.get(visit, "")
    return {"visit": visit, "compound": compound, "code": code, "zh": zh, "en": en}


def _move(move: VisitMove, places: dict[str, str]) -> ReplannedVisit:
    said = _sentence(move.visit, move.code, move.params, places)
    return grown(ReplannedVisit, move, **said)
