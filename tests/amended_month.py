"""The demonstration month with changes after the lottery, for tests of them.

A compound closes, somebody is ill for a week, a car is gone, a re-check failed (one
amendment, drawn later); while it waits somebody else falls ill and a whistle goes to
the stand-by pair; then another compound closes (an amendment without a new package).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from month_stages import Month

from inspector.ceremony.seed import Entropy
from inspector.domain import Package, Visit, VisitKind, Window
from inspector.month import demonstration
from inspector.month.absence import absent
from inspector.month.amendment_call import call
from inspector.month.amendment_draw import assign_amendment, record_amendment
from inspector.month.amendment_proposal import Proposal, propose
from inspector.month.amendment_seal import amend_with, refuse_unlogged
from inspector.month.assigned import Assigned
from inspector.month.field import ClosedMonth, close, publish
from inspector.month.pack import Packed
from inspector.policy import Source
from inspector.replan.changes import CarsGone, Change, CompoundShut, RecheckFailed, Shut
from inspector.schedule.packages import package

TODAY = date(2026, 12, 1)
AT = "2026-12-01T01:00:00Z"
DRAWN_AT = "2026-12-03T14:00:00Z"
LATER_AT = "2026-12-04T01:00:00Z"
BLIND = b"\x11" * 32
SOURCES = (Source("amend-1", "lottery", "大乐透", "2026138", "2026-12-02T13:25:00Z"),)
VALUE = Entropy("amend-1", "2026138", "01 02 03 04 05|01 02", "2026-12-02T13:30:00Z")


@dataclass(frozen=True)
class Amended:
    """All stages of the changed month."""

    ill: Assigned  # the week's absences are logged
    proposal: Proposal
    waiting: Assigned
    called: Assigned
    drawn: Assigned
    again: Assigned
    closed: ClosedMonth


def amend(
    assigned: Assigned,
    proposal: Proposal,
    *,
    blind: bytes,
    at: str,
    reason: str,
    entropy: Sequence[Source] = (),
) -> Assigned:
    """A proposed change is sealed, as the service does it."""
    refuse_unlogged(proposal)
    amended_plan = proposal.amended_plan
    return amend_with(
        assigned, amended_plan, blind=blind, at=at, reason=reason, entropy=entropy
    )


def extra(
    month: Month, name: str, kind: VisitKind, first: date, last: date, compound: str
) -> Visit:
    """A visit that is added: an hour, no skill, no series."""
    like = next(v for v in month.drawn.visits if v.compound == compound)
    return replace(
        like,
        id=name,
        kinds=(kind,),
        window=Window.ALL_DAY,
        service_minutes=60,
        skill="",
        series="",
        step=0,
        gap_min=0,
        gap_max=0,
        first=first,
        last=last,
    )


def still_to_come(packed: Packed, today: date) -> list[str]:
    """Compounds all of whose visits are after today, those with most visits first."""
    day = {s.visit: p.day for p in packed.packing.packages for s in p.stops}
    at: dict[str, list[date]] = {}
    for v in packed.drawn.visits:
        at.setdefault(v.compound, []).append(day.get(v.id, today))
    found = [name for name, days in at.items() if min(days) > today]
    return sorted(found, key=lambda name: (-len(at[name]), name))


def no_cars(month: Month, package: Package) -> CarsGone:
    """All cars of a package's office are gone on its day."""
    cars = [c for c in month.registry.cars if c.office == package.office]
    day = package.day
    there = [c for c in cars if (c.first or day) <= day <= (c.last or day)]
    return CarsGone(package.office, (day,), len(there))


def changes(month: Month) -> list[Change]:
    """A compound closed, no car where the last package goes, a failed re-check."""
    days = month.frozen.working_days
    visits = month.drawn.visits
    last = max(month.packed.packing.packages, key=lambda p: (p.day, p.office))
    check = extra(
        month, "W001", VisitKind.RECHECK, days[8], days[12], visits[0].compound
    )
    return [
        CompoundShut(still_to_come(month.packed, TODAY)[0], Shut.CLOSED),
        no_cars(month, last),
        RecheckFailed(check),
    ]


def whistle(month: Month, day: date, compound: str = "") -> tuple[Visit, Package]:
    """An urgent visit of one day and the stand-by pair's route to it."""
    compound = compound or month.drawn.visits[0].compound
    visit = extra(month, "W002", VisitKind.WHISTLE, day, day, compound)
    office = next(o for o in month.registry.offices if o.district == visit.district)
    rules = month.policy
    route = package(
        f"S-{day.isoformat()}-1", day, office, [visit], rules.day, rules.travel
    )
    assert route is not None
    return visit, route


def quiet_day(month: Month, assigned: Assigned) -> date:
    """The first day after today without a package, so that a car is there."""
    busy = {p.day for p in assigned.sealed.packed.packing.packages}
    waiting = assigned.waiting.days if assigned.waiting else ()
    days = month.frozen.working_days
    return next(d for d in days[1:] if d not in {*busy, *waiting})


def ill_for_a_week(month: Month) -> Assigned:
    person = next(i for i in month.registry.inspectors if not i.expert)
    assigned = month.assigned
    for day in month.frozen.working_days[8:13]:
        assigned = absent(assigned, month.frozen.names[person.id], day, "illness", AT)
    return assigned


def amended(month: Month) -> Amended:
    """Run it all, results and close included."""
    ill = ill_for_a_week(month)
    proposal = propose(ill, changes(month), today=TODAY)
    waiting = amend(
        ill, proposal, blind=BLIND, at=AT, reason="停业、修车、复查", entropy=SOURCES
    )
    day = month.frozen.working_days[2]
    holders = dict(waiting.now.holders)
    seat = next(s for s in waiting.sealed.packed.seats if s.day == day)
    sick = absent(waiting, holders[seat.id], day, "illness", "2026-12-02T00:10:00Z")
    visit, route = whistle(month, quiet_day(month, sick))
    called = call(sick, visit, route, at="2026-12-02T01:00:00Z", reason="12345 热线")
    told = record_amendment(called, VALUE)
    drawn = assign_amendment(told, [VALUE], DRAWN_AT)
    at_random = {v.compound for v in month.drawn.visits if "random" in v.kinds}
    later = still_to_come(drawn.sealed.packed, date(2026, 12, 4))
    shut = [name for name in later if name in at_random][-1]
    second = propose(drawn, [CompoundShut(shut, Shut.CLOSED)], today=date(2026, 12, 4))
    again = amend(drawn, second, blind=b"\x12" * 32, at=LATER_AT, reason="关停")
    done = again
    for result in demonstration.results(again):
        done = publish(done, result)
    return Amended(
        ill,
        proposal,
        waiting,
        called,
        drawn,
        again,
        close(done, month.record.closed_at, {}),
    )
