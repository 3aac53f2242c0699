"""A call stands: whatever changes after it, its visit stays with the pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from amended_month import (
    AT,
    BLIND,
    LATER_AT,
    SOURCES,
    TODAY,
    VALUE,
    changes,
    no_cars,
    quiet_day,
    still_to_come,
    whistle,
)
from month_stages import Month

from inspector.check import AmendedView, check_amended
from inspector.errors import InspectorError
from inspector.month import demonstration
from inspector.month.amendment_call import call
from inspector.month.amendment_draw import cancel_amendment, record_amendment
from inspector.month.amendment_proposal import propose
from inspector.month.amendment_seal import amend_with
from inspector.month.amendment_staffing import barred_from
from inspector.month.assigned import Assigned
from inspector.month.audit import assigned_violations
from inspector.month.field import close, publish
from inspector.replan.changes import CompoundShut, Shut
from inspector.selection.seats import People
from inspector.verify import FAILS, verify_bundle

CALLED_AT = "2026-12-01T02:00:00Z"


def called_at(month: Month, assigned: Assigned, compound: str) -> Assigned:
    visit, route = whistle(month, quiet_day(month, assigned), compound)
    return call(assigned, visit, route, at=CALLED_AT, reason="12345 热线")


def test_a_call_stays_when_its_compound_shuts(month: Month, tmp_path: Path) -> None:
    """An amendment waits, a pair is called to a compound, the amendment is cancelled,
    and the next one knows that this compound has closed."""
    found = propose(month.assigned, changes(month), today=TODAY)
    waiting = amend_with(
        month.assigned,
        found.amended_plan,
        blind=BLIND,
        at=AT,
        reason="停业",
        entropy=SOURCES,
    )
    shut = still_to_come(month.packed, TODAY)[-1]
    called = called_at(month, waiting, shut)
    void = cancel_amendment(called, CALLED_AT, "开奖延期")
    (made,) = void.calls
    again = propose(void, [CompoundShut(shut, Shut.CLOSED)], today=TODAY)
    assert made.package in again.amended_plan.packages
    assert made.visit.id not in again.amended_plan.removed
    assert again.amended_plan.removed
    codes = {m.visit: m.code for m in again.replanned.moves}
    assert codes[made.visit.id] == "replan.called"
    done = amend_with(
        void, again.amended_plan, blind=b"\x15" * 32, at=LATER_AT, reason="停业"
    )
    assert assigned_violations(done) == ()
    for result in demonstration.results(done):
        done = publish(done, result)
    late = replace(VALUE, at=done.log.events[-1]["at"])
    closed = close(record_amendment(done, late, 1), month.record.closed_at, {})
    for name, data in closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    assert [f for f in report.findings if f["verdict"] == FAILS] == []


def test_the_car_of_a_call_cannot_be_lost(month: Month) -> None:
    called = called_at(month, month.assigned, month.drawn.visits[0].compound)
    gone = no_cars(month, called.calls[0].package)
    with pytest.raises(InspectorError) as error:
        propose(called, [gone], today=TODAY)
    assert error.value.code == "change.cars"
    assert error.value.params["count"] == gone.count


def test_a_plan_without_the_route_of_a_call_is_refused(month: Month) -> None:
    called = called_at(month, month.assigned, month.drawn.visits[0].compound)
    packed, name = called.sealed.packed, called.calls[0].package.id
    stays = packed.packing.packages
    view = AmendedView(
        packed.drawn.visits,
        packed.drawn.visits,
        stays,
        stays,
        frozenset[date](),
        frozenset[date](),
        frozenset(p.id for p in stays),
    )
    assert check_amended(view) == ()
    fewer = tuple(p for p in stays if p.id != name)
    found = check_amended(replace(view, packages_after=fewer))
    assert {v.rule for v in found} == {"check.calls_stay"}


def test_nobody_of_a_called_pair_goes_beyond_his_scope(month: Month) -> None:
    """Whoever leads checks all of it; who assists, one item (PROTOCOL §13)."""
    frozen = month.frozen
    visit, route = whistle(month, frozen.working_days[-1])
    at = next(c for c in month.registry.compounds if c.id == visit.compound)
    seats = [s for s in month.packed.seats if s.package == route.id]
    items = sorted(month.registry.items, key=lambda i: i.lists)  # daily ones first
    listed = [i for i in items if i.object in ("compound", at.usc18 and "company")]

    def barred(scope: tuple[str, ...]) -> set[tuple[str, str]]:
        people = tuple(
            replace(i, scope=scope) if not i.expert else i
            for i in month.registry.inspectors
        )
        registry = replace(month.registry, inspectors=people)
        known = People.of(registry, frozen.policy)
        return set(barred_from(month.assigned, known, route, visit))

    before = barred(())
    officers = {frozen.names[i.id] for i in month.registry.inspectors if not i.expert}
    lead, second = seats
    assert barred(tuple(i.code for i in listed)) == before
    one = barred((listed[0].code,))
    assert one == before | {(lead.id, name) for name in officers}
    assert barred(("K9",)) >= one | {(second.id, name) for name in officers}
