"""A month changed after the lottery leaves out nobody without a cause either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import forger
import pytest
from amended_month import AT, BLIND, DRAWN_AT, SOURCES, TODAY, VALUE, amend
from month_stages import Month

from inspector import verify
from inspector.domain import by_number
from inspector.month import amendment_proposal, demonstration
from inspector.month.absence import absent
from inspector.month.amendment_draw import assign_amendment, record_amendment
from inspector.month.amendment_proposal import Proposal, propose
from inspector.month.amendment_seal import amend_with
from inspector.month.assigned import Assigned
from inspector.month.field import ClosedMonth, close, publish
from inspector.replan.changes import CarsGone, Change
from inspector.replan.neighbourhood_search import EFFORT
from inspector.replan.replan import replan
from inspector.schedule.workload import Unplaced

DRAWN = date(2026, 12, 3)  # its entropy comes in the evening


def all_gone(month: Month, days: Sequence[date]) -> list[Change]:
    """No office has a car on these days."""
    found: list[Change] = []
    for office in month.registry.offices:
        cars = [c for c in month.registry.cars if c.office == office.id]
        for day in days:
            n = sum((c.first or day) <= day <= (c.last or day) for c in cars)
            found += [CarsGone(office.id, (day,), n)] * (n > 0)
    return found


def finished(month: Month, assigned: Assigned) -> ClosedMonth:
    """Drawn if it waits, every result published, closed."""
    if assigned.waiting is not None:
        assigned = record_amendment(assigned, VALUE)
        assigned = assign_amendment(assigned, [VALUE], DRAWN_AT)
    for result in demonstration.results(assigned):
        assigned = publish(assigned, result)
    return close(assigned, month.record.closed_at, {})


def sealed(assigned: Assigned, found: Proposal) -> Assigned:
    entropy = SOURCES if found.seats else ()
    return amend(assigned, found, blind=BLIND, at=AT, reason="车", entropy=entropy)


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Replans that search little: whom they leave out must be put in afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amendment_proposal, "replan", partial(replan, effort=EFFORT / 20))
        yield


@pytest.fixture(scope="module")
def no_cars(month: Month) -> tuple[Assigned, Proposal]:
    """Hardly a car is left from the tenth working day on."""
    changes = all_gone(month, month.frozen.working_days[9:-1])
    return month.assigned, propose(month.assigned, changes, today=TODAY)


def test_without_cars_each_is_out_for_want_of_one(
    month: Month, no_cars: tuple[Assigned, Proposal], tmp_path: Path
) -> None:
    assigned, found = no_cars
    assert {u.cause for u in found.amended_plan.unplaced} >= {"car"}
    closed = finished(month, sealed(assigned, found))
    rows = forger.load(closed.files)["amended"]["amendments"][0]["plan"]
    assert rows["cars_out"] and rows["unplaced"]
    done = forger.verdicts(forger.write(tmp_path, dict(closed.auditor)))
    assert forger.failing(done) == set()


def test_without_people_cuts_prove_it_to_the_auditor(
    month: Month, tmp_path: Path
) -> None:
    """Half of the people are ill from the ninth day on, and cars are few."""
    assigned, days = month.assigned, month.frozen.working_days
    officers = [i for i in month.registry.inspectors if not i.expert]
    leads = [i for i in officers if i.may_lead]
    for person in leads[: len(leads) - 1]:
        for day in days[8:]:
            name = month.frozen.names[person.id]
            assigned = absent(assigned, name, day, "illness", AT)
    found = propose(assigned, all_gone(month, days[8:12]), today=TODAY)
    assert "people" in {u.cause for u in found.amended_plan.unplaced}
    closed = finished(month, sealed(assigned, found))
    done = forger.verdicts(forger.write(tmp_path / "own", dict(closed.auditor)))
    assert forger.failing(done) == set()
    public = forger.verdicts(forger.write(tmp_path / "public", dict(closed.files)))
    assert forger.failing(public) == set()


def test_a_friend_left_out_by_an_amendment_is_seen(
    month: Month, no_cars: tuple[Assigned, Proposal], tmp_path: Path
) -> None:
    """His package is dissolved although its car is there."""
    assigned, found = no_cars
    amended_plan = found.amended_plan
    kept = {p.id for p in assigned.sealed.packed.packing.packages}
    early = [p for p in amended_plan.packages if p.id in kept and p.day > DRAWN]
    gone = min(early, key=lambda p: p.day)
    names = [s.visit for s in gone.stops]
    out = [Unplaced(n, "plan.full", (("visit", n),)) for n in names]
    rows = sorted((*amended_plan.unplaced, *out), key=lambda u: by_number(u.visit))
    forged = replace(
        amended_plan,
        packages=tuple(p for p in amended_plan.packages if p != gone),
        unplaced=tuple(rows),
        reasons=(*amended_plan.reasons, *((n, "car") for n in names)),
    )
    entropy = SOURCES if found.seats else ()
    given = {"blind": BLIND, "at": AT, "reason": "车", "entropy": entropy}
    closed = finished(month, amend_with(assigned, forged, **given))
    done = forger.verdicts(forger.write(tmp_path, dict(closed.files)))
    assert done["amendments.kept"] == verify.FAILS
