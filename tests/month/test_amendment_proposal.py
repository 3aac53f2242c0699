"""A change after the lottery: names become counts, only new packages get seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from amended_month import no_cars

from inspector.domain import Recusal, Visit, VisitKind, Window
from inspector.errors import InspectorError, NoTable
from inspector.month.absence import absent
from inspector.month.amendment_proposal import propose
from inspector.month.pack import PeopleChange
from inspector.months import months_between
from inspector.replan.changes import (
    CompoundShut,
    PeopleAway,
    RecheckFailed,
    Shut,
    WhistleCalled,
)

TODAY = date(2026, 12, 1)


def last_package(month):
    """The last package of the month and all cars of its office gone on its day."""
    rows = month.packed.packing.packages
    package = max(rows, key=lambda p: (p.day, p.office))
    return package, no_cars(month, package)


def urgent(month, first: date, last: date, compound: str = "") -> Visit:
    like = month.drawn.visits[0]
    return replace(
        like,
        id="W001",
        compound=compound or like.compound,
        kinds=(VisitKind.WHISTLE,),
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


def test_nothing_changes_when_reserves_can_step_in(month) -> None:
    person = month.registry.inspectors[-1]
    days = month.frozen.working_days[8:13]
    found = propose(month.assigned, [], today=TODAY, away={person.id: days})
    assert found.replanned.packages == month.packed.packing.packages
    assert (found.seats, found.table, found.conflicts, found.runs) == ((), None, (), 1)


def test_a_moved_package_is_offered_to_those_free_that_day(month) -> None:
    old, change = last_package(month)
    found = propose(month.assigned, [change], today=TODAY)
    plan = found.replanned
    assert plan.new
    assert {s.package for s in found.seats} == set(plan.new)
    day = {p.id: p.day for p in plan.packages}
    stay = {p.id for p in plan.packages} | {s.id for s in month.packed.standby}
    holders = dict(month.assigned.now.holders)
    busy = {(holders[s.id], s.day) for s in month.packed.seats if s.package in stay}
    for seat in found.seats:
        assert seat.day == day[seat.package]
        assert seat.eligible
        names = [found.persons[i].id for i in seat.eligible]
        assert all((name, seat.day) not in busy for name in names)
    assert old.id in plan.gone
    touched = {*plan.gone, *plan.shortened}
    untouched = [p for p in month.packed.packing.packages if p.id not in touched]
    assert len(untouched) >= len(month.packed.packing.packages) - 2
    assert all(any(p is q for q in plan.packages) for p in untouched)


def test_the_new_table_gives_every_seat_a_whole_person(month) -> None:
    _, change = last_package(month)
    found = propose(month.assigned, [change], today=TODAY)
    assert found.table is not None
    for k in range(len(found.seats)):
        units = sum(e.units for e in found.table.elements if e.seat == k)
        assert units == found.table.unit


def test_duty_days_already_drawn_count_against_the_limit(month) -> None:
    _, change = last_package(month)
    found = propose(month.assigned, [change], today=TODAY)
    kept = {p.id for p in found.replanned.packages} | {
        s.id for s in month.packed.standby
    }
    limits = {p.id: p.max_days for p in month.packed.persons}
    for person in found.persons:
        held = sum(
            name == person.id and seat.rsplit("/", 1)[0] in kept
            for seat, name in month.assigned.now.holders
        )
        assert person.max_days == max(0, limits[person.id] - held)


def test_the_draw_and_the_lottery_stay_as_they_are(month) -> None:
    before = (month.drawn.file, month.assigned.file, month.assigned.log)
    _, change = last_package(month)
    propose(month.assigned, [change], today=TODAY)
    assert (month.drawn.file, month.assigned.file, month.assigned.log) == before


def test_a_logged_absence_counts_like_a_named_one(month) -> None:
    """The same person on the same day is one person fewer, not two."""
    day = month.frozen.working_days[10]
    person = next(i for i in month.registry.inspectors if not i.expert)
    name = month.frozen.names[person.id]
    at = f"{day.isoformat()}T00:00:00Z"
    logged = absent(month.assigned, name, day, "illness", at)
    one = propose(logged, [], today=TODAY)
    both = propose(logged, [], today=TODAY, away={person.id: [day]})
    assert one.replanned.work.crew == both.replanned.work.crew
    fewer = sum(g.month for g in one.replanned.work.crew.groups)
    named = propose(month.assigned, [], today=TODAY, away={person.id: [day]})
    assert sum(g.month for g in named.replanned.work.crew.groups) == fewer


def test_names_become_counts(month) -> None:
    """Away on leave days changes nothing; on others the group has one fewer."""
    day = month.frozen.working_days[9]
    person = next(i for i in month.registry.inspectors if not i.expert)
    plain = propose(month.assigned, [], today=TODAY).replanned.work.crew
    named = propose(month.assigned, [], today=TODAY, away={person.id: [day]})
    index = month.frozen.working_days.index(day)
    before = [g.present[index] for g in plain.groups]
    after = [g.present[index] for g in named.replanned.work.crew.groups]
    assert sum(before) - sum(after) == 1
    key = (person.may_lead, person.skills)
    for old, now, group in zip(before, after, plain.groups, strict=True):
        assert old - now == ((group.may_lead, group.skills) == key)


def test_a_closed_compound_needs_no_new_seats(month) -> None:
    compound = month.drawn.visits[-1].compound
    change = CompoundShut(compound, Shut.CLOSED)
    found = propose(month.assigned, [change], today=TODAY)
    assert found.replanned.new == ()
    assert found.seats == ()
    assert found.replanned.changed == 0


def test_a_failed_recheck_gets_seats_of_its_own(month) -> None:
    days = month.frozen.working_days
    visit = replace(urgent(month, days[8], days[12]), kinds=(VisitKind.RECHECK,))
    found = propose(month.assigned, [RecheckFailed(visit)], today=TODAY)
    (name,) = found.replanned.new
    assert [s.id for s in found.seats] == [f"{name}/lead", f"{name}/second"]
    assert found.table is not None


def test_a_whistle_of_today_names_a_standby_pair_in_conflict(month) -> None:
    """The holders of the called stand-by seats who were there lately are named."""
    day = next(
        d
        for d in month.frozen.working_days
        if not any(p.day == d for p in month.packed.packing.packages)
    )
    roles = {s.id: s for s in month.packed.seats}
    holders = [
        (seat, name)
        for seat, name in month.assigned.now.holders
        if seat.startswith(f"S-{day.isoformat()}-1/")
    ]
    assert len(holders) == 2
    real = {name: i for i, name in month.frozen.names.items()}
    seen = {real[name] for _, name in holders}
    months = month.policy.seats.rotation_months
    rotated = [
        h
        for h in month.registry.history
        if {h.lead, h.second} & seen
        and months_between(h.date, day) <= months
        and any(c.id == h.compound for c in month.registry.compounds)
    ]
    assert rotated
    visit = urgent(month, day, day, rotated[0].compound)
    found = propose(month.assigned, [WhistleCalled(visit)], today=day)
    (call,) = found.replanned.standby
    assert call.id == f"S-{day.isoformat()}-1"
    assert found.seats == ()
    expected = {
        (seat, name)
        for seat, name in holders
        if real[name] in {rotated[0].lead, rotated[0].second}
    }
    assert expected
    assert expected <= set(found.conflicts)
    assert all(seat in roles for seat, _ in found.conflicts)


@pytest.mark.parametrize(
    ("changes", "away", "code"),
    [
        ([], {"I999": []}, "change.person"),
        (["visit"], {}, "change.place"),
        ([PeopleAway(True, ("x",), (TODAY,))], {}, "change.group"),
    ],
)
def test_what_does_not_fit_is_refused(month, changes, away, code: str) -> None:
    if changes == ["visit"]:
        days = month.frozen.working_days
        changes = [WhistleCalled(urgent(month, days[8], days[9], "C9999"))]
    with pytest.raises(InspectorError) as refused:
        propose(month.assigned, changes, today=TODAY, away=away)
    assert refused.value.code == code


def recused(month, compound: str, first: date, last: date):
    """The month with everybody recused from a compound on some days."""
    rows = tuple(
        Recusal(i.id, compound, "test", first, last) for i in month.registry.inspectors
    )
    change = PeopleChange("2026-11-30T00:00:00Z", "test", "test", recusals=rows)
    return replace(month.assigned, late=(change,))


def test_a_package_nobody_may_make_goes_to_another_day(month) -> None:
    """Of two days one has nobody: whichever is tried first, the other one is taken."""
    a, b = month.frozen.working_days[8:10]
    visit = replace(urgent(month, a, b), kinds=(VisitKind.RECHECK,))
    runs = []
    for bad, good in ((a, b), (b, a)):
        assigned = recused(month, visit.compound, bad, bad)
        found = propose(assigned, [RecheckFailed(visit)], today=TODAY)
        (new,) = [p for p in found.replanned.packages if p.id in found.replanned.new]
        assert new.day == good
        assert all(s.eligible for s in found.seats)
        runs.append(found.runs)
    assert sorted(runs) == [1, 2]


def test_without_anybody_who_may_go_the_change_is_refused(month) -> None:
    a, b = month.frozen.working_days[8:10]
    visit = replace(urgent(month, a, b), kinds=(VisitKind.RECHECK,))
    assigned = recused(month, visit.compound, a, b)
    with pytest.raises(NoTable) as refused:
        propose(assigned, [RecheckFailed(visit)], today=TODAY, repairs=0)
    assert refused.value.code == "chances.no_table"
    named = propose(assigned, [RecheckFailed(visit)], today=TODAY)
    last = f"V{len(month.drawn.visits) + 1:04d}"
    assert [u.visit for u in named.replanned.unplaced] == [last]
    assert named.seats == ()
