"""Facts of a running month as rows → changes and stand-by calls of the core.

The service and a steps file tell the same rows: `kind` people_away (may_lead, skills,
days, count), cars_gone (office, days, count), compound_shut (compound, why),
company_changed (compound, closes), recheck_failed or whistle_called (compound, minutes,
window, skilled, first, last), study_planned (compound, first: the day). Days are dates.
PROTOCOL.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from inspector.docket.study import study_visits
from inspector.domain import Compound, Package, Visit, VisitKind, Window
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month import documents
from inspector.month.amendment_numbers import numbered_call
from inspector.month.assigned import Assigned
from inspector.month.call_transport import ways
from inspector.replan import changes as kinds
from inspector.replan.changes import Change
from inspector.schedule.packages import package

Row = Mapping[str, Any]

messages(
    {
        "change.route": (
            "{compound} 当日无法由值班席前往（专长或时间不符）",
            "a stand-by pair cannot make {compound} that day (skill or hours)",
        ),
    }
)


def changes_of(assigned: Assigned, row: Row) -> tuple[Change, ...]:
    """The change, two for a study; a visit that it adds has no number yet. Raises
    InspectorError change.place for a compound that the registry does not have, and
    study.far."""
    if row["kind"] != "study_planned":
        return (_change_of(assigned, row),)
    compound, day = _compound(assigned, row["compound"]), row["first"]
    policy, offices = assigned.frozen.policy, assigned.frozen.registry.offices
    home = next(o for o in offices if o.district == _district(assigned, compound))
    halves = study_visits("", compound, home, day, policy.day, policy.travel)
    return tuple(kinds.StudyPlanned(replace(half, id="")) for half in halves)


def _district(assigned: Assigned, compound: Compound) -> str:
    streets = {s.code: s.district for s in assigned.frozen.registry.streets}
    return streets[compound.street]


def _change_of(assigned: Assigned, row: Row) -> Change:
    kind = row["kind"]
    if kind == "people_away":
        group = row["may_lead"], tuple(row["skills"])
        return kinds.PeopleAway(*group, tuple(row["days"]), row["count"])
    if kind == "cars_gone":
        return kinds.CarsGone(row["office"], tuple(row["days"]), row["count"])
    if kind == "compound_shut":
        return kinds.CompoundShut(row["compound"], kinds.Shut(row["why"]))
    if kind == "company_changed":
        return kinds.CompanyReplaced(row["compound"], row["closes"])
    if kind == "recheck_failed":
        return kinds.RecheckFailed(added_visit(assigned, row, VisitKind.RECHECK))
    return kinds.WhistleCalled(added_visit(assigned, row, VisitKind.WHISTLE))


def added_visit(assigned: Assigned, row: Row, kind: VisitKind) -> Visit:
    """The visit that a change adds, without a number. Raises change.place."""
    compound = _compound(assigned, row["compound"])
    return Visit(
        "",
        compound.id,
        (kind,),
        _district(assigned, compound),
        compound.place,
        row["minutes"] or compound.service_minutes,
        Window(row["window"]),
        compound.skill if row["skilled"] else "",
        row["first"],
        row["last"],
    )


def _compound(assigned: Assigned, name: str) -> Compound:
    for compound in assigned.frozen.registry.compounds:
        if compound.id == name:
            return compound
    raise InspectorError("change.place", visit="-", compound=name)


def standby_call(
    assigned: Assigned, row: Row, today: date
) -> tuple[Visit, Package, bool]:
    """吹哨: the visit of `row` on its day (`first`), with its number, the route of the
    next stand-by pair, and whether it takes a taxi.

    Raises CeremonyError change.no_call, change.no_car, change.route."""
    visit, day = added_visit(assigned, row, VisitKind.WHISTLE), row["first"]
    packed = assigned.sealed.packed
    taken = {p.id for p in packed.packing.packages}
    pairs = [s.id for s in packed.standby if s.day == day and s.id not in taken]
    if not pairs or day < today:
        raise CeremonyError("change.no_call", package=str(day))
    policy = assigned.frozen.policy
    for way in ways(assigned, visit, day):
        wait = policy.travel.taxi_minutes if way.taxi else 0
        rules = policy.day, policy.travel
        route = package(pairs[0], day, way.office, [visit], *rules, wait)
        if route is not None and not visit.skill:
            return *numbered_call(assigned, visit, route), way.taxi
    raise CeremonyError("change.route", compound=visit.compound)


def call_body(
    visit: Visit, route: Package, taxi: bool, at: str, reason: str, excess: str = ""
) -> dict[str, Any]:
    """The body of the step `call`."""
    return {
        "visit": documents.entry(visit),
        "package": documents.package(route),
        "taxi": taxi,
        "at": at,
        "reason": reason,
        "excess": excess,
    }
